import { setTimeout } from 'node:timers/promises';

/**
 * Hands answers on in step: all that a run of an operation waits for at once, when the last of them has come. As they come, which of two
 * calls is answered first decides which keys share a call, in the reference lane as in the plan lane: in step, time decides nothing.
 */
export class InStep {
  #asked = 0;
  /** By their place among what was asked. */
  readonly #waiting = new Map<number, (() => void) | undefined>();

  hold<T>(answer: Promise<T>): Promise<T> {
    const place = this.#asked;
    this.#asked += 1;
    this.#waiting.set(place, undefined);
    return new Promise((resolve, reject) => {
      const came = (handOn: () => void) => {
        this.#waiting.set(place, handOn);
        setImmediate(() => this.#handOn()); // what an answer before it led to is asked by then
      };
      answer.then(
        value => came(() => resolve(value)),
        (error: unknown) => came(() => reject(error)),
      );
    });
  }

  /** Resolves when nothing is waited for any more. */
  async end(): Promise<void> {
    while (this.#waiting.size > 0) await setTimeout(1);
  }

  #handOn(): void {
    const all = [...this.#waiting.values()];
    if (all.includes(undefined)) return;
    this.#waiting.clear();
    for (const handOn of all) handOn?.();
  }
}
