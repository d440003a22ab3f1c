/** Pseudo-random choices by a seed: the same numbers and texts, the same choices (mulberry32 over FNV-1a). */
export class Random {
  #state: number;

  constructor(...seed: readonly (number | string)[]) {
    let hash = 2_166_136_261;
    for (const character of seed.join('\n')) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
    this.#state = hash >>> 0;
  }

  /** From 0 up to but not including `count`. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
  }

  chance(percent: number): boolean {
    return this.below(10_000) < percent * 100;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  some<T>(options: readonly T[], percent: number): T[] {
    return options.filter(() => this.chance(percent));
  }
}
