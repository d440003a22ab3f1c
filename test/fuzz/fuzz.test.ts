import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

/** `npm run fuzz:plan -- --cases 100000 --seed 7` looks further; `--cases 1 --seed 2026 --start 17` repeats one case. */
const [cases, seed] = [2_000, 2_026];

it(`the lanes give one answer over real backends of all protocols (${cases} cases, seed ${seed})`, async () => {
  const told: string[] = [];
  const { differences, unsteady, compared, withErrors, calls } = await fuzz({
    cases,
    seed,
    start: 0,
    tell: text => told.push(text),
  });
  expect(differences, told.join('\n')).toBe(0);
  expect(unsteady, told.join('\n')).toBe(0);
  expect(compared).toBeGreaterThan(cases * 0.95);
  expect(withErrors).toBeGreaterThan(cases * 0.1);
  expect(calls).toBeGreaterThan(cases * 4);
}, 3_600_000);
