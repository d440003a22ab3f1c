import { GatewayError } from '../../base/error.ts';
import { coerceArguments, coerceValue, Unanswerable } from '../links/coerce.ts';
import type { Batching, Lookup } from '../links/lookup.ts';
import { fill, type Template } from '../links/template.ts';

/** What one parent wants of a lookup: coerced arguments, and the key (or keys) where the lookup is a batch. */
export interface Wish {
  readonly args: Readonly<Record<string, unknown>>;
  readonly key?: unknown;
}

/** What is to be asked, as the overlay says it: with holes. */
export interface Wanted {
  readonly lookup: Lookup;
  readonly args: ReadonlyMap<string, Template>;
  readonly key?: Template;
}

/** Reads what fills a hole. */
export type Read = Parameters<typeof fill>[1];

/**
 * Undefined where there is nothing to ask: where the key, anything else of the parent, or a required argument has no
 * value. Without what it was to ask of its own, a parent would get what is everyone's.
 */
export function wishOf({ lookup, args, key }: Wanted, readAny: Read): Wish | undefined {
  const { batch } = lookup;
  const read = demanding(readAny);
  const values: Record<string, unknown> = Object.create(null);
  try {
    for (const [name, template] of args) values[name] = fill(template, read);
    if (!batch || !key) return { args: coerceArguments(lookup.args, values) };
    const keys = keyOf(key, batch, readAny);
    if (keys === undefined) return undefined;
    return {
      key: keys,
      args: placeKeys(coerceArguments(lookup.args, placeKeys(values, batch.into, [])), batch.into, []),
    };
  } catch (error) {
    if (error instanceof Unanswerable) return undefined;
    throw error;
  }
}

/**
 * The arguments of a batch whose templates read nothing of the parent: the same for all parents, the place of the keys
 * empty. Undefined where there is nothing to ask.
 */
export function sharedArguments(
  { lookup, args }: Wanted,
  batch: Batching,
  read: Read,
): Readonly<Record<string, unknown>> | undefined {
  const values: Record<string, unknown> = Object.create(null);
  try {
    for (const [name, template] of args) values[name] = fill(template, read);
    return placeKeys(coerceArguments(lookup.args, placeKeys(values, batch.into, [])), batch.into, []);
  } catch (error) {
    if (error instanceof Unanswerable) return undefined;
    throw error;
  }
}

/** The key, or the keys, of one parent. Undefined where there is nothing to ask. */
export function keyOf(key: Template, batch: Batching, read: Read): unknown {
  try {
    const filled = fill(key, demanding(read));
    return filled === null || filled === undefined ? undefined : coerceKeys(batch, filled);
  } catch (error) {
    if (error instanceof Unanswerable) return undefined;
    throw error;
  }
}

/** Throws where a value of the parent is missing. */
function demanding(read: Read): Read {
  return (kind, path) => {
    const value = read(kind, path);
    if (kind === 'parent' && (value === null || value === undefined))
      throw new Unanswerable('The parent has no value.');
    return value;
  };
}

/** A key as the call takes it; of a list each for itself, and nulls keep their places. */
export function coerceKeys(batch: Batching, filled: unknown): unknown {
  const one = (value: unknown) => coerceValue(batch.keyType, value);
  return Array.isArray(filled) ? filled.map(value => (value === null ? null : one(value))) : one(filled);
}

/** The arguments with the keys in their place; the way there is made where it is missing. */
export function placeKeys(args: unknown, into: readonly string[], keys: readonly unknown[]): Record<string, unknown> {
  const record: Record<string, unknown> = Object.assign(Object.create(null), args);
  const [first = '', ...rest] = into;
  record[first] = rest.length === 0 ? keys : placeKeys(record[first], rest, keys);
  return record;
}

/** What a parent gets that has nothing to ask. */
export function nothing(lookup: Lookup): null | [] {
  if (lookup.missing === 'NULL') return lookup.batch?.grouped ? [] : null;
  const message = `A value that the source "${lookup.member.name}" is asked with is missing.`;
  throw new GatewayError('NOT_FOUND', message, { details: { source: lookup.member.name } });
}
