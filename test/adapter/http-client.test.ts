import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpClient } from '../../src/adapter/http-client.ts';
import { GatewayError } from '../../src/base/error.ts';
import { defaultSourceOptions, type SourceOptions } from '../../src/source/source.ts';
import { until } from '../adapters/backends/traffic.ts';

type Serve = (response: ServerResponse, request: IncomingMessage) => void;

let serve: Serve;
let url: string;
let paths: string[];
let sockets: Set<Socket>;
let closed: number;
const server = createServer((request, response) => {
  paths.push(request.url ?? '');
  response.on('close', () => {
    closed += 1;
  });
  request.resume().on('end', () => serve(response, request));
});
server.on('connection', socket => {
  sockets.add(socket);
  socket.on('error', () => {}).on('close', () => sockets.delete(socket));
});

let client: HttpClient;

beforeEach(async () => {
  [paths, sockets, closed] = [[], new Set(), 0];
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

interface Asking {
  readonly signal?: AbortSignal;
  readonly deadline?: number;
  readonly path?: string;
  readonly method?: string;
}

async function ask(answer: Serve, options: Partial<SourceOptions> = {}, asking: Asking = {}) {
  serve = answer;
  client = new HttpClient({ name: 'web', protocol: 'any', options: { ...defaultSourceOptions, ...options } });
  const context = {
    signal: asking.signal ?? new AbortController().signal,
    deadline: asking.deadline ?? performance.now() + 60_000,
    headers: {},
    requestId: 'test',
  };
  const request = { method: asking.method ?? 'GET', url: url + (asking.path ?? '/'), headers: {} };
  return client.request(request, { source: 'web', operation: 'get' }, context);
}

/** The code that the client's promise is rejected with. */
async function codeOf(asking: Promise<unknown>): Promise<unknown> {
  const outcome: unknown = await asking.then(
    () => 'answered',
    (error: unknown) => error,
  );
  return outcome instanceof GatewayError ? outcome.code : outcome;
}

/** Asks until the server has heard of it: on a busy machine the time may be up before. */
async function timedOut(ask: () => Promise<unknown>): Promise<void> {
  await until(async () => {
    expect(await codeOf(ask())).toBe('UPSTREAM_TIMEOUT');
    return paths.length > 0;
  });
  await until(() => closed === paths.length);
}

const encoded =
  (encoding: string, body: Buffer): Serve =>
  response =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body);

describe('answers', () => {
  const text = Buffer.from('{"a": "☃"}');
  it.each([
    ['identity', text],
    ['', text],
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['br, identity, gzip', gzipSync(brotliCompressSync(text))],
  ])('in the content coding "%s" are decoded', async (encoding, body) => {
    const response = await ask(encoded(encoding, body));
    expect(response.body.toString()).toBe(text.toString());
  });

  it('without a body are empty, whatever coding they name', async () => {
    const head = await ask(encoded('gzip', gzipSync(text)), {}, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    await client.close();
    const none = await ask(response => response.writeHead(204, { 'content-encoding': 'br' }).end());
    expect(none).toMatchObject({ status: 204, body: Buffer.alloc(0) });
  });

  it('that redirect are given as they are', async () => {
    const response = await ask(answer => answer.writeHead(302, { location: '/elsewhere' }).end());
    expect(response.status).toBe(302);
    expect(paths).toEqual(['/']);
  });

  it.each(['/a/../b', '/a/%2e%2e/b', '/a//b?x=/../', '/?', '/a?b=%0D%0A', "/'()*"])(
    'are asked for at %s exactly',
    async path => {
      await ask(response => response.end(), {}, { path });
      expect(paths).toEqual([path]);
    },
  );

  it('are asked for without the fragment, and at the root where there is no path', async () => {
    await ask(response => response.end(), {}, { path: '?a=1#b' });
    expect(paths).toEqual(['/?a=1']);
  });
});

describe('UPSTREAM_MALFORMED', () => {
  const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024);
  const bomb = gzipSync(megabytes(20));

  it.each<[string, Serve, Partial<SourceOptions>]>([
    ['a body larger than allowed', response => response.end(megabytes(2)), { maxResponse: 1024 * 1024 }],
    ['a gzip bomb, by its decoded size', encoded('gzip', bomb), {}],
    [
      'a brotli bomb',
      encoded('br', brotliCompressSync(megabytes(20), { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })),
      {},
    ],
    ['a bomb in a bomb', encoded('gzip, gzip', gzipSync(bomb)), {}],
    ['a ratio above 100 after the first MB', encoded('gzip', bomb), { maxResponse: 1024 ** 3 }],
    ['more than two layers', encoded('gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x')))), {}],
    ['an unknown coding', encoded('zstd', Buffer.from('x')), {}],
    ["a coding that is not the body's", encoded('gzip', Buffer.from('{"a": 1}')), {}],
    ['a truncated coding', encoded('gzip', gzipSync(Buffer.alloc(10_000, 'ab')).subarray(0, 20)), {}],
    ['no HTTP', (_response, request) => request.socket.end('HELLO\r\n\r\n'), {}],
  ])('%s', async (_name, answer, options) => {
    expect(await codeOf(ask(answer, options))).toBe('UPSTREAM_MALFORMED');
    await until(() => closed === 1);
  });

  it('a body without end is cut off, in a coding that nobody knows as well', async () => {
    const drip: Serve = response => {
      response.writeHead(200, { 'content-encoding': 'unknown' });
      const timer = setInterval(() => response.write(megabytes(1)), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await codeOf(ask(drip))).toBe('UPSTREAM_MALFORMED');
    await until(() => closed === 1);
  });

  it('a body that decodes to nothing without end is cut off', async () => {
    const nothing: Serve = response => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(gzipSync('').subarray(0, 10)); // the header; then stored blocks of no bytes
      const timer = setInterval(() => response.write(Buffer.alloc(5 * 20_000, Buffer.from([0, 0, 0, 0xff, 0xff]))), 1);
      response.on('close', () => clearInterval(timer));
    };
    expect(await codeOf(ask(nothing, { maxResponse: 1024 * 1024 }))).toBe('UPSTREAM_MALFORMED');
    await until(() => closed === 1);
  });
});

describe('UPSTREAM_UNREACHABLE', () => {
  it.each<[string, Serve]>([
    ['a connection that ends before the headers', (_response, request) => request.socket.destroy()],
    ['a connection that is reset before the headers', (_response, request) => request.socket.resetAndDestroy()],
    [
      'a connection that is reset in the body',
      (response, request) => response.writeHead(200).write('x'.repeat(100), () => request.socket.resetAndDestroy()),
    ],
    [
      'a body that ends before its length',
      (response, request) =>
        response.writeHead(200, { 'content-length': '100' }).write('x', () => request.socket.end()),
    ],
    [
      'a connection that is reset in an encoded body',
      (response, request) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .write(gzipSync('x'.repeat(100)).subarray(0, 15), () => request.socket.resetAndDestroy()),
    ],
  ])('%s', async (_name, answer) => {
    expect(await codeOf(ask(answer))).toBe('UPSTREAM_UNREACHABLE');
    expect(paths).toHaveLength(1);
  });

  it('a call that is under way when the source is withdrawn, and every one after', async () => {
    const asking = ask(() => {});
    await until(() => paths.length === 1);
    const closing = client.close();
    expect(await codeOf(asking)).toBe('UPSTREAM_UNREACHABLE');
    await closing;
    await until(() => sockets.size === 0);
    const request = { method: 'GET', url, headers: {} };
    const context = {
      signal: new AbortController().signal,
      deadline: Number.POSITIVE_INFINITY,
      headers: {},
      requestId: '',
    };
    expect(await codeOf(client.request(request, { source: 'web', operation: 'get' }, context))).toBe(
      'UPSTREAM_UNREACHABLE',
    );
  });
});

describe('UPSTREAM_TIMEOUT', () => {
  it.each<[string, Serve]>([
    ['no headers', () => {}],
    [
      'a body that drips',
      response => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])("%s: the deadline is the whole call's, and ends it at the backend", async (_name, answer) => {
    await timedOut(() => ask(answer, { timeout: 300 }));
  });

  it("the request's own deadline, where it is nearer", async () => {
    await timedOut(() => ask(() => {}, {}, { deadline: performance.now() + 300 }));
  });

  it('nothing is sent once the deadline has passed, or the client is gone', async () => {
    expect(await codeOf(ask(() => {}, {}, { deadline: performance.now() - 1 }))).toBe('UPSTREAM_TIMEOUT');
    await client.close();
    expect(await codeOf(ask(() => {}, {}, { signal: AbortSignal.abort() }))).toBe('UPSTREAM_TIMEOUT');
    expect(paths).toEqual([]);
  });

  it('a client that goes ends the call at the backend: before the headers, and in the body', async () => {
    for (const begin of [() => {}, (response: ServerResponse) => response.writeHead(200).write('x')]) {
      const controller = new AbortController();
      const before = closed;
      const asked = paths.length;
      const asking = codeOf(ask(begin, {}, { signal: controller.signal }));
      await until(() => paths.length === asked + 1);
      controller.abort();
      expect(await asking).toBe('UPSTREAM_TIMEOUT');
      await until(() => closed === before + 1);
      await client.close();
    }
  });
});
