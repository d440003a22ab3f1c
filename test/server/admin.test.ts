import { createRequire } from 'node:module';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Counters } from '../../src/edge/counters.ts';
import { durationBounds } from '../../src/edge/durations.ts';
import { createAdminServer } from '../../src/server/admin.ts';
import type { RunningServer } from '../../src/server/server.ts';
import { rawRequest } from './raw-request.ts';

let counters: Counters;
let admin: RunningServer;
let isReady = true;

beforeEach(async () => {
  counters = new Counters();
  const log = pino({ level: 'silent' });
  admin = await createAdminServer({ counters, log, ready: () => isReady, port: 0, host: '127.0.0.1' });
});
afterEach(() => admin.close());

/** Values by series, as they are written. */
async function scraped(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${admin.url}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]));
}

const isLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some(path => path.includes('/node_modules/prom-client/'));

describe('/metrics', () => {
  it('loads prom-client at the first scrape, and not before', async () => {
    await fetch(`${admin.url}/livez`);
    expect(isLoaded()).toBe(false);
    await scraped();
    expect(isLoaded()).toBe(true);
  });

  it('tells each label from the start, and each count as it stands', async () => {
    const before = await scraped();
    expect(before.get('selvage_operations_total{lane="plan"}')).toBe(0);
    expect(before.get('selvage_plan_fallbacks_total{reason="too-large"}')).toBe(0);
    expect(before.get('selvage_coalesced_total{mode="inflight"}')).toBe(0);
    counters.count('operations', 'plan');
    counters.count('operations', 'plan');
    counters.count('fallbacks', 'too-large');
    counters.count('coalesced', 'tick');
    counters.count('rejected', 'BAD_USER_INPUT');
    await scraped();
    const after = await scraped();
    expect(after.get('selvage_operations_total{lane="plan"}')).toBe(2);
    expect(after.get('selvage_operations_total{lane="reference"}')).toBe(0);
    expect(after.get('selvage_plan_fallbacks_total{reason="too-large"}')).toBe(1);
    expect(after.get('selvage_coalesced_total{mode="tick"}')).toBe(1);
    expect(after.get('selvage_rejected_total{reason="BAD_USER_INPUT"}')).toBe(1);
  });

  it('has the durations as a histogram in seconds: each bucket with all that were quicker', async () => {
    for (const milliseconds of [0.5, 0.7, 3, 20_000]) counters.durations.plan.add(milliseconds);
    const series = await scraped();
    const name = 'selvage_operation_duration_seconds';
    const bucket = (bound: string) => series.get(`${name}_bucket{le="${bound}",lane="plan"}`);
    expect(['0.0005', '0.001', '0.0025', '0.005', '10', '+Inf'].map(bucket)).toEqual([1, 2, 2, 3, 3, 4]);
    expect(series.get(`${name}_sum{lane="plan"}`)).toBeCloseTo(20.0042, 9);
    expect(series.get(`${name}_count{lane="plan"}`)).toBe(4);
    expect(series.get(`${name}_count{lane="reference"}`)).toBe(0);
    const lanes = [...series.keys()].filter(key => key.startsWith(`${name}_bucket`));
    expect(lanes).toHaveLength(2 * (durationBounds.length + 1));
  });

  it('has the figures of the process', async () => {
    const series = await scraped();
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(10 * 1024 * 1024);
    expect(series.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });
});

describe('the admin listener', () => {
  it('says whether there is something to serve', async () => {
    expect((await fetch(`${admin.url}/livez`)).status).toBe(200);
    isReady = false;
    expect(await (await fetch(`${admin.url}/readyz`)).json()).toEqual({ ready: false });
    isReady = true;
    expect(await (await fetch(`${admin.url}/readyz`)).json()).toEqual({ ready: true });
  });

  it.each([
    ['another path', 'GET /graphql HTTP/1.1\r\nhost: 127.0.0.1', 404],
    ['a write', 'POST /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 100000', 405],
    ['a name that was made to point here', 'GET /metrics HTTP/1.1\r\nhost: evil.example:9464', 421],
    ['a name that only begins like ours', 'GET /metrics HTTP/1.1\r\nhost: localhost.evil.example', 421],
    ['our own name', 'GET /livez HTTP/1.1\r\nhost: LOCALHOST:9464', 200],
    ['our own number', 'GET /livez?x HTTP/1.1\r\nhost: [::1]:9464', 200],
  ])('answers %s', async (_, head, status) => {
    const answer = await rawRequest(admin.port, `${head}\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});
