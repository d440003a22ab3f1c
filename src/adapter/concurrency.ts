import { GatewayError } from '../base/error.ts';
import type { StopSignal } from '../base/stop.ts';

/** Lets a bounded number of calls through at once; the others wait their turn, and leave the queue when their request is aborted. */
export class Turnstile {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number) {
    this.#free = places;
  }

  /** Rejects, without running it, where the request was aborted before its turn. */
  run<T>(work: () => Promise<T>, signal: StopSignal): Promise<T> {
    if (signal.aborted) return Promise.reject(aborted(signal));
    if (this.#free === 0) return this.#turn(signal).then(() => this.#through(work));
    this.#free -= 1;
    return this.#through(work);
  }

  /** The place is taken. */
  #through<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      try {
        work().then(
          value => {
            this.#leave();
            resolve(value);
          },
          (error: unknown) => {
            this.#leave();
            reject(error);
          },
        );
      } catch (error) {
        this.#leave();
        reject(error);
      }
    });
  }

  #turn(signal: StopSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(admit);
        reject(aborted(signal));
      };
      this.#waiting.add(admit);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function aborted(signal: StopSignal): GatewayError {
  if (signal.reason instanceof GatewayError) return signal.reason;
  return new GatewayError('UPSTREAM_TIMEOUT', 'The request ended before the backend was asked.', {
    cause: signal.reason,
  });
}
