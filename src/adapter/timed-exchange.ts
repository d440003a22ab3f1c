import type { Source } from '../source/source.ts';
import type { CallContext } from './adapter.ts';
import { HttpExchange, type HttpResponse } from './http-exchange.ts';
import { failureOf, stoppedBy } from './http-failure.ts';
import type { PiecewiseBody } from './piecewise-body.ts';
import { type CallName, upstreamError } from './upstream-error.ts';

/** An exchange that ends when its time is up or its request is: whatever comes first. */
export class TimedExchange extends HttpExchange {
  readonly #call: CallName;
  readonly #context: CallContext;
  readonly #resolve: (response: HttpResponse) => void;
  readonly #reject: (error: unknown) => void;
  readonly #left: number;
  readonly #stop = () => this.abort(stoppedBy(this.#context.signal, this.#call));
  #timer: NodeJS.Timeout | undefined;
  #body: PiecewiseBody | undefined;

  constructor(
    method: string,
    { options: { timeout, maxResponse } }: Source,
    call: CallName,
    context: CallContext,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    super(method, maxResponse);
    this.#call = call;
    this.#context = context;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#left = timerOf(Math.min(timeout, context.deadline - performance.now()));
  }

  /** When the exchange is over, so is what of the body was not sent. */
  sends(body: PiecewiseBody): void {
    this.#body = body;
  }

  /** False where it is over before it began. */
  begins(): boolean {
    const { signal } = this.#context;
    if (this.#left === 0) this.#expire();
    else if (signal.aborted) this.#stop();
    else {
      this.#timer = setTimeout(() => this.#expire(), this.#left);
      signal.addEventListener('abort', this.#stop, { once: true });
      return true;
    }
    return false;
  }

  protected override succeeded(response: HttpResponse): void {
    this.#end();
    this.#resolve(response);
  }

  protected override failed(error: unknown): void {
    this.#end();
    this.#reject(failureOf(error, this.#call));
  }

  #expire(): void {
    this.abort(upstreamError('UPSTREAM_TIMEOUT', this.#call));
  }

  #end(): void {
    this.#body?.destroy();
    clearTimeout(this.#timer);
    this.#context.signal.removeEventListener('abort', this.#stop);
  }
}

/**
 * Node.js keeps a list of timers for each number of milliseconds: long ones are rounded up, so that they share a few. (What must end to the
 * millisecond is the request, by its signal.)
 */
function timerOf(milliseconds: number): number {
  if (milliseconds <= 0) return 0;
  return milliseconds < 1_000 ? Math.ceil(milliseconds) : Math.ceil(milliseconds / 100) * 100;
}
