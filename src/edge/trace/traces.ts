import type { Trace } from './trace.ts';

/** The traces of the last requests, in memory alone. */
export class Traces {
  readonly #traces: Trace[] = [];
  #keep = 0;

  /** How many from now on. */
  keep(count: number): void {
    this.#keep = count;
    this.#drop();
  }

  add(trace: Trace): void {
    this.#traces.push(trace);
    this.#drop();
  }

  /** The last one first. */
  list(): readonly Trace[] {
    return this.#traces.toReversed();
  }

  /** Of the last request with the id: a client may use one twice. */
  find(requestId: string): Trace | undefined {
    return this.#traces.findLast(trace => trace.requestId === requestId);
  }

  #drop(): void {
    if (this.#traces.length > this.#keep) this.#traces.splice(0, this.#traces.length - this.#keep);
  }
}
