import type { Lookup } from '../../supergraph/links/lookup.ts';
import { lookupOf } from '../lookup-of.ts';
import type { Stage } from '../plan.ts';
import type { PlacedOperation, PlacedStep } from './placed.ts';

interface Numbered {
  readonly ids: ReadonlyMap<PlacedStep, number>;
  /** By id. */
  readonly steps: readonly PlacedStep[];
  readonly stages: readonly Stage[];
}

/** Pass 3. Gives the steps their order, and joins what goes out together. */
export function numberSteps({ operation, rounds }: PlacedOperation): Numbered {
  const steps: PlacedStep[] = [];
  const ids = new Map<PlacedStep, number>();
  const stages: Stage[] = [];
  let before: readonly number[] = []; // the round before, which itself waited for all that was before it
  for (const round of rounds) {
    const levels = levelsOf(round);
    const levelOf = (step: PlacedStep) => levels.get(step) ?? 0;
    const inOrder = [...round].sort((one, other) => levelOf(one) - levelOf(other)); // stable
    for (const step of inOrder) {
      ids.set(step, steps.length);
      steps.push(step);
    }
    for (const [level, , members] of grouped(inOrder, levelOf)) {
      const needed = new Set(members.flatMap(step => step.after.map(other => ids.get(other) ?? 0)));
      const after = operation === 'mutation' && level === 0 ? before : [...needed].sort((one, other) => one - other);
      stages.push({ level, steps: members.map(step => ids.get(step) ?? 0), after });
    }
    before = round.map(step => ids.get(step) ?? 0).sort((one, other) => one - other);
  }
  return { ids, steps, stages };
}

/**
 * One more than the highest level of what a step waits for, or of what another waits for that the reference lane asks with it or before it.
 * Else what the two look up would be asked in another order than there: a key that both want by itself, and the rest by one call more.
 */
function levelsOf(round: readonly PlacedStep[]): ReadonlyMap<PlacedStep, number> {
  const levels = new Map<PlacedStep, number>();
  const asked = new Map<Lookup | undefined, number>(); // by lookup: the level that it was last asked at
  const inTurn = [...round].sort((one, other) => one.turn - other.turn);
  for (const [, lookup, members] of grouped(inTurn, ({ turn }) => turn)) {
    const needed = members.flatMap(({ after }) => after);
    const level = needed.reduce(
      (highest, step) => Math.max(highest, (levels.get(step) ?? 0) + 1),
      asked.get(lookup) ?? 0,
    );
    asked.set(lookup, level);
    for (const step of members) levels.set(step, level);
  }
  return levels;
}

/** Root fields are one stage; of the others, those of one level and one lookup: also of links on a root type, which wait for nothing. */
function grouped(
  steps: readonly PlacedStep[],
  levelOf: (step: PlacedStep) => number,
): readonly (readonly [level: number, lookup: Lookup | undefined, members: readonly PlacedStep[]])[] {
  const groups = new Map<number, Map<Lookup | undefined, PlacedStep[]>>();
  for (const step of steps) {
    const level = groups.get(levelOf(step)) ?? new Map<Lookup | undefined, PlacedStep[]>();
    groups.set(levelOf(step), level);
    const lookup = step.kind === 'root' ? undefined : lookupOf(step);
    const group = level.get(lookup);
    if (group) group.push(step);
    else level.set(lookup, [step]);
  }
  return [...groups].flatMap(([level, byLookup]) =>
    [...byLookup].map(([lookup, members]) => [level, lookup, members] as const),
  );
}
