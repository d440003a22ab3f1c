import type { Selection } from './buckets.ts';
import type { Limit } from './limit.ts';

/** One thing that is counted: a limit; where its bucket is told by arguments, at one selection of the field. */
export interface Slot {
  readonly limit: Limit;
  readonly selection?: Selection;
}

/** How often each is selected. Exact up to `Number.MAX_SAFE_INTEGER`, and that number beyond. */
export type Counts = ReadonlyMap<Slot, number>;

export const none: Counts = new Map();

export function add(counts: Map<Slot, number>, slot: Slot, count: number): void {
  counts.set(slot, Math.min((counts.get(slot) ?? 0) + count, Number.MAX_SAFE_INTEGER));
}

/** Of what excludes one another: the most of each. */
export function raise(counts: Map<Slot, number>, others: Counts): void {
  for (const [slot, count] of others) counts.set(slot, Math.max(counts.get(slot) ?? 0, count));
}
