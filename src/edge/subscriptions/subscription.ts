import { GraphQLError } from 'graphql';
import type { Outcome } from '../../adapter/adapter.ts';
import { GatewayError } from '../../base/error.ts';
import type { Stop } from '../../base/stop.ts';
import { refusal } from '../errors/refusal.ts';
import type { Handled, OperationResult } from '../handler.ts';
import type { Ending, ResponseStream, StreamEnd } from './response-stream.ts';

interface SubscriptionParts {
  readonly source: AsyncIterable<Outcome>;
  /** Ends what the source and the answers do. */
  readonly stop: Stop;
  /** Executes the operation's selection on an event; an Error where the event failed. */
  answer(event: unknown): Handled;
  /** Milliseconds. */
  readonly lifetime: number;
  /** Milliseconds since 1970. Default: never. */
  readonly expires?: number | undefined;
}

/** Node.js takes no longer timers. */
const longest = 2 ** 31 - 1;

/** One subscription that is open: its source's events, each answered in its turn. */
export class Subscription implements ResponseStream {
  readonly #parts: SubscriptionParts;
  readonly #events: AsyncIterator<Outcome>;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #listeners: ((end: StreamEnd) => void)[] = [];
  #ended: Ending | undefined;
  #last: OperationResult | undefined;
  #count = 0;
  #failed = false;
  #waiting: ((done: OperationResult | undefined) => void) | undefined;

  constructor(parts: SubscriptionParts) {
    const { source, lifetime, expires } = parts;
    this.#parts = parts;
    this.#events = source[Symbol.asyncIterator]();
    this.#timers = [
      this.#endAfter(lifetime, 'lifetime'),
      ...(expires === undefined ? [] : [this.#endAfter(Math.max(0, expires - Date.now()), 'expired')]),
    ];
  }

  next(): Promise<OperationResult | undefined> {
    if (this.#ended) return Promise.resolve(this.#takeLast());
    return new Promise(resolve => {
      this.#waiting = resolve;
      this.#pull().then(
        done => this.#settle(done),
        // Sources and plans tell their faults as values: this is a mistake of ours.
        (error: unknown) => this.#close('fault', broken(error)),
      );
    });
  }

  end(by: Ending): void {
    this.#close(by, lastWords(by));
  }

  whenEnded(tell: (end: StreamEnd) => void): void {
    if (this.#ended) tell({ by: this.#ended, events: this.#count });
    else this.#listeners.push(tell);
  }

  #close(by: Ending, last?: OperationResult): void {
    if (this.#ended) return;
    this.#ended = by;
    this.#last = last;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#parts.stop.abort(new GatewayError('UPSTREAM_TIMEOUT', 'The subscription has ended.', { cause: by }));
    this.#leave();
    const end = { by, events: this.#count };
    for (const tell of this.#listeners.splice(0)) tell(end);
    this.#settle(undefined);
  }

  async #pull(): Promise<OperationResult | undefined> {
    const { value, done } = await this.#events.next();
    if (this.#ended) return undefined;
    if (done) {
      this.#close(this.#failed ? 'fault' : 'complete');
      return undefined;
    }
    this.#failed = 'fault' in value;
    const answered = await this.#parts.answer('fault' in value ? value.fault : value.value);
    if (this.#ended) return undefined; // nothing that is sent was made after the end
    this.#count += 1;
    return answered;
  }

  #settle(done: OperationResult | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(done ?? this.#takeLast());
  }

  #takeLast(): OperationResult | undefined {
    const last = this.#last;
    this.#last = undefined;
    return last;
  }

  /** A source that obeys the stop has nothing left to do. */
  #leave(): void {
    const left = this.#events.return?.();
    left?.then(undefined, () => undefined);
  }

  #endAfter(milliseconds: number, by: Ending): NodeJS.Timeout {
    return setTimeout(() => this.end(by), Math.min(milliseconds, longest)).unref();
  }
}

/** What it was is found where errors are shaped. */
function broken(error: unknown): OperationResult {
  const originalError = error instanceof Error ? error : new TypeError(String(error));
  return { status: 500, result: { errors: [new GraphQLError('', { originalError })] } };
}

/** Where the client could not know why nothing more comes, it is told. */
function lastWords(by: Ending): OperationResult | undefined {
  if (by === 'expired') return refusal('UNAUTHENTICATED', 'The credential has expired: the subscription ends.');
  if (by === 'unauthorized') return refusal('FORBIDDEN', 'You may not have this any more: the subscription ends.');
  return undefined;
}
