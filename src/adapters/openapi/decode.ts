import type { GatewayError } from '../../base/error.ts';
import { isRecord } from '../../base/json.ts';
import { NumberText, plainJson } from './json-text.ts';
import type { Model, ObjectShape, ScalarShape, Shape, TypeShape, UnionMember, UnionShape } from './shape.ts';

/** Makes the error that stands for a value which breaks the contract; the reason is for the log. */
type Blame = (reason: string) => GatewayError;

/**
 * Reads what a backend answered, by its shape: values keyed by GraphQL's field names, null for what is missing. What the document does not
 * name is no field's value, but may still stand in an object: nobody reads it. A part that breaks the contract is an error in its place, and harms nothing else.
 */
export class Decoder {
  readonly #types: ReadonlyMap<string, TypeShape>;
  /** Types whose objects have the same names here and on the wire, none of them one that every object has by inheritance. */
  readonly #tame = new Set<TypeShape>();
  readonly #enums = new Map<string, ReadonlyMap<string, string>>();

  constructor(model: Model) {
    this.#types = new Map(Object.entries(model.types));
    for (const [name, type] of this.#types) {
      if (type.kind === 'object' && isTame(type)) this.#tame.add(type);
      if (type.kind === 'enum') this.#enums.set(name, new Map(type.values.map(([value, wire]) => [wire, value])));
    }
  }

  decode(shape: Shape, value: unknown, blame: Blame): unknown {
    if (value === undefined || value === null) return shape.nonNull ? blame('a required value is missing') : null;
    switch (shape.kind) {
      case 'scalar':
        return scalar(shape, value, blame);
      case 'list':
        if (!Array.isArray(value)) return blame(`${kindOf(value)} where a list was promised`);
        return value.map(item => this.decode(shape.of, item, blame));
      case 'map':
        if (!isRecord(value) || value instanceof NumberText) return blame(`${kindOf(value)} where a map was promised`);
        return Object.entries(value).map(([key, item]) => ({ key, value: this.decode(shape.value, item, blame) }));
      case 'type':
        return this.#named(shape.name, value, blame);
    }
  }

  #named(name: string, value: unknown, blame: Blame): unknown {
    const type = this.#types.get(name);
    switch (type?.kind) {
      case 'enum':
        return this.#enums.get(name)?.get(textOf(value)) ?? blame(`the enum ${name} has no value ${shown(value)}`);
      case 'object':
        return this.#object(type, value, blame);
      case 'union':
        return this.#union(type, value, blame);
      default:
        return blame(`the type ${name} is not in the model`);
    }
  }

  #object(type: ObjectShape, value: unknown, blame: Blame): unknown {
    if (!isRecord(value) || value instanceof NumberText) return blame(`${kindOf(value)} where an object was promised`);
    if (this.#tame.has(type) && !Object.hasOwn(value, '__typename')) return this.#inPlace(type, value, blame);
    const record: Record<string, unknown> = {}; // every name is a GraphQL name and set here, so the prototype is never asked
    for (const { name, wire, shape } of type.fields) {
      record[name] = this.decode(shape, Object.hasOwn(value, wire) ? value[wire] : undefined, blame);
    }
    if (type.additional) record[type.additional.name] = this.#additional(type, type.additional.shape, value, blame);
    return record;
  }

  /** The parsed object itself is the value: nobody else has it, and what it holds beyond the type's fields is never read. */
  #inPlace(type: ObjectShape, value: Readonly<Record<string, unknown>>, blame: Blame): unknown {
    const record = value as Record<string, unknown>; // it was parsed for this answer alone
    for (const { name, shape } of type.fields) {
      const given = record[name];
      const decoded = this.decode(shape, given, blame);
      if (decoded !== given) record[name] = decoded;
    }
    return record;
  }

  #additional(type: ObjectShape, shape: Shape, value: Readonly<Record<string, unknown>>, blame: Blame): unknown {
    const known = new Set(type.fields.map(field => field.wire));
    const rest: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(value)) if (!known.has(key)) rest[key] = item;
    return this.decode(shape, rest, blame);
  }

  #union(type: UnionShape, value: unknown, blame: Blame): unknown {
    const member = memberOf(type, value);
    if (!member)
      return blame(`${kindOf(value)} that is none of ${type.members.map(({ type: name }) => name).join(', ')}`);
    if (member.boxed) {
      return { __typename: member.type, [member.boxed.name]: this.decode(member.boxed.shape, value, blame) };
    }
    return named(this.#named(member.type, value, blame), member.type);
  }
}

/** Marks an object with its type, as members of unions need it; an error stays what it is. */
export function named(value: unknown, type: string): unknown {
  return isRecord(value) && !(value instanceof Error) ? Object.assign(value, { __typename: type }) : value;
}

/**
 * Which member a value is: by the discriminator, then by the properties that only one member's values can have, then by required
 * properties, then by most properties in common. Where a discriminator should have told equals apart, it is none of them.
 */
function memberOf(type: UnionShape, value: unknown): UnionMember | undefined {
  const kind = kindOf(value);
  const candidates = type.members.filter(member => member.json === kind);
  if (kind === 'array') return candidates.find(member => couldHold(member, value)) ?? candidates[0];
  if (!isRecord(value) || candidates.length === 0) return candidates[0];
  return (
    byDiscriminator(type, value) ??
    bySignature(candidates, value, type.discriminator !== undefined) ??
    type.members.find(({ type: name }) => name === type.otherwise)
  );
}

/** Lists of different scalars are told apart by their first item. */
function couldHold(member: UnionMember, value: unknown): boolean {
  const item = Array.isArray(value) ? value[0] : undefined;
  const shape = member.boxed?.shape.kind === 'list' ? member.boxed.shape.of : undefined;
  if (item === undefined || !shape) return true;
  if (shape.kind !== 'scalar') return isRecord(item) || Array.isArray(item) === (shape.kind === 'list');
  const numeric = shape.scalar === 'Int' || shape.scalar === 'Float' || shape.wire === 'number';
  return kindOf(item) === (shape.scalar === 'Boolean' ? 'boolean' : numeric ? 'number' : 'string');
}

function byDiscriminator(type: UnionShape, value: Readonly<Record<string, unknown>>): UnionMember | undefined {
  const { discriminator } = type;
  if (!discriminator || !Object.hasOwn(value, discriminator.property)) return undefined;
  const { property, mapping } = discriminator;
  const written = textOf(value[property]);
  const isTagged = ({ tags }: UnionMember) =>
    tags.some(([tag, values]) => tag === property && values.includes(written));
  const name = mapping.find(([text]) => text === written)?.[1] ?? type.members.find(isTagged)?.type ?? type.otherwise;
  return name === undefined ? undefined : type.members.find(member => member.type === name);
}

function bySignature(
  candidates: readonly UnionMember[],
  value: Readonly<Record<string, unknown>>,
  hasDiscriminator: boolean,
): UnionMember | undefined {
  const possible = candidates.filter(member =>
    member.tags.every(
      ([property, values]) => !Object.hasOwn(value, property) || values.includes(textOf(value[property])),
    ),
  );
  const complete = possible.filter(member => member.required.every(property => Object.hasOwn(value, property)));
  let best: UnionMember | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  let isTied = false;
  const isEmpty = complete.length > 0 && Object.keys(value).length === 0;
  for (const member of complete.length > 0 ? complete : possible) {
    const known = member.properties.filter(property => Object.hasOwn(value, property)).length;
    const tagged = member.tags.filter(([property]) => Object.hasOwn(value, property)).length;
    if (member.boxed || (known === 0 && !isEmpty)) continue;
    const score = known * 1_000 + tagged * 1_000 - member.properties.length; // of equals, the one that lacks least
    isTied = score === bestScore || (isTied && score < bestScore);
    if (score > bestScore) {
      best = member;
      bestScore = score;
    }
  }
  if (isTied && hasDiscriminator) return undefined;
  return best ?? candidates.find(member => member.boxed); // a map, or an object that may be anything
}

function isTame({ fields, additional }: ObjectShape): boolean {
  return !additional && fields.every(({ name, wire }) => name === wire && !(name in Object.prototype));
}

/** Values of every day, which are passed on as they are. */
function isPlain({ scalar }: ScalarShape, value: unknown): boolean {
  switch (typeof value) {
    case 'number':
      return scalar === 'Int' ? value === (value | 0) : scalar === 'Float' && Number.isFinite(value);
    case 'boolean':
      return scalar === 'Boolean';
    case 'string':
      return scalar === 'String' || scalar === 'ID';
    default:
      return false;
  }
}

function scalar(shape: ScalarShape, value: unknown, blame: Blame): unknown {
  if (isPlain(shape, value)) return value;
  switch (shape.scalar) {
    case 'JSON':
      return plainJson(value);
    case 'Boolean':
      return typeof value === 'boolean' ? value : blame(`${kindOf(value)} where a boolean was promised`);
    case 'Int': {
      if (kindOf(value) !== 'number') return blame(`${kindOf(value)} where an integer was promised`);
      const number = Number(textOf(value));
      if (Number.isInteger(number) && number === (number | 0)) return number;
      return blame(`${shown(value)} is no integer of 32 bits; the document does not say int64`);
    }
    case 'Float': {
      const number = kindOf(value) === 'number' ? Number(textOf(value)) : Number.NaN;
      return Number.isFinite(number) ? number : blame(`${kindOf(value)} where a number was promised`);
    }
    case 'Int64': {
      const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : textOf(value);
      return /^-?\d+$/.test(text) ? text : blame(`${shown(value)} where an integer was promised`);
    }
    case 'Decimal': {
      const text = textOf(value);
      return text !== '' ? text : blame(`${kindOf(value)} where a decimal number was promised`);
    }
    default:
      return typeof value === 'string' ? value : blame(`${kindOf(value)} where text was promised`);
  }
}

function kindOf(value: unknown): string {
  if (value instanceof NumberText) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A scalar as text; empty where the value is none. */
function textOf(value: unknown): string {
  if (value instanceof NumberText) return value.text;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function shown(value: unknown): string {
  return JSON.stringify(textOf(value).slice(0, 60));
}
