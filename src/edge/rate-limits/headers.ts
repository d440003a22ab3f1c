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
  const tightest = new Map<string, Standing>();
  for (const standing of [...standings].sort(byTightness)) {
    const { name } = standing.charge.limit;
    if (!tightest.has(name) && tightest.size < maxTold) tightest.set(name, standing);
  }
  const told = [...tightest.values()];
  return { 'ratelimit-policy': told.map(policyOf).join(', '), ratelimit: told.map(stateOf).join(', ') };
}

/** Whole seconds until all of them will have what was asked (RFC 9110, 10.2.3). */
export function retryAfter(refusing: readonly Standing[]): number {
  return Math.max(1, Math.ceil(Math.max(...refusing.map(wait)) / second));
}

function byTightness(one: Standing, other: Standing): number {
  return remaining(one) - remaining(other) || other.ahead - one.ahead;
}

function policyOf({ charge: { limit } }: Standing): string {
  return `${stringItem(limit.name)};q=${limit.quota.max};w=${Math.max(1, Math.ceil(limit.quota.window / 1_000))}`;
}

function stateOf(standing: Standing): string {
  return `${stringItem(standing.charge.limit.name)};r=${remaining(standing)};t=${Math.ceil(standing.ahead / second)}`;
}

/** RFC 9651, 3.3.3; names are GraphQL's, or those that the configuration's shape lets through. */
function stringItem(name: string): string {
  return `"${name}"`;
}
