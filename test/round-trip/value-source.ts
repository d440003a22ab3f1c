import fc from 'fast-check';
import type { Random } from '../fuzz/random.ts';
import { type Dialect, type Documents, isObject, type Place, part, parts, referenceOf } from './documents.ts';
import { randomNumber, randomText, type TextPlace } from './random-value.ts';
import type { Direction } from './validity.ts';

/** A schema of which no value can be made, or none in the depth that is left. */
export class Impossible extends Error {}

/** How many of the properties that need not be there are: alternatives that overlap are told apart by all, or by none, of them. */
export type Fullness = 'some' | 'all' | 'none';

type Keywords = Readonly<Record<string, unknown>>;

/** Schemas that hold at once, references and `allOf` resolved and one branch of each alternative taken. */
interface Joined {
  readonly schemas: readonly Place[];
  /** What a discriminator says that a property must be. */
  readonly forced: ReadonlyMap<string, string>;
  readonly isNull: boolean;
}

const deepest = 14;

/**
 * Makes values from a document's schemas, by a seed: nothing of it is the adapter's. A value need not be valid (`not`, `if` and the
 * exclusiveness of `oneOf` are not looked at): who makes one asks `Validity`, and tries again.
 */
export class ValueSource {
  readonly #documents: Documents;
  readonly #dialect: Dialect;
  readonly #root: Place;
  readonly #direction: Direction;
  readonly #random: Random;
  readonly #place: TextPlace;
  readonly #fullness: Fullness;
  #heirs: Map<unknown, Place[]> | undefined;

  constructor(
    documents: Documents,
    file: string,
    direction: Direction,
    random: Random,
    place: TextPlace = 'body',
    fullness: Fullness = 'some',
  ) {
    this.#documents = documents;
    this.#dialect = documents.dialect(file);
    this.#root = documents.root(file);
    this.#direction = direction;
    this.#random = random;
    this.#place = place;
    this.#fullness = fullness;
  }

  value(schema: Place): unknown {
    return this.#value([schema], 0, new Map());
  }

  #value(schemas: readonly Place[], depth: number, forcedAbove: ReadonlyMap<string, string>): unknown {
    if (depth > deepest) throw new Impossible('too deep');
    const { schemas: joined, forced, isNull } = this.#join(schemas, forcedAbove);
    if (isNull) return null;
    const keywords = merged(joined);
    if (this.#allowsNull(joined) && this.#random.chance(8)) return null;
    const values = valuesOf(joined);
    if (values) {
      const possible = values.filter(value => value !== null);
      if (possible.length === 0) return values.length > 0 ? null : fail('no value of the enum is left');
      return this.#random.pick(possible);
    }
    switch (this.#random.pick(typesOf(joined))) {
      case 'boolean':
        return this.#random.chance(50);
      case 'integer':
        return randomNumber(this.#random, keywords, true);
      case 'number':
        return randomNumber(this.#random, keywords, false);
      case 'string':
      case 'file':
        return randomText(this.#random, keywords, this.#place) ?? fail('no text matches the pattern');
      case 'array':
        return this.#list(joined, keywords, depth);
      case 'object':
        return this.#object(joined, keywords, depth, forced);
      default:
        return this.#random.pick<unknown>(
          this.#place === 'xml' ? ['free', { free: 'form' }] : ['free', 7, true, { free: 'form' }, ['x', 1]],
        );
    }
  }

  #join(start: readonly Place[], forcedAbove: ReadonlyMap<string, string>): Joined {
    const schemas: Place[] = [];
    const forced = new Map(forcedAbove);
    const met = new Set<unknown>();
    const waiting: { place: Place; isPart: boolean }[] = start.map(place => ({ place, isPart: false }));
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { place, isPart } = next;
      if (place.value === false) throw new Impossible('a schema that allows nothing');
      if (!isObject(place.value) || met.has(place.value)) continue;
      met.add(place.value);
      const reference = referenceOf(place.value);
      if (reference !== undefined) {
        waiting.push({ place: this.#documents.follow(reference, place.file), isPart });
        if (this.#dialect !== '3.1') continue;
      }
      const heir = isPart ? undefined : this.#anHeir(place);
      if (heir) {
        waiting.push({ place: heir.place, isPart: false });
        forced.set(heir.property, heir.value);
        if (heir.place.value !== place.value) continue; // which leads back here by `allOf`
      }
      schemas.push(place);
      for (const member of parts(part(place, 'allOf'))) waiting.push({ place: member, isPart: true });
      for (const keyword of ['oneOf', 'anyOf']) {
        const branches = parts(part(place, keyword));
        if (branches.length === 0) continue;
        const branch = this.#random.pick(branches);
        if (isNullOnly(branch.value)) return { schemas, forced, isNull: true };
        const named = this.#nameOf(place, branch);
        if (named) forced.set(named.property, named.value);
        waiting.push({ place: branch, isPart: true });
      }
    }
    return { schemas, forced, isNull: false };
  }

  /** What the discriminator of `oneOf` says of a branch (OpenAPI 3.2, 4.25). */
  #nameOf(place: Place, branch: Place): { property: string; value: string } | undefined {
    const discriminator = part(place, 'discriminator');
    const reference = referenceOf(branch.value);
    if (!discriminator || reference === undefined) return undefined;
    const target = this.#documents.deref(branch);
    return this.#valueFor(discriminator, target);
  }

  #valueFor(discriminator: Place, target: Place): { property: string; value: string } | undefined {
    const property = isObject(discriminator.value) ? discriminator.value['propertyName'] : discriminator.value;
    if (typeof property !== 'string') return undefined;
    const own = target.pointer.split('/').at(-1)!.replaceAll('~1', '/').replaceAll('~0', '~');
    for (const entry of parts(part(discriminator, 'mapping'))) {
      const names = String(entry.value);
      if (names === own) return { property, value: entry.key };
      if (/[#/.]/.test(names) && this.#documents.deref({ ...entry, value: { $ref: names } }).value === target.value)
        return { property, value: entry.key };
    }
    return own === '' ? undefined : { property, value: own };
  }

  /** One of those that build upon a parent with a discriminator, or the parent. */
  #anHeir(place: Place): { place: Place; property: string; value: string } | undefined {
    const discriminator = part(place, 'discriminator');
    if (!discriminator || part(place, 'oneOf') || part(place, 'anyOf')) return undefined;
    const heirs = this.#heirsOf(place);
    if (heirs.length === 0) return undefined;
    const chosen = this.#random.pick(heirs);
    const named = this.#valueFor(discriminator, chosen);
    return named && { place: chosen, ...named };
  }

  #heirsOf(parent: Place): readonly Place[] {
    if (!this.#heirs) {
      this.#heirs = new Map();
      const components =
        this.#dialect === '2.0'
          ? part(this.#root, 'definitions')
          : part(part(this.#root, 'components') ?? this.#root, 'schemas');
      for (const heir of parts(components))
        for (const member of parts(part(heir, 'allOf'))) {
          if (referenceOf(member.value) === undefined) continue;
          const target = this.#documents.deref(member).value;
          this.#heirs.set(target, [...(this.#heirs.get(target) ?? []), heir]);
        }
    }
    return this.#heirs.get(parent.value) ?? [];
  }

  #allowsNull(schemas: readonly Place[]): boolean {
    return schemas.length > 0 && schemas.every(({ value }) => isObject(value) && saysNullable(value));
  }

  #list(schemas: readonly Place[], keywords: Keywords, depth: number): unknown[] {
    const least = typeof keywords['minItems'] === 'number' ? keywords['minItems'] : 0;
    const most = typeof keywords['maxItems'] === 'number' ? keywords['maxItems'] : Number.POSITIVE_INFINITY;
    const wanted = Math.min(most, Math.max(least, depth > 8 ? least : this.#random.below(3)));
    const tuple = schemas
      .flatMap(place => [part(place, 'prefixItems'), part(place, 'items')])
      .find(place => Array.isArray(place?.value));
    const items = schemas.flatMap(place => part(place, 'items') ?? []).filter(place => !Array.isArray(place.value));
    const list: unknown[] = [];
    const written = new Set<string>();
    for (let tries = 0; list.length < wanted && tries < wanted + 30; tries++) {
      const own = tuple && part(tuple, list.length);
      let value: unknown;
      try {
        value = own ? this.#value([own], depth + 1, new Map()) : this.#value(items, depth + 1, new Map());
      } catch (error) {
        if (!(error instanceof Impossible) || list.length >= least) break;
        throw error;
      }
      const text = JSON.stringify(value);
      if (keywords['uniqueItems'] === true && written.has(text)) continue;
      written.add(text);
      list.push(value);
    }
    return list;
  }

  #object(schemas: readonly Place[], keywords: Keywords, depth: number, forced: ReadonlyMap<string, string>): unknown {
    const record: Record<string, unknown> = {};
    const properties = new Map<string, Place[]>();
    for (const schema of schemas)
      for (const property of parts(part(schema, 'properties'))) {
        const known = properties.get(property.key);
        if (known) known.push(property);
        else properties.set(property.key, [property]);
      }
    const required = new Set(
      schemas.flatMap(place => parts(part(place, 'required'))).map(({ value }) => String(value)),
    );
    const odds = this.#odds(depth);
    let optional = 0;
    for (const [name, places] of properties) {
      if (this.#goesOtherWay(places)) continue;
      const isRequired = required.has(name) || forced.has(name);
      if (!isRequired && (optional >= 25 || !this.#random.chance(odds))) continue;
      if (!isRequired) optional += 1;
      try {
        record[name] = this.#tag(places, forced.get(name)) ?? this.#value(places, depth + 1, new Map());
      } catch (error) {
        if (!(error instanceof Impossible) || isRequired) throw error;
      }
    }
    const isOpen = properties.size === 0 || this.#random.chance(30);
    if (isOpen) this.#addFree(record, schemas, properties, depth);
    for (const name of required) {
      if (properties.has(name) || Object.hasOwn(record, name)) continue;
      const free = schemas.flatMap(place => part(place, 'additionalProperties') ?? []);
      record[name] = this.#value(free, depth + 1, new Map());
    }
    const least = typeof keywords['minProperties'] === 'number' ? keywords['minProperties'] : 0;
    for (const [name, places] of properties) {
      if (Object.keys(record).length >= least) break;
      if (!Object.hasOwn(record, name) && !this.#goesOtherWay(places))
        record[name] = this.#value(places, depth + 1, new Map());
    }
    return record;
  }

  /** What a discriminator says, unless the property itself says otherwise: documents forget the mapping. */
  #tag(places: readonly Place[], said: string | undefined): string | undefined {
    if (said === undefined) return undefined;
    const values = valuesOf(this.#join(places, new Map()).schemas);
    return values === undefined || values.includes(said) ? said : undefined;
  }

  #odds(depth: number): number {
    if (this.#fullness === 'none') return 0;
    if (this.#fullness === 'all') return depth < 4 ? 97 : 0;
    return depth === 0 ? 75 : depth < 3 ? 45 : depth < 6 ? 15 : 0;
  }

  /** Members that the schema allows without naming them. */
  #addFree(
    record: Record<string, unknown>,
    schemas: readonly Place[],
    properties: ReadonlyMap<string, unknown>,
    depth: number,
  ): void {
    const stated = schemas.flatMap(place => part(place, 'additionalProperties') ?? []);
    const patterns = schemas.flatMap(place => parts(part(place, 'patternProperties')));
    if (stated.some(({ value }) => value === false) && patterns.length === 0) return;
    if (depth > 6) return;
    const pattern = patterns.length > 0 ? this.#random.pick(patterns) : undefined;
    if (!pattern && stated.length === 0) return; // nobody means these
    if (!pattern && stated.some(({ value }) => value === false)) return;
    for (const wanted of this.#random.some(['key-1', this.#place === 'xml' ? 'clé' : 'a key'], 60)) {
      const key = pattern
        ? fc.sample(fc.stringMatching(new RegExp(pattern.key)), { seed: this.#random.below(2 ** 30), numRuns: 1 })[0]!
        : wanted;
      if (properties.has(key)) continue;
      record[key] = this.#value(pattern ? [pattern] : stated, depth + 1, new Map());
    }
  }

  #goesOtherWay(places: readonly Place[]): boolean {
    const [mark, other] = this.#direction === 'request' ? ['readOnly', 'writeOnly'] : ['writeOnly', 'readOnly'];
    const all = places.flatMap(place => [place, this.#documents.deref(place)]);
    const has = (keyword: string) => all.some(({ value }) => isObject(value) && value[keyword] === true);
    return has(mark!) && !has(other!);
  }
}

function fail(reason: string): never {
  throw new Impossible(reason);
}

/** Generators of documents write `{ nullable: true }` for a branch that is null, though it allows anything. */
function isNullOnly(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value['type'] === 'null' || (Array.isArray(value['enum']) && value['enum'].every(each => each === null)))
    return true;
  return value['nullable'] === true && Object.keys(value).length === 1;
}

function saysNullable(value: Keywords): boolean {
  return (
    value['nullable'] === true ||
    value['x-nullable'] === true ||
    (Array.isArray(value['type']) && value['type'].includes('null'))
  );
}

/** Bounds of all schemas: the narrowest of each kind; of other keywords, the last. */
function merged(schemas: readonly Place[]): Keywords {
  const all: Record<string, unknown> = {};
  for (const { value } of schemas) {
    if (!isObject(value)) continue;
    for (const [keyword, given] of Object.entries(value)) {
      const known = all[keyword];
      const isBoth = typeof known === 'number' && typeof given === 'number';
      if (isBoth && /^(max|exclusiveMax)/.test(keyword)) all[keyword] = Math.min(known, given);
      else if (isBoth && /^(min|exclusiveMin)/.test(keyword)) all[keyword] = Math.max(known, given);
      else all[keyword] = given;
    }
  }
  return all;
}

/** The values that all enums and constants have in common. */
function valuesOf(schemas: readonly Place[]): unknown[] | undefined {
  let left: unknown[] | undefined;
  for (const { value } of schemas) {
    if (!isObject(value)) continue;
    const own = Object.hasOwn(value, 'const')
      ? [value['const']]
      : Array.isArray(value['enum'])
        ? value['enum']
        : undefined;
    if (own) left = left ? left.filter(each => own.includes(each)) : own;
  }
  return left;
}

function typesOf(schemas: readonly Place[]): string[] {
  let left: string[] | undefined;
  const has = (...keywords: readonly string[]) =>
    schemas.some(({ value }) => isObject(value) && keywords.some(keyword => Object.hasOwn(value, keyword)));
  for (const { value } of schemas) {
    const type = isObject(value) ? value['type'] : undefined;
    if (type === undefined) continue;
    const own = (Array.isArray(type) ? type : [type]).map(String).filter(each => each !== 'null');
    left = left ? left.filter(each => own.includes(each) || (each === 'integer' && own.includes('number'))) : own;
  }
  if (left && left.length > 0) return left;
  if (left) throw new Impossible('no type is left');
  if (has('properties', 'additionalProperties', 'patternProperties', 'required')) return ['object'];
  if (has('items', 'prefixItems')) return ['array'];
  if (has('format', 'pattern', 'minLength', 'maxLength')) return ['string'];
  return has('minimum', 'maximum', 'multipleOf') ? ['number'] : ['any'];
}
