import { LRUCache } from 'lru-cache';
import type { Peer } from '../handler.ts';
import { Rejection, type Verdict } from './authenticator.ts';
import type { FailureOptions } from './identity-options.ts';

const maxAddresses = 10_000;

/**
 * Counts wrong credentials by address, so that nobody can make the gateway compute for him without end (edge.md, J6). A bucket for each
 * address, which fills again with time.
 */
export class Failures {
  readonly #burst: number;
  readonly #perMillisecond: number;
  readonly #now: () => number;
  readonly #looks = new Map<string, { underWay: number; readonly waiting: (() => void)[] }>();
  readonly #buckets = new LRUCache<string, { left: number; at: number }>({ max: maxAddresses });

  /** `now`: milliseconds of a clock that never goes back. */
  constructor({ burst, perMinute }: FailureOptions, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perMillisecond = perMinute / 60_000;
    this.#now = now;
  }

  /** Is no credential from there looked at now? Then this is the answer, which says when one will be. */
  limited(peer: Peer | undefined): Rejection | undefined {
    const left = this.#leftOf(keyOf(peer));
    return left >= 1 ? undefined : tooMany(Math.ceil((1 - left) / this.#perMillisecond / 1_000));
  }

  /**
   * Looks at a credential, which `look` counts where it is wrong. No more of one address are looked at together than may still be wrong:
   * what comes at once beyond them waits, and is not looked at where they were.
   */
  async guard(peer: Peer | undefined, look: () => Promise<Verdict>): Promise<Verdict> {
    const limited = this.limited(peer);
    if (limited) return limited;
    const key = keyOf(peer);
    const looks = this.#looks.get(key) ?? { underWay: 0, waiting: [] };
    this.#looks.set(key, looks);
    if (looks.underWay < Math.floor(this.#leftOf(key))) looks.underWay += 1;
    else await new Promise<void>(resolve => looks.waiting.push(resolve)); // for one that is under way: one may still be wrong
    try {
      return this.limited(peer) ?? (await look());
    } finally {
      looks.underWay -= 1;
      const left = Math.floor(this.#leftOf(key));
      while (looks.waiting.length > 0 && (left < 1 || looks.underWay < left)) {
        looks.underWay += 1;
        looks.waiting.shift()?.();
      }
      if (looks.underWay === 0) this.#looks.delete(key);
    }
  }

  count(peer: Peer | undefined): void {
    this.#change(peer, -1);
  }

  /** What was counted before it was known is taken back. */
  takeBack(peer: Peer | undefined): void {
    this.#change(peer, 1);
  }

  #change(peer: Peer | undefined, by: number): void {
    const key = keyOf(peer);
    const bucket = this.#buckets.get(key) ?? { left: this.#burst, at: this.#now() };
    bucket.left = Math.min(this.#burst, Math.max(0, this.#left(bucket) + by));
    bucket.at = this.#now();
    this.#buckets.set(key, bucket);
  }

  #leftOf(key: string): number {
    const bucket = this.#buckets.get(key);
    return bucket ? this.#left(bucket) : this.#burst;
  }

  #left({ left, at }: { readonly left: number; readonly at: number }): number {
    return Math.min(this.#burst, left + (this.#now() - at) * this.#perMillisecond);
  }
}

export function tooMany(retryAfter: number): Rejection {
  return new Rejection('limited', 'Too many wrong credentials came from this address.', { retryAfter });
}

function keyOf(peer: Peer | undefined): string {
  return peer ? addressKey(peer.address) : '';
}

/** Whoever has one IPv6 address has the 2^64 of its network (RFC 6177, 2): they count as one. */
export function addressKey(address: string): string {
  const plain = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(plain)?.[1]; // RFC 4291, 2.5.5.2
  if (mapped !== undefined) return mapped;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
    while (groups.length + behind < 8) groups.push('0');
    groups.push(...(tail === '' ? [] : tail.split(':')));
  }
  const network = groups.slice(0, 4).map(group => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
