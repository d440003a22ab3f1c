import {
  type DescField,
  type DescMessage,
  getExtension,
  hasExtension,
  type Message,
  type Registry,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import type { Member, Members } from '../../src/adapters/grpc/describe/members.ts';
import { enumValueName, valueNames } from '../../src/adapters/grpc/describe/names.ts';

/** A 32-bit float: any decimal is right that is this float and no longer than need be. */
export class Float32 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** How messages are told: as the codec under test tells them. */
export interface Manner {
  readonly members: Members;
  readonly registry: Registry;
  /** The types of oneofs' members, by full name; undefined: flat. */
  readonly unions: Readonly<Record<string, string>> | undefined;
}

/** An object in Maps' stead is a list of entries, whose order is not told. */
export const unordered = Symbol('unordered');

type Told = Record<string, unknown>;

const json = new Set(
  ['Struct', 'ListValue', 'Value', 'Any', 'Timestamp', 'Duration', 'FieldMask'].map(name => `google.protobuf.${name}`),
);
const wrapper = /^google\.protobuf\.(Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value$/;

/** What a message of the reference codec is in GraphQL (docs/grpc.md), read by reflection alone. */
export function told(type: DescMessage, message: Message, manner: Manner): unknown {
  if (json.has(type.typeName)) return toJson(type, message, { registry: manner.registry });
  const view = reflect(type, message, false);
  if (wrapper.test(type.typeName)) return leaf(type.fields[0]!, view.get(type.fields[0]!));
  if (manner.members.of(type).length === 0) return true;
  const names = manner.members.namesOf(type);
  const value: Told = {};
  for (const field of type.fields) {
    if (field.oneof && manner.unions) continue;
    value[names.field.get(field)!] =
      view.isSet(field) || isRepeated(field) ? present(field, view.get(field), manner) : absent(field);
  }
  for (const extension of manner.members.extensionsOf(type))
    value[names.field.get(extension)!] = extended(extension, message, manner);
  for (const oneof of type.oneofs) {
    const member = oneof.fields.find(field => view.isSet(field));
    if (!manner.unions) value[names.caseOf.get(oneof.name)!] = member ? enumValueName(names.field.get(member)!) : null;
    else {
      value[names.oneof.get(oneof.name)!] = member
        ? {
            __typename: manner.unions[`${type.typeName}.${member.name}`],
            [names.field.get(member)!]: present(member, view.get(member), manner),
          }
        : null;
    }
  }
  return value;
}

/** The arguments that make the same message: what is absent is left out. */
export function asked(type: DescMessage, message: Message, manner: Manner): unknown {
  if (json.has(type.typeName)) return toJson(type, message, { registry: manner.registry });
  const view = reflect(type, message, false);
  if (wrapper.test(type.typeName)) return plainLeaf(type.fields[0]!, view.get(type.fields[0]!));
  if (manner.members.of(type).length === 0) return true;
  const names = manner.members.namesOf(type);
  const args: Told = {};
  for (const field of type.fields) {
    if (!view.isSet(field)) continue;
    const name = names.field.get(field)!;
    const value = mapped(field, view.get(field), each => askedItem(field, each, manner));
    const wanted = value instanceof Map ? entries(value) : value;
    if (field.oneof) args[names.oneof.get(field.oneof.name)!] = { [name]: wanted };
    else args[name] = wanted;
  }
  for (const extension of manner.members.extensionsOf(type)) {
    const value = extensionOf(extension, message, manner);
    if (value === undefined) continue;
    const list =
      extension.fieldKind === 'list'
        ? (value as unknown[]).map(each => askedItem(extension, each, manner))
        : askedItem(extension, value, manner);
    args[names.field.get(extension)!] = list;
  }
  return args;
}

function askedItem(field: Member, value: unknown, manner: Manner): unknown {
  return field.message ? asked(field.message, messageOf(value), manner) : plainLeaf(field, value);
}

function entries(map: ReadonlyMap<unknown, unknown>): Told[] {
  return [...map].map(([key, value]) => ({ key, value }));
}

/** Entries under a key of their own, so that their order says nothing. */
function present(field: Member, value: unknown, manner: Manner): unknown {
  const read = mapped(field, value, each =>
    field.message ? told(field.message, messageOf(each), manner) : leaf(field, each),
  );
  return read instanceof Map ? { [unordered]: read } : read;
}

/** A field's value with each item changed; of a map, a Map with the keys as they are told. */
function mapped(field: Member, value: unknown, change: (item: unknown) => unknown): unknown {
  if (field.fieldKind === 'list') return [...(value as Iterable<unknown>)].map(change);
  if (field.fieldKind !== 'map') return change(value);
  const keyOf = (key: unknown) =>
    typeof key === 'bigint' || isUnsigned(field.mapKey) ? String(key) : field.mapKey === ScalarType.BOOL ? key : key;
  return new Map(
    [...(value as Iterable<readonly [unknown, unknown]>)].map(([key, item]) => [keyOf(key), change(item)]),
  );
}

function extended(extension: Member & { kind: 'extension' }, message: Message, manner: Manner): unknown {
  const value = extensionOf(extension, message, manner);
  if (value !== undefined) {
    const one = (each: unknown) =>
      extension.message ? told(extension.message, messageOf(each), manner) : leaf(extension, each);
    return extension.fieldKind === 'list' ? (value as unknown[]).map(one) : one(value);
  }
  return extension.fieldKind === 'list' ? [] : absent(extension);
}

function extensionOf(extension: Member & { kind: 'extension' }, message: Message, _manner: Manner): unknown {
  return hasExtension(message, extension) ? getExtension(message, extension) : undefined;
}

/** protobuf.dev/programming-guides/field_presence */
function absent(field: Member): unknown {
  if (field.fieldKind === 'list') return [];
  if (field.fieldKind === 'map') return { [unordered]: new Map() };
  if (field.message || field.oneof) return null;
  const initial = field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? field.getDefaultValue() : undefined;
  const isImplicit = field.presence === 2;
  if (initial !== undefined) {
    if (typeof initial === 'number' && field.scalar && !Number.isFinite(initial)) return null;
    return leaf(field, initial);
  }
  if (!isImplicit) return null;
  if (field.enum) return leaf(field, 0);
  return leaf(field, zero(field.scalar!));
}

function zero(type: ScalarType): unknown {
  if (type === ScalarType.STRING) return '';
  if (type === ScalarType.BYTES) return new Uint8Array();
  return type === ScalarType.BOOL ? false : 0;
}

function leaf(field: Member, value: unknown): unknown {
  return field.scalar === ScalarType.FLOAT ? new Float32(Math.fround(value as number)) : plainLeaf(field, value);
}

function plainLeaf(field: Member, value: unknown): unknown {
  if (field.enum) {
    if (field.enum.typeName === 'google.protobuf.NullValue') return null;
    const first = field.enum.values.find(({ number }) => number === value);
    return first ? valueNames(field.enum).get(first.name) : null;
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return isDigits(field.scalar) ? String(value) : value;
}

function isDigits(type: ScalarType | undefined): boolean {
  return (
    type !== undefined &&
    (isUnsigned(type) || [ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64].includes(type))
  );
}

function isUnsigned(type: ScalarType): boolean {
  return [ScalarType.UINT32, ScalarType.FIXED32, ScalarType.UINT64, ScalarType.FIXED64].includes(type);
}

function isRepeated(field: DescField): boolean {
  return field.fieldKind === 'list' || field.fieldKind === 'map';
}

function messageOf(value: unknown): Message {
  const held = value as Message | { message: Message }; // what reflection gives of a message
  return 'message' in held && typeof held.message === 'object' ? (held.message as Message) : (held as Message);
}
