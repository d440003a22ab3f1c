import {
  create,
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  type FileRegistry,
  type Message,
  ScalarType,
  setExtension,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { anyPack } from '@bufbuild/protobuf/wkt';
import { isLegacyRequired } from '../../src/adapters/grpc/describe/presence.ts';
import type { Random } from '../fuzz/random.ts';

/** What a generated message may hold. */
export interface Palette {
  readonly registry: FileRegistry;
  readonly random: Random;
  /** Of every message that is extended. Empty: none are set. */
  readonly extensions: ReadonlyMap<string, readonly DescExtension[]>;
}

const texts = ['', 'a', 'né 😀', '\u0000', '__proto__', 'x'.repeat(300), '0', 'constructor', '\u{10ffff}\n"'];
const names = ['id', 'display_name', 'a.b', 'long_field_name.inner_part'];

/** A message with some of its fields set to values at and between their bounds; of proto2's required fields all. Null is no value here. */
export function randomMessage(type: DescMessage, palette: Palette, depth = 0): Message {
  const { random } = palette;
  const known = wellKnown(type, palette, depth);
  if (known) return known;
  const message = reflect(type, create(type), false);
  const often = depth === 0 ? 55 : 35 / depth;
  const chosen = new Set(type.oneofs.flatMap(oneof => (random.chance(often) ? [random.pick(oneof.fields)] : [])));
  for (const field of type.fields) {
    const isRequired = isLegacyRequired(field);
    if (field.oneof ? chosen.has(field) : isRequired || random.chance(often)) fill(message, field, palette, depth);
  }
  const own = message.message;
  for (const extension of palette.extensions.get(type.typeName) ?? []) {
    if (random.chance(often)) setExtension(own, extension, extensionValue(extension, palette, depth) as never); // of the extension's own type
  }
  return own;
}

function fill(message: ReflectMessage, field: DescField, palette: Palette, depth: number): void {
  const { random } = palette;
  const isDeep = depth > 3;
  if (field.enum?.typeName === 'google.protobuf.NullValue' && field.fieldKind === 'enum') return; // null, set or not
  if (field.fieldKind === 'list') {
    if (isDeep && field.message && !isLeaf(field.message)) return;
    const list = message.get(field);
    for (let count = random.below(depth === 0 ? 4 : 3); count > 0; count--)
      list.add(item(field, palette, depth) as never);
  } else if (field.fieldKind === 'map') {
    if (isDeep && field.message && !isLeaf(field.message)) return;
    const map = message.get(field);
    for (let count = random.below(depth === 0 ? 4 : 2); count > 0; count--)
      map.set(scalar(field.mapKey, random) as never, item(field, palette, depth) as never);
  } else if (!isDeep || !field.message || isLeaf(field.message) || isLegacyRequired(field)) {
    message.set(field, item(field, palette, depth) as never); // reflect checks it
  }
}

function extensionValue(extension: DescExtension, palette: Palette, depth: number): unknown {
  const one = () => {
    const value = item(extension, palette, depth);
    return value !== null && typeof value === 'object' && 'message' in value ? value.message : value;
  };
  if (extension.fieldKind !== 'list') return one();
  return Array.from({ length: 1 + palette.random.below(2) }, one);
}

function item(field: DescField | DescExtension, palette: Palette, depth: number): unknown {
  if (field.message) return reflect(field.message, randomMessage(field.message, palette, depth + 1), false);
  if (field.enum) return enumNumber(field.enum, palette.random);
  return scalar(field.scalar!, palette.random);
}

function enumNumber(declared: DescEnum, random: Random): number {
  return random.pick(declared.values).number;
}

function scalar(type: ScalarType, random: Random): unknown {
  const signed = (bits: bigint) =>
    random.pick([
      0n,
      1n,
      -1n,
      2n ** (bits - 1n) - 1n,
      -(2n ** (bits - 1n)),
      BigInt(random.below(1_000_000_000)) - 500n,
    ]);
  const unsigned = (bits: bigint) =>
    random.pick([0n, 1n, 2n ** bits - 1n, 2n ** (bits - 1n), BigInt(random.below(1_000_000_000))]);
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return Number(signed(32n));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Number(unsigned(32n));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return random.chance(50) ? signed(64n) : 2n ** 53n + BigInt(random.below(1000));
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return random.chance(50) ? unsigned(64n) : 2n ** 53n + BigInt(random.below(1000));
    case ScalarType.DOUBLE:
      return random.pick([0, 1.5, -0.1, 1e300, 5e-324, 2 ** 53, random.below(1e9) / 7]);
    case ScalarType.FLOAT:
      return Math.fround(random.pick([0, 1.5, -0.1, 3.4e38, 1e-45, 16_777_217, random.below(1e9) / 7]));
    case ScalarType.BOOL:
      return random.chance(50);
    case ScalarType.STRING:
      return random.pick(texts);
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random.below(20) }, () => random.below(256));
  }
}

/** Messages that have a meaning of their own: their fields cannot be any. */
function wellKnown(type: DescMessage, palette: Palette, depth: number): Message | undefined {
  const { random } = palette;
  switch (type.typeName) {
    case 'google.protobuf.Timestamp': {
      const seconds = random.pick([0n, -62_135_596_800n, 253_402_300_799n, 1_700_000_000n, -1n]);
      return create(type, { seconds, nanos: random.pick([0, 1, 999_999_999, 500_000_000, 1_000]) } as never);
    }
    case 'google.protobuf.Duration': {
      const sign = random.chance(50) ? 1 : -1;
      const seconds = BigInt(sign) * random.pick([0n, 1n, 315_576_000_000n, 86_400n]);
      return create(type, { seconds, nanos: (sign * random.pick([0, 1, 999_999_999, 1_000_000])) | 0 } as never);
    }
    case 'google.protobuf.FieldMask':
      return create(type, { paths: random.some(names, 50) } as never);
    case 'google.protobuf.Any': {
      const inner = random.pick([...palette.registry].filter(desc => desc.kind === 'message' && isPlain(desc)));
      if (depth > 2 || inner?.kind !== 'message') return create(type);
      return anyPack(inner, randomMessage(inner, { ...palette, extensions: new Map() }, depth + 2));
    }
    case 'google.protobuf.Struct':
    case 'google.protobuf.ListValue':
    case 'google.protobuf.Value':
      return jsonMessage(type, palette, depth);
    default:
      return undefined;
  }
}

function jsonMessage(type: DescMessage, palette: Palette, depth: number): Message {
  const { random, registry } = palette;
  const valueType = registry.getMessage('google.protobuf.Value')!;
  const value = (level: number): Message => {
    const kinds = level > 2 ? 4 : 6;
    const kind = (['nullValue', 'numberValue', 'stringValue', 'boolValue', 'structValue', 'listValue'] as const)[
      random.below(kinds)
    ]!;
    const held = {
      nullValue: () => 0,
      numberValue: () => random.pick([0, -1.5, 1e21, 2 ** 53]),
      stringValue: () => random.pick(texts),
      boolValue: () => random.chance(50),
      structValue: () => struct(level + 1),
      listValue: () => list(level + 1),
    }[kind]();
    return create(valueType, { kind: { case: kind, value: held } } as never);
  };
  const struct = (level: number): unknown =>
    Object.fromEntries(random.some(['a', 'né', 'toString', ''], 40).map(key => [key, plain(value(level))]));
  const list = (level: number): Message =>
    create(registry.getMessage('google.protobuf.ListValue')!, {
      values: Array.from({ length: random.below(3) }, () => value(level)),
    } as never);
  if (type.typeName === 'google.protobuf.Value') return value(depth > 2 ? 3 : 0);
  if (type.typeName === 'google.protobuf.ListValue') return list(0);
  const fields = Object.fromEntries(random.some(['a', 'né', 'toString', ''], 40).map(key => [key, value(1)]));
  return create(type, { fields } as never);
}

/** @bufbuild/protobuf keeps a Struct in a field as the JSON object that it stands for. */
function plain(message: Message): unknown {
  const { kind } = message as unknown as { kind: { case: string; value: unknown } }; // google.protobuf.Value
  if (kind.case === 'nullValue') return null;
  if (kind.case !== 'listValue') return kind.value;
  return (kind.value as unknown as { values: Message[] }).values.map(plain);
}

/** Fit for an Any: nothing in it that ProtoJSON and we tell otherwise. */
function isPlain(type: DescMessage): boolean {
  return (
    !type.typeName.startsWith('google.protobuf.') &&
    type.fields.length > 0 &&
    type.fields.every(
      field =>
        !field.message && field.fieldKind !== 'map' && field.scalar !== ScalarType.FLOAT && !isLegacyRequired(field),
    )
  );
}

function isLeaf(type: DescMessage): boolean {
  return (
    type.fields.every(field => !field.message) ||
    /^google\.protobuf\.(Timestamp|Duration|FieldMask)$/.test(type.typeName)
  );
}
