import { GatewayError } from '../../base/error.ts';
import type { StopSignal } from '../../base/stop.ts';

/** Events that a listener has not taken yet, at most: one that is slower than its events ends with an error instead of losing some. */
const mostWaiting = 1_000;

/** Brings events from where they arrive to everybody who listens, in one process, in their order. Nothing is kept for who comes later. */
export class EventHub<T> {
  readonly #listeners = new Map<string, Set<Listener<T>>>();
  #closed = false;

  /** How many listened. */
  publish(topic: string, event: T): number {
    const listeners = [...(this.#listeners.get(topic) ?? [])];
    for (const listener of listeners) listener.give(event);
    return listeners.length;
  }

  /** Does somebody listen? */
  hears(topic: string): boolean {
    return this.#listeners.has(topic);
  }

  /** From this moment on, until the signal stops it or it is returned from. */
  listen(topic: string, signal: StopSignal): AsyncIterableIterator<T> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    const listener = new Listener<T>(signal, () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    });
    if (this.#closed || signal.aborted) listener.end();
    else this.#listeners.set(topic, listeners.add(listener));
    return listener;
  }

  /** Ends all who listen; whoever comes later ends at once. */
  close(): void {
    this.#closed = true;
    for (const listeners of [...this.#listeners.values()]) for (const listener of [...listeners]) listener.end();
  }
}

class Listener<T> implements AsyncIterableIterator<T> {
  readonly #waiting: T[] = [];
  readonly #signal: StopSignal;
  readonly #left: () => void;
  readonly #stop = () => this.end();
  #wanted: ((result: IteratorResult<T>) => void) | undefined;
  #error: Error | undefined;
  #ended = false;

  constructor(signal: StopSignal, left: () => void) {
    this.#signal = signal;
    this.#left = left;
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  give(event: T): void {
    if (this.#ended) return;
    const wanted = this.#wanted;
    this.#wanted = undefined;
    if (wanted) wanted({ value: event, done: false });
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(event);
    else this.end(new GatewayError('OVERLOADED', 'Events came faster than they were taken.'));
  }

  /** What waits is still given out, unless there is an error to tell. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#signal.removeEventListener('abort', this.#stop);
    this.#left();
    this.#wanted?.({ value: undefined, done: true });
    this.#wanted = undefined;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#waiting.length > 0) return Promise.resolve({ value: this.#waiting.shift()!, done: false }); // there is one
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise(resolve => {
      this.#wanted = resolve;
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#waiting.length = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
