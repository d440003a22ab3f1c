import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext, Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { Stop } from '../../../src/base/stop.ts';
import { until } from '../backends/traffic.ts';
import { ask, callContext, connectTo } from './backend.ts';
import { type StreamBackend, streamBackend } from './stream-backend.ts';

const proto = `
syntax = "proto3";
package ticks.v1;
import "google/protobuf/wrappers.proto";
message Room { string room = 1; int64 since = 2; }
message Tick { int32 id = 1; string pad = 2; }
message Sum { int32 total = 1; }
service Ticks {
  rpc Watch(Room) returns (stream Tick);
  rpc Add(stream Tick) returns (Sum);
  rpc Chat(stream Tick) returns (stream Tick);
  rpc Names(stream google.protobuf.StringValue) returns (stream google.protobuf.StringValue);
  rpc Get(Room) returns (Tick);
}
`;

let backend: StreamBackend;
let shop: Subschema<unknown, unknown>;
const open: Subschema<unknown, unknown>[] = [];

const connected = async (options: Parameters<typeof connectTo>[2] = {}, endpoint = backend.endpoint) => {
  const made = await connectTo(proto, endpoint, options);
  open.push(made);
  return made;
};

beforeEach(async () => {
  backend = await streamBackend(proto);
  shop = await connected();
});

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await backend.close();
});

/** A stream's events, and what ends it. */
function subscribe(field: string, args: Record<string, unknown>, from = shop, overrides: Partial<CallContext> = {}) {
  const stop = new Stop();
  const calls: Readonly<Record<string, unknown>> = from.blueprint.calls;
  const context = callContext({ signal: stop, deadline: Number.POSITIVE_INFINITY, ...overrides });
  const events = from.subscribe!(calls[`Subscription.${field}`], { args }, context)[Symbol.asyncIterator]();
  return {
    stop,
    next: async () => (await events.next()).value as Outcome | undefined,
    async all() {
      const all: Outcome[] = [];
      for (let next = await events.next(); !next.done; next = await events.next()) all.push(next.value);
      return all;
    },
  };
}

/** Until nothing has changed for a while. */
async function stalled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await new Promise(resolve => setTimeout(resolve, 300));
  }
}

const value = (outcome: Outcome | undefined) => (outcome && 'value' in outcome ? outcome.value : outcome);
const codeOf = (outcome: Outcome | undefined) => (outcome && 'fault' in outcome ? outcome.fault.code : undefined);
const idOf = (outcome: Outcome | undefined) => (value(outcome) as { id: number }).id;
const plain = (outcome: Outcome | undefined) => JSON.parse(JSON.stringify(value(outcome))) as unknown;

describe('a stream of replies', () => {
  it('gives each as an event, and ends with the server', async () => {
    const stream = subscribe('watch', { room: 'a', since: '9007199254740993' });
    const first = stream.next();
    const call = await backend.call();
    expect(call.requests).toEqual([{ room: 'a', since: '9007199254740993' }]);
    expect(call.halfClosed).toBe(true);
    expect(call.timeLeft).toBeUndefined();
    call.send({ id: 1 });
    expect(plain(await first)).toEqual({ id: 1, pad: '' });
    call.send({ id: 2 });
    call.send({ id: 3 });
    call.end();
    expect((await stream.all()).map(idOf)).toEqual([2, 3]);
  });

  it('is not opened before it is read, and not at all where its request has ended', async () => {
    const unread = subscribe('watch', {});
    const ended = subscribe('watch', {});
    ended.stop.abort();
    expect(await ended.all()).toEqual([]);
    void unread.next();
    await backend.call();
    expect(backend.calls).toHaveLength(1);
    unread.stop.abort();
  });

  it('gives all that came before a failure, and then the failure', async () => {
    const stream = subscribe('watch', {});
    const first = stream.next();
    const call = await backend.call();
    for (let id = 1; id <= 20; id += 1) call.send({ id });
    expect(idOf(await first)).toBe(1);
    await new Promise(resolve => setTimeout(resolve, 50));
    call.fail(8, 'ORA-1');
    const all = await stream.all();
    expect(all.slice(0, -1).map(idOf)).toEqual(Array.from({ length: 19 }, (_, index) => index + 2));
    expect(codeOf(all.at(-1))).toBe('RATE_LIMITED');
  });

  it('is left within the tick where it is ended, and so is its server', async () => {
    const stream = subscribe('watch', {});
    const first = stream.next();
    const call = await backend.call();
    let isDone = false;
    void first.then(() => {
      isDone = true;
    });
    stream.stop.abort(new GatewayError('UPSTREAM_TIMEOUT', 'over'));
    await Promise.resolve();
    await new Promise<void>(resolve => process.nextTick(resolve));
    expect(isDone).toBe(true);
    expect(await first).toBeUndefined();
    await until(() => call.cancelled);
  });

  it('goes on after a reply that is no message of its type', async () => {
    const strange = await connectTo(proto.replace('string pad = 2;', 'Room pad = 2;'), backend.endpoint);
    open.push(strange);
    const stream = subscribe('watch', {}, strange);
    const first = stream.next();
    const call = await backend.call();
    call.send({ pad: 'x' });
    call.send({ id: 2 });
    call.end();
    expect(codeOf(await first)).toBe('UPSTREAM_MALFORMED');
    expect((await stream.all()).map(plain)).toEqual([{ id: 2, pad: null }]);
  });

  it('takes from the server no more than a bounded part of what is not read, and holds no other stream back', async () => {
    const slow = subscribe('watch', { room: 'slow' });
    const first = slow.next();
    const call = await backend.call();
    const pad = 'x'.repeat(10_000);
    const most = 2_000; // 20 MB
    let sent = 0;
    for (let isFlowing = true; isFlowing && sent < most; sent += 1) {
      if (!call.send({ id: sent, pad }))
        isFlowing = await Promise.race([
          call.drained().then(() => true),
          new Promise<boolean>(resolve => setTimeout(() => resolve(false), 500)),
        ]);
    }
    // 64 kB of ours, 64 kB of the stream's window, and what the server's own buffers take.
    expect(sent).toBeLessThan(60);
    const quick = subscribe('watch', { room: 'quick' });
    const quickFirst = quick.next();
    const other = await backend.call(1);
    other.send({ id: 7 });
    expect(idOf(await quickFirst)).toBe(7);
    expect(other.peer).toBe(call.peer);
    call.send({ id: sent });
    call.end();
    expect(idOf(await first)).toBe(0);
    expect((await slow.all()).map(idOf)).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
    quick.stop.abort();
  });

  it('of a source that is withdrawn fails', async () => {
    const stream = subscribe('watch', {});
    const first = stream.next();
    await backend.call();
    await shop.close();
    expect(codeOf(await first)).toBe('UPSTREAM_UNREACHABLE');
    expect(await stream.next()).toBeUndefined();
  });

  it('of a host that is not there fails, and of one that does not answer in time', async () => {
    const lost = await connected({}, '127.0.0.1:1');
    expect((await subscribe('watch', {}, lost).all()).map(codeOf)).toEqual(['UPSTREAM_UNREACHABLE']);
    const silent = (await import('node:net')).createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const waiting = await connected({ timeout: 200 }, `127.0.0.1:${port}`);
    expect((await subscribe('watch', {}, waiting).all()).map(codeOf)).toEqual(['UPSTREAM_TIMEOUT']);
    await waiting.close();
    silent.close();
  });
});

describe('many requests', () => {
  it('are sent in their order, and are one call', async () => {
    const asked = ask(shop, 'add', { input: Array.from({ length: 500 }, (_, id) => ({ id })) });
    const call = await backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual(Array.from({ length: 500 }, (_, id) => (id === 0 ? {} : { id })));
    call.send({ total: 5 });
    expect(plain(await asked)).toEqual({ total: 5 });
    expect(call.timeLeft).toBeLessThanOrEqual(10_000);
  });

  it('may be none', async () => {
    const asked = ask(shop, 'add', { input: [] });
    const call = await backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual([]);
    call.send({ total: 0 });
    expect(plain(await asked)).toEqual({ total: 0 });
  });

  it('may be more than buffers hold', async () => {
    const pad = 'x'.repeat(300_000);
    const asked = ask(shop, 'add', { input: Array.from({ length: 20 }, (_, id) => ({ id, pad })) });
    const call = await backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toHaveLength(20);
    call.send({ total: 1 });
    expect(plain(await asked)).toEqual({ total: 1 });
  });

  it('are not sent on where the server has answered already', async () => {
    const pad = 'x'.repeat(300_000);
    const asked = ask(shop, 'add', { input: Array.from({ length: 50 }, (_, id) => ({ id, pad })) });
    const call = await backend.call();
    call.fail(9);
    expect(codeOf(await asked)).toBe('PRECONDITION_FAILED');
    expect(call.halfClosed).toBe(false);
  });

  it('are refused as a whole where one cannot be written, before any is sent', async () => {
    const outcome = await ask(shop, 'add', { input: [{ id: 1 }, { id: 'x' }] });
    expect(codeOf(outcome)).toBe('BAD_USER_INPUT');
    expect('fault' in outcome && outcome.fault.details.argument).toBe('input.1.id');
    expect(backend.calls).toHaveLength(0);
  });

  it('of a stream both ways are sent, then its replies are events', async () => {
    const stream = subscribe('chat', { input: [{ id: 1 }, { id: 2 }] });
    const first = stream.next();
    const call = await backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual([{ id: 1 }, { id: 2 }]);
    call.send({ id: 10 });
    expect(idOf(await first)).toBe(10);
    call.send({ id: 20 });
    call.end();
    expect((await stream.all()).map(idOf)).toEqual([20]);
  });

  it('of a stream both ways go out while its replies come in: what the server does not take waits at the gateway', async () => {
    const pad = 'x'.repeat(64 * 1024);
    const input = Array.from({ length: 200 }, (_, index) => ({ id: index + 1, pad }));
    const stream = subscribe('chat', { input });
    const first = stream.next();
    const call = await backend.call();
    call.pause();
    call.send({ id: 1 });
    expect(idOf(await first)).toBe(1);
    call.send({ id: 2 });
    expect(idOf(await stream.next())).toBe(2);
    const taken = call.requests.length;
    expect(taken).toBeLessThan(input.length / 2);
    expect(call.halfClosed).toBe(false);
    call.resume();
    await until(() => call.halfClosed);
    expect(call.requests).toHaveLength(input.length);
    call.end();
    expect(await stream.all()).toEqual([]);
  });

  it('of a stream both ways are answered each before the next is taken, whoever is slow', async () => {
    const pad = 'x'.repeat(64 * 1024);
    const input = Array.from({ length: 200 }, (_, index) => ({ id: index + 1, pad }));
    const stream = subscribe('chat', { input });
    const first = stream.next();
    const call = await backend.call();
    let answered = 0;
    const echo = (async () => {
      while (answered < input.length) {
        await until(() => call.requests.length > answered);
        call.pause();
        answered += 1;
        if (!call.send({ id: answered, pad })) await call.drained();
        call.resume();
      }
      call.end();
    })();
    expect(idOf(await first)).toBe(1);
    // Nobody reads: the server waits with its answers, and the gateway with its requests.
    await stalled(() => answered);
    expect(answered).toBeLessThan(input.length / 2);
    expect(call.requests.length).toBeLessThan(input.length / 2);
    expect((await stream.all()).map(idOf)).toEqual(input.slice(1).map(({ id }) => id));
    await echo;
  });

  it('of well-known types are their values', async () => {
    const stream = subscribe('names', { input: ['a', 'b'] });
    const first = stream.next();
    const call = await backend.call();
    await until(() => call.halfClosed);
    expect(call.requests).toEqual(['a', 'b']);
    call.send('c');
    expect(value(await first)).toBe('c');
    call.end();
    expect(await stream.all()).toEqual([]);
  });
});

describe('a collected stream', () => {
  const collect = { operations: ['watch'], max: 3 };

  it('is a list', async () => {
    const listing = await connected({ collect });
    const asked = ask(listing, 'watch', { room: 'a' });
    const call = await backend.call();
    expect(call.timeLeft).toBeLessThanOrEqual(10_000);
    for (const id of [1, 2, 3]) call.send({ id });
    call.end();
    expect(plain(await asked)).toEqual([1, 2, 3].map(id => ({ id, pad: '' })));
  });

  it('that is longer than allowed is refused, and left', async () => {
    const listing = await connected({ collect });
    const asked = ask(listing, 'watch');
    const call = await backend.call();
    for (let id = 1; id <= 4; id += 1) call.send({ id });
    const outcome = await asked;
    expect(codeOf(outcome)).toBe('COST_EXCEEDED');
    expect('fault' in outcome && outcome.fault.message).toContain('more than the 3 items');
    await until(() => call.cancelled);
  });

  it('that is larger than an answer may be is refused, and left', async () => {
    const listing = await connected({ collect, maxResponse: 10_000 });
    const asked = ask(listing, 'watch');
    const call = await backend.call();
    for (let id = 1; id <= 3; id += 1) call.send({ id, pad: 'x'.repeat(4_000) });
    expect(codeOf(await asked)).toBe('UPSTREAM_MALFORMED');
    await until(() => call.cancelled);
  });

  it('that fails fails as a whole', async () => {
    const listing = await connected({ collect });
    const asked = ask(listing, 'watch');
    const call = await backend.call();
    call.send({ id: 1 });
    call.fail(5);
    expect(codeOf(await asked)).toBe('NOT_FOUND');
  });

  it('that lasts longer than the request is left', async () => {
    const listing = await connected({ collect });
    const called = backend.call().then(call => {
      call.send({ id: 1 });
      return call;
    });
    await until(async () => {
      const outcome = await ask(listing, 'watch', {}, callContext({ deadline: performance.now() + 150 }));
      expect(codeOf(outcome)).toBe('UPSTREAM_TIMEOUT');
      return backend.calls.length > 0; // a busy machine may have let it pass before the backend heard of the call
    });
    const call = await called;
    await until(() => call.cancelled);
  });
});

describe('connections', () => {
  it('are as many as streams need, each within what it carries', async () => {
    await backend.close();
    backend = await streamBackend(proto, {
      settings: { 'grpc.max_concurrent_streams': 10 },
      unary: () => ({ id: 9 }),
    });
    const narrow = await connected({ streamsPerConnection: 10 });
    const streams = Array.from({ length: 25 }, (_, id) => subscribe('watch', { room: String(id) }, narrow));
    const firsts = streams.map(stream => stream.next());
    await until(() => backend.calls.length === 25);
    expect(plain(await ask(narrow, 'get'))).toEqual({ id: 9, pad: '' });
    const peers = new Map<string, number>();
    for (const { peer } of backend.calls) peers.set(peer, (peers.get(peer) ?? 0) + 1);
    expect([...peers.values()]).toEqual([10, 10, 6]);
    for (const { stop } of streams.slice(0, 10)) stop.abort();
    await until(() => backend.open === 15);
    void subscribe('watch', {}, narrow).next();
    await until(() => backend.calls.length === 27);
    expect(backend.calls.at(-1)?.peer).toBe(backend.calls[0]?.peer);
    for (const { stop } of streams) stop.abort();
    await Promise.all(firsts);
  });
});
