import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import type { SelectionSetNode } from 'graphql';
import type { CallName } from '../../../adapter/upstream-error.ts';
import { Blank } from '../../../base/blank.ts';
import { fullNameOf, type Member } from '../describe/members.ts';
import { valueNames } from '../describe/names.ts';
import { isLegacyRequired } from '../describe/presence.ts';
import { nullValue } from '../describe/scalar-of.ts';
import { undecodable } from '../fault.ts';
import { absentValue } from './absent-value.ts';
import { endOf, forEachField } from './json-value.ts';
import { maxFields } from './limits.ts';
import type { FieldPlan, MessagePlan, ReadValue, Target } from './message-plan.ts';
import { notAllowed } from './not-allowed.ts';
import { readMessage, spend } from './read-message.ts';
import { WireReader } from './reader.ts';
import { scalarReader, wireTypeOf, zeroOf } from './scalars.ts';
import { type Selected, selectedOf } from './selected.ts';
import { wellKnownCodecs } from './well-known.ts';
import type { WireModel } from './wire-model.ts';

/**
 * Reads replies into values keyed by GraphQL names, straight from the wire (protobuf.dev/programming-guides/encoding), by plans that are made
 * once for each message and selection; no code is generated. Values inherit nothing. What breaks the encoding throws; what only a
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
