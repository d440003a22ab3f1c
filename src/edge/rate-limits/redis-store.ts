import type { Redis } from 'ioredis';
import type { RedisOptions } from './options.ts';
import { script, scriptArguments } from './redis-script.ts';
import type { Charge, LimitStore, Taken } from './store.ts';

/** The store did not answer: the closed list of how. */
export const storeFaults = ['unavailable', 'timeout', 'error'] as const;

export type StoreFault = (typeof storeFaults)[number];

export class StoreFailed extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

/** A connection that is late, and goes on answering nothing for so long, is made anew. Milliseconds. */
const deadAfter = 1_000;

/** What the first connection may take before requests do without it. Milliseconds. */
const patience = 1_000;

type ScriptedRedis = Redis & {
  selvageTake(keys: number, ...rest: readonly (string | number)[]): Promise<readonly number[]>;
};

/**
 * Counts in Redis. Whoever asks has an answer, or a StoreFailed, within `commandTimeout`; nothing is queued or sent twice. Once an answer
 * is late nothing more is asked until Redis answers again: only those under way wait for it. Commands go out in turn on one connection, so
 * a PING tells when.
 */
export class RedisStore implements LimitStore {
  readonly #options: RedisOptions;
  readonly #opening: Promise<ScriptedRedis>;
  readonly #told: (failed: StoreFailed | undefined) => void;
  #redis: ScriptedRedis | undefined;
  #isLate = false;
  #closed = false;

  /** Connects, and goes on trying. `told`: of each change, that it is lost (and how) and that it is there again. */
  constructor(options: RedisOptions, told: (failed: StoreFailed | undefined) => void = () => undefined) {
    this.#options = options;
    this.#told = told;
    this.#opening = this.#open();
    this.#opening.catch(() => undefined); // whoever asks is told
  }

  take(charges: readonly Charge[]): Promise<Taken> {
    return this.#run(charges, false);
  }

  async owe(charges: readonly Charge[]): Promise<void> {
    await this.#run(charges, true);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const redis = await this.#opening.catch(() => undefined);
    redis?.disconnect();
  }

  async #run(charges: readonly Charge[], owes: boolean): Promise<Taken> {
    const redis = this.#redis ?? (await this.#opening);
    if (redis.status !== 'ready') throw new StoreFailed('unavailable', 'Redis is not connected.');
    if (this.#isLate) throw new StoreFailed('timeout', 'Redis does not answer.');
    const keys = charges.map(({ key }) => `${this.#options.prefix}:limit:${key}`);
    const [allowed, ...ahead] = await this.#inTime(
      redis.selvageTake(keys.length, ...keys, ...scriptArguments(charges, owes)),
      redis,
    );
    const standings = charges.map((charge, index) => ({ charge, ahead: ahead[index] ?? 0 }));
    return { allowed: allowed === 1, standings };
  }

  #inTime<T>(answer: Promise<T>, redis: ScriptedRedis): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = whenLate(this.#options.commandTimeout, () => {
        this.#wait(redis);
        reject(new StoreFailed('timeout', `Redis did not answer within ${this.#options.commandTimeout} ms.`));
      });
      answer.then(
        value => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(failureOf(error));
        },
      );
    });
  }

  /** Until it answers again, or a new connection is there. */
  #wait(redis: ScriptedRedis): void {
    if (this.#isLate || this.#closed) return;
    this.#isLate = true;
    const late = new StoreFailed('timeout', 'Redis does not answer.');
    this.#told(late);
    const settle = whenLate(deadAfter, () => redis.stream.destroy(late));
    const answered = () => {
      settle();
      if (redis.status === 'ready') this.#again();
    };
    redis.ping().then(answered, answered);
  }

  #again(): void {
    this.#isLate = false;
    this.#told(undefined);
  }

  /** ioredis is loaded here: most gateways count by themselves. Settles when it is decided whether Redis can be had at once. */
  async #open(): Promise<ScriptedRedis> {
    const { Redis } = await import('ioredis');
    const redis = new Redis(this.#options.url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: deadAfter,
      socketTimeout: 10 * deadAfter, // of what is asked while it connects; it does not see that this process was busy
      retryStrategy: times => Math.min(50 * times, 500),
      reconnectOnError: error => error.message.startsWith('READONLY'), // it became a replica
      lazyConnect: true,
      connectionName: 'selvage',
      scripts: { selvageTake: { lua: script } },
    }) as ScriptedRedis; // the script's command is defined above
    let lost: Error | undefined;
    redis.on('error', error => {
      lost = error;
    });
    redis.on('close', () => {
      if (!this.#closed) this.#told(new StoreFailed('unavailable', 'The connection to Redis is lost.', lost));
    });
    redis.on('ready', () => this.#again());
    if (!this.#closed) await withinPatience(redis.connect().catch(() => undefined)); // `close` tells why
    this.#redis = redis;
    return redis;
  }
}

/** What has come while this process was busy is read first. Returns what calls it off. */
function whenLate(milliseconds: number, late: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    immediate = setImmediate(late);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

async function withinPatience(decided: Promise<void>): Promise<void> {
  await new Promise<void>(resolve => {
    const settle = whenLate(patience, resolve);
    decided.then(() => {
      settle();
      resolve();
    });
  });
}

/** What Redis itself refuses (it is out of memory, or a replica) is told apart from a connection that is not there. */
function failureOf(error: unknown): StoreFailed {
  if (!(error instanceof Error)) return new StoreFailed('error', 'Redis failed.', error);
  return new StoreFailed(error.name === 'ReplyError' ? 'error' : 'unavailable', error.message, error);
}
