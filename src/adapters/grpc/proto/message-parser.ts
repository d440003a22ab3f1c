import { create } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProto_ReservedRangeSchema,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  ExtensionRangeOptionsSchema,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
  SymbolVisibility,
} from '@bufbuild/protobuf/wkt';
import type { Cursor } from './cursor.ts';
import type { DeclaredFile } from './declared-file.ts';
import { type FieldHome, homeOf, type MessagePlace } from './field-home.ts';
import { FieldParser } from './field-parser.ts';
import { joined } from './full-name.ts';
import { readRange, readReserved } from './number-ranges.ts';
import { readInlineOptions, readOption } from './option.ts';
import { SyntaxFault } from './syntax-fault.ts';
import type { Token } from './tokens.ts';

const maxFieldNumber = 536_870_911;
/** What `max` is in a message set, whose extensions are no fields on the wire (descriptor.proto, message_set_wire_format). */
const maxOfMessageSet = 0x7f_ff_ff_ff;
const maxNesting = 100;

/** The parser of messages and of all that stands in them. */
export class MessageParser {
  readonly #cursor: Cursor;
  readonly #file: DeclaredFile;
  readonly #enum: (path: readonly number[], scope: string) => EnumDescriptorProto;
  readonly #fields: FieldParser;
  #depth = 0;

  constructor(
    cursor: Cursor,
    file: DeclaredFile,
    readEnum: (path: readonly number[], scope: string) => EnumDescriptorProto,
  ) {
    this.#cursor = cursor;
    this.#file = file;
    this.#enum = readEnum;
    this.#fields = new FieldParser(cursor, file, (place, first) => this.#body(place, first));
  }

  message(path: readonly number[], scope: string): DescriptorProto {
    const first = this.#cursor.expect('message');
    const message = create(DescriptorProtoSchema, { name: this.#cursor.name().text });
    this.#body({ message, path, scope: joined(scope, message.name) }, first);
    return message;
  }

  /** An `extend` block that stands in no message. */
  extend(home: FieldHome): void {
    this.#fields.extend(home);
  }

  #body(place: MessagePlace, first: Token): void {
    const cursor = this.#cursor;
    this.#depth += 1;
    if (this.#depth > maxNesting) throw new SyntaxFault(`Messages are nested deeper than ${maxNesting}`, first);
    this.#file.comment(place.path, first, cursor.expect('{'));
    while (!cursor.accept('}')) this.#element(place);
    addSyntheticOneofs(place.message);
    if (place.message.options?.messageSetWireFormat)
      for (const range of place.message.extensionRange) if (range.end > maxFieldNumber) range.end = maxOfMessageSet;
    this.#depth -= 1;
  }

  #element(place: MessagePlace): void {
    const cursor = this.#cursor;
    const { message, path, scope } = place;
    if (cursor.accept(';')) return;
    switch (cursor.peek().text) {
      case 'message':
        message.nestedType.push(this.message([...path, 3, message.nestedType.length], scope));
        return;
      case 'enum':
        message.enumType.push(this.#enum([...path, 4, message.enumType.length], scope));
        return;
      case 'export':
      case 'local':
        if (/^(message|enum)$/.test(cursor.peek(1).text)) this.#visible(place);
        else this.#fields.field(homeOf(place));
        return;
      case 'extend':
        this.#fields.extend({ ...homeOf(place), fields: message.extension, fieldPath: [...path, 6] });
        return;
      case 'oneof':
        this.#oneof(place);
        return;
      case 'option':
        cursor.take();
        message.options ??= create(MessageOptionsSchema);
        this.#file.option(readOption(cursor), MessageOptionsSchema, message.options, scope);
        cursor.expect(';');
        return;
      case 'extensions':
        this.#extensions(message, scope);
        return;
      case 'reserved': {
        cursor.take();
        const { names, ranges } = readReserved(cursor, maxFieldNumber);
        message.reservedName.push(...names);
        for (const [start, end] of ranges) {
          message.reservedRange.push(create(DescriptorProto_ReservedRangeSchema, { start, end: end + 1 }));
        }
        return;
      }
      default:
        this.#fields.field(homeOf(place));
    }
  }

  #visible(place: MessagePlace): void {
    const { message } = place;
    const exported = this.#cursor.take().text === 'export';
    const declaresMessage = this.#cursor.is('message');
    this.#element(place);
    const declared = declaresMessage ? message.nestedType.at(-1) : message.enumType.at(-1);
    if (declared)
      declared.visibility = exported ? SymbolVisibility.VISIBILITY_EXPORT : SymbolVisibility.VISIBILITY_LOCAL;
  }

  #extensions(message: DescriptorProto, scope: string): void {
    const cursor = this.#cursor;
    cursor.expect('extensions');
    const ranges = [readRange(cursor, maxFieldNumber)];
    while (cursor.accept(',')) ranges.push(readRange(cursor, maxFieldNumber));
    const options = readInlineOptions(cursor);
    cursor.expect(';');
    for (const [start, end] of ranges) {
      const range = create(DescriptorProto_ExtensionRangeSchema, { start, end: end + 1 });
      for (const written of options) {
        range.options ??= create(ExtensionRangeOptionsSchema);
        this.#file.option(written, ExtensionRangeOptionsSchema, range.options, scope);
      }
      message.extensionRange.push(range);
    }
  }

  #oneof(place: MessagePlace): void {
    const cursor = this.#cursor;
    const { message, path, scope } = place;
    const first = cursor.expect('oneof');
    const oneofIndex = message.oneofDecl.length;
    const oneof = create(OneofDescriptorProtoSchema, { name: cursor.name().text });
    message.oneofDecl.push(oneof);
    this.#file.comment([...path, 8, oneofIndex], first, cursor.expect('{'));
    while (!cursor.accept('}')) {
      if (cursor.accept(';')) continue;
      if (cursor.accept('option')) {
        oneof.options ??= create(OneofOptionsSchema);
        this.#file.option(readOption(cursor), OneofOptionsSchema, oneof.options, scope);
        cursor.expect(';');
      } else this.#fields.field({ ...homeOf(place), oneofIndex });
    }
  }
}

/** docs/implementing_proto3_presence.md of protobuf: an `optional` field is the only member of a oneof that stands after the real ones. */
function addSyntheticOneofs(message: DescriptorProto): void {
  const taken = new Set([...message.field.map(field => field.name), ...message.oneofDecl.map(oneof => oneof.name)]);
  for (const field of message.field) {
    if (!field.proto3Optional) continue;
    let name = field.name.startsWith('_') ? field.name : `_${field.name}`;
    while (taken.has(name)) name = `X${name}`;
    taken.add(name);
    field.oneofIndex = message.oneofDecl.length;
    message.oneofDecl.push(create(OneofDescriptorProtoSchema, { name }));
  }
}
