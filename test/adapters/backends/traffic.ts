import { setTimeout as wait } from 'node:timers/promises';

/** What a backend saw, counted. */
export class Traffic {
  /** The operations that were asked, each with the one value that tells them apart. */
  readonly asked: { readonly operation: string; readonly value: string }[] = [];
  /** The messages as they came. */
  readonly wire: { readonly path: string; readonly headers: object; readonly body: string }[] = [];
  /** Messages under way now, and the most at once. */
  open = 0;
  peak = 0;
  /** Messages that the client left before they were answered. */
  abandoned = 0;
  readonly #held = new Set<() => void>();
  #released = true;

  /** Answers to `held` wait from now on until `release`. */
  hold(): void {
    this.#released = false;
  }

  release(): void {
    this.#released = true;
    for (const go of this.#held) go();
    this.#held.clear();
  }

  held(): Promise<void> {
    return this.#released ? Promise.resolve() : new Promise(resolve => this.#held.add(resolve));
  }

  enter(): (answered: boolean) => void {
    this.open += 1;
    this.peak = Math.max(this.peak, this.open);
    return answered => {
      this.open -= 1;
      if (!answered) this.abandoned += 1;
    };
  }

  reset(): void {
    this.asked.length = 0;
    this.wire.length = 0;
    this.peak = this.open;
    this.abandoned = 0;
  }
}

/** Resolves when the condition holds, by whatever clock the test has; its own time limit ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(5);
}
