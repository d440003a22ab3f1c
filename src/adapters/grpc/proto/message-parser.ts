import { create } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProto_ReservedRangeSchema,
  DescriptorProtoSchema,
  type EnumDescriptorProto,
  ExtensionRangeOptionsSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
  SymbolVisibility,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Cursor } from './cursor.ts';
import type { DeclaredFile } from './declared-file.ts';
import { defaultValueOf, stringOf } from './default-value.ts';
import { joined } from './full-name.ts';
import { jsonNameOf, mapEntryName } from './implied-names.ts';
import { readInlineOptions, readOption, type WrittenOption } from './option.ts';
import { scalarTypes } from './scalar-types.ts';
import { SyntaxFault } from './syntax-fault.ts';
import type { Token } from './tokens.ts';

const maxFieldNumber = 536_870_911;
/** What `max` is in a message set, whose extensions are no fields on the wire (descriptor.proto, message_set_wire_format). */
const maxOfMessageSet = 0x7f_ff_ff_ff;
const maxNesting = 100;

interface Place {
  readonly message: DescriptorProto;
  readonly path: readonly number[];
  /** The message's full name. */
  readonly scope: string;
}

/** Where a field is put: into a message or an `extend` block, and where its group goes. */
interface FieldHome {
  readonly fields: FieldDescriptorProto[];
  readonly groups: DescriptorProto[];
  readonly fieldPath: readonly number[];
  readonly groupPath: readonly number[];
  readonly scope: string;
  readonly extendee?: string;
  readonly oneofIndex?: number;
}

/** The parser of messages, of their fields, and of extensions. */
export class MessageParser {
  readonly #cursor: Cursor;
  readonly #file: DeclaredFile;
  readonly #enum: (path: readonly number[], scope: string) => EnumDescriptorProto;
  #depth = 0;

  constructor(
    cursor: Cursor,
    file: DeclaredFile,
    readEnum: (path: readonly number[], scope: string) => EnumDescriptorProto,
  ) {
    this.#cursor = cursor;
    this.#file = file;
    this.#enum = readEnum;
  }

  message(path: readonly number[], scope: string): DescriptorProto {
    const first = this.#cursor.expect('message');
    const message = create(DescriptorProtoSchema, { name: this.#cursor.name().text });
    this.#body({ message, path, scope: joined(scope, message.name) }, first);
    return message;
  }

  /** `extend a.B { … }`: its fields go to `fields`, its groups to `groups`. */
  extend(
    fields: FieldDescriptorProto[],
    groups: DescriptorProto[],
    fieldPath: readonly number[],
    groupPath: readonly number[],
    scope: string,
  ): void {
    const cursor = this.#cursor;
    cursor.expect('extend');
    const extendee = cursor.typeName();
    cursor.expect('{');
    while (!cursor.accept('}')) {
      if (!cursor.accept(';')) this.#field({ fields, groups, fieldPath, groupPath, scope, extendee });
    }
  }

  /** What follows `reserved`: names, quoted or (editions) not, or ranges that include their ends. */
  reserved(max: number): { names: string[]; ranges: [number, number][] } {
    const cursor = this.#cursor;
    const names: string[] = [];
    const ranges: [number, number][] = [];
    do {
      if (cursor.peek().kind === 'string') names.push(cursor.plainString());
      else if (cursor.peek().kind === 'name') names.push(cursor.take().text);
      else ranges.push(this.#range(max));
    } while (cursor.accept(','));
    cursor.expect(';');
    return { names, ranges };
  }

  #range(max: number): [number, number] {
    const start = this.#cursor.integer();
    if (!this.#cursor.accept('to')) return [start, start];
    return [start, this.#cursor.accept('max') ? max : this.#cursor.integer()];
  }

  #body(place: Place, first: Token): void {
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

  #element(place: Place): void {
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
        else this.#field(homeOf(place));
        return;
      case 'extend':
        this.extend(message.extension, message.nestedType, [...path, 6], [...path, 3], scope);
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
        const { names, ranges } = this.reserved(maxFieldNumber);
        message.reservedName.push(...names);
        for (const [start, end] of ranges) {
          message.reservedRange.push(create(DescriptorProto_ReservedRangeSchema, { start, end: end + 1 }));
        }
        return;
      }
      default:
        this.#field(homeOf(place));
    }
  }

  #visible(place: Place): void {
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
    const ranges = [this.#range(maxFieldNumber)];
    while (cursor.accept(',')) ranges.push(this.#range(maxFieldNumber));
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

  #oneof(place: Place): void {
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
      } else this.#field({ ...homeOf(place), oneofIndex });
    }
  }

  #field(home: FieldHome): void {
    const cursor = this.#cursor;
    const first = cursor.peek();
    const path = [...home.fieldPath, home.fields.length];
    const label = labels.get(first.text);
    if (label !== undefined) cursor.take();
    const field = create(FieldDescriptorProtoSchema, { label: label ?? Label.OPTIONAL });
    if (home.extendee !== undefined) field.extendee = home.extendee;
    if (home.oneofIndex !== undefined) field.oneofIndex = home.oneofIndex;
    if (first.text === 'optional' && this.#file.descriptor.syntax === 'proto3') field.proto3Optional = true;
    if (cursor.is('map') && cursor.peek(1).text === '<') this.#mapType(field, home);
    else if (cursor.accept('group')) {
      this.#group(field, home, first, path);
      return;
    } else this.#type(field);
    field.name = cursor.name().text;
    cursor.expect('=');
    field.number = cursor.integer();
    this.#fieldOptions(field, home.scope);
    this.#finish(field, home);
    this.#file.comment(path, first, cursor.expect(';'));
  }

  #finish(field: FieldDescriptorProto, home: FieldHome): void {
    if (field.jsonName === '') field.jsonName = jsonNameOf(field.name);
    const rival =
      home.extendee === undefined &&
      home.fields.find(({ name, number }) => name === field.name || number === field.number);
    if (rival) {
      const what = rival.name === field.name ? `name "${field.name}"` : `number ${field.number}`;
      throw new SyntaxFault(`Fields "${rival.name}" and "${field.name}" have the same ${what}`, this.#cursor.peek());
    }
    home.fields.push(field);
  }

  #type(field: FieldDescriptorProto): void {
    const name = this.#cursor.typeName();
    const scalar = scalarTypes.get(name);
    if (scalar === undefined) field.typeName = name;
    else field.type = scalar;
  }

  /** protobuf.dev/programming-guides/proto3 "Backwards compatibility": a map is a repeated message of a nested type. */
  #mapType(field: FieldDescriptorProto, home: FieldHome): void {
    const cursor = this.#cursor;
    cursor.take();
    cursor.expect('<');
    const key = create(FieldDescriptorProtoSchema, { name: 'key', jsonName: 'key', number: 1, label: Label.OPTIONAL });
    const value = create(FieldDescriptorProtoSchema, {
      name: 'value',
      jsonName: 'value',
      number: 2,
      label: Label.OPTIONAL,
    });
    this.#type(key);
    cursor.expect(',');
    this.#type(value);
    cursor.expect('>');
    const name = mapEntryName(cursor.peek().text);
    home.groups.push(
      create(DescriptorProtoSchema, {
        name,
        field: [key, value],
        options: create(MessageOptionsSchema, { mapEntry: true }),
      }),
    );
    field.label = Label.REPEATED;
    field.type = Type.MESSAGE;
    field.typeName = name;
  }

  /** A group declares a message and a field of its name in lower case. */
  #group(field: FieldDescriptorProto, home: FieldHome, first: Token, path: readonly number[]): void {
    const cursor = this.#cursor;
    const name = cursor.name().text;
    cursor.expect('=');
    field.type = Type.GROUP;
    field.typeName = name;
    field.name = name.toLowerCase();
    field.number = cursor.integer();
    this.#fieldOptions(field, home.scope);
    this.#finish(field, home);
    const message = create(DescriptorProtoSchema, { name });
    const groupPath = [...home.groupPath, home.groups.length];
    home.groups.push(message);
    this.#file.comment(path, first, first);
    this.#body({ message, path: groupPath, scope: joined(home.scope, name) }, first);
  }

  /** `default` and `json_name` look like options and are the field's own (descriptor.proto, FieldDescriptorProto). */
  #fieldOptions(field: FieldDescriptorProto, scope: string): void {
    for (const written of readInlineOptions(this.#cursor)) {
      const name = isPlain(written) ? written.path[0]?.name : undefined;
      if (name === 'default') {
        const type = field.typeName === '' ? field.type : Type.ENUM;
        field.defaultValue = defaultValueOf(written.value, type, written.line);
      } else if (name === 'json_name') field.jsonName = stringOf(written.value, written.line);
      else {
        field.options ??= create(FieldOptionsSchema);
        this.#file.option(written, FieldOptionsSchema, field.options, scope);
      }
    }
  }
}

const labels: ReadonlyMap<string, Label> = new Map([
  ['optional', Label.OPTIONAL],
  ['required', Label.REQUIRED],
  ['repeated', Label.REPEATED],
]);

function homeOf({ message, path, scope }: Place): FieldHome {
  return { fields: message.field, groups: message.nestedType, fieldPath: [...path, 2], groupPath: [...path, 3], scope };
}

function isPlain(option: WrittenOption): boolean {
  return option.path.length === 1 && option.path[0]?.isExtension === false;
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
