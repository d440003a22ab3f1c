import fc from 'fast-check';
import { expect, it } from 'vitest';
import { completerOf } from '../../src/plan/complete.ts';
import { rootParent } from '../../src/plan/plan.ts';
import { scanOf } from '../../src/plan/scan.ts';
import { Dice } from '../supergraph/differential/dice.ts';
import { handPlan } from './hand-plan.ts';
import { makeRoots, schema } from './random-values.ts';

const numRuns = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 300);
const seed = Number(process.env['SELVAGE_FUZZ_SEED'] ?? 1_123);
const feed = 99;

const query = `query {
  one { id mark count tone tones peer { mark count } owner { mark things { mark on owner { mark } } } }
  many { mark id any { ... on Thing { mark count } ... on Person { mark id } } }
  all { mark on grid peer { mark tones } }
  any { ... on Thing { mark any { ... on Person { mark things { mark price } } ... on Thing { mark } } } ... on Person { mark } }
  nodes { ... on Thing { mark id owner { mark id } } ... on Person { mark things { mark id tones } } }
}`;
const plan = handPlan(schema, query, [feed]);

it(`gathers exactly the objects that are in the answer (${numRuns} values, seed ${seed})`, async () => {
  let objects = 0;
  const property = fc.property(fc.gen(), draw => {
    const values = makeRoots(new Dice(draw));
    for (const step of plan.steps) {
      const value = values.get(step.at.slice('Query.'.length));
      const parents: unknown[][] = [];
      parents[feed] = [];
      const there = value !== null && value !== undefined && !(value instanceof Error);
      scanOf(step)!(there ? value : [], parents);
      const answers = plan.steps.map(other => new Map([[rootParent, other === step ? value : null]]));
      const answer = completerOf(plan)(answers).data;
      const marks = [...answer.matchAll(/"mark":(\d+|null)/g)].map(([, mark]) => mark);
      expect(parents[feed].map(markOf).sort()).toEqual(marks.sort());
      objects += marks.length;
    }
  });
  fc.assert(property, { numRuns, seed });
  expect(objects).toBeGreaterThan(numRuns);
}, 600_000);

function markOf(parent: unknown): string {
  const mark = typeof parent === 'object' && parent !== null && 'mark' in parent ? parent.mark : null;
  return String(mark);
}
