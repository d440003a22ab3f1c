import type { EntityOrigin } from '../../supergraph/origins.ts';
import { holesOf } from './draft-step.ts';
import { hasField } from './joining.ts';
import type { PlacedField, PlacedObject } from './placed.ts';
import { setOf } from './set-of.ts';

/**
 * What the reference lane reads of an object. Where not all of it is the source's own, stitch selects beside each field of a merged type the
 * keys of all sources that have the field. In an order that does not hang on who reads them.
 */
export function readByReference(object: PlacedObject): PlacedObject['reads'] {
  const reads = isAnsweredWhole(object) ? object.reads : [...object.reads, ...keysOf(object)];
  return reads.toSorted((one, other) => (one.join('.') < other.join('.') ? -1 : 1));
}

function keysOf(object: PlacedObject): PlacedObject['reads'] {
  return object.entities.flatMap(entity => (hasMore(entity, object) ? [[entity.plan.key]] : []));
}

/** Has the source anything of what is asked or read, besides the key? */
function hasMore({ origin, plan }: EntityOrigin, { typeName, fields, reads }: PlacedObject): boolean {
  const ownType = origin.ownType(typeName) ?? '';
  const isRead = (path: readonly string[]) => path[0] !== plan.key && hasField(origin, ownType, path);
  const isAsked = ({ from, selected }: PlacedField): boolean => {
    if (from.kind === 'typename') return false;
    if (from.kind === 'step') return from.step.kind === 'link' && holesOf(from.step.link).some(isRead);
    const own = origin.ownField(typeName, selected.definition.name);
    return own !== undefined && own !== plan.key;
  };
  return reads.some(isRead) || fields.some(isAsked);
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
