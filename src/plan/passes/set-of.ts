import type { PlacedSet, PlacedValue } from './placed.ts';

/** The objects that a value, or an item of it, can be; undefined of leaves. */
export function setOf(value: PlacedValue): PlacedSet | undefined {
  if (value.kind === 'list') return setOf(value.of);
  return value.kind === 'objects' ? value.set : undefined;
}
