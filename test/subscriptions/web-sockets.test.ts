import { once } from 'node:events';
import { type Client, createClient } from 'graphql-ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../adapters/backends/traffic.ts';
import { identity, token } from './staff.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

let world: StreamingGateway;
const clients: Client[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) await client.dispose();
  for (const socket of sockets.splice(0)) socket.terminate();
  await world.close();
});

const opened = (sections = '', webSockets = '{}') =>
  streamingGateway({ sections: `subscriptions:\n  webSockets: ${webSockets}\n${sections}` });

const address = () => `${world.url.replace('http', 'ws')}/graphql`;

function client(connectionParams?: Record<string, unknown>): Client {
  const made = createClient({
    url: address(),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    ...(connectionParams ? { connectionParams } : {}),
  });
  clients.push(made);
  return made;
}

/** A socket of our own, for what no library would say. */
async function raw(headers: Record<string, string> = {}, protocol: string[] = ['graphql-transport-ws']) {
  const socket = new WebSocket(address(), protocol, { headers });
  sockets.push(socket);
  const messages: unknown[] = [];
  const state: { code?: number } = {};
  socket.on('message', data => messages.push(JSON.parse(String(data))));
  socket.on('close', code => {
    state.code = code;
  });
  const refused = new Promise<number>(resolve => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  socket.on('error', () => undefined);
  const status = await Promise.race([once(socket, 'open').then(() => 101), refused]);
  return {
    status,
    messages,
    say: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    closed: async () => {
      await until(() => state.code !== undefined);
      return state.code;
    },
    socket,
  };
}

const init = { type: 'connection_init' };
const subscribe = (id: string, query = 'subscription { ticks { id } }') => ({
  id,
  type: 'subscribe',
  payload: { query },
});

describe('a socket', () => {
  beforeEach(async () => {
    world = await opened();
  });

  it('carries subscriptions and queries of a client of the protocol, side by side', async () => {
    const one = client();
    const events = one.iterate({
      query: 'subscription ($r: String) { ticks(room: $r) { id } }',
      variables: { r: 'a' },
    });
    const first = events.next();
    const stream = await world.backend.stream();
    stream.send({ id: 1, tags: [] });
    expect((await first).value).toEqual({ data: { ticks: { id: 1 } } });
    const answers = [];
    for await (const answer of one.iterate({ query: '{ ticks { id tags } }' })) answers.push(answer);
    expect(answers).toEqual([{ data: { ticks: { id: 0, tags: ['json'] } } }]);
    stream.send({ id: 2, tags: [] });
    stream.done();
    expect((await events.next()).value).toEqual({ data: { ticks: { id: 2 } } });
    expect((await events.next()).done).toBe(true);
  });

  it('ends the backend stream of an operation that its client completes, and of all when it leaves', async () => {
    const socket = await raw();
    socket.say(init);
    socket.say(subscribe('1'));
    socket.say(subscribe('2'));
    await world.backend.stream(1);
    socket.say({ id: '1', type: 'complete' });
    await until(() => world.backend.open === 1);
    socket.socket.terminate();
    await until(() => world.backend.open === 0);
    await until(() => world.gateway.counters.of('subscriptions').get('client') === 2);
  });

  it('answers what is refused with an error message, and stays', async () => {
    const socket = await raw();
    socket.say(init);
    socket.say(subscribe('1', 'subscription { nothing }'));
    socket.say({ id: '2', type: 'subscribe', payload: { query: 7 } });
    socket.say({ type: 'ping' });
    await until(() => socket.messages.length === 4);
    expect(socket.messages).toContainEqual({ type: 'connection_ack' });
    expect(socket.messages).toContainEqual({ type: 'pong' });
    expect(socket.messages).toContainEqual(
      expect.objectContaining({
        id: '1',
        type: 'error',
        payload: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })],
      }),
    );
    expect(socket.messages).toContainEqual(
      expect.objectContaining({
        id: '2',
        type: 'error',
        payload: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })],
      }),
    );
  });

  it.each<[string, number, unknown[]]>([
    ['what is no JSON', 4400, ['{']],
    ['what is no message', 4400, [{ type: 'start' }]],
    ['a payload that is none', 4400, [{ type: 'connection_init', payload: [] }]],
    ['a second beginning', 4429, [init, init]],
    ['an operation before the beginning', 4401, [subscribe('1')]],
    ['an id that is in use', 4409, [init, subscribe('1'), subscribe('1')]],
    ['a message that is too large', 1009, [init, subscribe('1', `#${'x'.repeat(200_000)}`)]],
  ])('is closed for %s: %i', async (_what, code, messages) => {
    const socket = await raw();
    for (const message of messages) socket.say(message);
    expect(await socket.closed()).toBe(code);
  });

  it('H10: is opened for no page of another origin, and only under the protocol', async () => {
    const host = new URL(world.url).host;
    expect((await raw({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await raw({ origin: 'null' })).status).toBe(403);
    expect((await raw({ origin: `http://${host}` })).status).toBe(101);
    expect((await raw({}, ['graphql-ws'])).status).toBe(400);
    expect((await raw({}, [])).status).toBe(400);
  });
});

describe('what sockets are allowed', () => {
  it('is nothing, unless the configuration says so', async () => {
    world = await streamingGateway();
    expect((await raw()).status).not.toBe(101);
  });

  it('origins, as they are listed', async () => {
    world = await opened('', '{ origins: ["https://shop.example"] }');
    expect((await raw({ origin: 'https://shop.example' })).status).toBe(101);
    expect((await raw({ origin: 'https://shop.example.evil' })).status).toBe(403);
  });

  it('H10: a little time for the beginning', async () => {
    world = await opened('', '{ initTimeout: 100ms }');
    expect(await (await raw()).closed()).toBe(4408);
  });

  it('so many operations at once', async () => {
    world = await opened('', '{ operations: 2 }');
    const socket = await raw();
    socket.say(init);
    for (const id of ['1', '2', '3']) socket.say(subscribe(id));
    await until(() => socket.messages.length === 2);
    expect(socket.messages[1]).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    await until(() => world.backend.streams.length === 2);
  });

  it('the credential of its beginning, where it is named; and no other parameter', async () => {
    const only = `${identity}policies:\n  "Subscription.ticks": { authenticated: true }\n`;
    world = await opened(only);
    const good = client({ Authorization: `Bearer ${await token(600)}`, host: 'evil', __proto__: 'x' });
    const events = good.iterate({ query: 'subscription { ticks { id } }' });
    const first = events.next();
    const stream = await world.backend.stream();
    stream.send({ id: 1, tags: [] });
    expect((await first).value).toEqual({ data: { ticks: { id: 1 } } });
    const bad = await raw();
    bad.say({ ...init, payload: { 'x-authorization': `Bearer ${await token(600)}` } });
    bad.say(subscribe('1'));
    await until(() => bad.messages.length === 2);
    expect(bad.messages[1]).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const forged = await raw();
    forged.say({ ...init, payload: { authorization: 'Bearer x\r\nx-admin: 1' } });
    expect(await forged.closed()).toBe(4400);
  });

  it('H10: no longer than its token: closed with 4401, and no event after', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    world = await opened(identity);
    const socket = await raw();
    socket.say({ ...init, payload: { authorization: `Bearer ${await token(600)}` } });
    socket.say(subscribe('1'));
    const stream = await world.backend.stream();
    stream.send({ id: 1, tags: [] });
    await until(() => socket.messages.length === 2);
    vi.advanceTimersByTime(600_000);
    expect(await socket.closed()).toBe(4401);
    stream.send({ id: 2, tags: [] });
    await until(() => stream.closed);
    expect(socket.messages).toHaveLength(2);
  });

  it('to end in order when the gateway stops', async () => {
    world = await opened();
    const socket = await raw();
    socket.say(init);
    socket.say(subscribe('1'));
    await world.backend.stream();
    const closing = world.gateway.close();
    expect(await socket.closed()).toBe(1001);
    await closing;
    expect(socket.messages.at(-1)).toEqual({ id: '1', type: 'complete' });
  });
});
