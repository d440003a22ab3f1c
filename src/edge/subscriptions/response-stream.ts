import type { Handled, OperationResult } from '../handler.ts';

/** What can end a stream: a closed list, labels of the metric. */
export const endings = [
  /** The source has no more events. */
  'complete',
  /** Its last event was a fault. */
  'fault',
  /** The client left, or takes nothing. */
  'client',
  /** It has lasted as long as streams may. */
  'lifetime',
  /** What vouches for the caller is over. */
  'expired',
  /** The caller may not have it any more. */
  'unauthorized',
  /** Another revision serves. */
  'revision',
  /** The gateway stops, or its edge is configured anew. */
  'shutdown',
] as const;

export type Ending = (typeof endings)[number];

/** What a stream came to. */
export interface StreamEnd {
  readonly by: Ending;
  readonly events: number;
}

/**
 * The answers to a subscription (GraphQL October 2021, 6.2.3.2), as fast as they are asked for: of what nobody has asked for yet nothing is
 * read from the source.
 */
export interface ResponseStream {
  /**
   * The answer to the next event; undefined at the end. Is not asked again before it has answered. Rejects for our own mistakes alone, and
   * where errors have been shaped never.
   */
  next(): Promise<OperationResult | undefined>;
  /** Ends it: the source is left within the tick, and whoever waits for an answer waits no more. Only the first ending counts. */
  end(by: Ending): void;
  /** Is told once; at once where it has ended. */
  whenEnded(tell: (end: StreamEnd) => void): void;
}

type Change<T extends Handled> = (done: OperationResult) => T;

/** Changes what a handler came to, or each answer of the stream that it came to. */
export function eachAnswer(handled: Handled, change: Change<Handled>): Handled {
  return handled instanceof Promise ? handled.then(done => perAnswer(done, change)) : perAnswer(handled, change);
}

/** The same of a result. `failed`: what an answer is that could not be made. */
export function perAnswer<T extends Handled>(
  done: OperationResult,
  change: Change<T>,
  failed?: (error: unknown) => OperationResult,
): OperationResult | T {
  const { stream } = done;
  return stream ? { ...done, stream: new ChangedStream(stream, change, failed) } : change(done);
}

class ChangedStream implements ResponseStream {
  readonly #stream: ResponseStream;
  readonly #change: Change<Handled>;
  readonly #failed: ((error: unknown) => OperationResult) | undefined;

  constructor(stream: ResponseStream, change: Change<Handled>, failed?: (error: unknown) => OperationResult) {
    this.#stream = stream;
    this.#change = change;
    this.#failed = failed;
  }

  async next(): Promise<OperationResult | undefined> {
    try {
      const done = await this.#stream.next();
      return done && (await this.#change(done));
    } catch (error) {
      if (!this.#failed) throw error;
      this.#stream.end('fault');
      return this.#failed(error);
    }
  }

  end(by: Ending): void {
    this.#stream.end(by);
  }

  whenEnded(tell: (end: StreamEnd) => void): void {
    this.#stream.whenEnded(tell);
  }
}
