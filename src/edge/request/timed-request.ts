import { GatewayError } from '../../base/error.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import type { OperationRequest } from '../handler.ts';
import { DerivedRequest } from './derived-request.ts';

/**
 * A request whose `signal` also aborts when its time is up. Timer and signal are made when the signal is first asked for: an operation
 * that asks no backend needs neither.
 */
export class TimedRequest extends DerivedRequest {
  declare readonly deadline: number;
  readonly #milliseconds: number;
  #stop: Stop | undefined;
  #timer: NodeJS.Timeout | undefined;
  #gone: (() => void) | undefined;
  #stopped: ((reason: unknown) => void) | undefined;

  /** `milliseconds`: how long the request may take; `deadline`: when they are over, by `performance.now()`. */
  constructor(of: OperationRequest, milliseconds: number, deadline: number) {
    super(of, { deadline });
    this.#milliseconds = milliseconds;
  }

  override get signal(): StopSignal {
    if (this.#stop) return this.#stop;
    const stop = new Stop();
    this.#stop = stop;
    const { signal } = this.base;
    this.#timer = setTimeout(
      () => this.#end(tooLate(this.#milliseconds)),
      Math.max(0, Math.ceil(this.deadline - performance.now())),
    );
    this.#gone = () => this.#end(clientGone(signal.reason));
    if (signal.aborted) this.#gone();
    else signal.addEventListener('abort', this.#gone, { once: true });
    return stop;
  }

  /** Is told the reason when the signal aborts; at once where it has. */
  whenStopped(tell: (reason: unknown) => void): void {
    this.#stopped = tell;
    if (this.#stop?.aborted) tell(this.#stop.reason);
  }

  /** The request is answered: nothing is waited for any more. */
  done(): void {
    this.#stopped = undefined;
    if (!this.#stop) return;
    clearTimeout(this.#timer);
    if (this.#gone) this.base.signal.removeEventListener('abort', this.#gone);
  }

  #end(reason: unknown): void {
    this.#stop?.abort(reason);
    this.#stopped?.(reason);
  }
}

/** What the operation's calls are told. */
export function tooLate(milliseconds: number): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The operation took longer than its ${Math.round(milliseconds)} ms.`);
}

function clientGone(cause: unknown): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', 'The client left before the operation was done.', { cause });
}
