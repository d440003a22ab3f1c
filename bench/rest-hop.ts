import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import type { CallContext } from '../src/adapter/adapter.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions } from '../src/source/source.ts';
import { built } from './built.ts';

/**
 * What one REST call costs its client: the adapter's `send`, which is what the plan lane asks, against undici and JSON.parse by hand, with the
 * same URL, headers and answer. What is written by hand has the duties of any client that others wait for: it bounds what a call takes, time
 * and bytes, and looks at the status and the media type. (It does so in the cheapest way: `AbortSignal.timeout` costs half as much again as a
 * small call.) CPU of this process alone, the server has one of its own; the least of interleaved rounds, since what else the machine does only
 * adds to it; 32 calls under way. `npm run bench:rest -- [rounds] [calls]`
 */
const [rounds, calls] = [Number(process.argv[2] ?? 9), Number(process.argv[3] ?? 6_000)];
const underWay = 32;

const text = { type: 'string' };
const document = {
  openapi: '3.1.0',
  info: { title: 'Users', version: '1' },
  paths: {
    '/users/{id}': {
      get: {
        operationId: 'user',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'fields', in: 'query', schema: text },
        ],
        responses: {
          200: { description: '', content: { 'application/json': { schema: { $ref: '#/components/schemas/User' } } } },
        },
      },
    },
    '/users': {
      get: {
        operationId: 'users',
        parameters: [
          { name: 'team', in: 'query', schema: text },
          { name: 'limit', in: 'query', schema: { type: 'integer' } },
        ],
        responses: {
          200: {
            description: '',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/User' } } },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      User: {
        type: 'object',
        required: ['id', 'name', 'email'],
        properties: {
          id: { type: 'integer' },
          name: text,
          email: text,
          active: { type: 'boolean' },
          score: { type: 'number' },
          created: { type: 'string', format: 'date-time' },
          team: { enum: ['blue', 'red'] },
          city: text,
          visits: { type: 'integer' },
          role: { enum: ['admin', 'guest'] },
        },
      },
    },
  },
};

const server = spawn(
  process.execPath,
  ['--import', 'tsx', fileURLToPath(new URL('./servers/rest-users.ts', import.meta.url))],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const [line] = (await once(server.stdout, 'data')) as [Buffer];
const endpoint = `http://127.0.0.1:${String(line).trim()}`;

interface User {
  readonly id: number;
}

/** The value that came of a call. */
type Ask = () => Promise<unknown>;

type Hop = Record<'user' | 'users' | 'ascii', Ask>;

/** A hop as one writes it: a pool of as many connections, the head and the body bounded in time, the answer in bytes, its status and type looked at. */
function byHand(): Hop {
  const { timeout, concurrency: connections, maxResponse: maxResponseSize } = defaultSourceOptions;
  const pool = new Pool(endpoint, { connections, headersTimeout: timeout, bodyTimeout: timeout, maxResponseSize });
  const get = async (path: string): Promise<unknown> => {
    const headers = { accept: 'application/json', 'x-request-id': 'r' };
    const { statusCode, headers: told, body } = await pool.request({ method: 'GET', path, headers });
    const timer = setTimeout(() => body.destroy(new Error(`no whole answer within ${timeout} ms`)), timeout);
    const text = await body.text().finally(() => clearTimeout(timer));
    const type = String(told['content-type']);
    if (statusCode !== 200 || !type.startsWith('application/json'))
      throw new Error(`${statusCode} ${type}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  return {
    user: () => get(`/users/${encodeURIComponent(7)}?fields=${encodeURIComponent('all of them')}`),
    users: () => get(`/users?team=${encodeURIComponent('blue & red')}&limit=${encodeURIComponent(100)}`),
    ascii: () => get(`/users?team=${encodeURIComponent('ascii')}&limit=${encodeURIComponent(100)}`),
  };
}

async function byAdapter(): Promise<Hop> {
  const { openapi } = (await built(
    'src/adapters/openapi/index.ts',
  )) as typeof import('../src/adapters/openapi/index.ts'); // it is this module
  const folder = await mkdtemp(join(tmpdir(), 'selvage-bench-'));
  const file = join(folder, 'users.json');
  await writeFile(file, JSON.stringify(document));
  const source = { name: 'users', protocol: 'openapi', document: file, endpoint, options: defaultSourceOptions };
  const described = await openapi.describe(source, {
    reader: openReader(source),
    signal: new AbortController().signal,
  });
  await rm(folder, { recursive: true });
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  const subschema = openapi.connect(described.value.blueprint, source);
  const never: CallContext['signal'] = {
    ...{ aborted: false, reason: undefined },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  };
  const ask = (field: string, args: Readonly<Record<string, unknown>>) => {
    const call = subschema.blueprint.calls[`Query.${field}`];
    return async () => {
      const context: CallContext = { signal: never, deadline: performance.now() + 10_000, headers: {}, requestId: 'r' };
      const [outcome] = await subschema.send(call, [{ args }], context);
      if (!outcome || 'fault' in outcome) throw outcome?.fault;
      return outcome.value;
    };
  };
  return {
    user: ask('user', { id: 7, fields: 'all of them' }),
    users: ask('users', { team: 'blue & red', limit: 100 }),
    ascii: ask('users', { team: 'ascii', limit: 100 }),
  };
}

/** Microseconds of CPU for each call. */
async function cost(ask: Ask): Promise<number> {
  let left = calls;
  const before = process.cpuUsage();
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const last = [await ask()].flat().at(-1) as User; // as the server answers
      if (last.id !== 7 && last.id !== 100) throw new TypeError('not what was asked for');
    }
  };
  await Promise.all(Array.from({ length: underWay }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const hops = { 'by hand': byHand(), adapter: await byAdapter() };
const names = Object.keys(hops) as (keyof typeof hops)[]; // as they are written above
for (const [field, title] of [
  ['user', 'an object of 10 fields'],
  ['users', 'a list of 100 such objects'],
  ['ascii', 'the same in ASCII alone'],
] as const) {
  const least = { 'by hand': Number.POSITIVE_INFINITY, adapter: Number.POSITIVE_INFINITY };
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const micros = await cost(hops[name][field]);
      if (round > 0) least[name] = Math.min(least[name], micros); // the first warms all up
    }
  }
  const told = names.map(name => `${name} ${least[name].toFixed(0)} µs`).join(', ');
  console.log(`${title}: ${told}, ratio ${(least.adapter / least['by hand']).toFixed(2)}`);
}
server.kill();
process.exit(0);
