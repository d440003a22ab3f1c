import { isRecord, own } from '../base/json.ts';
import { type Fault, faultAt, type Path } from './fault.ts';
import type { Leaf } from './leaf.ts';
import type { Answers } from './plan.ts';
import { blamed, nullIn, type Site } from './site.ts';

/** One completing: what was fetched, and what was found wrong so far. */
export interface Completing {
  readonly answers: readonly Answers[];
  readonly faults: Fault[];
  /** By step: the texts of joined values that completed without a fault. Many parents share them. */
  readonly texts: (Map<unknown, string> | undefined)[];
}

/** JSON text; undefined where the null takes what is around it (GraphQL October 2021, 6.4.4). Then the fault is told. */
export type Write = (
  value: unknown,
  above: Path | undefined,
  key: string | number,
  state: Completing,
) => string | undefined;

/** As the value itself says it; no type's name where it says none. */
export function typeNameOf(value: unknown): string {
  const name = isRecord(value) ? own(value, '__typename') : undefined;
  return typeof name === 'string' ? name : '';
}

/** Any iterable is a list (graphql-js, `completeListValue`), but for texts. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const iterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return iterable ? [...(value as Iterable<unknown>)] : undefined; // it has an iterator
}

/** `blames`: does an Error in the value's place come from the source's own answer? */
export function nullable(write: Write, nonNull: boolean, site: Site, below: boolean, blames: boolean): Write {
  let missing: Error | undefined;
  return (value, above, key, state) => {
    if (value === null || value === undefined) {
      if (!nonNull) return 'null';
      missing ??= nullIn(site);
      state.faults.push(faultAt(missing, above, key, site.nodes, false));
      return undefined;
    }
    if (value instanceof Error) {
      state.faults.push(faultAt(blames ? blamed(site, value) : value, above, key, site.nodes, below));
      return nonNull ? undefined : 'null';
    }
    const text = write(value, above, key, state);
    return text === undefined && !nonNull ? 'null' : text;
  };
}

export function leaf({ text }: Leaf, site: Site): Write {
  return (value, above, key, state) => {
    try {
      return text(value);
    } catch (error) {
      const told =
        error instanceof Error ? error : new TypeError('A value that is no error was thrown.', { cause: error });
      state.faults.push(faultAt(blamed(site, told), above, key, site.nodes, false));
      return undefined;
    }
  };
}

/** A joined object that many parents share is written once, unless faults must be told at each of its places. */
export function remembered(step: number, write: Write, shared: boolean): Write {
  if (!shared) return write;
  return (value, above, key, state) => {
    if (typeof value !== 'object') return write(value, above, key, state);
    state.texts[step] ??= new Map();
    const texts = state.texts[step];
    const known = texts.get(value);
    if (known !== undefined) return known;
    const before = state.faults.length;
    const text = write(value, above, key, state);
    if (text !== undefined && state.faults.length === before) texts.set(value, text);
    return text;
  };
}
