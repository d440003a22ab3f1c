import { describe, expect, it } from 'vitest';
import { backOff } from '../../src/registry/back-off.ts';

describe('the back-off', () => {
  it('doubles from a second to a minute', () => {
    const delays = [0, 1, 2, 5, 6, 100].map(attempt => backOff(attempt, () => 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000]);
  });

  it('is shortened by up to half at random', () => {
    expect([backOff(0, () => 0.5), backOff(0, () => 1)]).toEqual([750, 500]);
  });
});
