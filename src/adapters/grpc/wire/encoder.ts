import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { isRecord, own } from '../../../base/json.ts';
import type { Member } from '../describe/members.ts';
import { valueNames } from '../describe/names.ts';
import { isImplicit } from '../describe/presence.ts';
import { mayBeNull, nullValue } from '../describe/scalar-of.ts';
import { InputFault, within } from './input-fault.ts';
import { maxDepth } from './limits.ts';
import { isZero, wireTypeOf, writeScalar } from './scalars.ts';
import { wellKnownCodec } from './well-known.ts';
import type { WireModel } from './wire-model.ts';

type WriteMember = (writer: BinaryWriter, input: Readonly<Record<string, unknown>>, depth: number) => void;

/**
 * Writes arguments as requests: values keyed by GraphQL names, as GraphQL coerced them. Plans are made once for each message. Throws
 * InputFault with the way to what cannot be written.
 */
export class Encoder {
  readonly #model: WireModel;
  readonly #plans = new Map<DescMessage, readonly WriteMember[]>();

  constructor(model: WireModel) {
    this.#model = model;
  }

  /** The arguments of a call: the fields of the request, or its value under `input` where GraphQL has a scalar for it. */
  encode(message: DescMessage, args: Readonly<Record<string, unknown>>): Uint8Array {
    const writer = new BinaryWriter();
    const codec = wellKnownCodec(message, this.#model);
    if (!codec) this.#writeMessage(message, writer, args, 1);
    else {
      const input = own(args, 'input');
      if (input !== undefined && (input !== null || mayBeNull(message)))
        within('input', () => codec.write(writer, input, 1));
    }
    return writer.finish();
  }

  /** One request of many. */
  encodeItem(message: DescMessage, item: unknown): Uint8Array {
    const writer = new BinaryWriter();
    const codec = wellKnownCodec(message, this.#model);
    if (codec) codec.write(writer, item, 1);
    else this.#writeMessage(message, writer, item, 1);
    return writer.finish();
  }

  #writeMessage(message: DescMessage, writer: BinaryWriter, value: unknown, depth: number): void {
    if (depth > maxDepth) throw new InputFault(`is nested deeper than ${maxDepth}`);
    if (!isRecord(value)) throw new InputFault('is not an object');
    for (const write of this.#planOf(message)) write(writer, value, depth);
  }

  #planOf(message: DescMessage): readonly WriteMember[] {
    const existing = this.#plans.get(message);
    if (existing) return existing;
    const { members } = this.#model;
    const names = members.namesOf(message);
    const plan = [...message.members, ...members.extensionsOf(message)].map((member): WriteMember => {
      if (member.kind !== 'oneof') return this.#memberWriter(names.field.get(member)!, member);
      const name = names.oneof.get(member.name)!;
      const choices = member.fields.map(field => this.#memberWriter(names.field.get(field)!, field));
      return (writer, input, depth) => {
        const chosen = own(input, name);
        if (chosen === undefined || chosen === null) return;
        within(name, () => {
          if (!isRecord(chosen)) throw new InputFault('is not an object');
          for (const write of choices) write(writer, chosen, depth);
        });
      };
    });
    this.#plans.set(message, plan);
    return plan;
  }

  #memberWriter(name: string, field: Member): WriteMember {
    const write = this.#fieldWriter(field);
    const takesNull = field.fieldKind === 'message' && mayBeNull(field.message);
    return (writer, input, depth) => {
      const value = own(input, name);
      if (value === undefined || (value === null && !takesNull)) return;
      within(name, () => write(writer, value, depth));
    };
  }

  #fieldWriter(field: Member): (writer: BinaryWriter, value: unknown, depth: number) => void {
    if (field.fieldKind === 'map') return this.#mapWriter(field);
    const { wireType, write } = this.#valueWriter(field);
    if (field.fieldKind === 'list') {
      return (writer, value, depth) => {
        const items = Array.isArray(value) ? value : [value];
        if (field.packed && items.length > 0) writer.tag(field.number, WireType.LengthDelimited).fork();
        for (const [index, item] of items.entries()) {
          if (!field.packed) writer.tag(field.number, wireType);
          within(index, () => write(writer, item, depth));
        }
        if (field.packed && items.length > 0) writer.join();
      };
    }
    if (field.fieldKind === 'message') {
      const isPresence = this.#model.members.of(field.message).length === 0;
      return (writer, value, depth) => {
        if (isPresence && value !== true) return;
        write(writer.tag(field.number, wireType), value, depth);
      };
    }
    const leavesOutZero = isImplicit(field);
    const zero = field.enum?.values.find(({ number }) => number === 0)?.name;
    const zeroName = zero === undefined ? undefined : valueNames(field.enum!).get(zero);
    return (writer, value, depth) => {
      if (leavesOutZero && (field.enum ? value === zeroName : isZero(field.scalar!, value))) return;
      write(writer.tag(field.number, wireType), value, depth);
    };
  }

  /** What follows the tag. */
  #valueWriter(field: Member): {
    wireType: WireType;
    write: (writer: BinaryWriter, value: unknown, depth: number) => void;
  } {
    if (field.message) {
      const { message, number } = field;
      const codec = wellKnownCodec(message, this.#model);
      if (field.fieldKind !== 'map' && field.delimitedEncoding) {
        return {
          wireType: WireType.StartGroup,
          write: (writer, value, depth) => {
            this.#writeMessage(message, writer, value, depth + 1);
            writer.tag(number, WireType.EndGroup);
          },
        };
      }
      return {
        wireType: WireType.LengthDelimited,
        write: (writer, value, depth) => {
          writer.fork();
          if (codec) codec.write(writer, value, depth + 1);
          else this.#writeMessage(message, writer, value, depth + 1);
          writer.join();
        },
      };
    }
    if (field.enum) return { wireType: WireType.Varint, write: enumWriter(field.enum) };
    const { scalar } = field;
    const { keepsNonFinite } = this.#model;
    return {
      wireType: wireTypeOf(scalar!),
      write: (writer, value) => writeScalar(writer, scalar!, value, keepsNonFinite),
    };
  }

  /** A list of `{key, value}`. A key that is given twice would lose a value in silence. */
  #mapWriter(field: DescField & { fieldKind: 'map' }): (writer: BinaryWriter, value: unknown, depth: number) => void {
    const { wireType, write } = this.#valueWriter(field);
    const keyWireType = wireTypeOf(field.mapKey);
    return (writer, value, depth) => {
      if (!Array.isArray(value)) throw new InputFault('is not a list of entries');
      const keys = new Set<unknown>();
      const writeEntry = (entry: unknown) => {
        if (!isRecord(entry)) throw new InputFault('is not an entry');
        const key = own(entry, 'key');
        writer.tag(field.number, WireType.LengthDelimited).fork();
        within('key', () => {
          writeScalar(writer.tag(1, keyWireType), field.mapKey, key, false);
          if (keys.has(key)) throw new InputFault('is the key of an entry before it, too');
        });
        keys.add(key);
        within('value', () => write(writer.tag(2, wireType), own(entry, 'value') ?? null, depth));
        writer.join();
      };
      for (const [index, entry] of value.entries()) within(index, () => writeEntry(entry));
    };
  }
}

/** Every name of an enum is accepted, aliases included. */
function enumWriter(declared: DescEnum): (writer: BinaryWriter, value: unknown) => void {
  if (declared.typeName === nullValue) return writer => void writer.int32(0);
  const names = valueNames(declared);
  const numbers = new Map(declared.values.map(value => [names.get(value.name)!, value.number]));
  return (writer, value) => {
    const number = typeof value === 'string' ? numbers.get(value) : undefined;
    if (number === undefined) throw new InputFault(`is no value of ${declared.typeName}`);
    writer.int32(number);
  };
}
