import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Counters } from '../../src/edge/counters.ts';
import { createAdminServer } from '../../src/server/admin.ts';
import type { CorsOptions } from '../../src/server/cors.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

const json = '{"query":"{ greet }"}';

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What `fetch` would not send. */
function send(url: string, method: string, headers: Record<string, string>, body = ''): Promise<Told> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = httpRequest(url, { method, headers: { ...length, ...headers }, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe.each(['both', 'yoga'] as const)('the HTTP edge, door %s', door => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve({ door });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.ran.length = 0;
    server.logged.length = 0;
  });

  describe('H1: no page can make a browser run an operation', () => {
    const types = [
      ['text/plain', json],
      ['application/x-www-form-urlencoded', 'query=%7B%20greet%20%7D'],
      ['multipart/form-data', `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`],
      ['application/graphql', '{ greet }'],
      ['application/octet-stream', json],
      ['text/xml', json],
      ['application/jsonp', json],
      ['', json],
    ] as const;
    const variants: readonly ((type: string) => string)[] = [
      type => type,
      type => type.toUpperCase(),
      type => `${type}; charset=utf-8`,
      type => `${type};boundary=x;application/json`,
      type => `${type}, application/json`,
    ];
    const methods = ['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'];
    it.each(methods)('H1: by %s with any content-type that a form can have, or none that is JSON', async method => {
      const tried = types.flatMap(([type, body]) => variants.map(variant => [variant(type), body] as const));
      for (const [type, body] of tried) {
        const url = `${server.endpoint}?query=%7B%20greet%20%7D`;
        const { status } = await send(url, method, { 'content-type': type, cookie: 'session=1' }, body);
        expect([method, type, status]).toEqual([method, type, method === 'POST' || method === 'GET' ? 415 : 405]);
      }
      expect(server.ran).toEqual([]);
      expect(tried).toHaveLength(40);
    });

    it('H1: a GET with cookies needs a header that no form can set', async () => {
      const url = `${server.endpoint}?query=%7B%20greet%20%7D`;
      expect((await send(url, 'GET', { cookie: 'session=1' })).status).toBe(400);
      expect(server.ran).toEqual([]);
      for (const name of ['x-selvage-csrf', 'apollo-require-preflight']) {
        expect((await send(url, 'GET', { cookie: 'session=1', [name]: '1' })).status).toBe(200);
      }
      expect(server.ran).toEqual(['greet', 'greet']);
    });

    it('H1: a GET runs no mutation', async () => {
      const url = `${server.endpoint}?query=mutation%7Bset(value%3A%22x%22)%7D`;
      expect((await send(url, 'GET', { 'x-selvage-csrf': '1' })).status).toBe(405);
      expect(server.ran).toEqual([]);
    });
  });

  describe('H4: bodies in an encoding', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    it.each(['gzip', 'deflate', 'br', 'identity', 'gzip, gzip', 'GZIP', 'x-unknown', ''])(
      'H4: %j is refused, and nothing of it is read',
      async encoding => {
        const before = process.memoryUsage().arrayBuffers;
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
        const { status, headers: told } = await send(server.endpoint, 'POST', {
          ...headers,
          'content-length': '65288',
        });
        expect([status, told['connection']]).toEqual([415, 'close']);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
      },
    );
    it('H4: a bomb is never inflated', async () => {
      const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`;
      const before = process.memoryUsage().rss;
      const answer = await rawRequest(server.port, Buffer.concat([Buffer.from(head), bomb]));
      expect(answer).toMatch(/^HTTP\/1.1 415 .*"BAD_REQUEST"/s);
      expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
      expect(server.ran).toEqual([]);
    });
  });

  it('H8: the host that a client names changes nothing and is never said again', async () => {
    const hosts = ['evil.example', 'evil.example:99', 'a/b?c', '[::1]', 'localhost'];
    const asked = hosts.map(host => {
      const more = {
        'x-forwarded-host': host,
        'x-forwarded-proto': 'gopher',
        forwarded: `host=${host}`,
        'x-original-url': '/livez',
      };
      const headers = { host, 'content-type': 'application/json', 'x-request-id': 'same', ...more };
      return send(server.endpoint, 'POST', headers, json);
    });
    const answers = (await Promise.all(asked)).map(({ headers: { date: _, ...headers }, ...told }) => ({
      ...told,
      headers,
    }));
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } });
    expect(JSON.stringify(answers)).not.toContain('evil');
  });

  it('H11: what a client sends stands in the log as data: a line for each request, and no other', async () => {
    const forged = '\n{"level":60,"msg":"forged"}\r\n\u2028\u0000\u001b[31m';
    await server.post({
      query: `query Q($n: String) { greet(name: $n) }`,
      operationName: 'Q',
      variables: { n: forged },
    });
    await server.post({ query: '{ greet }', operationName: forged });
    await server.post({ query: `{ greet } # ${forged}`, extensions: { forged } });
    await server.post('x', { headers: { 'content-type': `text/plain;a="{\\"level\\":60}"` } });
    for (const id of ['{"level":60}', 'a b', 'é', 'x'.repeat(65), '..%0a', "'"])
      await send(server.endpoint, 'POST', { 'content-type': 'application/json', 'x-request-id': id }, json);
    expect(server.logged).toHaveLength(10); // `serve` parses each line that is written
    for (const line of server.logged) {
      expect(line['level']).toBeLessThan(60);
      expect(line['requestId']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it.each([
    ['POST', '/graphql', json, 200],
    ['GET', '/graphql?query=%7B%20greet%20%7D', '', 200],
    ['GET', '/graphql', '', 400],
    ['OPTIONS', '/graphql', '', 405],
    ['GET', '/livez', '', 200],
    ['GET', '/readyz', '', 200],
    ['GET', '/graphql/console.json', '', 200],
    ['GET', '/graphql/assets/__proto__', '', 404],
    ['GET', '/__proto__', '', 404],
  ] as const)('H12: headers named like parts of a prototype, %s %s', async (method, path, body, status) => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];
    const lines = names.flatMap(name => [`${name}: x`, `${name}: y`]);
    const type = method === 'POST' ? ['content-type: application/json'] : [];
    const head = [`${method} ${path} HTTP/1.1`, 'host: x', 'connection: close', ...type, ...lines];
    const request = [...head, `content-length: ${body.length}`, '', body].join('\r\n');
    expect(await rawRequest(server.port, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(server.logged.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

describe('H12: headers named like parts of a prototype, the admin listener', () => {
  it.each(['/livez', '/readyz', '/metrics', '/nope', '/__proto__'])('H12: %s', async path => {
    const logged: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    const admin = await createAdminServer({
      counters: new Counters(),
      ready: () => true,
      log,
      port: 0,
      host: '127.0.0.1',
    });
    const request = `GET ${path} HTTP/1.1\r\nhost: localhost\r\n__proto__: x\r\n__proto__: y\r\nconstructor: z\r\nconnection: close\r\n\r\n`;
    const answer = await rawRequest(admin.port, request);
    await admin.close();
    expect(answer).toMatch(path.startsWith('/_') || path === '/nope' ? /^HTTP\/1.1 404 / : /^HTTP\/1.1 200 /);
    expect(logged).toEqual([]);
  });
});

describe.each(['both', 'yoga'] as const)('H2: pages of other origins, door %s', door => {
  const post = { 'content-type': 'application/json' };
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const cors: CorsOptions = {
    origins: ['https://shop.example.com', 'http://localhost:3000'],
    credentials: true,
    headers: ['content-type', 'authorization'],
    maxAge: 600_000,
  };
  const toldOf = ({ headers }: Told) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-|vary)/.test(name)));

  it('H2: off by default: no origin is told that it may read, and a preflight is refused', async () => {
    await using server = disposable(await serve({ door }));
    for (const origin of ['https://shop.example.com', 'null', 'https://evil.example']) {
      expect(toldOf(await send(server.endpoint, 'POST', { ...post, origin }, json))).toEqual({});
      const asked = await send(server.endpoint, 'OPTIONS', { ...preflight, origin });
      expect([asked.status, toldOf(asked)]).toEqual([405, {}]);
    }
    expect(server.ran).toHaveLength(3);
  });

  it('H2: listed origins may read what is answered, a mistake too, and whatever is asked', async () => {
    await using server = disposable(await serve({ door, cors }));
    for (const origin of cors.origins) {
      for (const body of [json, '{', '{"query":"{ nope }"}']) {
        expect(toldOf(await send(server.endpoint, 'POST', { ...post, origin }, body))).toEqual({
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'x-request-id, retry-after, ratelimit, ratelimit-policy',
          vary: 'Origin',
        });
      }
    }
  });

  it('H2: other origins are told nothing; caches are told that origins differ', async () => {
    await using server = disposable(await serve({ door, cors }));
    const others = ['https://evil.example', 'https://shop.example.com.evil.example', 'http://shop.example.com', 'null'];
    for (const origin of [...others, 'https://shop.example.com:444', 'HTTPS://SHOP.EXAMPLE.COM']) {
      expect(toldOf(await send(server.endpoint, 'POST', { ...post, origin }, json))).toEqual({ vary: 'Origin' });
      const asked = await send(server.endpoint, 'OPTIONS', { ...preflight, origin });
      expect([asked.status, toldOf(asked)]).toEqual([405, { vary: 'Origin' }]);
    }
    expect(toldOf(await send(server.endpoint, 'POST', post, json))).toEqual({ vary: 'Origin' });
  });

  it('H2: a preflight is answered without the core', async () => {
    await using server = disposable(await serve({ door, cors }));
    const asked = await send(server.endpoint, 'OPTIONS', { ...preflight, origin: 'https://shop.example.com' });
    expect([asked.status, asked.body]).toEqual([204, '']);
    expect(toldOf(asked)).toEqual({
      'access-control-allow-origin': 'https://shop.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type, authorization',
      'access-control-expose-headers': 'x-request-id, retry-after, ratelimit, ratelimit-policy',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    expect([server.ran, server.logged]).toEqual([[], []]);
  });

  it('H2: "*" lets everyone read, and nobody act with cookies', async () => {
    await using server = disposable(await serve({ door, cors: { ...cors, origins: ['*'], credentials: false } }));
    const told = toldOf(await send(server.endpoint, 'POST', { ...post, origin: 'https://any.example' }, json));
    expect(told['access-control-allow-origin']).toBe('*');
    expect(told).not.toHaveProperty('access-control-allow-credentials');
  });
});

function disposable(server: TestServer): TestServer & AsyncDisposable {
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}
