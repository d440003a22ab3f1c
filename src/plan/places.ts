import { type Coordinate, coordinate } from '../base/coordinate.ts';
import type { Output, Plan } from './plan.ts';

/** A field of the answer that a step fills. */
export interface Filled {
  /** Response keys from the root, joined with dots; lists and branches add nothing. */
  readonly path: string;
  /** In the client's names. */
  readonly field: Coordinate;
}

/** By step id: what of the answer the step fills. Only branches of one place share outputs, so each is visited once. */
export function placesOf({ root }: Plan): ReadonlyMap<number, readonly Filled[]> {
  const places = new Map<number, Filled[]>();
  const seen = new Set<Output>();
  const open: { readonly output: Output; readonly path: readonly string[] }[] = [{ output: root, path: [] }];
  for (const { output, path } of open) {
    if (seen.has(output)) continue;
    seen.add(output);
    if (output.kind === 'list') open.push({ output: output.of, path });
    if (output.kind === 'abstract') for (const branch of output.branches.values()) open.push({ output: branch, path });
    if (output.kind !== 'object') continue;
    for (const { from, name, responseKey, output: below } of output.fields) {
      const at = [...path, responseKey];
      open.push({ output: below, path: at });
      if (from.kind !== 'step' && from.kind !== 'joined') continue;
      const filled = { path: at.join('.'), field: coordinate(output.typeName, name) };
      places.set(from.step, [...(places.get(from.step) ?? []), filled]);
    }
  }
  return places;
}
