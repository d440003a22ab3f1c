import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, constants as http2, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import { serviceConfigOf } from '../../../src/adapters/grpc/calls/service-config.ts';
import { Stop } from '../../../src/base/stop.ts';
import type { ServiceConfig } from '../../../src/source/calling-options.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { until } from '../backends/traffic.ts';
import { ask, callContext, connectTo, describeProto, sourceOf } from './backend.ts';
import { type StreamBackend, streamBackend } from './stream-backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
message Req { string text = 1; }
message Res { string text = 1; }
service Shop {
  rpc Get(Req) returns (Res);
  rpc Put(Req) returns (Res);
  rpc Set(Req) returns (Res) { option idempotency_level = IDEMPOTENT; }
  rpc Watch(Req) returns (stream Res);
}
`;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serving(...parts: Parameters<typeof streamBackend> | [string]): Promise<StreamBackend> {
  const made = await streamBackend(parts[0], parts[1] ?? {});
  closing.push(() => made.close());
  return made;
}

async function connected(endpoint: string, options: Partial<SourceOptions> = {}): Promise<Subschema<unknown, unknown>> {
  const made = await connectTo(proto, endpoint, options);
  closing.push(() => made.close());
  return made;
}

const textOf = (outcome: Outcome) =>
  'value' in outcome ? (outcome.value as { text: string }).text : outcome.fault.code;
const codeOf = (outcome: Outcome) => ('fault' in outcome ? outcome.fault.code : 'no fault');

const retry = {
  maxAttempts: 3,
  initialBackoff: 10,
  maxBackoff: 20,
  backoffMultiplier: 1,
  retryableStatusCodes: ['UNAVAILABLE'],
};

describe('a service config', () => {
  const calls = [
    { path: '/shop.v1.Shop/Get', idempotent: true },
    { path: '/shop.v1.Shop/Put' },
    { path: '/shop.v1.Shop/Set', idempotent: true },
  ] as const;
  const written = (config: ServiceConfig) => JSON.parse(serviceConfigOf(config, calls)) as { methodConfig: unknown };

  it('retries what may be sent twice, whatever its names say, and says times as grpc-js reads them', () => {
    const policy = { ...retry, initialBackoff: '0.010s', maxBackoff: '0.020s' };
    const timeout = { seconds: 1, nanos: 500_000_000 };
    expect(
      written({
        methodConfig: [
          { name: [{ service: 'shop.v1.Shop' }], timeout: 1_500, retryPolicy: retry },
          { name: [{ service: 'shop.v1.Shop', method: 'Set' }], timeout: 20 },
          { name: [{}], hedgingPolicy: { maxAttempts: 2, hedgingDelay: 5, nonFatalStatusCodes: [] } },
        ],
      }).methodConfig,
    ).toEqual([
      { name: [{ service: 'shop.v1.Shop' }], timeout },
      { name: [{ service: 'shop.v1.Shop', method: 'Get' }], timeout, retryPolicy: policy },
      { name: [{ service: 'shop.v1.Shop', method: 'Set' }], timeout: { seconds: 0, nanos: 20_000_000 } },
      { name: [{}] },
    ]);
  });

  it('is told of where it names what is not there, or what is not repeated', async () => {
    const serviceConfig: ServiceConfig = {
      methodConfig: [
        { name: [{ service: 'shop.v1.Shop', method: 'Put' }], retryPolicy: retry },
        { name: [{ service: 'shop.v1.Shop', method: 'Gone' }, { service: 'other.Shop' }] },
        { name: [{ service: 'shop.v1.Shop', method: 'Get' }, {}], retryPolicy: retry },
      ],
    };
    const { diagnostics } = await describeProto(proto, sourceOf({ serviceConfig }));
    expect(diagnostics.filter(({ code }) => code === 'CONFIG_INVALID_VALUE').map(({ at }) => at.at(-1))).toEqual([
      'shop.v1.Shop/Put',
      'shop.v1.Shop/Gone',
      'other.Shop',
    ]);
  });

  it.each([
    ['get', 3, '3 of get'],
    ['set', 3, '3 of set'],
    ['put', 1, 'UPSTREAM_UNREACHABLE'],
  ])('makes %s be tried %i times', async (field, times, expected) => {
    const backend = await serving(proto);
    const serviceConfig = { methodConfig: [{ name: [{}], retryPolicy: retry }] };
    const shop = await connected(backend.endpoint, { serviceConfig });
    const asked = ask(shop, field);
    for (let index = 0; index < times; index += 1) {
      const call = await backend.call(index);
      if (index < 2) call.fail(14);
      else call.send({ text: `3 of ${field}` });
    }
    expect(textOf(await asked)).toBe(expected);
    expect(backend.calls).toHaveLength(times);
  });

  it('hedges: the first answer counts, and the others are cancelled', async () => {
    const backend = await serving(proto);
    const hedgingPolicy = { maxAttempts: 3, hedgingDelay: 20, nonFatalStatusCodes: [] };
    const shop = await connected(backend.endpoint, {
      serviceConfig: { methodConfig: [{ name: [{}], hedgingPolicy }] },
    });
    const asked = ask(shop, 'get');
    (await backend.call(1)).send({ text: 'second' });
    expect(textOf(await asked)).toBe('second');
    await until(() => backend.calls.every(({ closed }) => closed));
    expect(backend.calls[0]?.cancelled).toBe(true);
  });

  it('gives methods a time of their own', async () => {
    const backend = await serving(proto);
    const methodConfig = [{ name: [{ service: 'shop.v1.Shop', method: 'Get' }], timeout: 100 }];
    const shop = await connected(backend.endpoint, { serviceConfig: { methodConfig } });
    await until(async () => {
      expect(codeOf(await ask(shop, 'get'))).toBe('UPSTREAM_TIMEOUT');
      return backend.calls.length > 0; // a busy machine may have let it pass before the backend heard of the call
    });
    expect(backend.calls[0]?.timeLeft).toBeLessThanOrEqual(100);
  });

  it('balances over all addresses, and goes on without one that is gone', async () => {
    const [one, other] = [await serving(proto, answering('one')), await serving(proto, answering('other'))];
    const serviceConfig = { loadBalancingConfig: [{ round_robin: {} }] };
    const shop = await connected(`ipv4:${one.endpoint},${other.endpoint}`, { serviceConfig });
    await until(async () => new Set(await texts(shop, 4)).size === 2);
    expect((await texts(shop, 10)).filter(text => text === 'one')).toHaveLength(5);
    await one.close();
    await until(async () => (await texts(shop, 4)).every(text => text === 'other'));
  });

  it('ejects an address whose calls fail, and asks the others', async () => {
    const good = await serving(proto, answering('good'));
    let failed = 0;
    const bad = await bare(stream => {
      failed += 1;
      stream.respond({ ...head, 'grpc-status': '13' }, { endStream: true });
    });
    const serviceConfig = {
      loadBalancingConfig: [
        {
          outlier_detection: {
            interval: 1_000,
            baseEjectionTime: 60_000,
            maxEjectionPercent: 50,
            failurePercentageEjection: { threshold: 50, minimumHosts: 2, requestVolume: 3 },
            childPolicy: [{ round_robin: {} }],
          },
        },
      ],
    };
    const shop = await connected(`ipv4:${good.endpoint},${bad.endpoint}`, { serviceConfig });
    await until(async () => (await texts(shop, 10)).includes('UPSTREAM_ERROR'));
    await until(async () => (await texts(shop, 10)).every(text => text === 'good'));
    const before = failed;
    await texts(shop, 10);
    expect(failed).toBe(before);
  });

  it('resolves names by DNS', async () => {
    const backend = await serving(proto, answering('here'));
    const shop = await connected(`dns:///localhost:${backend.endpoint.split(':')[1]}`);
    expect(textOf(await ask(shop, 'get'))).toBe('here');
  });
});

const answering = (text: string) => ({ unary: () => ({ text }) });

async function texts(shop: Subschema<unknown, unknown>, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let index = 0; index < count; index += 1) all.push(textOf(await ask(shop, 'get')));
  return all;
}

/** A server whose every frame is the test's own. */
async function bare(respond: (stream: ServerHttp2Stream, session: ServerHttp2Session, path: string) => void) {
  const sessions = new Set<ServerHttp2Session>();
  const encodings: unknown[] = [];
  const server = createServer();
  server.on('session', session => {
    sessions.add(session);
    session.on('error', () => undefined).on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    encodings.push(headers['grpc-encoding']);
    stream.on('error', () => undefined);
    stream.resume().on('end', () => respond(stream, stream.session as ServerHttp2Session, String(headers[':path'])));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const session of sessions) session.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo; // it listens on a port
  return { endpoint: `127.0.0.1:${port}`, encodings, sessions };
}

const head = { ':status': 200, 'content-type': 'application/grpc' };

function framed(message: Buffer, compressed = 0): Buffer {
  const prefix = Buffer.from([compressed, 0, 0, 0, 0]);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function answer(stream: ServerHttp2Stream, body: Buffer, headers: Record<string, string> = {}) {
  stream.respond({ ...head, ...headers }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(body);
}

describe('compression', () => {
  it.each(['gzip', 'deflate'] as const)('of requests by %s is understood', async compression => {
    const backend = await serving(proto, { unary: (_method, request) => request });
    const text = 'x'.repeat(100_000);
    const shop = await connected(backend.endpoint, { compression });
    expect(await ask(shop, 'get', { text })).toMatchObject({ value: { text } });
    const raw = await bare(stream => answer(stream, framed(Buffer.alloc(0))));
    await ask(await connected(raw.endpoint, { compression }), 'get', { text });
    await ask(await connected(raw.endpoint), 'get', { text });
    expect(raw.encodings).toEqual([compression, undefined]);
  });

  it('cannot make an answer larger than allowed, nor take the memory of one', async () => {
    const bomb = gzipSync(Buffer.alloc(500_000_000));
    expect(bomb.length).toBeLessThan(1_000_000);
    const { endpoint } = await bare(stream => answer(stream, framed(bomb, 1), { 'grpc-encoding': 'gzip' }));
    const shop = await connected(endpoint, { maxResponse: 1_000_000 });
    const before = process.memoryUsage().rss;
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 1);
    expect(codeOf(await ask(shop, 'get'))).toBe('UPSTREAM_MALFORMED');
    clearInterval(watching);
    expect(most - before).toBeLessThan(100_000_000);
  });

  it('of each reply of a stream is bounded, too', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const small = gzipSync(Buffer.from([0x0a, 1, 0x78]));
    const { endpoint } = await bare(stream =>
      answer(stream, Buffer.concat([framed(small, 1), framed(bomb, 1), framed(small, 1)]), { 'grpc-encoding': 'gzip' }),
    );
    const shop = await connected(endpoint, { maxResponse: 1_000_000 });
    const calls: Readonly<Record<string, unknown>> = shop.blueprint.calls;
    const context = callContext({ deadline: Number.POSITIVE_INFINITY });
    const outcomes: string[] = [];
    for await (const outcome of shop.subscribe!(calls['Subscription.watch'], { args: {} }, context))
      outcomes.push(textOf(outcome));
    expect(outcomes).toEqual(['x', 'UPSTREAM_MALFORMED']);
  });
});

describe('keepalive', () => {
  it('sends PINGs while a call is under way, and leaves a server that no longer answers them', async () => {
    let pings = 0;
    const backend = await bare(() => undefined);
    const silent = await silenceable(backend.endpoint);
    const shop = await connected(silent.endpoint, { keepalive: 50 });
    const stop = new Stop();
    const calls: Readonly<Record<string, unknown>> = shop.blueprint.calls;
    const context = callContext({ signal: stop, deadline: Number.POSITIVE_INFINITY });
    const events = shop.subscribe!(calls['Subscription.watch'], { args: {} }, context)[Symbol.asyncIterator]();
    const first = events.next();
    await until(() => backend.sessions.size > 0);
    for (const session of backend.sessions)
      session.on('ping', () => {
        pings += 1;
      });
    await until(() => pings > 2);
    silent.silence();
    expect((await first).value).toMatchObject({ fault: { code: 'UPSTREAM_UNREACHABLE' } });
  });

  it('is none where nothing is said', async () => {
    let pings = 0;
    const backend = await bare(() => undefined);
    const shop = await connected(backend.endpoint, { timeout: 500 });
    const asked = ask(shop, 'get');
    await until(() => backend.sessions.size > 0);
    for (const session of backend.sessions)
      session.on('ping', () => {
        pings += 1;
      });
    expect(codeOf(await asked)).toBe('UPSTREAM_TIMEOUT');
    expect(pings).toBe(0);
  });
});

/** What stands between, and can stop passing anything on without a word. */
async function silenceable(endpoint: string) {
  const sockets = new Set<Socket>();
  const port = Number(endpoint.split(':')[1]);
  let isSilent = false;
  const server = createNetServer(near => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', bytes => void (isSilent || to.write(bytes)));
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  const address = server.address() as AddressInfo; // it listens on a port
  return {
    endpoint: `127.0.0.1:${address.port}`,
    silence() {
      isSilent = true;
    },
  };
}

describe('a server', () => {
  it('that goes away with GOAWAY is left after what is under way, and the next call finds another connection', async () => {
    const streams: ServerHttp2Stream[] = [];
    const connections = new Set<ServerHttp2Session>();
    let isHeard = false;
    const { endpoint } = await bare((stream, session) => {
      streams.push(stream);
      connections.add(session);
      if (streams.length > 1) answer(stream, framed(Buffer.from([0x0a, 1, 0x62])));
      else {
        session.goaway(http2.NGHTTP2_NO_ERROR, stream.id);
        session.ping(() => {
          isHeard = true; // frames are read in their order
        });
      }
    });
    const shop = await connected(endpoint);
    const first = ask(shop, 'get');
    await until(() => isHeard);
    const second = ask(shop, 'get');
    expect(textOf(await second)).toBe('b');
    answer(streams[0]!, framed(Buffer.from([0x0a, 1, 0x61])));
    expect(textOf(await first)).toBe('a');
    expect(connections.size).toBe(2);
  });

  it('that resets a stream fails that one, and no other', async () => {
    const { endpoint } = await bare((stream, _session, path) => {
      if (path.endsWith('Put')) stream.close(http2.NGHTTP2_INTERNAL_ERROR);
      else setTimeout(() => answer(stream, framed(Buffer.from([0x0a, 1, 0x61]))), 50);
    });
    const shop = await connected(endpoint);
    const [one, other] = await Promise.all([ask(shop, 'get'), ask(shop, 'put')]);
    expect([textOf(one), textOf(other)]).toEqual(['a', 'UPSTREAM_ERROR']);
  });

  it('that breaks the connection of a stream ends it with a fault, after what it sent', async () => {
    const { endpoint } = await bare((stream, session) => {
      stream.respond(head);
      stream.write(framed(Buffer.from([0x0a, 1, 0x61])));
      setTimeout(() => session.destroy(), 100);
    });
    const shop = await connected(endpoint);
    const calls: Readonly<Record<string, unknown>> = shop.blueprint.calls;
    const outcomes: string[] = [];
    for await (const outcome of shop.subscribe!(calls['Subscription.watch'], { args: {} }, callContext()))
      outcomes.push(textOf(outcome));
    expect(outcomes).toEqual(['a', 'UPSTREAM_UNREACHABLE']);
  });

  it('that answers once too often is told from one that answers', async () => {
    const { endpoint } = await bare(stream =>
      answer(stream, Buffer.concat([framed(Buffer.from([0x0a, 1, 0x61])), framed(Buffer.from([0x0a, 1, 0x62]))])),
    );
    expect(codeOf(await ask(await connected(endpoint), 'get'))).toBe('UPSTREAM_MALFORMED');
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl) console.warn('openssl is not installed: mutual TLS is not tried.');

describe.skipIf(!openssl)('mutual TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const certificate = (name: string) => {
    const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const to = ['-keyout', key, '-out', cert, '-days', '2'];
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...to, ...subject]);
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  };

  it('shows the backend who the gateway is, and a backend that wants to know calls no other', async () => {
    const server = certificate('stock.test');
    const gateway = certificate('gateway.test');
    const stranger = certificate('stranger.test');
    const pair = { private_key: Buffer.from(server.key), cert_chain: Buffer.from(server.cert) };
    const credentials = ServerCredentials.createSsl(Buffer.from(gateway.cert), [pair], true);
    const backend = await serving(proto, { ...answering('safe'), credentials });
    const tls = { ca: server.cert, serverName: 'stock.test' };
    const asked = async (own: { readonly key: string; readonly cert: string } | undefined) =>
      textOf(await ask(await connected(backend.endpoint, { tls: { ...tls, ...own } }), 'get'));
    expect(await asked(gateway)).toBe('safe');
    expect(await asked(stranger)).toBe('UPSTREAM_UNREACHABLE');
    expect(await asked(undefined)).toBe('UPSTREAM_UNREACHABLE');
    expect(backend.calls).toHaveLength(1);
  });
});
