/** Milliseconds between two looks at the event loop. */
const interval = 20;

/** An odd number. */
const looks = 5;

/**
 * How late the event loop is: the median of the last looks, since one long task (a collection of garbage, a document that is read anew)
 * delays a few requests and is over. What counts is that the loop is late again and again. (perf_hooks' histogram forgets its last look
 * when it is reset, so of a loop that is always late it sees nothing.)
 */
export class LoopDelay {
  readonly #late: number[] = Array.from({ length: looks }, () => 0);
  readonly #timer = setInterval(() => this.#look(), interval).unref();
  #at = 0;
  #last = performance.now();
  #milliseconds = 0;

  get milliseconds(): number {
    return this.#milliseconds;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#late[this.#at] = Math.max(0, now - this.#last - interval);
    this.#last = now;
    this.#at = (this.#at + 1) % looks;
    this.#milliseconds = this.#late.toSorted((a, b) => a - b)[(looks - 1) / 2]!;
  }
}
