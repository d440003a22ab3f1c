import { LRUCache } from 'lru-cache';
import type { Peer } from '../handler.ts';
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
  readonly #buckets = new LRUCache<string, { left: number; at: number }>({ max: maxAddresses });

  /** `now`: milliseconds of a clock that never goes back. */
  constructor({ burst, perMinute }: FailureOptions, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perMillisecond = perMinute / 60_000;
    this.#now = now;
  }

  /** Seconds until a credential from there is looked at again; 0: it is. */
  wait(peer: Peer | undefined): number {
    const bucket = this.#buckets.get(keyOf(peer));
    if (!bucket) return 0;
    const left = this.#left(bucket);
    return left >= 1 ? 0 : Math.ceil((1 - left) / this.#perMillisecond / 1_000);
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

  #left({ left, at }: { readonly left: number; readonly at: number }): number {
    return Math.min(this.#burst, left + (this.#now() - at) * this.#perMillisecond);
  }
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
