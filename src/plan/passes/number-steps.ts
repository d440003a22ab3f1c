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
    const levels = [...round].sort((one, other) => one.level - other.level); // stable
    for (const step of levels) {
      ids.set(step, steps.length);
      steps.push(step);
    }
    for (const members of together(levels)) {
      const needed = new Set(members.flatMap(step => step.after.map(other => ids.get(other) ?? 0)));
      const level = members[0]?.level ?? 0;
      const after = operation === 'mutation' && level === 0 ? before : [...needed].sort((one, other) => one - other);
      stages.push({ level, steps: members.map(step => ids.get(step) ?? 0), after });
    }
    before = round.map(step => ids.get(step) ?? 0).sort((one, other) => one - other);
  }
  return { ids, steps, stages };
}

/** Root fields are one stage; of the others, those of one level and one lookup: also of links on a root type, which wait for nothing. */
function together(steps: readonly PlacedStep[]): Iterable<readonly PlacedStep[]> {
  const groups = new Map<number, Map<object | undefined, PlacedStep[]>>();
  for (const step of steps) {
    const level = groups.get(step.level) ?? new Map<object | undefined, PlacedStep[]>();
    groups.set(step.level, level);
    const lookup = lookupOf(step);
    const group = level.get(lookup);
    if (group) group.push(step);
    else level.set(lookup, [step]);
  }
  return [...groups.values()].flatMap(level => [...level.values()]);
}

function lookupOf(step: PlacedStep): object | undefined {
  if (step.kind === 'link') return step.link.plan.lookup;
  return step.kind === 'entity' ? step.entity.plan.lookup : undefined;
}
