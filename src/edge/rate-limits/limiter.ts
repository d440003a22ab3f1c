import type { Logger } from 'pino';
import type { Counters } from '../counters.ts';
import { MemoryStore } from './memory-store.ts';
import type { RateLimitOptions } from './options.ts';
import { RedisStore, StoreFailed } from './redis-store.ts';
import type { Charge, LimitStore, Taken } from './store.ts';

/** What came of taking: `closed` where it is refused only because the store could not be asked. */
export interface Verdict extends Taken {
  readonly closed?: true;
}

interface LimiterOptions {
  readonly options: Pick<RateLimitOptions, 'redis' | 'replicas'>;
  readonly counters: Counters;
  readonly log: Logger;
  /** Is told how the connection ends, where there is one. */
  whenClosed(end: () => void | Promise<void>): void;
}

/** The store that is configured, and what holds while it cannot be asked (`OnStoreError`). */
export class Limiter {
  readonly #shared: LimitStore | undefined;
  readonly #local = new MemoryStore();
  readonly #replicas: number;
  readonly #counters: Counters;

  constructor({ options, counters, log, whenClosed }: LimiterOptions) {
    this.#replicas = options.replicas;
    this.#counters = counters;
    if (!options.redis) return;
    const shared = new RedisStore(options.redis, teller(log));
    this.#shared = shared;
    whenClosed(() => shared.close());
  }

  take(charges: readonly Charge[]): Verdict | Promise<Verdict> {
    if (!this.#shared) return this.#local.take(charges);
    return Promise.resolve(this.#shared.take(charges)).catch((error: unknown) => {
      this.#count(error);
      if (charges.some(({ limit }) => limit.onStoreError === 'CLOSED'))
        return { allowed: false, standings: [], closed: true };
      return this.#local.take(this.#localOf(charges));
    });
  }

  owe(charges: readonly Charge[]): void | Promise<void> {
    if (!this.#shared) return this.#local.owe(charges);
    return Promise.resolve(this.#shared.owe(charges)).catch((error: unknown) => {
      this.#count(error);
      this.#local.owe(this.#localOf(charges));
    });
  }

  /** This gateway's part of them; of `OPEN` limits nothing is counted. */
  #localOf(charges: readonly Charge[]): readonly Charge[] {
    return charges
      .filter(({ limit }) => limit.onStoreError !== 'OPEN')
      .map(charge => ({
        ...charge,
        interval: charge.interval * this.#replicas,
        burst: Math.max(charge.units, Math.floor(charge.burst / this.#replicas)),
      }));
  }

  #count(error: unknown): void {
    if (!(error instanceof StoreFailed)) throw error;
    this.#counters.count('storeErrors', error.fault);
  }
}

/** One line when the store is lost, and one when it is there again. */
function teller(log: Logger): (failed: StoreFailed | undefined) => void {
  let isLost = false;
  return failed => {
    if ((failed !== undefined) === isLost) return;
    isLost = failed !== undefined;
    if (failed) log.warn({ err: failed }, 'the store of rate limits is lost: each limit does as onStoreError says');
    else log.info('the store of rate limits is there again');
  };
}
