import fc, { type GeneratorValue } from 'fast-check';

/** Random choices that fast-check can shrink: towards the first of a list, and towards `false`. */
export class Dice {
  readonly #draw: GeneratorValue;

  constructor(draw: GeneratorValue) {
    this.#draw = draw;
  }

  /** From 0 up to but not including `count`. */
  below(count: number): number {
    return this.#draw(fc.nat, { max: count - 1 });
  }

  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  some<T>(options: readonly T[], percent: number): T[] {
    return options.filter(() => this.chance(percent));
  }
}
