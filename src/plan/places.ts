import { type Coordinate, coordinate } from '../base/coordinate.ts';
import type { Output, Plan } from './plan.ts';

/** By step id: the fields of the answer that the step fills, in the client's names. */
export function placesOf({ root, steps }: Plan): ReadonlyMap<number, readonly Coordinate[]> {
  const places = new Map<number, Set<Coordinate>>();
  const seen = new Set<Output>();
  const open: Output[] = [root, ...steps.map(({ output }) => output)];
  for (let output = open.pop(); output; output = open.pop()) {
    if (seen.has(output)) continue;
    seen.add(output);
    if (output.kind === 'list') open.push(output.of);
    if (output.kind === 'abstract') open.push(...output.branches.values());
    if (output.kind !== 'object') continue;
    for (const { from, name, output: below } of output.fields) {
      open.push(below);
      if (from.kind !== 'step' && from.kind !== 'joined') continue;
      const filled = places.get(from.step) ?? new Set();
      places.set(from.step, filled.add(coordinate(output.typeName, name)));
    }
  }
  return new Map([...places].map(([step, filled]) => [step, [...filled].sort()] as const));
}
