import { LRUCache } from 'lru-cache';
import { type Charge, has, type LimitStore, mostAhead, type Taken } from './store.ts';

/** Of the bucket that was not asked for longest it is forgotten what was taken. */
const maxBuckets = 100_000;

/** Counts in this process, by a clock that only goes on. Answers at once. */
export class MemoryStore implements LimitStore {
  readonly #now: () => number;
  readonly #max: number;
  /** When each bucket will be full, in microseconds. */
  #full: LRUCache<string, number> | undefined;

  /** `now`: in whole microseconds. `max`: how many buckets are known. */
  constructor(now: () => number = microseconds, max: number = maxBuckets) {
    this.#now = now;
    this.#max = max;
  }

  /** How many buckets are known. */
  get size(): number {
    return this.#full?.size ?? 0;
  }

  take(charges: readonly Charge[]): Taken {
    const now = this.#now();
    const standings: { charge: Charge; ahead: number }[] = [];
    let allowed = true;
    for (const charge of charges) {
      const ahead = this.#ahead(charge.key, now);
      allowed &&= has(charge, ahead);
      standings.push({ charge, ahead });
    }
    if (allowed) for (const standing of standings) standing.ahead = this.#take(standing.charge, standing.ahead, now);
    return { allowed, standings };
  }

  owe(charges: readonly Charge[]): void {
    const now = this.#now();
    for (const charge of charges) this.#take(charge, this.#ahead(charge.key, now), now);
  }

  #ahead(key: string, now: number): number {
    return Math.max(0, (this.#buckets.get(key) ?? now) - now);
  }

  #take({ key, units, interval }: Charge, before: number, now: number): number {
    const ahead = Math.min(before + units * interval, mostAhead);
    this.#buckets.set(key, now + ahead);
    return ahead;
  }

  /** Its tables are made for all buckets at once: only for who limits anything. */
  get #buckets(): LRUCache<string, number> {
    this.#full ??= new LRUCache({ max: this.#max });
    return this.#full;
  }
}

function microseconds(): number {
  return Math.floor(performance.now() * 1_000);
}
