import { refusal } from '../errors/refusal.ts';
import type { OperationResult } from '../handler.ts';
import { rateLimitHeaders, retryAfter } from './headers.ts';
import type { Limiter, Verdict } from './limiter.ts';
import { type Charge, has, type Standing } from './store.ts';

type Allowed = Awaited<ReturnType<Limiter['take']>>;

/** The answer to a request that was not allowed. */
export function refuse(verdict: Allowed): OperationResult {
  return verdict.closed ? closed() : limited(verdict);
}

/** Waiting does not help: it asks for more than there ever is. */
export function refuseEver({ limit, units }: Charge): OperationResult {
  const most = limit.quota.burst;
  return refusal(
    'RATE_LIMITED',
    limit.message ?? `The request takes ${units} units of "${limit.name}", of which there are ${most} at most.`,
  );
}

function limited({ standings }: Verdict): OperationResult {
  const refusing = standings.filter(({ charge, ahead }) => !has(charge, ahead));
  const seconds = retryAfter(refusing);
  const [first] = [...refusing].sort((one, other) => other.ahead - one.ahead);
  return refusal('RATE_LIMITED', first?.charge.limit.message ?? messageOf(refusing, seconds), {
    headers: { ...rateLimitHeaders(standings), 'retry-after': String(seconds) },
    details: { retryAfter: seconds },
  });
}

function messageOf(refusing: readonly Standing[], seconds: number): string {
  const names = [...new Set(refusing.map(({ charge }) => `"${charge.limit.name}"`))];
  return `Too many requests: ${names.slice(0, 3).join(', ')} is used up. Try again in ${seconds} s.`;
}

function closed(): OperationResult {
  return refusal('OVERLOADED', 'Whether the request is within its limits cannot be told at the moment.', {
    headers: { 'retry-after': '1' },
    details: { retryAfter: 1 },
  });
}
