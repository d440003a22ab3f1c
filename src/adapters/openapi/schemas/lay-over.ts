import { isRecord } from '../../../base/json.ts';
import type { Located } from '../document/document.ts';
import { child, children } from '../document/resolver.ts';
import { speaksToUs } from '../document/said.ts';
import type { Joins } from './joins.ts';
import { isStructural, onlyRequires, requiredOf } from './statements.ts';

/** One of the schemas that an object is made of. */
export interface Part {
  readonly schema: Located;
  /** `alternative` and `condition`: it holds for some values only. */
  readonly holds: 'always' | 'alternative' | 'condition';
}

/** An object's properties after all of its parts are laid over one another. */
export interface Flattened {
  readonly properties: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  /** `additionalProperties` or `patternProperties`, where the document states them. */
  readonly additional: Located | undefined;
  /** The keywords of all parts but those above; later parts win. */
  readonly keywords: Readonly<Record<string, unknown>>;
  /** The parts that say something to Selvage. */
  readonly said: readonly Located[];
}

/**
 * Lays an object's parts over one another: what later ones say of a property goes before what earlier ones do, but for what they do not say
 * of an object. Those that hold for some values only make properties that may be absent; what several of them say of one is any of that, and
 * a condition says nothing new of a property that is there without it. `meet`: is told of every part; `reduced`: what a schema comes down to.
 */
export function layOver(
  located: Located,
  parts: readonly Part[],
  joins: Joins,
  meet: (schema: unknown) => void,
  reduced: (schema: Located) => Located,
): Flattened {
  const properties = new Map<string, Located>();
  const choices = new Map<string, Located[]>();
  const required = new Set<string>();
  const keywords: Record<string, unknown> = Object.create(null);
  const said: Located[] = [];
  let stated: Located | undefined;
  const open: Located[] = [];
  for (const { schema, holds } of parts) {
    if (!isRecord(schema.value)) continue;
    for (const property of children(child(schema, 'properties'))) {
      const { key } = property;
      const known = properties.get(key);
      const isSettled = holds === 'condition' && !choices.has(key) && isStructural(known?.value);
      if (known && (isSettled || !isStructural(property.value) || onlyRequires(property.value))) continue;
      const isForAll = holds === 'always' && !choices.has(key);
      properties.set(key, known && isForAll ? joins.property(located, key, known, property) : property);
      if (holds === 'always') choices.delete(key);
      else choices.set(key, [...(choices.get(key) ?? []), property]);
    }
    if (holds === 'always') for (const name of requiredOf(schema.value)) required.add(name);
    const rest = additionalOf(schema);
    if (holds === 'always') stated = rest ?? stated;
    else if (rest && rest.value !== false) open.push(rest);
    Object.assign(keywords, schema.value);
    meet(schema.value);
    if (speaksToUs(schema.value)) said.push(schema);
  }
  const additional = stated ?? anyOfThese(open, reduced);
  for (const [name, schemas] of choices) if (schemas.length > 1) properties.set(name, anyOf(schemas));
  if (properties.size > 0 && additional === undefined) {
    for (const name of required) if (!properties.has(name)) properties.set(name, { ...located, value: {} }); // it must be there, whatever it is
  }
  return { properties, required, additional, keywords, said };
}

/** What alternatives say of the properties that none of them names: what is said in several places is the same if it comes down to that. */
function anyOfThese(schemas: readonly Located[], reduced: (schema: Located) => Located): Located | undefined {
  const different = new Map<unknown, { readonly schema: Located; readonly end: Located }>();
  const left = { parts: mostCompared };
  const isKnown = ({ value, address }: Located) =>
    different.has(value) ||
    (left.parts > 0 &&
      [...different.values()].some(({ end }) => end.address === address && isAlike(end.value, value, left)));
  for (const schema of schemas) {
    const end = reduced(schema);
    if (!isKnown(end)) different.set(end.value, { schema, end });
  }
  const [first, ...others] = [...different.values()].map(({ schema }) => schema);
  return first && others.length > 0 ? anyOf([first, ...others]) : first;
}

/** What alternatives say in more words than these together is only looked at for being the same part of the document. */
const mostCompared = 1_000;

function isAlike(one: unknown, other: unknown, left: { parts: number }): boolean {
  left.parts -= 1;
  if (one === other || left.parts < 0) return one === other;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && isAlike(value, others.get(key), left))
  );
}

/** Those of several files have no one place that their references are relative to. */
function anyOf(schemas: readonly Located[]): Located {
  const [first] = schemas as readonly [Located]; // there are several
  const isOfOneFile = schemas.every(({ address }) => address === first.address);
  return { ...first, value: isOfOneFile ? { anyOf: schemas.map(({ value }) => value) } : {} };
}

/**
 * What an object holds beside its properties: `additionalProperties`, or what a lone pattern says where that allows nothing else. Several
 * patterns, and one beside other values, have no one type. Undefined where the schema states nothing.
 */
export function additionalOf(schema: Located): Located | undefined {
  const stated = child(schema, 'additionalProperties');
  const [pattern, ...others] = children(child(schema, 'patternProperties')).filter(({ value }) => value !== false);
  if (!pattern) return stated;
  const isAlone = others.length === 0 && (stated === undefined || stated.value === false);
  return isAlone ? pattern : { ...schema, value: true };
}
