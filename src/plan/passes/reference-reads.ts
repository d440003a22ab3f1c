import type { PlacedObject } from './placed.ts';
import { setOf } from './set-of.ts';

/**
 * What the reference lane reads of an object: where not all of it is the source's own, the keys of its type as well. In an order that does
 * not hang on who reads them.
 */
export function readByReference(object: PlacedObject): PlacedObject['reads'] {
  const reads = isAnsweredWhole(object) ? object.reads : [...object.reads, ...object.keys];
  return reads.toSorted((one, other) => (one.join('.') < other.join('.') ? -1 : 1));
}

const whole = new WeakMap<PlacedObject, boolean>();

/** Is all that is asked of an object, and of what is below it, the source's own? */
function isAnsweredWhole(object: PlacedObject): boolean {
  const known = whole.get(object);
  if (known !== undefined) return known;
  const isWhole = object.fields.every(({ from, value }) => {
    if (from.kind !== 'property') return from.kind === 'typename';
    const set = setOf(value);
    return !set || (!set.abstract && [...set.branches.values()].every(isAnsweredWhole));
  });
  whole.set(object, isWhole);
  return isWhole;
}
