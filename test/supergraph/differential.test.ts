import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { Dice } from './differential/dice.ts';
import { makeOperation } from './differential/operation.ts';
import { Pair } from './differential/pair.ts';
import { makeWorld } from './differential/world.ts';

/** `SELVAGE_FUZZ_RUNS=5000 SELVAGE_FUZZ_SEED=7 npx vitest run test/supergraph/differential.test.ts` looks further. */
const numRuns = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 75);
const seed = Number(process.env['SELVAGE_FUZZ_SEED'] ?? 2_009);
/** Of each world. */
const operations = 4;

it(`a supergraph answers as one schema over the same data would (${numRuns} worlds, seed ${seed})`, async () => {
  let compared = 0;
  const property = fc.asyncProperty(fc.gen(), async draw => {
    const dice = new Dice(draw);
    const pair = new Pair(makeWorld(dice));
    for (let n = 0; n < operations; n += 1) {
      const operation = makeOperation(dice, pair.oracle);
      if (validate(pair.oracle, parse(operation.query)).length > 0) continue;
      await pair.compare(operation);
      compared += 1;
    }
  });
  const interruptAfterTimeLimit = 60_000 + numRuns * 500; // shrinking ends too
  await fc.assert(property, { numRuns, seed, interruptAfterTimeLimit, markInterruptAsFailure: true });
  expect(compared).toBeGreaterThan(numRuns * operations * 0.8);
}, 3_600_000);
