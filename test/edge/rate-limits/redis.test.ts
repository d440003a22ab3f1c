import { array, assert, asyncProperty, constantFrom, integer, record, uniqueArray } from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Counters } from '../../../src/edge/counters.ts';
import { type Limit, limitOf } from '../../../src/edge/rate-limits/limit.ts';
import { MemoryStore } from '../../../src/edge/rate-limits/memory-store.ts';
import type { RateLimitRule } from '../../../src/edge/rate-limits/options.ts';
import { RedisStore, StoreFailed } from '../../../src/edge/rate-limits/redis-store.ts';
import type { Charge } from '../../../src/edge/rate-limits/store.ts';
import type { OnStoreError } from '../../../src/policy/rate-limit.ts';
import { source } from '../../supergraph/harness.ts';
import { left, limited } from './limited.ts';
import { hasRedis, RedisServer } from './redis-server.ts';

const hour = 3_600_000;

function charge(key: string, burst: number, units: number, more: Partial<Limit> = {}): Charge {
  const limit = limitOf({
    name: key,
    quota: { max: 1, window: hour, burst, cost: 1 },
    by: [{ kind: 'global' }],
    countBy: 'OPERATION',
    onStoreError: 'LOCAL',
    ...more,
  });
  return { key, limit, interval: limit.interval, burst, units };
}

describe.skipIf(!hasRedis)('limits in Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  const stores: { close(): Promise<void> }[] = [];
  let prefixes = 0;

  /** Connected, and patient: what is tested is not how busy the machine is. */
  async function open(prefix = `p${prefixes++}`, commandTimeout = 20_000): Promise<RedisStore> {
    const store = new RedisStore({ url: server.url, commandTimeout, prefix });
    stores.push(store);
    await expect.poll(() => answers(store)).toBe(true);
    return store;
  }

  function answers(store: RedisStore): Promise<boolean> {
    return store.take([charge('whoever asks', 1_000, 1)]).then(
      () => true,
      () => false,
    );
  }

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    admin = new Redis(server.url);
    admin.on('error', () => undefined); // the tests end the server
  });
  afterEach(async () => {
    admin.disconnect();
    for (const store of stores.splice(0)) await store.close();
    await server.run();
  });

  test('R3: a thousand at once over four connections: exactly the burst is let through', async () => {
    const four = await Promise.all(['one', 'one', 'one', 'one'].map(prefix => open(prefix)));
    const one = charge('k', 100, 1);
    const all = await Promise.all(Array.from({ length: 1_000 }, (_, n) => four[n % 4]!.take([one])));
    expect(all.filter(({ allowed }) => allowed)).toHaveLength(100);
  });

  test('R3: of several buckets at once all give or none does, as in process', async () => {
    const steps = array(
      record({
        asked: uniqueArray(record({ key: constantFrom('a', 'b', 'c'), units: integer({ min: 1, max: 4 }) }), {
          minLength: 1,
          maxLength: 3,
          selector: ({ key }) => key,
        }),
        owes: constantFrom(false, false, false, true),
      }),
      { maxLength: 12 },
    );
    const store = await open();
    let run = 0;
    await assert(
      asyncProperty(steps, async taken => {
        run += 1;
        const inProcess = new MemoryStore(() => 0, 10);
        for (const { asked, owes } of taken) {
          const charges = asked.map(({ key, units }) => charge(`${run}${key}`, 7, units, { countBy: 'RESOLVED' }));
          if (owes) {
            await store.owe(charges);
            inProcess.owe(charges);
            continue;
          }
          const [there, here] = [await store.take(charges), inProcess.take(charges)];
          expect(there.allowed).toBe(here.allowed);
          for (const [index, { ahead }] of there.standings.entries()) {
            // Its clock goes on meanwhile: by less than a minute, where one unit takes an hour.
            expect(here.standings[index]!.ahead - ahead).toBeLessThan(60_000_000);
            expect(here.standings[index]!.ahead - ahead).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('R3: who waits as long as he is told is let through', async () => {
    const store = await open();
    const quick = charge('k', 2, 1, { quota: { max: 20, window: 1_000, burst: 2, cost: 1 } });
    expect((await store.take([{ ...quick, units: 2 }])).allowed).toBe(true);
    await expect.poll(async () => (await store.take([quick])).allowed, { interval: 20 }).toBe(true);
  });

  test('R5: every key goes when its bucket is full, and one that gives nothing is not made', async () => {
    const store = await open('px');
    const six = { quota: { max: 6, window: hour, burst: 6, cost: 1 } };
    await store.take([charge('a', 6, 2, six), charge('b', 6, 1, six)]);
    await store.take([charge('a', 6, 6, six), charge('c', 6, 1, six)]);
    const keys = await admin.keys('px:limit:?');
    expect(keys.sort()).toEqual(['px:limit:a', 'px:limit:b']);
    for (const [key, most] of [
      ['a', hour / 3],
      ['b', hour / 6],
    ] as const) {
      const left = await admin.pttl(`px:limit:${key}`);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(most);
    }
  });

  test('R3: a clock that was set back makes nobody wait longer than a bucket takes to fill', async () => {
    const store = await open('back');
    const [seconds] = await admin.time();
    await admin.set('back:limit:k', String((Number(seconds) + 100 * 24 * 3_600) * 1_000_000));
    const { allowed, standings } = await store.take([charge('k', 3, 1)]);
    expect(allowed).toBe(false);
    expect(standings[0]?.ahead).toBe(3 * hour * 1_000);
  });

  test('R4: a script that Redis has forgotten is sent again', async () => {
    const store = await open();
    await store.take([charge('k', 2, 1)]);
    await admin.script('FLUSH');
    expect((await store.take([charge('k', 2, 1)])).allowed).toBe(true);
    expect((await store.take([charge('k', 2, 1)])).allowed).toBe(false);
  });

  test.each([
    ['out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ])('R4: Redis that is %s fails, and is used again when it is not', async (_, [command, ...args], [back, ...rest]) => {
    const store = await open();
    await store.take([charge('k', 9, 1)]);
    await admin.call(command!, ...args);
    await expect(store.take([charge('k', 9, 1)])).rejects.toBeInstanceOf(StoreFailed);
    await admin.call(back!, ...rest);
    await expect.poll(() => answers(store)).toBe(true);
  });

  describe('that is lost', () => {
    const shop = () => source('shop', 'type Query { plain: String }', { plain: () => 'plain' });
    const rule = (onStoreError: OnStoreError, burst = 10): RateLimitRule => ({
      name: onStoreError,
      quota: { max: burst, window: hour, burst, cost: 1 },
      by: [{ kind: 'ip' }],
      onStoreError,
    });
    const callers = Array.from({ length: 30 }, () => ({ address: '10.0.0.1' }));

    /** Thirty at once: how many were answered with which status. */
    async function statuses(ask: ReturnType<typeof limited>['ask']): Promise<Record<number, number>> {
      const all = await Promise.all(callers.map(caller => ask('{ plain }', caller)));
      return Object.fromEntries(
        [200, 429, 503].map(status => [status, all.filter(each => each.status === status).length]),
      );
    }

    function gateway(rules: readonly RateLimitRule[], commandTimeout = 20_000) {
      const redis = { url: server.url, commandTimeout, prefix: `p${prefixes++}` };
      const made = limited([shop()], '', { redis, replicas: 2, rules });
      stores.push(made);
      return made;
    }

    const lost: readonly [OnStoreError, before: object, meanwhile: object, again: object][] = [
      ['OPEN', { 200: 10, 429: 20, 503: 0 }, { 200: 30, 429: 0, 503: 0 }, { 200: 10, 429: 20, 503: 0 }],
      ['CLOSED', { 200: 10, 429: 20, 503: 0 }, { 200: 0, 429: 0, 503: 30 }, { 200: 10, 429: 20, 503: 0 }],
      ['LOCAL', { 200: 10, 429: 20, 503: 0 }, { 200: 5, 429: 25, 503: 0 }, { 200: 10, 429: 20, 503: 0 }],
    ];
    test.each(lost)('R4: killed and started again, %s', async (onStoreError, before, meanwhile, again) => {
      const { ask, counters } = gateway([rule(onStoreError)]);
      await expect.poll(() => reached(ask, counters)).toBe(true);
      expect(await statuses(ask)).toEqual(before);
      const failed = () => counters.of('storeErrors').get('unavailable') ?? 0;
      const already = failed();
      await server.kill();
      expect(await statuses(ask)).toEqual(meanwhile);
      expect(failed() - already).toBe(30);
      await server.run();
      await expect.poll(() => reached(ask, counters)).toBe(true);
      await admin.flushall();
      expect(await statuses(ask)).toEqual(again);
    });

    test.each(lost)('R4: stopped and let go on, %s', async (onStoreError, before, meanwhile, again) => {
      const { ask, counters } = gateway([rule(onStoreError)], 3_000);
      await expect.poll(() => reached(ask, counters)).toBe(true);
      await admin.flushall();
      expect(await statuses(ask)).toEqual(before);
      const failed = () => counters.of('storeErrors').get('timeout') ?? 0;
      const already = failed();
      server.pause();
      try {
        expect(await statuses(ask)).toEqual(meanwhile);
        expect(failed() - already).toBe(30); // all of them waited at once, until the first was late
        const next = statuses(ask);
        await new Promise(setImmediate);
        expect(failed() - already).toBe(60); // nobody waits any more
        await next;
      } finally {
        server.resume();
      }
      await expect.poll(() => reached(ask, counters)).toBe(true);
      await admin.flushall();
      expect(await statuses(ask)).toEqual(again);
    });

    test('R4: a connection that is dead is made anew', async () => {
      const { ask, counters } = gateway([rule('CLOSED', 1_000)], 400);
      await expect.poll(() => reached(ask, counters)).toBe(true);
      const connections = async () => Number(/total_connections_received:(\d+)/.exec(await admin.info('stats'))?.[1]);
      const before = await connections();
      server.pause();
      try {
        expect((await ask('{ plain }')).status).toBe(503);
        const lost = () => counters.of('storeErrors').get('unavailable') ?? 0;
        const already = lost();
        await expect.poll(() => ask('{ plain }').then(() => lost() - already)).toBeGreaterThan(0);
      } finally {
        server.resume();
      }
      await expect.poll(() => reached(ask, counters)).toBe(true);
      expect(await connections()).toBeGreaterThan(before);
    });

    test('R4: each limit of one request does as it says', async () => {
      const { ask } = gateway([rule('OPEN', 50), rule('LOCAL', 50)]);
      await server.kill();
      const { headers, status } = await ask('{ plain }');
      expect({ status, left: left(headers) }).toEqual({ status: 200, left: { LOCAL: 24 } });
      const strict = gateway([rule('OPEN'), rule('LOCAL'), rule('CLOSED')]);
      expect(await strict.ask('{ plain }')).toMatchObject({
        status: 503,
        code: 'OVERLOADED',
        headers: { 'retry-after': '1' },
        extensions: { retryAfter: 1 },
      });
      await server.run();
    });

    test('R4: there from the start or not, the first request waits for nothing that is refused', async () => {
      await server.kill();
      const { ask, counters } = gateway([rule('LOCAL')]);
      expect((await ask('{ plain }')).status).toBe(200);
      expect(counters.of('storeErrors').get('unavailable')).toBe(1);
      await server.run();
      await expect.poll(() => reached(ask, counters)).toBe(true);
    });

    /** Did a request ask Redis, and have its answer? */
    async function reached(ask: ReturnType<typeof limited>['ask'], counters: Counters): Promise<boolean> {
      const failed = () => [...counters.of('storeErrors').values()].reduce((all, count) => all + count, 0);
      const before = failed();
      await ask('{ plain }', { address: '10.0.0.9' });
      return failed() === before;
    }
  });
});
