import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { identity, token } from './staff.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

let world: StreamingGateway;
let point: Server | undefined;

afterEach(async () => {
  vi.useRealTimers();
  await world.close();
  point?.close();
  point?.closeAllConnections();
  point = undefined;
});

const bearer = async (scope: string) => ({
  authorization: `Bearer ${await token(600, { scope })}`,
});

const tick = { id: 1, tags: ['x'], secret: 's', productId: 'p' };

describe.each(['plan', 'reference'] as const)('what of an event a caller may have, lane %s', lane => {
  const policies = `policies:
  "Tick.secret": { requiresScopes: [[secrets]] }
`;

  it('is left out, and told at each event', async () => {
    world = await streamingGateway({ lane, sections: identity + policies });
    const client = await world.subscribe('subscription { ticks { secret id } }', { headers: await bearer('none') });
    const stream = await world.backend.stream();
    stream.send(tick);
    stream.send({ ...tick, id: 2 });
    stream.done();
    const error = { path: ['ticks', 'secret'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } };
    expect(await client.all()).toMatchObject([
      { data: { ticks: { secret: null, id: 1 } }, errors: [error] },
      { data: { ticks: { secret: null, id: 2 } }, errors: [error] },
    ]);
    const may = await world.subscribe('subscription { ticks { secret } }', { headers: await bearer('secrets') });
    (await world.backend.stream(1)).send(tick);
    expect(await may.read(1)).toEqual([{ data: { ticks: { secret: 's' } } }]);
  });

  it.each([
    ['by its field', `policies:\n  "Subscription.ticks": { authenticated: true }\n`],
    ['by its type', `policies:\n  "Tick": { authenticated: true }\n`],
    ['by default', 'authorization: { default: deny }\n'],
  ])('is nothing where all of it is refused %s: no stream is opened', async (_how, sections) => {
    world = await streamingGateway({ lane, sections: identity + sections });
    const client = await world.subscribe('subscription { ticks { id } }');
    expect(client.response.status).toBe(401);
    expect(world.backend.streams).toHaveLength(0);
  });
});

describe('a right that ends', () => {
  it('Z7: with the token: nothing more comes, and the client is told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    world = await streamingGateway({ sections: identity });
    const client = await world.subscribe('subscription { ticks { id } }', { headers: await bearer('') });
    const stream = await world.backend.stream();
    stream.send(tick);
    await client.read(1);
    vi.advanceTimersByTime(600_000);
    expect(await client.all()).toMatchObject([
      { data: { ticks: { id: 1 } } },
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    expect(client.complete).toBe(true);
    await until(() => stream.closed);
    expect(world.gateway.counters.of('subscriptions').get('expired')).toBe(1);
  });

  it('Z7: with what the decision point says: asked anew while events flow', async () => {
    let allowed = true;
    let asked = 0;
    point = createServer((_request, response) => {
      asked += 1;
      response.end(JSON.stringify({ result: { watch: allowed } }));
    });
    await new Promise<void>(resolve => point?.listen(0, '127.0.0.1', resolve));
    const { port } = point.address() as AddressInfo; // it listens on a port
    world = await streamingGateway({
      sections: `${identity}authorization:
  decisionPoint: { url: "http://127.0.0.1:${port}/", policies: [watch], timeout: 30s }
policies:
  "Subscription.ticks": { policy: [[watch]] }
subscriptions: { recheck: 100ms }
`,
    });
    const client = await world.subscribe('subscription { ticks { id } }', { headers: await bearer('') });
    const stream = await world.backend.stream();
    stream.send(tick);
    await client.read(1);
    await until(() => asked > 3);
    allowed = false;
    expect(await client.all()).toMatchObject([
      { data: { ticks: { id: 1 } } },
      { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    ]);
    await until(() => stream.closed);
    expect(world.gateway.counters.of('subscriptions').get('unauthorized')).toBe(1);
  });

  it('Z7: with the configuration: what is closed on a reload is not sent any more', async () => {
    world = await streamingGateway({ sections: identity });
    const client = await world.subscribe('subscription { ticks { id } }');
    const stream = await world.backend.stream();
    await world.rewrite({ sections: `${identity}policies:\n  "Subscription.ticks": { authenticated: true }\n` });
    stream.send(tick);
    expect(await client.all()).toEqual([]);
    expect(client.complete).toBe(true);
  });
});
