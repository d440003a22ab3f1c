import type { AdmissionOptions } from './admission-options.ts';
import { LoopDelay } from './loop-delay.ts';

/** How late the event loop is. */
interface Delay {
  readonly milliseconds: number;
}

/** With fewer under way a loop that is late is late by somebody else's doing: to refuse them would relieve nothing. */
const several = 8;

/** How much is under way, and whether that is all that can be done: the gate counts, and a door can ask before it reads anything. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #delay: Delay;
  #underWay = 0;

  constructor(options: AdmissionOptions, delay: Delay) {
    this.#options = options;
    this.#delay = delay;
  }

  /** By the delay of this process's own loop. */
  static open(options: AdmissionOptions, whenClosed: (end: () => void) => void): Admission {
    const delay = new LoopDelay();
    whenClosed(() => delay.stop());
    return new Admission(options, delay);
  }

  get isFull(): boolean {
    const { inFlight, loopDelay } = this.#options;
    return this.#underWay >= inFlight || (this.#underWay >= several && this.#delay.milliseconds > loopDelay);
  }

  enter(): void {
    this.#underWay += 1;
  }

  leave(): void {
    this.#underWay -= 1;
  }
}
