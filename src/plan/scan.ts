import { isRecord, own } from '../base/json.ts';
import { listOf, typeNameOf } from './complete-value.ts';
import { leafOf } from './leaf.ts';
import type { AbstractOutput, ListOutput, ObjectOutput, Output, Step } from './plan.ts';

/** By step id: the objects that the step has wishes of. */
export type Parents = readonly unknown[][];

/** False where nothing of the value is left. */
export type Scan = (value: unknown, parents: Parents) => boolean;

const known = new WeakMap<Step, Scan | null>();

/**
 * Walks what a step came to as completing will, before it is completed: gathers the parents of the steps that it feeds, without those
 * that a null takes away (GraphQL October 2021, 6.4.4). Null where the step feeds nothing and no null in it could take all of it.
 */
export function scanOf(step: Step): Scan | null {
  const before = known.get(step);
  if (before !== undefined) return before;
  const { output } = step;
  const scan = feedsBelow(output).length > 0 || (step.kind === 'entity' && breaks(output)) ? bare(output) : null;
  known.set(step, scan);
  return scan;
}

const fedBelow = new WeakMap<Output, readonly number[]>();

/** Steps that are fed from here or further down. */
function feedsBelow(output: Output): readonly number[] {
  const before = fedBelow.get(output);
  if (before) return before;
  const found = findFeeds(output);
  fedBelow.set(output, found);
  return found;
}

function findFeeds(output: Output): readonly number[] {
  switch (output.kind) {
    case 'leaf':
      return [];
    case 'list':
      return feedsBelow(output.of);
    case 'abstract':
      return [...new Set([...output.branches.values()].flatMap(feedsBelow))];
    case 'object':
      return [...new Set([...output.feeds, ...properties(output).flatMap(([, inner]) => feedsBelow(inner))])];
  }
}

/** Can a value that is there break? */
function breaks(output: Output): boolean {
  switch (output.kind) {
    case 'object':
      return properties(output).some(([, inner]) => inner.nonNull);
    case 'list':
    case 'abstract':
    case 'leaf':
      return true;
  }
}

function properties(output: ObjectOutput): (readonly [string, Output])[] {
  return output.fields.flatMap(({ from, output: inner }) =>
    from.kind === 'property' ? [[from.key, inner] as const] : [],
  );
}

/** Of values that are neither null nor an Error. */
function bare(output: Output): Scan {
  switch (output.kind) {
    case 'leaf':
      return leafOf(output).sound;
    case 'list':
      return list(output);
    case 'object':
      return object(output);
    case 'abstract':
      return abstract(output);
  }
}

/** Undefined: nothing in it matters to what is around it, and nothing in it is fed. */
function anyValue(output: Output): Scan | undefined {
  const fed = feedsBelow(output).length > 0;
  if (!fed && !output.nonNull) return undefined;
  const scan = bare(output);
  if (output.nonNull) return (value, parents) => isThere(value) && scan(value, parents);
  return (value, parents) => {
    if (isThere(value)) scan(value, parents);
    return true;
  };
}

function isThere(value: unknown): boolean {
  return typeof value === 'object' ? value !== null && !(value instanceof Error) : value !== undefined;
}

function list({ of }: ListOutput): Scan {
  const scan = anyValue(of);
  if (!scan) return value => listOf(value) !== undefined;
  const all: Scan = (value, parents) => {
    const items = listOf(value);
    if (!items) return false;
    for (let index = 0; index < items.length; index += 1) if (!scan(items[index], parents)) return false;
    return true;
  };
  return of.nonNull ? undone(all, feedsBelow(of)) : all;
}

const objects = new WeakMap<ObjectOutput, Scan>();

/** One object may stand in many branches. */
function object(output: ObjectOutput): Scan {
  const before = objects.get(output);
  if (before) return before;
  const scan = makeObject(output);
  objects.set(output, scan);
  return scan;
}

function makeObject(output: ObjectOutput): Scan {
  const { feeds } = output;
  const scans = properties(output).flatMap(([key, inner]) => {
    const scan = anyValue(inner);
    const fed = feedsBelow(inner);
    const inherited = key in Object.prototype;
    return scan ? [{ key, inherited, scan, fed, risky: fed.length > 0 && inner.nonNull }] : [];
  });
  // First what gathers nothing: then mostly there is nothing to take back.
  scans.sort((one, other) => Math.sign(one.fed.length) - Math.sign(other.fed.length));
  const all: Scan = (value, parents) => {
    const record = isRecord(value) ? value : nothing;
    for (const { key, inherited, scan } of scans) {
      if (!scan(inherited ? own(record, key) : record[key], parents)) return false;
    }
    for (const feed of feeds) parents[feed]?.push(value);
    return true;
  };
  return scans.some(({ risky }) => risky) ? undone(all, feedsBelow(output)) : all;
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

function abstract({ branches }: AbstractOutput): Scan {
  const scans = new Map([...branches].map(([name, output]) => [name, object(output)]));
  return (value, parents) => scans.get(typeNameOf(value))?.(value, parents) === true;
}

/** What was gathered below a null is taken back. */
function undone(scan: Scan, fed: readonly number[]): Scan {
  if (fed.length === 0) return scan;
  return (value, parents) => {
    const marks = fed.map(id => parents[id]?.length ?? 0);
    if (scan(value, parents)) return true;
    for (const [index, id] of fed.entries()) {
      const gathered = parents[id];
      if (gathered) gathered.length = marks[index] ?? 0;
    }
    return false;
  };
}
