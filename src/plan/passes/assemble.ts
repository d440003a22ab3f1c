import type { Hole, Output, Plan, Stage, Step, UpstreamSelection } from '../plan.ts';
import type { PlacedHole, PlacedStep } from './placed.ts';
import type { writeOutputs } from './write-outputs.ts';

interface Passed {
  readonly kind: Plan['operation'];
  readonly ids: ReadonlyMap<PlacedStep, number>;
  readonly steps: readonly PlacedStep[];
  readonly alone: ReadonlySet<PlacedStep>;
  readonly stages: readonly Stage[];
  readonly selections: ReadonlyMap<PlacedStep, UpstreamSelection>;
  readonly outputs: ReturnType<typeof writeOutputs>;
}

/** Pass 6. Puts together what the passes made: plain data, which requests share. */
export function assemble({ kind, ids, steps, alone, stages, selections, outputs }: Passed): Plan {
  const hole = ({ step, path }: PlacedHole): Hole => {
    const entityStep = step && ids.get(step);
    return entityStep === undefined ? { path } : { entityStep, path };
  };
  const stepOf = (placed: PlacedStep, id: number): Step => {
    const { origin, at, blame } = placed;
    const selection = selections.get(placed);
    const output: Output | undefined = outputs.ofStep.get(placed);
    if (!output) throw new TypeError(`Nothing says what ${at} comes to.`);
    const shared = {
      ...{ id, origin, at, output },
      ...(alone.has(placed) ? { alone: true as const } : {}),
      ...(selection ? { selection } : {}),
      ...(blame ? { blame } : {}),
    };
    if (placed.kind === 'root') return { ...shared, kind: 'root', field: placed.field };
    if (placed.kind === 'entity') return { ...shared, kind: 'entity', entity: placed.entity, key: hole(placed.key) };
    const holes = new Map([...placed.holes].map(([path, one]) => [path, hole(one)] as const));
    return { ...shared, kind: 'link', link: placed.link, field: placed.field, holes };
  };
  const { root, canned } = outputs;
  return Object.freeze({
    ...{ operation: kind, steps: steps.map(stepOf), stages, root },
    ...(canned.length > 0 ? { canned } : {}),
  });
}
