type Listener = () => void;

/** Tells that work is not wanted any more, and why. An `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: Listener, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: Listener): void;
}

/**
 * A stop signal and its trigger in one. An `AbortController` would do, but costs more than all else of a small request: an event target, an
 * error made in advance, and a registration with the garbage collector.
 */
export class Stop implements StopSignal {
  #aborted = false;
  #reason: unknown;
  #listeners: Set<Listener> | undefined;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Tells all listeners, once. Only the first reason counts. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    if (this.#listeners) for (const listener of this.#listeners) listener(); // one that was removed meanwhile is not called
    this.#listeners = undefined;
  }

  /** A listener is never called twice, and not at all where it comes too late. */
  addEventListener(_type: 'abort', listener: Listener): void {
    if (this.#aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners?.delete(listener);
  }
}
