import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

/** `npm run fuzz:auth -- --cases 200000 --seed 7` looks further; `--cases 60 --seed 2026 --start 17` repeats one world. */
const [cases, seed] = [5_000, 2_026];

it(`Z2: nobody sees or asks more than he may, and everybody all that he may, in both lanes (${cases} cases, seed ${seed})`, async () => {
  const told: string[] = [];
  const { leaks, forbidden, compared, refusing, canned } = await fuzz({
    cases,
    seed,
    start: 0,
    tell: text => told.push(text),
  });
  expect({ leaks, forbidden, compared }, told.slice(0, 5).join('\n\n')).toEqual({
    leaks: 0,
    forbidden: 0,
    compared: cases,
  });
  expect(refusing).toBeGreaterThan(cases * 0.3);
  expect(canned).toBeGreaterThan(10);
}, 3_600_000);
