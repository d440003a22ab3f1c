import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../adapters/backends/traffic.ts';
import { type GrpcWorld, grpcWorld } from './grpc-world.ts';
import { growingText, openEventStream } from './open-event-stream.ts';

let world: GrpcWorld;

afterEach(async () => {
  await world.close();
});

describe.each(['plan', 'reference'] as const)('a gRPC stream, lane %s', lane => {
  it('is a subscription whose events link to other calls, and ends with the server', async () => {
    world = await grpcWorld({ lane });
    const client = await world.subscribe('subscription ($r: String) { t: watch(room: $r) { id product { name } } }', {
      r: 'a',
    });
    const call = await world.backend.call();
    expect(call.requests).toEqual([{ room: 'a' }]);
    call.send({ id: 1, productId: 'p1' });
    const product = { product: { name: 'name of p1' } };
    expect(await client.read(1)).toEqual([{ data: { t: { id: 1, ...product } } }]);
    call.send({ id: 2, productId: 'p1' });
    call.end();
    expect(await client.all()).toEqual([1, 2].map(id => ({ data: { t: { id, ...product } } })));
    expect(client.complete).toBe(true);
    expect(world.backend.calls.map(({ method }) => method)).toEqual(['Watch', 'ListProducts', 'ListProducts']);
  });

  it('with requests is sent them, and gives its replies', async () => {
    world = await grpcWorld({ lane });
    const client = await world.subscribe('subscription ($i: [TickInput!]!) { chat(input: $i) { id room } }', {
      i: [{ id: 1 }, { id: 2, room: 'b' }],
    });
    const call = await world.backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual([{ id: 1 }, { id: 2, room: 'b' }]);
    call.send({ id: 3, room: 'c' });
    call.fail(7, 'ORA-1');
    const [event, failure] = (await client.all()) as { data: unknown; errors: { extensions: object }[] }[];
    expect(event).toEqual({ data: { chat: { id: 3, room: 'c' } } });
    expect(failure).toMatchObject({
      data: { chat: null },
      errors: [
        { path: ['chat'], extensions: { code: 'UPSTREAM_ERROR', grpc: { code: 7, status: 'PERMISSION_DENIED' } } },
      ],
    });
    expect(JSON.stringify(failure)).not.toContain('ORA');
  });

  it('of requests is a mutation over a list', async () => {
    world = await grpcWorld({ lane });
    const asked = world.query('mutation { add(input: [{ id: 1 }, { id: 2 }]) { total } }');
    const call = await world.backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual([{ id: 1 }, { id: 2 }]);
    call.send({ total: '9007199254740993' });
    expect(await asked).toEqual({ data: { add: { total: '9007199254740993' } } });
  });

  it('that is collected is a query, too, and links as one', async () => {
    world = await grpcWorld({ lane, source: 'collect: { operations: [watch], max: 2 }' });
    const asked = world.query('{ watch(room: "r") { id product { name } } }');
    const call = await world.backend.call();
    call.send({ id: 1, productId: 'p1' });
    call.send({ id: 2, productId: 'p2' });
    call.end();
    const named = (id: number) => ({ id, product: { name: `name of p${id}` } });
    expect(await asked).toEqual({ data: { watch: [named(1), named(2)] } });
    expect(world.backend.calls.map(({ method }) => method)).toEqual(['Watch', 'ListProducts']);
  });
});

describe('over a WebSocket, a gRPC stream', () => {
  it('gives its events, and is left when its client is', async () => {
    world = await grpcWorld({ sections: 'subscriptions: { webSockets: {} }' });
    const client = createClient({
      url: `${world.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const events = client.iterate({ query: 'subscription { watch(room: "w") { id } }' });
    const first = events.next();
    const call = await world.backend.call();
    call.send({ id: 1 });
    expect((await first).value).toEqual({ data: { watch: { id: 1 } } });
    await events.return?.();
    await until(() => call.cancelled);
    await client.dispose();
  });
});

function open(url: string, room: string) {
  return openEventStream(url, 'subscription ($room: String) { watch(room: $room) { id room } }', { room });
}

const idsIn = (text: string) => [...text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id));

describe('many gRPC streams', () => {
  const streams = 1_000;
  const events = 10;

  it('lose no event, double none, and leave nothing open at the server', async () => {
    world = await grpcWorld({ sections: 'subscriptions: { perClient: 2000 }' });
    const { backend, url, gateway } = world;
    const clients = [];
    for (let index = 0; index < streams; index += 1) clients.push(await open(url, String(index)));
    const texts = clients.map(({ response }) => growingText(response));
    await until(() => backend.calls.length === streams);
    const rooms = new Map(backend.calls.map(call => [(call.requests[0] as { room: string }).room, call]));
    expect(rooms.size).toBe(streams);
    // As many connections as HTTP/2 servers make needful with their usual hundred streams, and no more.
    expect(new Set(backend.calls.map(({ peer }) => peer)).size).toBe(10);
    for (let id = 0; id < events; id += 1)
      for (const [room, call] of rooms) call.send({ id: Number(room) * 100 + id, room });
    await until(() => texts.every(({ text }) => idsIn(text).length >= events));
    for (const [index, { text }] of texts.entries()) {
      expect(idsIn(text)).toEqual(Array.from({ length: events }, (_, id) => index * 100 + id));
    }
    expect(gateway.counters.of('subscriptionEvents').get('whole')).toBe(streams * events);
    const left = performance.now();
    for (const { request } of clients) request.destroy();
    await until(() => backend.open === 0);
    console.info(`${streams} streams were left within ${Math.round(performance.now() - left)} ms.`);
    await until(() => gateway.counters.of('subscriptions').get('client') === streams);
  });
});

describe('a client that reads nothing', () => {
  it('holds its gRPC server back, and gets every event once it reads', async () => {
    world = await grpcWorld();
    const { response } = await open(world.url, 'slow');
    response.pause();
    const call = await world.backend.call();
    const room = 'x'.repeat(100_000);
    let sent = 0;
    // What systems buffer on the way is some megabytes; a gateway that read on would take all of this and more.
    const most = 2_000;
    for (let isFlowing = true; isFlowing && sent < most; sent += 1) {
      if (!call.send({ id: sent, room }))
        isFlowing = await Promise.race([
          call.drained().then(() => true),
          new Promise<boolean>(resolve => setTimeout(() => resolve(false), 1_000)),
        ]);
    }
    expect(sent).toBeLessThan(most);
    call.send({ id: sent, room: 'last' });
    call.end();
    const got = growingText(response);
    response.resume();
    await once(response, 'end');
    const { text } = got;
    expect(idsIn(text)).toEqual(Array.from({ length: sent + 1 }, (_, id) => id));
    expect(text.endsWith('event: complete\ndata:\n\n')).toBe(true);
  });
});
