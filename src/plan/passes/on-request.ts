import type { MemberOrigin } from '../../supergraph/origins.ts';
import type { UpstreamSelection } from '../plan.ts';
import { callOf } from './asked-alone.ts';
import type { PlacedObject, PlacedOperation, PlacedSet, PlacedStep } from './placed.ts';
import { bareSelection } from './select-upstream.ts';
import { setOf } from './set-of.ts';

/**
 * Pass 4, of sources that are not told selections: the fields that their answers only hold where they are asked for. All steps of one call
 * are told alike, so that equal wishes stay one wish.
 */
export function selectOnRequest({ values }: PlacedOperation): ReadonlyMap<PlacedStep, UpstreamSelection> {
  const asked = new Map<string, Set<string>>();
  const telling: PlacedStep[] = [];
  for (const [step, value] of values) {
    const names = namesOf(step.origin);
    if (names.size === 0) continue;
    telling.push(step);
    const call = callOf(step);
    const wanted = asked.get(call) ?? new Set();
    asked.set(call, wanted);
    const set = setOf(value);
    if (set) gather(set, names, wanted, new Set());
  }
  const selections = new Map<PlacedStep, UpstreamSelection>();
  for (const step of telling) {
    const wanted = asked.get(callOf(step));
    if (wanted && wanted.size > 0) selections.set(step, bareSelection([...wanted].sort()));
  }
  return selections;
}

const none: ReadonlySet<string> = new Set();
const known = new WeakMap<readonly string[], ReadonlySet<string>>();

/** As `Type.field`, in the source's own names. */
function namesOf({ member: { subschema } }: MemberOrigin): ReadonlySet<string> {
  const { onRequest } = subschema.blueprint;
  if (!onRequest || subschema.selective) return none;
  const names = known.get(onRequest) ?? new Set(onRequest);
  known.set(onRequest, names);
  return names;
}

/** What is selected or read of the objects, and of those in them. */
function gather(set: PlacedSet, names: ReadonlySet<string>, wanted: Set<string>, seen: Set<PlacedObject>): void {
  for (const object of set.branches.values()) {
    if (seen.has(object)) continue;
    seen.add(object);
    for (const [first = ''] of object.reads) if (names.has(`${object.ownType}.${first}`)) wanted.add(first);
    for (const { from, value } of object.fields) {
      if (from.kind !== 'property') continue;
      if (names.has(`${object.ownType}.${from.ownField}`)) wanted.add(from.ownField);
      const below = setOf(value);
      if (below) gather(below, names, wanted, seen);
    }
  }
}
