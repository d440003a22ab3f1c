import type { DescEnum, DescMessage, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { isRecord, own } from '../../../base/json.ts';
import type { Member } from '../describe/members.ts';
import { valueNames } from '../describe/names.ts';
import { isImplicit } from '../describe/presence.ts';
import { mayBeNull, nullValue } from '../describe/scalar-of.ts';
import { at, InputFault, within } from './input-fault.ts';
import { maxDepth } from './limits.ts';
import { wireTypeOf, writeScalar, zeroTest } from './scalars.ts';
import { type WellKnownCodec, wellKnownCodecs } from './well-known.ts';
import type { WireModel } from './wire-model.ts';
import { WireWriter } from './writer.ts';

type Input = Readonly<Record<string, unknown>>;

/** How one value is written after its tag. */
type ValuePlan =
  | { readonly kind: 'scalar'; readonly type: ScalarType }
  /** By the names of its values. */
  | { readonly kind: 'enum'; readonly numbers: ReadonlyMap<unknown, number>; readonly name: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'wellKnown'; readonly codec: WellKnownCodec }
  /** `plan` is made by the first value: messages may hold themselves. */
  | { readonly kind: 'message'; readonly message: DescMessage; plan: readonly MemberPlan[] | undefined }
  | {
      readonly kind: 'group';
      readonly message: DescMessage;
      plan: readonly MemberPlan[] | undefined;
      readonly end: number;
    };

interface FieldPlan {
  readonly name: string;
  readonly tag: number;
  readonly joins: 'one' | 'list' | 'packed' | 'entries';
  readonly value: ValuePlan;
  /** Not written, though it is given: its absence says it. */
  readonly leftOut?: (value: unknown) => boolean;
  readonly takesNull: boolean;
  readonly key?: { readonly tag: number; readonly type: ScalarType };
}

interface OneofPlan {
  readonly name: string;
  readonly joins: 'oneof';
  readonly takesNull: false;
  readonly choices: readonly FieldPlan[];
}

type MemberPlan = FieldPlan | OneofPlan;

/**
 * Writes arguments as requests: values keyed by GraphQL names, as GraphQL coerced them. Plans are made once for each message, and are data.
 * Throws InputFault with the way to what cannot be written.
 */
export class Encoder {
  readonly #model: WireModel;
  readonly #wellKnown: ReturnType<typeof wellKnownCodecs>;
  readonly #plans = new Map<DescMessage, readonly MemberPlan[]>();
  readonly #writer = new WireWriter();

  constructor(model: WireModel) {
    this.#model = model;
    this.#wellKnown = wellKnownCodecs(model);
  }

  /** The arguments of a call: the fields of the request, or its value under `input` where GraphQL has a scalar for it. */
  encode(message: DescMessage, args: Input): Buffer {
    const writer = this.#writer;
    writer.begin();
    const codec = this.#wellKnown(message);
    if (!codec) this.#writeMessage(this.#planOf(message), args, 1);
    else {
      const input = own(args, 'input');
      if (input !== undefined && (input !== null || mayBeNull(message)))
        within('input', () => codec.write(writer, input, 1));
    }
    return writer.finish();
  }

  /** One request of many. */
  encodeItem(message: DescMessage, item: unknown): Buffer {
    const writer = this.#writer;
    writer.begin();
    const codec = this.#wellKnown(message);
    if (codec) codec.write(writer, item, 1);
    else this.#writeMessage(this.#planOf(message), item, 1);
    return writer.finish();
  }

  #writeMessage(plan: readonly MemberPlan[], value: unknown, depth: number): void {
    if (depth > maxDepth) throw new InputFault(`is nested deeper than ${maxDepth}`);
    this.#writeMembers(plan, value, depth);
  }

  #writeMembers(plan: readonly MemberPlan[], value: unknown, depth: number): void {
    if (!isRecord(value)) throw new InputFault('is not an object');
    for (const member of plan) {
      const given = own(value, member.name);
      if (given === undefined || (given === null && !member.takesNull)) continue;
      try {
        if (member.joins === 'oneof') this.#writeMembers(member.choices, given, depth);
        else this.#writeField(member, given, depth);
      } catch (error) {
        throw at(member.name, error);
      }
    }
  }

  #writeField(field: FieldPlan, value: unknown, depth: number): void {
    const writer = this.#writer;
    switch (field.joins) {
      case 'one':
        if (field.leftOut?.(value)) return;
        writer.uint32(field.tag);
        this.#writeValue(field.value, value, depth);
        return;
      case 'list':
        this.#writeItems(field, value, depth);
        return;
      case 'packed': {
        if (Array.isArray(value) && value.length === 0) return;
        writer.uint32(field.tag);
        const start = writer.open();
        this.#writeItems(field, value, depth);
        writer.close(start);
        return;
      }
      case 'entries':
        this.#writeEntries(field, value, depth);
    }
  }

  /** A value that is no list is a list of it. */
  #writeItems({ joins, tag, value: plan }: FieldPlan, value: unknown, depth: number): void {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    let index = 0;
    try {
      for (; index < items.length; index++) {
        if (joins === 'list') this.#writer.uint32(tag);
        this.#writeValue(plan, items[index], depth);
      }
    } catch (error) {
      throw at(index, error);
    }
  }

  /** A list of `{key, value}`. A key that is given twice would lose a value in silence. */
  #writeEntries(field: FieldPlan, value: unknown, depth: number): void {
    if (!Array.isArray(value)) throw new InputFault('is not a list of entries');
    const keys = new Set<unknown>();
    for (const [index, entry] of value.entries()) within(index, () => this.#writeEntry(field, entry, keys, depth));
  }

  #writeEntry({ tag, key: keyPlan, value }: FieldPlan, entry: unknown, keys: Set<unknown>, depth: number): void {
    if (!isRecord(entry)) throw new InputFault('is not an entry');
    const writer = this.#writer;
    const key = own(entry, 'key');
    writer.uint32(tag);
    const start = writer.open();
    within('key', () => {
      writer.uint32(keyPlan!.tag);
      writeScalar(writer, keyPlan!.type, key, false);
      if (keys.has(key)) throw new InputFault('is the key of an entry before it, too');
    });
    keys.add(key);
    within('value', () => {
      writer.uint32(tagOf(2, wireTypeOfPlan(value)));
      this.#writeValue(value, own(entry, 'value') ?? null, depth);
    });
    writer.close(start);
  }

  #writeValue(plan: ValuePlan, value: unknown, depth: number): void {
    const writer = this.#writer;
    switch (plan.kind) {
      case 'scalar':
        writeScalar(writer, plan.type, value, this.#model.keepsNonFinite);
        return;
      case 'enum': {
        const number = plan.numbers.get(value);
        if (number === undefined) throw new InputFault(`is no value of ${plan.name}`);
        writer.int32(number);
        return;
      }
      case 'null':
        writer.int32(0);
        return;
      case 'message': {
        const start = writer.open();
        plan.plan ??= this.#planOf(plan.message);
        this.#writeMessage(plan.plan, value, depth + 1);
        writer.close(start);
        return;
      }
      case 'wellKnown': {
        const start = writer.open();
        plan.codec.write(writer, value, depth + 1);
        writer.close(start);
        return;
      }
      case 'group':
        plan.plan ??= this.#planOf(plan.message);
        this.#writeMessage(plan.plan, value, depth + 1);
        writer.uint32(plan.end);
    }
  }

  #planOf(message: DescMessage): readonly MemberPlan[] {
    const existing = this.#plans.get(message);
    if (existing) return existing;
    const { members } = this.#model;
    const names = members.namesOf(message);
    const plan = [...message.members, ...members.extensionsOf(message)].map((member): MemberPlan => {
      if (member.kind !== 'oneof') return this.#fieldPlan(names.field.get(member)!, member);
      const choices = member.fields.map(field => this.#fieldPlan(names.field.get(field)!, field));
      return { name: names.oneof.get(member.name)!, joins: 'oneof', takesNull: false, choices };
    });
    this.#plans.set(message, plan);
    return plan;
  }

  #fieldPlan(name: string, field: Member): FieldPlan {
    const { number, fieldKind } = field;
    const value = this.#valuePlan(field);
    const common = { name, value, tag: tagOf(number, wireTypeOfPlan(value)), takesNull: false };
    switch (fieldKind) {
      case 'map': {
        const key = { tag: tagOf(1, wireTypeOf(field.mapKey)), type: field.mapKey };
        return { ...common, joins: 'entries', tag: tagOf(number, WireType.LengthDelimited), key };
      }
      case 'list':
        return field.packed
          ? { ...common, joins: 'packed', tag: tagOf(number, WireType.LengthDelimited) }
          : { ...common, joins: 'list' };
      case 'message': {
        const takesNull = mayBeNull(field.message);
        const isPresence = this.#model.members.of(field.message).length === 0;
        return { ...common, joins: 'one', takesNull, ...(isPresence ? { leftOut: isNotTrue } : {}) };
      }
      default:
        return { ...common, joins: 'one', ...(isImplicit(field) ? { leftOut: saysNothing(field) } : {}) };
    }
  }

  #valuePlan(field: Member): ValuePlan {
    if (field.message) {
      const { message, number } = field;
      if (field.fieldKind !== 'map' && field.delimitedEncoding)
        return { kind: 'group', message, plan: undefined, end: tagOf(number, WireType.EndGroup) };
      const codec = this.#wellKnown(message);
      return codec ? { kind: 'wellKnown', codec } : { kind: 'message', message, plan: undefined };
    }
    return field.enum ? enumPlan(field.enum) : { kind: 'scalar', type: field.scalar! };
  }
}

/** Every name of an enum is accepted, aliases included. */
function enumPlan(declared: DescEnum): ValuePlan {
  if (declared.typeName === nullValue) return { kind: 'null' };
  const names = valueNames(declared);
  const numbers = new Map(declared.values.map(value => [names.get(value.name)!, value.number]));
  return { kind: 'enum', numbers, name: declared.typeName };
}

/** What an absent field of implicit presence says anyway. */
function saysNothing({ enum: declared, scalar }: Member): (value: unknown) => boolean {
  if (!declared) return zeroTest(scalar!);
  const zero = declared.values.find(({ number }) => number === 0)?.name;
  const name = zero === undefined ? undefined : valueNames(declared).get(zero);
  return value => value === name;
}

function isNotTrue(value: unknown): boolean {
  return value !== true;
}

function tagOf(number: number, wireType: WireType): number {
  return ((number << 3) | wireType) >>> 0;
}

function wireTypeOfPlan(plan: ValuePlan): WireType {
  switch (plan.kind) {
    case 'scalar':
      return wireTypeOf(plan.type);
    case 'enum':
    case 'null':
      return WireType.Varint;
    case 'group':
      return WireType.StartGroup;
    default:
      return WireType.LengthDelimited;
  }
}
