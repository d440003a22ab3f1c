/** Upper bounds in milliseconds; beyond the last there is one more bucket. */
export const durationBounds: readonly number[] = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];

/** How long operations took, counted in buckets: an addition for each, and nothing is kept of any. */
export class Durations {
  /** One for each bound, and one for what is beyond. Each holds only its own. */
  readonly buckets: number[] = Array.from({ length: durationBounds.length + 1 }, () => 0);
  /** Milliseconds, all together. */
  total = 0;

  add(milliseconds: number): void {
    let bucket = 0;
    while (bucket < durationBounds.length && milliseconds > durationBounds[bucket]!) bucket++; // within the list: see the condition
    this.buckets[bucket]! += 1; // there is one for each bound and one more
    this.total += milliseconds;
  }
}
