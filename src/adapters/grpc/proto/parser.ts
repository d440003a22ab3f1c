import { create } from '@bufbuild/protobuf';
import {
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRangeSchema,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueDescriptorProtoSchema,
  EnumValueOptionsSchema,
  FileOptionsSchema,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
  SymbolVisibility,
} from '@bufbuild/protobuf/wkt';
import { Cursor } from './cursor.ts';
import { DeclaredFile, type Import, type ParsedFile } from './declared-file.ts';
import { joined } from './full-name.ts';
import { MessageParser } from './message-parser.ts';
import { readReserved } from './number-ranges.ts';
import { readInlineOptions, readOption } from './option.ts';

/**
 * A `.proto` text as a FileDescriptorProto (protobuf.dev/reference/protobuf: proto2-spec, proto3-spec, edition-2023-spec). Names of types
 * are left as they are written. Throws SyntaxFault; generates no code, reads no file.
 */
export function parseProto(text: string, name: string): ParsedFile {
  const parser = new FileParser(new Cursor(text));
  parser.file.descriptor.name = name;
  parser.readFile();
  return parser.file;
}

class FileParser {
  readonly file = new DeclaredFile();
  readonly #cursor: Cursor;
  readonly #messages: MessageParser;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
    this.#messages = new MessageParser(cursor, this.file, (path, scope) => this.#enum(path, scope));
  }

  readFile(): void {
    const cursor = this.#cursor;
    this.#syntax();
    while (cursor.peek().kind !== 'end') this.#declaration();
    const { descriptor, imports } = this.file;
    const dependencies = imports.filter(({ kind }) => kind !== 'option');
    descriptor.dependency = dependencies.map(({ path }) => path);
    descriptor.publicDependency = dependencies.flatMap(({ kind }, index) => (kind === 'public' ? [index] : []));
    descriptor.weakDependency = dependencies.flatMap(({ kind }, index) => (kind === 'weak' ? [index] : []));
    descriptor.optionDependency = imports.filter(({ kind }) => kind === 'option').map(({ path }) => path);
  }

  #syntax(): void {
    const cursor: Cursor = this.#cursor;
    const word = cursor.peek().text;
    if (word !== 'syntax' && word !== 'edition') return;
    cursor.take();
    cursor.expect('=');
    const { descriptor } = this.file;
    const edition = editions.get(cursor.plainString());
    if (edition === undefined || (word === 'syntax') !== isSyntax(edition)) cursor.fail(`a known ${word} before this`);
    cursor.expect(';');
    if (edition === Edition.EDITION_PROTO3) descriptor.syntax = 'proto3';
    if (isSyntax(edition)) return;
    descriptor.syntax = 'editions';
    descriptor.edition = edition;
  }

  #declaration(): void {
    const cursor: Cursor = this.#cursor;
    const { descriptor } = this.file;
    const first = cursor.peek();
    switch (first.text) {
      case ';':
        cursor.take();
        return;
      case 'package':
        cursor.take();
        descriptor.package = cursor.typeName();
        cursor.expect(';');
        return;
      case 'import':
        cursor.take();
        this.file.imports.push(this.#import());
        return;
      case 'option':
        cursor.take();
        descriptor.options ??= create(FileOptionsSchema);
        this.file.option(readOption(cursor), FileOptionsSchema, descriptor.options, descriptor.package);
        cursor.expect(';');
        return;
      case 'export':
      case 'local': {
        cursor.take();
        const visibility =
          first.text === 'export' ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
        if (cursor.is('message')) this.#message().visibility = visibility;
        else if (cursor.is('enum')) this.#topEnum().visibility = visibility;
        else cursor.fail('"message" or "enum"');
        return;
      }
      case 'message':
        this.#message();
        return;
      case 'enum':
        this.#topEnum();
        return;
      case 'extend':
        this.#messages.extend({
          fields: descriptor.extension,
          groups: descriptor.messageType,
          fieldPath: [7],
          groupPath: [4],
          scope: descriptor.package,
        });
        return;
      case 'service':
        this.#service([6, descriptor.service.length]);
        return;
      default:
        cursor.fail('a declaration');
    }
  }

  #message() {
    const { descriptor } = this.file;
    const message = this.#messages.message([4, descriptor.messageType.length], descriptor.package);
    descriptor.messageType.push(message);
    return message;
  }

  #topEnum() {
    const { descriptor } = this.file;
    const declared = this.#enum([5, descriptor.enumType.length], descriptor.package);
    descriptor.enumType.push(declared);
    return declared;
  }

  #import(): Import {
    const cursor: Cursor = this.#cursor;
    const { line } = cursor.peek();
    const word = cursor.peek().kind === 'name' ? cursor.take().text : 'plain';
    const kind = (['plain', 'public', 'weak', 'option'] as const).find(known => known === word);
    if (kind === undefined) cursor.fail('"public", "weak" or "option" before this');
    const path = cursor.plainString();
    cursor.expect(';');
    return { path, kind, line };
  }

  #enum(path: readonly number[], scope: string): EnumDescriptorProto {
    const cursor = this.#cursor;
    const first = cursor.expect('enum');
    const declared = create(EnumDescriptorProtoSchema, { name: cursor.name().text });
    const inner = joined(scope, declared.name);
    this.file.comment(path, first, cursor.expect('{'));
    while (!cursor.accept('}')) {
      if (cursor.accept(';')) continue;
      if (cursor.accept('option')) {
        declared.options ??= create(EnumOptionsSchema);
        this.file.option(readOption(cursor), EnumOptionsSchema, declared.options, inner);
        cursor.expect(';');
      } else if (cursor.accept('reserved')) {
        const { names, ranges } = readReserved(cursor, 0x7fffffff);
        declared.reservedName.push(...names);
        for (const [start, end] of ranges) {
          declared.reservedRange.push(create(EnumDescriptorProto_EnumReservedRangeSchema, { start, end }));
        }
      } else this.#enumValue(declared, [...path, 2, declared.value.length], inner);
    }
    return declared;
  }

  #enumValue(declared: EnumDescriptorProto, path: readonly number[], scope: string): void {
    const cursor = this.#cursor;
    const first = cursor.name();
    cursor.expect('=');
    const value = create(EnumValueDescriptorProtoSchema, { name: first.text, number: cursor.integer() });
    for (const written of readInlineOptions(cursor)) {
      value.options ??= create(EnumValueOptionsSchema);
      this.file.option(written, EnumValueOptionsSchema, value.options, scope);
    }
    this.file.comment(path, first, cursor.expect(';'));
    declared.value.push(value);
  }

  #service(path: readonly number[]): void {
    const cursor: Cursor = this.#cursor;
    const { descriptor } = this.file;
    const first = cursor.expect('service');
    const service = create(ServiceDescriptorProtoSchema, { name: cursor.name().text });
    const scope = joined(descriptor.package, service.name);
    this.file.comment(path, first, cursor.expect('{'));
    while (!cursor.accept('}')) {
      if (cursor.accept(';')) continue;
      if (cursor.is('rpc')) this.#method(service, [...path, 2, service.method.length], scope);
      else if (cursor.accept('option')) {
        service.options ??= create(ServiceOptionsSchema);
        this.file.option(readOption(cursor), ServiceOptionsSchema, service.options, scope);
        cursor.expect(';');
      } else cursor.fail('"rpc" or "option"');
    }
    descriptor.service.push(service);
  }

  #method(service: ServiceDescriptorProto, path: readonly number[], scope: string): void {
    const cursor = this.#cursor;
    const first = cursor.expect('rpc');
    const method = create(MethodDescriptorProtoSchema, { name: cursor.name().text });
    const input = this.#methodType();
    cursor.expect('returns');
    const output = this.#methodType();
    method.inputType = input.type;
    method.outputType = output.type;
    if (input.streams) method.clientStreaming = true;
    if (output.streams) method.serverStreaming = true;
    let last = cursor.peek();
    if (!cursor.accept(';')) {
      last = cursor.expect('{');
      method.options = create(MethodOptionsSchema);
      while (!cursor.accept('}')) {
        if (cursor.accept(';')) continue;
        cursor.expect('option');
        this.file.option(readOption(cursor), MethodOptionsSchema, method.options, scope);
        cursor.expect(';');
      }
      cursor.accept(';');
    }
    this.file.comment(path, first, last);
    service.method.push(method);
  }

  /** `(stream a.B)` */
  #methodType(): { streams: boolean; type: string } {
    const cursor = this.#cursor;
    cursor.expect('(');
    const streams = cursor.accept('stream') !== undefined;
    const type = cursor.typeName();
    cursor.expect(')');
    return { streams, type };
  }
}

const editions: ReadonlyMap<string, Edition> = new Map([
  ['proto2', Edition.EDITION_PROTO2],
  ['proto3', Edition.EDITION_PROTO3],
  ['2023', Edition.EDITION_2023],
  ['2024', Edition.EDITION_2024],
]);

function isSyntax(edition: Edition): boolean {
  return edition === Edition.EDITION_PROTO2 || edition === Edition.EDITION_PROTO3;
}
