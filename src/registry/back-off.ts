const first = 1_000;
const longest = 60_000;

/** Milliseconds before the next attempt: 1 s doubling to 60 s, less up to half at random so that gateways do not retry in step. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  return Math.min(first * 2 ** attempt, longest) * (1 - random() / 2);
}
