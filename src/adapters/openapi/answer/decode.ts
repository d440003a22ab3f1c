import { isRecord } from '../../../base/json.ts';
import type { Model, ObjectShape, Shape, TypeShape, UnionMember, UnionShape } from '../call/shape.ts';
import { type Blame, type Decode, scalarDecode, shown } from './decode-scalar.ts';
import { kindOf, NumberText, scalarText } from './json-text.ts';
import { memberOf } from './member-of.ts';
import { isPlain, plainOf } from './plain-value.ts';

/**
 * Reads what a backend answered, by its shape: values keyed by GraphQL's field names, null for what is missing. What the document does not
 * name is no field's value, but may still stand in an object: nobody reads it. A part that breaks the contract is an error in its place,
 * and harms nothing else. Shapes are compiled when they are first met.
 */
export class Decoder {
  readonly #types: ReadonlyMap<string, TypeShape>;
  readonly #compiled = new WeakMap<Shape, Decode>();
  readonly #named = new Map<string, Decode>();

  constructor(model: Model) {
    this.#types = new Map(Object.entries(model.types));
  }

  decode(shape: Shape, value: unknown, blame: Blame): unknown {
    return this.of(shape)(value, blame);
  }

  of(shape: Shape): Decode {
    const known = this.#compiled.get(shape);
    if (known) return known;
    const decode = this.#compile(shape);
    this.#compiled.set(shape, decode);
    return decode;
  }

  #compile(shape: Shape): Decode {
    const there = this.#ofPresent(shape);
    return shape.nonNull
      ? (value, blame) =>
          value === undefined || value === null ? blame('a required value is missing') : there(value, blame)
      : (value, blame) => (value === undefined || value === null ? null : there(value, blame));
  }

  #ofPresent(shape: Shape): Decode {
    switch (shape.kind) {
      case 'scalar':
        return scalarDecode(shape);
      case 'list': {
        const item = this.of(shape.of);
        return (value, blame) =>
          Array.isArray(value) ? listInPlace(value, item, blame) : blame(`${kindOf(value)} where a list was promised`);
      }
      case 'map': {
        const item = this.of(shape.value);
        return (value, blame) => {
          if (!isRecord(value) || value instanceof NumberText)
            return blame(`${kindOf(value)} where a map was promised`);
          return Object.entries(value).map(([key, inner]) => ({ key, value: item(inner, blame) }));
        };
      }
      case 'type':
        return this.#lazily(shape.name);
    }
  }

  /** Types are compiled when a value is met: they may lead back to themselves. */
  #lazily(name: string): Decode {
    let decode = this.#named.get(name);
    return (value, blame) => {
      decode ??= this.#ofType(name);
      return decode(value, blame);
    };
  }

  #ofType(name: string): Decode {
    const known = this.#named.get(name);
    if (known) return known;
    const decode = this.#compileType(name);
    this.#named.set(name, decode);
    return decode;
  }

  #compileType(name: string): Decode {
    const type = this.#types.get(name);
    switch (type?.kind) {
      case 'enum': {
        const values = new Map(type.values.map(([value, wire]) => [wire, value]));
        return (value, blame) =>
          values.get(typeof value === 'string' ? value : scalarText(value)) ??
          blame(`the enum ${name} has no value ${shown(value)}`);
      }
      case 'object':
        return this.#object(type);
      case 'union':
        return this.#union(type);
      default:
        return (_value, blame) => blame(`the type ${name} is not in the model`);
    }
  }

  #object(type: ObjectShape): Decode {
    const anew = this.#objectAnew(type);
    const inPlace = isTame(type) ? this.#objectInPlace(type) : anew;
    const { ours = [] } = type;
    const takes = (value: Parsed) =>
      Object.hasOwn(value, '__typename') || ours.some(name => Object.hasOwn(value, name));
    const isTaken = ours.length > 0 ? takes : (value: Parsed) => '__typename' in value;
    return (value, blame) => {
      if (!isRecord(value) || value instanceof NumberText)
        return blame(`${kindOf(value)} where an object was promised`);
      return isTaken(value) ? anew(value, blame) : inPlace(value, blame);
    };
  }

  #objectAnew({ fields, additional }: ObjectShape): (value: Parsed, blame: Blame) => unknown {
    const compiled = fields.map(({ name, wire, shape }) => ({ name, wire, decode: this.of(shape) }));
    const rest = additional && this.#additional(fields, additional);
    return (value, blame) => {
      const record: Record<string, unknown> = {}; // every name is a GraphQL name and set here, so the prototype is never asked
      for (const { name, wire, decode } of compiled) {
        record[name] = decode(Object.hasOwn(value, wire) ? value[wire] : undefined, blame);
      }
      if (rest) record[rest.name] = rest.decode(value, blame);
      return record;
    };
  }

  /**
   * The parsed object itself is the value: nobody else has it, and what it holds beyond the type's fields is never read. As far as its members
   * come in the order of the fields, they are read one after the other, in half the time that each takes by its name.
   */
  #objectInPlace({ fields }: ObjectShape): (value: Parsed, blame: Blame) => unknown {
    const compiled = fields.map(({ name, shape }) => ({
      name,
      plain: plainOf(shape, this.#types),
      decode: this.of(shape),
    }));
    const names = new Set(fields.map(({ name }) => name));
    return (value, blame) => {
      const record = value as Record<string, unknown>; // it was parsed for this answer alone
      let index = 0;
      for (const name in record) {
        const field = compiled[index];
        if (field?.name !== name) {
          if (names.has(name)) break;
          continue;
        }
        index += 1;
        const given = record[name];
        if (field.plain !== undefined && isPlain(field.plain, given)) continue;
        const decoded = field.decode(given, blame);
        if (decoded !== given) record[name] = decoded;
      }
      for (; index < compiled.length; index += 1) {
        const { name, decode } = compiled[index]!;
        const given = record[name];
        const decoded = decode(given, blame);
        if (decoded !== given) record[name] = decoded;
      }
      return record;
    };
  }

  #additional(fields: ObjectShape['fields'], { name, shape }: NonNullable<ObjectShape['additional']>) {
    const known = new Set(fields.map(field => field.wire));
    const inner = this.of(shape);
    const decode = (value: Parsed, blame: Blame) => {
      const rest: Record<string, unknown> = Object.create(null);
      for (const [key, item] of Object.entries(value)) if (!known.has(key)) rest[key] = item;
      return inner(rest, blame);
    };
    return { name, decode };
  }

  #union(type: UnionShape): Decode {
    const members = new Map(
      type.members.map(member => [member, member.boxed ? this.of(member.boxed.shape) : this.#lazily(member.type)]),
    );
    const items = new Map(
      type.members.flatMap(member => {
        const item = this.#itemOf(member);
        return item ? [[member, item] as const] : [];
      }),
    );
    return (value, blame) => {
      const member = memberOf(type, value, items, this.#types);
      const decode = member && members.get(member);
      if (!decode)
        return blame(`${kindOf(value)} that is none of ${type.members.map(({ type: name }) => name).join(', ')}`);
      const decoded = decode(value, blame);
      return member.boxed ? { __typename: member.type, [member.boxed.name]: decoded } : named(decoded, member.type);
    };
  }

  #itemOf({ boxed }: UnionMember): UnionMember | undefined {
    const item = boxed?.shape.kind === 'list' ? boxed.shape.of : undefined;
    const type = item?.kind === 'type' ? this.#types.get(item.name) : undefined;
    if (item?.kind !== 'type' || type?.kind !== 'object') return undefined;
    const required = type.fields.filter(({ shape }) => shape.nonNull).map(({ wire }) => wire);
    return { type: item.name, json: 'object', properties: type.fields.map(({ wire }) => wire), required, tags: [] };
  }
}

type Parsed = Readonly<Record<string, unknown>>;

/** The parsed list itself is the value: nobody else has it. */
function listInPlace(list: unknown[], decode: Decode, blame: Blame): unknown[] {
  for (let index = 0; index < list.length; index += 1) {
    const given = list[index];
    const decoded = decode(given, blame);
    if (decoded !== given) list[index] = decoded;
  }
  return list;
}

/** Marks an object with its type, as members of unions need it; an error stays what it is. */
export function named(value: unknown, type: string): unknown {
  return isRecord(value) && !(value instanceof Error) ? Object.assign(value, { __typename: type }) : value;
}

function isTame({ fields, additional }: ObjectShape): boolean {
  return !additional && fields.every(({ name, wire }) => name === wire && !(name in Object.prototype));
}
