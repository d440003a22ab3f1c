import { isRecord, own } from '../../../base/json.ts';
import type { ObjectShape, Shape, TypeShape, UnionMember, UnionShape } from '../call/shape.ts';
import { kindOf, NumberText, scalarText } from './json-text.ts';

type Types = ReadonlyMap<string, TypeShape>;

/**
 * Which member a value is: by the discriminator, then by the properties that only one member's values can have, then by required
 * properties, then by most properties in common, then by what kinds these are of. Where a discriminator should have told equals apart, it
 * is none of them. Where one of them may be anything, it is that whenever the value does not fit what it would be.
 */
export function memberOf(type: UnionShape, value: unknown, items: ItemsOfLists, types: Types): UnionMember | undefined {
  const found = likeliest(type, value, items, types);
  const any = type.members.find(({ json }) => json === 'any');
  return any && !(found && fits(found, value, types)) ? any : found;
}

function likeliest(type: UnionShape, value: unknown, items: ItemsOfLists, types: Types): UnionMember | undefined {
  const kind = kindOf(value);
  const candidates = type.members.filter(member => member.json === kind);
  if (kind === 'array') return ofItems(candidates, value, items, types) ?? candidates[0];
  if (!isRecord(value) || candidates.length === 0) return candidates[0];
  return (
    byDiscriminator(type, value) ??
    toldByInner(
      type,
      property => (Object.hasOwn(value, property) ? scalarText(value[property]) : undefined),
      (one, other) => candidates.includes(one) && fitsBetter(one, other, value, types),
    ) ??
    bySignature(candidates, value, type.discriminator !== undefined, types) ??
    type.members.find(({ type: name }) => name === type.otherwise)
  );
}

function fits(member: UnionMember, value: unknown, types: Types): boolean {
  if (member.boxed) return isOfKind(value, member.boxed.shape, types);
  return isRecord(value) && isComplete(member, value) && isOfObject(value, member.type, types);
}

/** Of a list of objects: what its items are, as if they were the members. */
type ItemsOfLists = ReadonlyMap<UnionMember, UnionMember>;

/** Lists are told apart by their first item. */
function ofItems(
  candidates: readonly UnionMember[],
  value: unknown,
  items: ItemsOfLists,
  types: Types,
): UnionMember | undefined {
  const possible = candidates.filter(member => couldHold(member, value, types));
  const first = Array.isArray(value) ? value[0] : undefined;
  if (possible.length < 2 || !isRecord(first)) return possible[0];
  const best = bySignature(
    possible.flatMap(member => items.get(member) ?? []),
    first,
    false,
    types,
  );
  return possible.find(member => best !== undefined && items.get(member) === best) ?? possible[0];
}

function couldHold(member: UnionMember, value: unknown, types: Types): boolean {
  const item = Array.isArray(value) ? value[0] : undefined;
  const shape = member.boxed?.shape.kind === 'list' ? member.boxed.shape.of : undefined;
  return !shape || isOfKind(item, shape, types);
}

function byDiscriminator(type: UnionShape, value: Readonly<Record<string, unknown>>): UnionMember | undefined {
  const { discriminator } = type;
  if (!discriminator) return undefined;
  const { property, mapping, otherwise = type.otherwise } = discriminator;
  const fallback = type.members.find(member => member.type === discriminator.otherwise);
  if (!Object.hasOwn(value, property)) return fallback;
  const written = scalarText(value[property]);
  const name = mapping.find(([text]) => text === written)?.[1] ?? tagged(type, property, written)?.type ?? otherwise;
  return name === undefined ? undefined : type.members.find(member => member.type === name);
}

/**
 * What a discriminator of some of the members says. It says nothing of the others, which may have the same property: where one of those fits
 * better, it is not meant.
 */
export function toldByInner(
  { inner = [], members }: UnionShape,
  textOf: (property: string) => string | undefined,
  isBetter: (other: UnionMember, told: UnionMember) => boolean,
): UnionMember | undefined {
  for (const { property, mapping } of inner) {
    const written = textOf(property);
    const name = mapping.find(([text]) => text === written)?.[1];
    const told = name === undefined ? undefined : members.find(({ type }) => type === name);
    if (!told) continue;
    const group = new Set(mapping.map(([, type]) => type));
    if (!members.some(member => !group.has(member.type) && isBetter(member, told))) return told;
  }
  return undefined;
}

/** Is the value valid as the one, and not as the other, or has it more names of the one? */
function fitsBetter(
  one: UnionMember,
  other: UnionMember,
  value: Readonly<Record<string, unknown>>,
  types: Types,
): boolean {
  if (!isPossible(one, value) || !isComplete(one, value)) return false;
  if (one.boxed) return !isComplete(other, value) && isOfKind(value, one.boxed.shape, types);
  return namesIn(one, value) > (isComplete(other, value) ? namesIn(other, value) : 0);
}

/** The member whose own values of the property are these, rather than one that allows others, too: a parent allows those of its heirs. */
function tagged({ members }: UnionShape, property: string, written: string): UnionMember | undefined {
  let found: UnionMember | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const member of members) {
    const values = member.tags.find(([tag]) => tag === property)?.[1];
    if (!values?.includes(written) || values.length >= fewest) continue;
    found = member;
    fewest = values.length;
  }
  return found;
}

function bySignature(
  candidates: readonly UnionMember[],
  value: Readonly<Record<string, unknown>>,
  hasDiscriminator: boolean,
  types: Types,
): UnionMember | undefined {
  const possible = candidates.filter(member => isPossible(member, value));
  const complete = possible.filter(member => isComplete(member, value));
  let best: UnionMember[] = [];
  let bestScore = Number.NEGATIVE_INFINITY;
  const isEmpty = complete.length > 0 && Object.keys(value).length === 0;
  for (const member of complete.length > 0 ? complete : possible) {
    const known = namesIn(member, value);
    const tagged = member.tags.filter(([property]) => (own(value, property) ?? null) !== null).length;
    if (member.boxed || (known === 0 && !isEmpty)) continue;
    const score = known * 1_000 + tagged * 1_000 - member.properties.length; // of equals, the one that lacks least
    if (score === bestScore) best.push(member);
    if (score <= bestScore) continue;
    best = [member];
    bestScore = score;
  }
  if (best.length > 1 && hasDiscriminator) return undefined;
  const found = best.length > 1 ? fittingMember(best, value, types) : best[0];
  if (found) return found;
  const boxed = candidates.filter(member => member.boxed); // maps, or an object that may be anything
  return boxed.find(member => member.boxed && isOfKind(value, member.boxed.shape, types)) ?? boxed[0];
}

/** Has the value none but the member's own values of the properties that tell it? */
function isPossible({ tags }: UnionMember, value: Readonly<Record<string, unknown>>): boolean {
  return tags.every(
    ([property, values]) => (own(value, property) ?? null) === null || values.includes(scalarText(value[property])),
  );
}

function isComplete({ required }: UnionMember, value: Readonly<Record<string, unknown>>): boolean {
  return required.every(property => Object.hasOwn(value, property));
}

function namesIn({ properties }: UnionMember, value: Readonly<Record<string, unknown>>): number {
  return properties.filter(property => Object.hasOwn(value, property)).length;
}

/** Of objects that have the same names: the first whose properties are of the kinds that the value's are; the first of all where none is. */
function fittingMember(
  members: readonly UnionMember[],
  value: Readonly<Record<string, unknown>>,
  types: Types,
): UnionMember | undefined {
  return members.find(({ type }) => isOfObject(value, type, types)) ?? members[0];
}

function isOfObject(value: Readonly<Record<string, unknown>>, name: string, types: Types): boolean {
  const type = types.get(name);
  return type?.kind === 'object' && type.fields.every(({ wire, shape }) => isOfKind(own(value, wire), shape, types));
}

/** Of a list, its first item is looked at, and of a map its first value. */
function isOfKind(value: unknown, shape: Shape, types: Types): boolean {
  if (value === undefined || value === null) return true;
  switch (shape.kind) {
    case 'list':
      return Array.isArray(value) && isOfKind(value[0], shape.of, types);
    case 'map':
      return isObject(value) && isOfKind(Object.values(value)[0], shape.value, types);
    case 'type': {
      const type = types.get(shape.name);
      if (type?.kind === 'enum') return type.values.some(([, text]) => text === value);
      return type?.kind === 'object' ? isObject(value) && speaksOf(value, type) : type?.kind === 'union';
    }
    case 'scalar':
      return isOfScalar(value, shape.scalar, shape.wire);
  }
}

/** Has it what the type demands, and anything at all that the type names? */
function speaksOf(value: Readonly<Record<string, unknown>>, { fields, additional }: ObjectShape): boolean {
  if (!fields.every(({ wire, shape }) => !shape.nonNull || Object.hasOwn(value, wire))) return false;
  return (
    additional !== undefined || fields.some(({ wire }) => Object.hasOwn(value, wire)) || Object.keys(value).length === 0
  );
}

function isOfScalar(value: unknown, scalar: string, wire: 'number' | 'string' | undefined): boolean {
  if (scalar === 'JSON') return true;
  if (scalar === 'Boolean') return typeof value === 'boolean';
  if (scalar === 'Int') return Number.isInteger(value);
  return kindOf(value) === (scalar === 'Float' || wire === 'number' ? 'number' : 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !(value instanceof NumberText);
}
