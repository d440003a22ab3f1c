import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import type { SelectionSetNode } from 'graphql';
import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import { Blank } from '../../../base/blank.ts';
import { fullNameOf, type Member } from '../describe/members.ts';
import { enumValueName, valueNames } from '../describe/names.ts';
import { isImplicit, isLegacyRequired } from '../describe/presence.ts';
import { nullValue } from '../describe/scalar-of.ts';
import { undecodable } from '../fault.ts';
import { endOf, forEachField } from './json-value.ts';
import { maxDepth, maxFields } from './limits.ts';
import { WireReader } from './reader.ts';
import { scalarReader, wireTypeOf, zeroOf } from './scalars.ts';
import { type Selected, selectedOf } from './selected.ts';
import { wellKnownCodecs } from './well-known.ts';
import type { WireModel } from './wire-model.ts';

type Target = Record<string, unknown>;

/** One reply that is being read. */
interface Reading {
  readonly reader: WireReader;
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
  /** Absent: the value is not wanted, but that there is one tells of its oneof. */
  readonly read?: ReadValue;
  /** How the value joins what is there: `one` replaces it, `list` is appended, an `entry` is put into the list of its map. */
  readonly joins: 'one' | 'list' | 'entry';
  readonly packable: boolean;
  readonly isRequired: boolean;
  /** What stands in its place while none has come; lists are made anew. */
  readonly absent: unknown;
  readonly oneof?: OneofPlan;
}

/** What it means for a oneof that one of its members comes. */
type OneofPlan =
  /** The other members that are wanted, and where the name of the present one stands. */
  | { readonly caseName: string | undefined; readonly rivals: readonly string[] }
  /** The oneof's own name, and the type that stands for the member. */
  | { readonly union: string; readonly type: string };

interface MessagePlan {
  readonly fields: ReadonlyMap<number, FieldPlan>;
  /** Those that a value has beside what is told of oneofs. */
  readonly all: readonly FieldPlan[];
  readonly required: readonly FieldPlan[];
  /** A value of which nothing has come: what is told of oneofs is null as long as no member comes. */
  readonly empty: Target;
  /** Those that each value has a list of its own for. */
  readonly lists: readonly string[];
}

/**
 * Reads replies into values keyed by GraphQL names, straight from the wire (protobuf.dev/programming-guides/encoding). Plans are made
 * once for each message and selection, and no code is generated. Values inherit nothing. What breaks the encoding throws; what only a
 * field's type does not allow stands in its place as a GatewayError.
 */
export class Decoder {
  readonly #model: WireModel;
  readonly #wellKnown: ReturnType<typeof wellKnownCodecs>;
  readonly #whole = new Map<DescMessage, MessagePlan>();
  readonly #selected = new WeakMap<SelectionSetNode, Map<DescMessage, MessagePlan>>();

  constructor(model: WireModel) {
    this.#model = model;
    this.#wellKnown = wellKnownCodecs(model);
  }

  /** The value of a whole reply, or what is selected of it. Throws UPSTREAM_MALFORMED. */
  decode(message: DescMessage, bytes: Uint8Array, call: CallName, selection?: SelectionSetNode): unknown {
    const reading = { reader: new WireReader(bytes), call, budget: { fields: maxFields }, places: new Map() };
    try {
      const codec = this.#wellKnown(message);
      if (!codec)
        return readMessage(this.#planOf(message, selection), message, reading, reading.reader.end, 1, undefined);
      return codec.read(reading.reader, reading.reader.end, 1) ?? notAllowed(reading, message.typeName);
    } catch (error) {
      throw undecodable(error, bytes, call);
    }
  }

  #planOf(message: DescMessage, selection: SelectionSetNode | undefined): MessagePlan {
    const plans = selection ? (this.#selected.get(selection) ?? new Map<DescMessage, MessagePlan>()) : this.#whole;
    if (selection) this.#selected.set(selection, plans);
    const existing = plans.get(message);
    if (existing) return existing;
    const plan = this.#makePlan(message, selection && selectedOf(selection));
    plans.set(message, plan);
    return plan;
  }

  #makePlan(message: DescMessage, selected: Selected | undefined): MessagePlan {
    const { members, unions } = this.#model;
    const names = members.namesOf(message);
    const isWanted = (name: string) => selected === undefined || selected.fields.has(name);
    const oneofs: string[] = [];
    const fields = new Map<number, FieldPlan>();
    for (const field of members.of(message)) {
      const name = names.field.get(field)!;
      if (!field.oneof && isWanted(name))
        fields.set(field.number, this.#fieldPlan(field, name, selected?.fields.get(name)));
    }
    const all = [...fields.values()];
    for (const oneof of message.oneofs) {
      const add = (plan: FieldPlan, number: number) => fields.set(number, plan);
      if (unions) {
        const union = names.oneof.get(oneof.name)!;
        if (!isWanted(union)) continue;
        oneofs.push(union);
        const below = selected?.fields.get(union);
        for (const field of oneof.fields) {
          const type = unions[fullNameOf(field)];
          if (type === undefined) continue;
          add(
            { ...this.#memberPlan(field, names.field.get(field)!, below, type), oneof: { union, type } },
            field.number,
          );
        }
        continue;
      }
      const wanted = oneof.fields.filter(field => isWanted(names.field.get(field)!));
      const caseName = isWanted(names.caseOf.get(oneof.name)!) ? names.caseOf.get(oneof.name)! : undefined;
      if (caseName !== undefined) oneofs.push(caseName);
      if (wanted.length === 0 && caseName === undefined) continue;
      for (const field of oneof.fields) {
        const name = names.field.get(field)!;
        const rivals = wanted.filter(other => other !== field).map(other => names.field.get(other)!);
        const plan = this.#fieldPlan(field, name, selected?.fields.get(name));
        const { read: _, ...unread } = plan;
        add({ ...(wanted.includes(field) ? plan : unread), oneof: { caseName, rivals } }, field.number);
        if (wanted.includes(field)) all.push(plan);
      }
    }
    const empty: Target = new Blank();
    for (const { name, isRequired, absent } of all) empty[name] = isRequired ? undefined : absent;
    for (const name of oneofs) empty[name] = null;
    return {
      fields,
      all,
      required: all.filter(({ isRequired }) => isRequired),
      empty,
      lists: all.filter(({ joins }) => joins !== 'one').map(({ name }) => name),
    };
  }

  /** A member whose value stands in an object of its own. */
  #memberPlan(field: Member, name: string, union: SelectionSetNode | undefined, type: string): FieldPlan {
    const own = union && selectedOf(union).ofType.get(type);
    const fields = own && selectedOf(own).fields;
    const plan = this.#fieldPlan(field, name, fields?.get(name));
    if (!union || fields?.has(name)) return plan;
    const { read: _, ...unread } = plan;
    return unread;
  }

  #fieldPlan(field: Member, name: string, selection: SelectionSetNode | undefined): FieldPlan {
    const common = { name, isRequired: isLegacyRequired(field) };
    if (field.fieldKind === 'map') {
      const read = this.#entryReader(field, selection && selectedOf(selection));
      return {
        ...common,
        wireType: WireType.LengthDelimited,
        read,
        joins: 'entry',
        packable: false,
        absent: undefined,
      };
    }
    const { read, wireType } = this.#valueReader(field, selection);
    if (field.fieldKind === 'list') {
      const packable = wireType !== WireType.LengthDelimited && wireType !== WireType.StartGroup;
      return { ...common, wireType, read, joins: 'list', packable, absent: undefined };
    }
    const absent = absentValue(field, this.#model.keepsNonFinite);
    return { ...common, wireType, read, joins: 'one', packable: false, absent };
  }

  /** Reads what follows the tag. */
  #valueReader(field: Member, selection: SelectionSetNode | undefined): { read: ReadValue; wireType: WireType } {
    if (field.message) return this.#messageReader(field, field.message, selection);
    if (field.enum) return { read: enumReader(field.enum), wireType: WireType.Varint };
    const { keepsNonFinite } = this.#model;
    const read = scalarReader(field.scalar!, field.utf8Validation);
    return {
      wireType: wireTypeOf(field.scalar!),
      read: reading => {
        const value = read(reading.reader);
        if (typeof value !== 'number' || Number.isFinite(value)) return value;
        return keepsNonFinite ? String(value) : notAllowed(reading, `${value} in ${field}`);
      },
    };
  }

  #messageReader(field: Member, message: DescMessage, selection: SelectionSetNode | undefined) {
    let known: MessagePlan | undefined; // made by the first value: messages may hold themselves
    const planOf = () => {
      known ??= this.#planOf(message, selection);
      return known;
    };
    if (field.fieldKind !== 'map' && 'delimitedEncoding' in field && field.delimitedEncoding) {
      const read: ReadValue = (reading, depth, previous) =>
        readMessage(planOf(), message, reading, undefined, depth + 1, previous, field.number);
      return { read, wireType: WireType.StartGroup };
    }
    const codec = this.#wellKnown(message);
    const read: ReadValue = codec
      ? ({ reader, call }, depth) => codec.read(reader, endOf(reader), depth + 1) ?? orNull(message, { call }, field)
      : (reading, depth, previous) =>
          readMessage(planOf(), message, reading, endOf(reading.reader), depth + 1, previous);
    return { read, wireType: WireType.LengthDelimited };
  }

  /** A map's entry is a message: key = 1, value = 2 (protobuf.dev/programming-guides/encoding#maps). An absent one is zero. */
  #entryReader(field: Member & { fieldKind: 'map' }, selected: Selected | undefined): ReadValue {
    const readKey = scalarReader(field.mapKey, field.utf8Validation);
    const keyWireType = wireTypeOf(field.mapKey);
    const { read, wireType: valueWireType } = this.#valueReader(field, selected?.fields.get('value'));
    const wantsValue = selected?.fields.has('value') ?? true;
    return (reading, depth) => {
      const { reader } = reading;
      let key: unknown = zeroOf(field.mapKey);
      let value: unknown;
      forEachField(reader, endOf(reader), depth, (number, wireType) => {
        if (number === 1 && wireType === keyWireType) key = readKey(reader);
        else if (wantsValue && number === 2 && wireType === valueWireType) value = read(reading, depth, value);
        else return false;
        return true;
      });
      if (value === undefined && wantsValue)
        value = read({ ...reading, reader: new WireReader(zeros) }, depth, undefined);
      spend(reading, 2);
      return Object.assign(new Blank(), { key, value });
    };
  }
}

/** The zero of every type on the wire: eight bytes, four, a varint, a length. */
const zeros = new Uint8Array(8);

function absentValue(field: Member, keepsNonFinite: boolean): unknown {
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
  if (typeof declared !== 'number' || Number.isFinite(declared)) return declared;
  return keepsNonFinite ? String(declared) : null;
}

function blank(plan: MessagePlan, reading: Reading): Target {
  spend(reading, plan.all.length + 1);
  const target: Target = Object.assign(new Blank(), plan.empty);
  for (const name of plan.lists) target[name] = [];
  return target;
}

function spend({ budget }: Reading, fields: number): void {
  budget.fields -= fields;
  if (budget.fields < 0) throw new RangeError(`the answer has more than ${maxFields} fields`);
}

/** A proto2 `required` field that the reply lacks is an error in its place. */
function settled(plan: MessagePlan, target: Target, reading: Reading, message: DescMessage): Target {
  for (const field of plan.required) {
    if (target[field.name] === undefined) {
      target[field.name] = notAllowed(reading, `${message.typeName} without its required field ${field.name}`);
    }
  }
  return target;
}

/** Reads a message up to `end`, or, where there is none, up to the end of the group of that number. */
function readMessage(
  plan: MessagePlan,
  message: DescMessage,
  reading: Reading,
  end: number | undefined,
  depth: number,
  previous: unknown,
  group = 0,
): Target {
  if (depth > maxDepth) throw new RangeError(`messages are nested deeper than ${maxDepth}`);
  const { reader } = reading;
  const target = (previous as Target | null | undefined) ?? blank(plan, reading); // a field's own earlier value is a Target
  while (end === undefined || reader.pos < end) {
    const tag = reader.tag();
    const wireType: WireType = tag & 7;
    if (wireType === WireType.EndGroup) {
      if (end !== undefined || tag >>> 3 !== group) throw new RangeError('a group ends that did not begin');
      return settled(plan, target, reading, message);
    }
    const field = plan.fields.get(tag >>> 3);
    if (!field || !readField(field, wireType, target, reading, depth)) reader.skip(tag, maxDepth - depth);
  }
  if (reader.pos !== end) throw new RangeError('a field goes beyond its message');
  return settled(plan, target, reading, message);
}

/** False: the wire type is not the field's, or its value is not wanted, so it is skipped like an unknown field. */
function readField(field: FieldPlan, wireType: WireType, target: Target, reading: Reading, depth: number): boolean {
  const { read } = field;
  if (field.joins === 'list') {
    const list = target[field.name] as unknown[]; // blank() put it there
    if (wireType === field.wireType) list.push(read?.(reading, depth, undefined));
    else if (field.packable && wireType === WireType.LengthDelimited) {
      const end = endOf(reading.reader);
      while (reading.reader.pos < end) list.push(read?.(reading, depth, undefined));
      if (reading.reader.pos !== end) throw new RangeError('a packed field goes beyond its end');
    } else return false;
    return true;
  }
  if (wireType !== field.wireType) return false;
  if (field.joins === 'entry') {
    const list = target[field.name] as MapEntry[]; // blank() put it there, #entryReader reads what it holds
    putEntry(list, read?.(reading, depth, undefined) as MapEntry, reading);
    return true;
  }
  if (field.oneof) return readMember(field, field.oneof, target, reading, depth);
  target[field.name] = read?.(reading, depth, target[field.name]);
  return true;
}

/** The last member that comes is the one that is set (protobuf.dev/programming-guides/proto3#oneof). */
function readMember(
  { name, read }: FieldPlan,
  oneof: OneofPlan,
  target: Target,
  reading: Reading,
  depth: number,
): boolean {
  if ('union' in oneof) {
    const before = target[oneof.union] as Target | null; // blank() or this put it there
    const box: Target = new Blank();
    box['__typename'] = oneof.type;
    const previous = before?.['__typename'] === oneof.type ? before[name] : undefined;
    target[oneof.union] = box;
    if (read) box[name] = read(reading, depth, previous);
    return read !== undefined;
  }
  for (const rival of oneof.rivals) target[rival] = null;
  if (oneof.caseName !== undefined) target[oneof.caseName] = enumValueName(name);
  if (read) target[name] = read(reading, depth, target[name]);
  return read !== undefined;
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

function orNull(message: DescMessage, reading: { readonly call: CallName }, field: Member): unknown {
  return message.typeName === 'google.protobuf.Value' ? null : notAllowed(reading, `${message.typeName} in ${field}`);
}

function notAllowed(reading: { readonly call: CallName }, what: string) {
  return upstreamError('UPSTREAM_MALFORMED', reading.call, { cause: `not allowed: ${what}` });
}
