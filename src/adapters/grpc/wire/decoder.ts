import type { DescEnum, DescField, DescMessage, Registry } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import { Blank } from '../../../base/blank.ts';
import { undecodable } from '../fault.ts';
import { enumValueName, memberNames, valueNames } from '../names.ts';
import { isImplicit, isLegacyRequired } from '../presence.ts';
import { nullValue } from '../scalar-of.ts';
import { endOf, forEachField } from './json-value.ts';
import { maxDepth, maxFields } from './limits.ts';
import { scalarReader, wireTypeOf, zeroOf } from './scalars.ts';
import { wellKnownCodec } from './well-known.ts';

type Target = Record<string, unknown>;

/** One reply that is being read. */
interface Reading {
  readonly reader: BinaryReader;
  readonly call: CallName;
  readonly budget: { fields: number };
  /** Where in a map's list each key stands. */
  readonly places: Map<unknown[], Map<unknown, number>>;
}

/** Reads one value of a field. */
type ReadValue = (reading: Reading, depth: number, previous: unknown) => unknown;

interface FieldPlan {
  readonly name: string;
  readonly wireType: WireType;
  readonly read: ReadValue;
  /** How the value joins what is there: `one` replaces it, `list` is appended, an `entry` is put into the list of its map. */
  readonly joins: 'one' | 'list' | 'entry';
  readonly packable: boolean;
  readonly isRequired: boolean;
  readonly absent: () => unknown;
  /** The other members of the oneof, and where the name of the present one stands. */
  readonly oneof?: { readonly caseName: string; readonly rivals: readonly string[] };
}

interface MessagePlan {
  readonly fields: ReadonlyMap<number, FieldPlan>;
  readonly all: readonly FieldPlan[];
  readonly cases: readonly string[];
}

/**
 * Reads replies into values keyed by GraphQL names, straight from the wire (protobuf.dev/programming-guides/encoding). Plans are made
 * once for each message, and no code is generated. Values inherit nothing. What breaks the encoding throws; what only a field's type
 * does not allow stands in its place as a GatewayError.
 */
export class Decoder {
  readonly #registry: Registry;
  readonly #plans = new Map<DescMessage, MessagePlan>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** The value of a whole reply. Throws UPSTREAM_MALFORMED. */
  decode(message: DescMessage, bytes: Uint8Array, call: CallName): unknown {
    const reading = { reader: new BinaryReader(bytes), call, budget: { fields: maxFields }, places: new Map() };
    try {
      const codec = wellKnownCodec(message, this.#registry);
      if (!codec) return this.#readMessage(message, reading, reading.reader.len, 1, undefined);
      return codec.read(reading.reader, reading.reader.len, 1) ?? notAllowed(reading, message.typeName);
    } catch (error) {
      throw undecodable(error, bytes, call);
    }
  }

  #readMessage(
    message: DescMessage,
    reading: Reading,
    end: number | undefined,
    depth: number,
    previous: unknown,
    group = 0,
  ): Target {
    if (depth > maxDepth) throw new RangeError(`messages are nested deeper than ${maxDepth}`);
    const { reader } = reading;
    const plan = this.#planOf(message);
    const target = (previous as Target | null | undefined) ?? blank(plan, reading); // a field's own earlier value is a Target
    while (end === undefined || reader.pos < end) {
      const [number, wireType] = reader.tag();
      if (wireType === WireType.EndGroup) {
        if (end !== undefined || number !== group) throw new RangeError('a group ends that did not begin');
        return settled(plan, target, reading, message);
      }
      const field = plan.fields.get(number);
      if (!field || !readField(field, wireType, target, reading, depth))
        reader.skip(wireType, number, maxDepth - depth);
    }
    if (reader.pos !== end) throw new RangeError('a field goes beyond its message');
    return settled(plan, target, reading, message);
  }

  #planOf(message: DescMessage): MessagePlan {
    const existing = this.#plans.get(message);
    if (existing) return existing;
    const names = memberNames(message);
    const all = message.fields.map(field => this.#fieldPlan(field, names.field.get(field.name)!));
    const oneofs = new Map(
      message.oneofs.map(oneof => [
        oneof,
        { case: names.caseOf.get(oneof.name)!, members: oneof.fields.map(member => names.field.get(member.name)!) },
      ]),
    );
    const fields = new Map(
      message.fields.map((field, index) => {
        const plan = all[index]!;
        const oneof = field.oneof && oneofs.get(field.oneof);
        if (!oneof) return [field.number, plan];
        const rivals = oneof.members.filter(member => member !== plan.name);
        return [field.number, { ...plan, oneof: { caseName: oneof.case, rivals } }];
      }),
    );
    const plan = { fields, all, cases: [...names.caseOf.values()] };
    this.#plans.set(message, plan);
    return plan;
  }

  #fieldPlan(field: DescField, name: string): FieldPlan {
    const common = { name, isRequired: isLegacyRequired(field) };
    if (field.fieldKind === 'map') {
      const read = this.#entryReader(field);
      return { ...common, wireType: WireType.LengthDelimited, read, joins: 'entry', packable: false, absent: () => [] };
    }
    const { read, wireType } = this.#valueReader(field);
    if (field.fieldKind === 'list') {
      const packable = wireType !== WireType.LengthDelimited && wireType !== WireType.StartGroup;
      return { ...common, wireType, read, joins: 'list', packable, absent: () => [] };
    }
    const initial = absentValue(field);
    return { ...common, wireType, read, joins: 'one', packable: false, absent: () => initial };
  }

  /** Reads what follows the tag. */
  #valueReader(field: DescField): { read: ReadValue; wireType: WireType } {
    if (field.message) {
      const { message } = field;
      const isGroup = field.fieldKind !== 'map' && field.delimitedEncoding;
      if (isGroup) {
        const read: ReadValue = (reading, depth, previous) =>
          this.#readMessage(message, reading, undefined, depth + 1, previous, field.number);
        return { read, wireType: WireType.StartGroup };
      }
      const codec = wellKnownCodec(message, this.#registry);
      const read: ReadValue = codec
        ? ({ reader, call }, depth) => codec.read(reader, endOf(reader), depth + 1) ?? orNull(message, { call }, field)
        : (reading, depth, previous) => this.#readMessage(message, reading, endOf(reading.reader), depth + 1, previous);
      return { read, wireType: WireType.LengthDelimited };
    }
    if (field.enum) return { read: enumReader(field.enum), wireType: WireType.Varint };
    const read = scalarReader(field.scalar!, field.utf8Validation);
    return {
      wireType: wireTypeOf(field.scalar!),
      read: reading => {
        const value = read(reading.reader);
        if (typeof value !== 'number' || Number.isFinite(value)) return value;
        return notAllowed(reading, `${value} in ${field}`);
      },
    };
  }

  /** A map's entry is a message: key = 1, value = 2 (protobuf.dev/programming-guides/encoding#maps). An absent one is zero. */
  #entryReader(field: DescField & { fieldKind: 'map' }): ReadValue {
    const readKey = scalarReader(field.mapKey, field.utf8Validation);
    const keyWireType = wireTypeOf(field.mapKey);
    const { read, wireType: valueWireType } = this.#valueReader(field);
    return (reading, depth) => {
      const { reader } = reading;
      let key: unknown = zeroOf(field.mapKey);
      let value: unknown;
      forEachField(reader, endOf(reader), depth, (number, wireType) => {
        if (number === 1 && wireType === keyWireType) key = readKey(reader);
        else if (number === 2 && wireType === valueWireType) value = read(reading, depth, value);
        else return false;
        return true;
      });
      if (value === undefined) value = read({ ...reading, reader: new BinaryReader(zeros) }, depth, undefined);
      spend(reading, 2);
      return Object.assign(new Blank(), { key, value });
    };
  }
}

/** The zero of every type on the wire: eight bytes, four, a varint, a length. */
const zeros = new Uint8Array(8);

function absentValue(field: DescField): unknown {
  if (field.fieldKind !== 'scalar' && field.fieldKind !== 'enum') return null;
  if (field.fieldKind === 'enum') {
    const number = field.getDefaultValue() ?? (isImplicit(field) ? 0 : undefined);
    const value = number === undefined ? undefined : field.enum.value[number];
    return value === undefined || field.enum.typeName === nullValue
      ? null
      : (valueNames(field.enum).get(value.name) ?? null);
  }
  const declared = field.getDefaultValue();
  if (declared === undefined) return isImplicit(field) ? zeroOf(field.scalar) : null;
  if (declared instanceof Uint8Array) return Buffer.from(declared).toString('base64');
  if (typeof declared === 'bigint') return String(declared);
  if (typeof declared === 'number' && typeof zeroOf(field.scalar) === 'string') return String(declared);
  return typeof declared === 'number' && !Number.isFinite(declared) ? null : declared;
}

function blank(plan: MessagePlan, reading: Reading): Target {
  spend(reading, plan.all.length + 1);
  const target: Target = new Blank();
  for (const field of plan.all) target[field.name] = field.isRequired ? undefined : field.absent();
  for (const name of plan.cases) target[name] = null;
  return target;
}

function spend({ budget }: Reading, fields: number): void {
  budget.fields -= fields;
  if (budget.fields < 0) throw new RangeError(`the answer has more than ${maxFields} fields`);
}

/** A proto2 `required` field that the reply lacks is an error in its place. */
function settled(plan: MessagePlan, target: Target, reading: Reading, message: DescMessage): Target {
  for (const field of plan.all) {
    if (field.isRequired && target[field.name] === undefined) {
      target[field.name] = notAllowed(reading, `${message.typeName} without its required field ${field.name}`);
    }
  }
  return target;
}

/** False: the wire type is not the field's, so it is skipped like an unknown field. */
function readField(field: FieldPlan, wireType: WireType, target: Target, reading: Reading, depth: number): boolean {
  if (field.joins === 'list') {
    const list = target[field.name] as unknown[]; // blank() put it there
    if (wireType === field.wireType) list.push(field.read(reading, depth, undefined));
    else if (field.packable && wireType === WireType.LengthDelimited) {
      const end = endOf(reading.reader);
      while (reading.reader.pos < end) list.push(field.read(reading, depth, undefined));
      if (reading.reader.pos !== end) throw new RangeError('a packed field goes beyond its end');
    } else return false;
    return true;
  }
  if (wireType !== field.wireType) return false;
  if (field.joins === 'entry') {
    const list = target[field.name] as MapEntry[]; // blank() put it there, #entryReader reads what it holds
    putEntry(list, field.read(reading, depth, undefined) as MapEntry, reading);
    return true;
  }
  if (field.oneof) {
    for (const rival of field.oneof.rivals) target[rival] = null;
    target[field.oneof.caseName] = enumValueName(field.name);
  }
  target[field.name] = field.read(reading, depth, target[field.name]);
  return true;
}

interface MapEntry {
  readonly key: unknown;
  readonly value: unknown;
}

/** The last of equal keys holds, where the first stood. */
function putEntry(list: MapEntry[], entry: MapEntry, { places }: Reading): void {
  let placeOf = places.get(list);
  if (!placeOf) {
    placeOf = new Map();
    places.set(list, placeOf);
  }
  const place = placeOf.get(entry.key) ?? list.length;
  placeOf.set(entry.key, place);
  list[place] = entry;
}

function enumReader(declared: DescEnum): ReadValue {
  if (declared.typeName === nullValue) {
    return ({ reader }) => {
      reader.int32();
      return null;
    };
  }
  const names = valueNames(declared);
  const byNumber = new Map<number, string>();
  for (const value of declared.values) {
    if (!byNumber.has(value.number)) byNumber.set(value.number, names.get(value.name)!);
  }
  return reading => {
    const number = reading.reader.int32();
    return byNumber.get(number) ?? notAllowed(reading, `number ${number} of ${declared.typeName}`);
  };
}

function orNull(message: DescMessage, reading: { readonly call: CallName }, field: DescField): unknown {
  return message.typeName === 'google.protobuf.Value' ? null : notAllowed(reading, `${message.typeName} in ${field}`);
}

function notAllowed(reading: { readonly call: CallName }, what: string) {
  return upstreamError('UPSTREAM_MALFORMED', reading.call, { cause: `not allowed: ${what}` });
}
