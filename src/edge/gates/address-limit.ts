import { GatewayError } from '../../base/error.ts';
import type { Gate, Handled, OperationRequest, OperationResult } from '../handler.ts';
import { bucketOf } from '../rate-limits/buckets.ts';
import { limitOf } from '../rate-limits/limit.ts';
import type { Limiter, Verdict } from '../rate-limits/limiter.ts';
import type { AddressLimitOptions } from '../rate-limits/options.ts';
import { refuse } from '../rate-limits/refuse.ts';
import type { Charge } from '../rate-limits/store.ts';

/**
 * Bounds what one address may ask, whoever it says it is, before that is looked into. What comes back unauthenticated was dear: it takes the
 * more (and may owe it).
 */
export function addressLimit(limiter: Limiter, options: AddressLimitOptions | undefined): Gate {
  if (!options) return next => next;
  const { unauthenticatedCost, ...rule } = options;
  const limit = limitOf({ ...rule, name: 'address', by: [{ kind: 'ip' }], countBy: 'OPERATION' });
  const { burst, cost } = limit.quota;
  const chargeOf = (request: OperationRequest, units: number): Charge => {
    return { key: bucketOf(limit, request), limit, interval: limit.interval, burst, units };
  };
  return next => request => {
    const failed = (): void | Promise<void> =>
      unauthenticatedCost > cost ? limiter.owe([chargeOf(request, unauthenticatedCost - cost)]) : undefined;
    const go = (verdict: Verdict): Handled =>
      verdict.allowed ? unlessUnauthenticated(() => next(request), failed) : refuse(verdict);
    const verdict = limiter.take([chargeOf(request, cost)]);
    return verdict instanceof Promise ? verdict.then(go) : go(verdict);
  };
}

function unlessUnauthenticated(ask: () => Handled, failed: () => void | Promise<void>): Handled {
  const answered = (done: OperationResult): Handled => {
    if (done.status !== 401) return done;
    const owing = failed();
    return owing ? owing.then(() => done) : done;
  };
  const thrown = (error: unknown): Promise<never> | never => {
    const owing = isUnauthenticated(error) ? failed() : undefined;
    if (!owing) throw error;
    return owing.then(() => Promise.reject(error));
  };
  try {
    const handled = ask();
    return handled instanceof Promise ? handled.then(answered, thrown) : answered(handled);
  } catch (error) {
    return thrown(error);
  }
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'UNAUTHENTICATED';
}
