import type { Limit } from './limit.ts';
import { remaining, type Standing, wait } from './store.ts';

/** More would only fill the head. */
const maxTold = 8;
const second = 1_000_000;

/**
 * How a caller's limits stand (draft-ietf-httpapi-ratelimit-headers-08): `RateLimit-Policy` with the quota and its window, `RateLimit` with the
 * units that are left and the seconds until the bucket is full; the tightest limit first, of each limit its tightest bucket.
 */
export function rateLimitHeaders(standings: readonly Standing[]): Readonly<Record<string, string>> {
  if (standings.length === 0) return {};
  const told = standings.length === 1 ? standings : tightest(standings);
  let policy = '';
  let state = '';
  for (const standing of told) {
    const { limit } = standing.charge;
    const comma = policy === '' ? '' : ', ';
    policy += `${comma}${limit.item}${limit.policy}`;
    state += `${comma}${limit.item};r=${remaining(standing)};t=${Math.ceil(standing.ahead / second)}`;
  }
  return { 'ratelimit-policy': policy, ratelimit: state };
}

function tightest(standings: readonly Standing[]): readonly Standing[] {
  const told = new Map<Limit, Standing>();
  for (const standing of [...standings].sort(byTightness)) {
    const { limit } = standing.charge;
    if (!told.has(limit) && told.size < maxTold) told.set(limit, standing);
  }
  return [...told.values()];
}

/** Whole seconds until all of them will have what was asked (RFC 9110, 10.2.3). */
export function retryAfter(refusing: readonly Standing[]): number {
  return Math.max(1, Math.ceil(Math.max(...refusing.map(wait)) / second));
}

function byTightness(one: Standing, other: Standing): number {
  return remaining(one) - remaining(other) || other.ahead - one.ahead;
}
