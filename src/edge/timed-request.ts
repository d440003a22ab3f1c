import { setMaxListeners } from 'node:events';
import type { OperationRequest } from './handler.ts';

/** What becomes of a request's time. */
interface Timing {
  stop?: AbortController;
  timer?: NodeJS.Timeout;
  gone?: () => void;
}

/**
 * A request whose `signal` also aborts when its time is up. Timer and signal are made when the signal is first asked for: an operation
 * that asks no backend needs neither.
 */
export class TimedRequest implements OperationRequest {
  readonly id: string;
  readonly method: OperationRequest['method'];
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly deadline: number;
  readonly #timing: Timing = {};
  readonly #of: OperationRequest;
  readonly #tooLate: () => unknown;
  readonly #left: (cause: unknown) => unknown;

  constructor(
    of: OperationRequest,
    deadline: number,
    reasons: { tooLate(): unknown; clientGone(cause: unknown): unknown },
  ) {
    this.id = of.id;
    this.method = of.method;
    if (of.query !== undefined) this.query = of.query;
    if (of.operationName !== undefined) this.operationName = of.operationName;
    if (of.variables !== undefined) this.variables = of.variables;
    if (of.extensions !== undefined) this.extensions = of.extensions;
    this.deadline = deadline;
    this.#of = of;
    this.#tooLate = reasons.tooLate;
    this.#left = reasons.clientGone;
  }

  get clientGone(): boolean {
    return this.#of.clientGone ?? this.#of.signal.aborted;
  }

  get headers(): OperationRequest['headers'] {
    return this.#of.headers;
  }

  get signal(): AbortSignal {
    const timing = this.#timing;
    const of = this.#of;
    if (timing.stop) return timing.stop.signal;
    const stop = new AbortController();
    timing.stop = stop;
    setMaxListeners(0, stop.signal); // one listener for each call under way
    timing.timer = setTimeout(() => stop.abort(this.#tooLate()), Math.max(0, this.deadline - performance.now()));
    const gone = () => stop.abort(this.#left(of.signal.reason));
    timing.gone = gone;
    if (of.signal.aborted) gone();
    else of.signal.addEventListener('abort', gone, { once: true });
    return stop.signal;
  }

  /** The request is answered: nothing is waited for any more. */
  done(): void {
    const timing = this.#timing;
    const of = this.#of;
    clearTimeout(timing.timer);
    if (timing.gone) of.signal.removeEventListener('abort', timing.gone);
  }
}
