import { array, assert, constantFrom, integer, property, record, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { limitOf } from '../../../src/edge/rate-limits/limit.ts';
import { MemoryStore } from '../../../src/edge/rate-limits/memory-store.ts';
import { type Charge, has, remaining, wait } from '../../../src/edge/rate-limits/store.ts';

const runs = 1_000;

function charge(key: string, quota: { max: number; window: number; burst: number }, units: number): Charge {
  const limit = limitOf({
    name: key,
    quota: { ...quota, cost: 1 },
    by: [{ kind: 'global' }],
    countBy: 'OPERATION',
    onStoreError: 'LOCAL',
  });
  return { key, limit, interval: limit.interval, burst: quota.burst, units };
}

/** A bucket that is filled drop by drop: nothing of the algorithm but what it is to come to. */
class Bucket {
  #level: number;
  #at = 0;
  readonly #burst: number;
  readonly #interval: number;

  /** In microseconds. */
  constructor(burst: number, interval: number) {
    this.#level = burst * interval;
    this.#burst = burst;
    this.#interval = interval;
  }

  holds(units: number, now: number): boolean {
    this.#level = Math.min(this.#burst * this.#interval, this.#level + now - this.#at);
    this.#at = now;
    return this.#level >= units * this.#interval;
  }

  take(units: number): void {
    this.#level -= units * this.#interval;
  }
}

const quotas = {
  a: { max: 7, window: 1_000, burst: 3 },
  b: { max: 1, window: 900, burst: 1 },
  c: { max: 5, window: 50, burst: 12 },
};
const keys = ['a', 'b', 'c'] as const;

const steps = array(
  record({
    pause: integer({ min: 0, max: 400 }),
    asked: uniqueArray(record({ key: constantFrom(...keys), units: integer({ min: 1, max: 4 }) }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ key }) => key,
    }),
    owes: constantFrom(false, false, false, true),
  }),
  { maxLength: 40 },
);

test('R3: of several buckets at once all give or none does, exactly as buckets that fill drop by drop', () => {
  assert(
    property(steps, taken => {
      let now = 5_000;
      const store = new MemoryStore(() => now * 1_000, 10);
      const buckets = Object.fromEntries(
        keys.map(key => [
          key,
          new Bucket(quotas[key].burst, Math.ceil((quotas[key].window * 1_000) / quotas[key].max)),
        ]),
      );
      for (const { pause, asked, owes } of taken) {
        now += pause;
        const charges = asked.map(({ key, units }) => charge(key, quotas[key], units));
        const hold = asked.map(({ key, units }) => buckets[key]!.holds(units, now * 1_000));
        const all = hold.every(Boolean);
        if (owes) store.owe(charges);
        else {
          const { allowed, standings } = store.take(charges);
          expect(allowed).toBe(all);
          if (!all) expect(standings.map(standing => has(standing.charge, standing.ahead))).toEqual(hold);
        }
        if (owes || all) for (const { key, units } of asked) buckets[key]!.take(units);
      }
    }),
    { numRuns: runs },
  );
});

test('R3: never more than the burst at once and the rate after it, however it is asked', () => {
  assert(
    property(array(integer({ min: 0, max: 30 }), { maxLength: 200 }), pauses => {
      let now = 0;
      const store = new MemoryStore(() => now * 1_000, 10);
      const allowed: number[] = [];
      for (const pause of pauses) {
        now += pause;
        if (store.take([charge('k', { max: 10, window: 100, burst: 4 }, 1)]).allowed) allowed.push(now);
      }
      for (const [index, at] of allowed.entries()) {
        const inWindow = allowed.slice(index).filter(other => other - at <= 100).length;
        expect(inWindow).toBeLessThanOrEqual(4 + 10);
      }
    }),
    { numRuns: runs },
  );
});

test('R6: who comes again when he is told to is let through, and a microsecond before is not', () => {
  assert(
    property(
      integer({ min: 1, max: 50 }),
      integer({ min: 1, max: 1_000 }),
      integer({ min: 1, max: 5 }),
      (max, window, burst) => {
        let microseconds = 1_000;
        const store = new MemoryStore(() => microseconds, 10);
        const one = charge('k', { max, window, burst }, 1);
        for (let n = 0; n < burst; n += 1) expect(store.take([one]).allowed).toBe(true);
        const { allowed, standings } = store.take([one]);
        expect(allowed).toBe(false);
        expect(remaining(standings[0]!)).toBe(0);
        microseconds += wait(standings[0]!) - 1;
        expect(store.take([one]).allowed).toBe(false);
        microseconds += 1;
        expect(store.take([one]).allowed).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});

test('R5: of 150,000 buckets the last 100,000 are known', () => {
  const store = new MemoryStore();
  const { limit, ...rest } = charge('k', { max: 1, window: 3_600_000, burst: 1 }, 1);
  for (let n = 0; n < 150_000; n += 1) store.take([{ ...rest, limit, key: `k${n}` }]);
  expect(store.size).toBe(100_000);
  expect(store.take([{ ...rest, limit, key: 'k149999' }]).allowed).toBe(false);
  expect(store.take([{ ...rest, limit, key: 'k0' }]).allowed).toBe(true);
});
