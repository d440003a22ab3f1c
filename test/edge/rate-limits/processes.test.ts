import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Pool } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis, RedisServer } from './redis-server.ts';

const bin = fileURLToPath(new URL('../../../bin/selvage.js', import.meta.url));
const openapi = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'Pings', version: '1' },
  paths: {
    '/pings/{n}': {
      get: {
        operationId: 'ping',
        parameters: [{ name: 'n', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'string' } } } } },
      },
    },
  },
});

interface GatewayProcess {
  readonly child: ChildProcess;
  readonly pool: Pool;
}

/** What a user runs: `selvage serve`, with the directive in the overlay and the store in the configuration. */
describe.skipIf(!hasRedis)('two gateway processes and one Redis', () => {
  let folder: string;
  let redis: RedisServer;
  let backend: Server;
  let hits = 0;
  const gateways: GatewayProcess[] = [];

  beforeAll(async () => {
    await promisify(execFile)(process.execPath, [bin, '--version']); // builds what is missing
    folder = await mkdtemp(join(tmpdir(), 'selvage-limits-'));
    await mkdir(join(folder, 'schemas', 'overlay'), { recursive: true });
    await writeFile(join(folder, 'schemas', 'pings.json'), openapi);
    redis = await RedisServer.start();
    backend = createServer((_, response) => {
      hits += 1;
      response.setHeader('content-type', 'application/json').end('"pong"');
    });
    backend.listen(0, '127.0.0.1');
    await once(backend, 'listening');
  });
  afterEach(async () => {
    for (const { child, pool } of gateways.splice(0)) {
      await pool.close();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }
    hits = 0;
  });
  afterAll(async () => {
    await redis.close();
    backend.closeAllConnections();
    backend.close();
    await rm(folder, { recursive: true });
  });

  async function start(limit: string, store: string): Promise<readonly [GatewayProcess, GatewayProcess]> {
    const { port } = backend.address() as { port: number }; // of a TCP server that listens
    await writeFile(
      join(folder, 'schemas', 'overlay', 'limits.graphql'),
      `extend type Query { ping(n: Int!): String ${limit} }`,
    );
    await writeFile(
      join(folder, 'selvage.yaml'),
      `gateway: { port: 0, singleFlight: { mode: "off" }, admission: { loopDelay: 30s } } # a busy machine is no overload here
log: { level: warn }
rateLimits: { store: { redis: "${redis.url}", ${store} }, replicas: 2 }
sources: { pings: { document: schemas/pings.json, endpoint: "http://127.0.0.1:${port}/" } }
`,
    );
    const [one, two] = await Promise.all([startOne(), startOne()]);
    gateways.push(one, two);
    return [one, two];
  }

  async function startOne(): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [bin, 'serve', '-c', join(folder, 'selvage.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        text += chunk;
      });
    }
    await expect.poll(() => text).toContain('READY');
    const { origin } = new URL(/GraphiQL: (\S+)/.exec(text)?.[1] ?? '');
    return { child, pool: new Pool(origin, { connections: 50 }) };
  }

  /** By the door that graphql-yoga keeps. */
  async function askByGet({ pool }: GatewayProcess) {
    const path = `/graphql?query=${encodeURIComponent('{ ping(n: 1) }')}`;
    const { statusCode, headers, body } = await pool.request({
      method: 'GET',
      path,
      headers: { accept: 'application/json' },
    });
    await body.dump();
    return {
      status: statusCode,
      policy: headers['ratelimit-policy'],
      retryAfter: Number(headers['retry-after'] ?? 0) > 0,
    };
  }

  async function ask({ pool }: GatewayProcess, n: number) {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query: 'query ($n: Int!) { ping(n: $n) }', variables: { n } }),
    });
    return { status: statusCode, headers, body: await body.json() };
  }

  test('R3: of 1,000 requests at once over both, exactly the burst of 100 gets through, and to the backend', async () => {
    const both = await start('@rateLimit(max: 100, window: "24h", by: ["global"])', 'commandTimeout: 30s');
    const all = await Promise.all(Array.from({ length: 1_000 }, (_, n) => ask(both[n % 2]!, n)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(100);
    const refused = all.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(900);
    expect(hits).toBe(100);
    expect(refused[0]?.body).toEqual({
      errors: [
        {
          message: expect.stringContaining('"Query.ping" is used up'),
          extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) },
        },
      ],
    });
    expect(refused[0]?.headers).toMatchObject({
      'ratelimit-policy': '"Query.ping";q=100;w=86400',
      ratelimit: expect.stringMatching(/^"Query\.ping";r=0;t=86\d{3}$/),
      'retry-after': expect.stringMatching(/^8\d\d$/),
    });
  });

  test('R4: while Redis is killed, stopped and started again under load, a closed limit lets no more through than it has', async () => {
    const both = await start(
      '@rateLimit(max: 100, window: "24h", by: ["global"], onStoreError: CLOSED)',
      'commandTimeout: 1s',
    );
    const answered: Record<number, number> = {};
    let isLoaded = true;
    let hearing = new Set<number>();
    let awaited = 429;
    const load = Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        while (isLoaded) {
          const { status } = await ask(both[n % 2]!, n);
          answered[status] = (answered[status] ?? 0) + 1;
          if (status === awaited) hearing.delete(n);
        }
      }),
    );
    /** Every one of them has heard it: what was under way before is over. */
    const until = async (status: number) => {
      [awaited, hearing] = [status, new Set([0, 1, 2, 3, 4, 5, 6, 7])];
      await expect.poll(() => hearing.size).toBe(0);
    };
    await until(429); // the burst is used up
    const first = hits;
    redis.pause();
    await until(503);
    expect(hits).toBe(first);
    redis.resume();
    await until(429);
    expect(hits).toBe(first);
    await redis.kill();
    await until(503);
    expect(hits).toBe(first);
    await redis.run(); // it begins anew
    await until(429);
    isLoaded = false;
    await load;
    expect(first).toBeLessThanOrEqual(100);
    expect(hits).toBeLessThanOrEqual(200);
    expect(hits).toBe(answered[200]);
    expect(Object.keys(answered)).toEqual(['200', '429', '503']);
  });

  test('R4: without a store each process counts its part', async () => {
    const both = await start(
      '@rateLimit(max: 100, window: "24h", by: ["global"])',
      'commandTimeout: 30s, prefix: alone',
    );
    const policy = '"Query.ping";q=100;w=86400';
    expect(await askByGet(both[0])).toEqual({ status: 200, policy, retryAfter: false });
    hits = 0;
    await redis.kill();
    const all = await Promise.all(Array.from({ length: 400 }, (_, n) => ask(both[n % 2]!, n)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(hits).toBe(100);
    expect(await askByGet(both[0])).toEqual({ status: 429, policy, retryAfter: true });
    await redis.run();
  });
});
