import { create } from '@bufbuild/protobuf';
import {
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FieldDescriptorProto_Label as Label,
  MessageOptionsSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Cursor } from './cursor.ts';
import type { DeclaredFile } from './declared-file.ts';
import { defaultValueOf, stringOf } from './default-value.ts';
import type { FieldHome, MessagePlace } from './field-home.ts';
import { joined } from './full-name.ts';
import { jsonNameOf, mapEntryName } from './implied-names.ts';
import { readInlineOptions, type WrittenOption } from './option.ts';
import { scalarTypes } from './scalar-types.ts';
import { SyntaxFault } from './syntax-fault.ts';
import type { Token } from './tokens.ts';

/** The parser of fields, those of `extend` blocks among them. */
export class FieldParser {
  readonly #cursor: Cursor;
  readonly #file: DeclaredFile;
  readonly #readBody: (place: MessagePlace, first: Token) => void;
  /** Of each message, which field has a name or a number. */
  readonly #taken = new Map<readonly FieldDescriptorProto[], Map<string | number, string>>();

  /** `readBody` reads the message of a group. */
  constructor(cursor: Cursor, file: DeclaredFile, readBody: (place: MessagePlace, first: Token) => void) {
    this.#cursor = cursor;
    this.#file = file;
    this.#readBody = readBody;
  }

  /** `extend a.B { … }`: its fields go to `home`. */
  extend(home: FieldHome): void {
    const cursor = this.#cursor;
    cursor.expect('extend');
    const extendee = cursor.typeName();
    cursor.expect('{');
    while (!cursor.accept('}')) {
      if (!cursor.accept(';')) this.field({ ...home, extendee });
    }
  }

  field(home: FieldHome): void {
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
    if (home.extendee === undefined) this.#takeApart(field, home.fields);
    home.fields.push(field);
  }

  /** A message's fields differ in their names and their numbers. */
  #takeApart(field: FieldDescriptorProto, fields: readonly FieldDescriptorProto[]): void {
    const taken = this.#taken.get(fields) ?? new Map<string | number, string>();
    this.#taken.set(fields, taken);
    const rival = taken.get(field.name) ?? taken.get(field.number);
    if (rival !== undefined) {
      const what = rival === field.name ? `name "${field.name}"` : `number ${field.number}`;
      throw new SyntaxFault(`Fields "${rival}" and "${field.name}" have the same ${what}`, this.#cursor.peek());
    }
    taken.set(field.name, field.name).set(field.number, field.name);
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
    this.#readBody({ message, path: groupPath, scope: joined(home.scope, name) }, first);
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

function isPlain(option: WrittenOption): boolean {
  return option.path.length === 1 && option.path[0]?.isExtension === false;
}
