import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/base/error.ts';
import { Counters } from '../../../src/edge/counters.ts';
import { refusal } from '../../../src/edge/errors/refusal.ts';
import { addressLimit } from '../../../src/edge/gates/address-limit.ts';
import type { Handled, OperationResult } from '../../../src/edge/handler.ts';
import { Limiter } from '../../../src/edge/rate-limits/limiter.ts';

const answer: OperationResult = { status: 200, result: { data: {} } };
const unbelieved = () => refusal('UNAUTHENTICATED', 'The credentials are not valid.');
const thrown = () => new GatewayError('UNAUTHENTICATED', 'The credentials are not valid.');

/** Who stands behind the gate, and answers so; twenty units in an hour, an unauthenticated request takes ten. */
function gate(next: () => Handled) {
  const limiter = new Limiter({
    options: { replicas: 1 },
    counters: new Counters(),
    log: pino({ level: 'silent' }),
    whenClosed: () => undefined,
  });
  const quota = { max: 20, window: 3_600_000, burst: 20, cost: 1 };
  const handler = addressLimit(limiter, { quota, onStoreError: 'LOCAL', unauthenticatedCost: 10 })(next);
  return async (address: string) => {
    const request = {
      id: 'r',
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      peer: { address },
    } as const;
    try {
      return (await handler(request)).status;
    } catch (error) {
      return error;
    }
  };
}

describe('J6: an address that fails to authenticate has the fewer tries', () => {
  const rows: readonly [name: string, next: () => Handled, status: unknown][] = [
    ['refused at once', unbelieved, 401],
    ['refused later', async () => unbelieved(), 401],
    [
      'thrown at once',
      () => {
        throw thrown();
      },
      thrown(),
    ],
    ['thrown later', () => Promise.reject(thrown()), thrown()],
  ];
  test.each(rows)('J6: %s', async (_, next, status) => {
    const ask = gate(next);
    expect([await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1')]).toEqual([status, status, 429]);
    expect(await ask('192.0.2.2')).toEqual(status);
  });

  test('J6: what is authenticated, or fails otherwise, takes one unit', async () => {
    const ask = gate(() => answer);
    const other = gate(() => Promise.reject(new Error('bug')));
    const statuses = [];
    for (let n = 0; n < 21; n += 1) statuses.push(await ask('192.0.2.1'));
    expect(statuses.filter(status => status === 200)).toHaveLength(20);
    expect([await other('192.0.2.1'), await other('192.0.2.1'), await other('192.0.2.1')]).toEqual(
      Array(3).fill(new Error('bug')),
    );
  });
});
