import { type Coordinate, coordinate } from '../base/coordinate.ts';
import type { Output, Plan } from './plan.ts';

/** A field of the answer that a step fills. */
export interface Filled {
  /** Response keys from the root, joined with dots; lists and branches add nothing. */
  readonly path: string;
  /** In the client's names. */
  readonly field: Coordinate;
  /** The same selection stands in other places, too, which the step fills as well: this is the first. */
  readonly elsewhere?: true;
}

/**
 * By step id: what of the answer the step fills. Equal selections share their outputs, each of which is visited once: there may be more
 * places than anyone could list.
 */
export function placesOf({ root }: Plan): ReadonlyMap<number, readonly Filled[]> {
  const paths = new Map<Output, string>([[root, '']]);
  const shared: Output[] = [];
  for (const [output, path] of paths) {
    for (const { key, below } of belowOf(output)) {
      const at = joined(path, key);
      const first = paths.get(below);
      if (first === undefined) paths.set(below, at);
      else if (first !== at) shared.push(below);
    }
  }
  const elsewhere = new Set(shared);
  for (const output of elsewhere) for (const { below } of belowOf(output)) elsewhere.add(below);
  const places = new Map<number, Filled[]>();
  for (const [output, path] of paths) {
    if (output.kind !== 'object') continue;
    for (const { from, name, responseKey } of output.fields) {
      if (from.kind !== 'step' && from.kind !== 'joined') continue;
      const filled = { path: joined(path, responseKey), field: coordinate(output.typeName, name) };
      const known = places.get(from.step) ?? [];
      places.set(from.step, [...known, elsewhere.has(output) ? { ...filled, elsewhere: true } : filled]);
    }
  }
  return places;
}

function belowOf(output: Output): readonly { readonly key?: string; readonly below: Output }[] {
  switch (output.kind) {
    case 'leaf':
      return [];
    case 'list':
      return [{ below: output.of }];
    case 'abstract':
      return [...output.branches.values()].map(below => ({ below }));
    case 'object':
      return output.fields.map(field => ({ key: field.responseKey, below: field.output }));
  }
}

function joined(path: string, key: string | undefined): string {
  return key === undefined ? path : path === '' ? key : `${path}.${key}`;
}
