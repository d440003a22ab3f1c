/** What of a gate's place its order is told by. */
export interface Placed {
  readonly phase: 'request' | 'operation';
  readonly name: string;
}

/**
 * The order that serves: gates that the configuration names take, in its sequence, the places that they had among themselves; every other
 * gate keeps its own. No gate leaves its phase. `names` have passed `checkNames`.
 */
export function arranged<P extends Placed>(places: readonly P[], names: readonly string[]): readonly P[] {
  const named = new Set(names);
  const byName = new Map(places.map(place => [place.name, place]));
  const next = {
    request: names.flatMap(name => inPhase(byName.get(name), 'request')),
    operation: names.flatMap(name => inPhase(byName.get(name), 'operation')),
  };
  return places.map(place => (named.has(place.name) ? (next[place.phase].shift() ?? place) : place));
}

function inPhase<P extends Placed>(place: P | undefined, phase: Placed['phase']): P[] {
  return place?.phase === phase ? [place] : [];
}
