import { afterEach, describe, expect, it, vi } from 'vitest';
import { Counters } from '../../src/edge/counters.ts';
import { until } from '../adapters/backends/traffic.ts';
import { type EchoGateway, echoGateway } from './echo-gateway.ts';
import { serve, type TestServer } from './serve.ts';

/** Requests that can be under way at once: all that the gateway can do while its backend holds them. */
const capacity = 20;
const load = 10;
const rounds = 10;

let echo: EchoGateway | undefined;
let server: TestServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await echo?.close();
  await server?.close();
  echo = undefined;
  server = undefined;
});

describe.each(['both', 'yoga'] as const)('ten times what can be done, door %s', door => {
  it('H13: keeps the gateway busy with as much as it can do, and costs the backend nothing more', async () => {
    const { url, hold, seen, ...rest } = await echoGateway({
      door,
      gateway: `deadline: 5m\n  admission: { inFlight: ${capacity}, loopDelay: 60s }`,
      source: `timeout: 5m\n    concurrency: ${capacity}`,
    });
    echo = { url, hold, seen, ...rest };
    const told = { well: 0, refused: 0, retryAfter: 0 };
    const ask = async (word: string) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: `{ echo(word: "${word}") { word } }` }),
      });
      const { data, errors } = (await answer.json()) as {
        data?: { echo: { word: string } };
        errors?: { extensions: { code: string } }[];
      };
      if (data?.echo.word === word) told.well += 1;
      if (answer.status !== 503 || errors?.[0]?.extensions.code !== 'OVERLOADED') return;
      told.refused += 1;
      if (answer.headers.get('retry-after') === '1') told.retryAfter += 1;
    };
    for (let round = 1; round <= rounds; round += 1) {
      const letGo = hold();
      const asked = Array.from({ length: capacity * load }, (_, index) => ask(`r${round}n${index}`));
      await until(() => told.refused === round * capacity * (load - 1));
      expect((await fetch(`${url}/livez`)).status).toBe(200);
      letGo();
      await Promise.all(asked);
    }
    const asked = rounds * capacity * load;
    expect(told.well / (rounds * capacity)).toBeGreaterThanOrEqual(0.8); // goodput, of what could be done
    expect(told.well + told.refused).toBe(asked);
    expect(told.retryAfter).toBe(told.refused);
    expect(seen).toHaveLength(told.well); // nothing is asked for whom it is refused
    const before = told.well;
    await Promise.all(Array.from({ length: capacity }, (_, index) => ask(`after${index}`)));
    expect(told.well - before).toBe(capacity); // and it is over when it is over
  });
});

describe('a gateway that is full', () => {
  it('H13: refuses a posted request before anything of it is read, and keeps the connection of who sent little', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let isFull = true;
    const counters = new Counters();
    server = await serve({ overloaded: () => isFull, counters });
    const refused = await server.post('{ this is no JSON');
    const { errors } = (await refused.json()) as { errors: { extensions: { code: string } }[] };
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('connection')]).toEqual([
      503,
      '1',
      'keep-alive',
    ]);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['OVERLOADED']);
    const large = await server.post(' '.repeat(100_000));
    expect([large.status, large.headers.get('connection')]).toEqual([503, 'close']);
    expect(server.logged.filter(({ msg }) => msg === 'refused')).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(server.logged).toContainEqual(expect.objectContaining({ msg: 'overloaded', refused: 1 })); // the log is not flooded
    expect(counters.of('rejected').get('OVERLOADED')).toBe(2);
    isFull = false;
    expect(await (await server.post({ query: '{ greet }' })).json()).toEqual({ data: { greet: 'Hello, world!' } });
    expect(server.ran).toEqual(['greet']);
  });
});
