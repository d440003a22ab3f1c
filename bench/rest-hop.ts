import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import type { CallContext } from '../src/adapter/adapter.ts';
import { openapi } from '../src/adapters/openapi/index.ts';
import { openReader } from '../src/source/open-reader.ts';
import { defaultSourceOptions } from '../src/source/source.ts';

/**
 * What one REST call costs its client: the adapter's `send`, which is what the plan lane asks, against undici and JSON.parse by hand, with the
 * same URL, headers and answer. CPU of this process alone, the server has one of its own; medians of interleaved rounds, 32 calls under way.
 * `npm run bench:rest -- [rounds] [calls]`
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

/** A hop as one writes it: a pool of as many connections, its time bounded, statuses looked at. */
function byHand(): Record<'user' | 'users', Ask> {
  const timeout = defaultSourceOptions.timeout;
  const connections = defaultSourceOptions.concurrency;
  const pool = new Pool(endpoint, { connections, headersTimeout: timeout, bodyTimeout: timeout });
  const get = async (path: string): Promise<unknown> => {
    const headers = { accept: 'application/json', 'x-request-id': 'r' };
    const { statusCode, body } = await pool.request({ method: 'GET', path, headers });
    if (statusCode !== 200) throw new Error(`${statusCode}: ${await body.text()}`);
    return JSON.parse(await body.text());
  };
  return {
    user: () => get(`/users/${encodeURIComponent(7)}?fields=${encodeURIComponent('all of them')}`),
    users: () => get(`/users?team=${encodeURIComponent('blue & red')}&limit=${encodeURIComponent(100)}`),
  };
}

async function byAdapter(): Promise<Record<'user' | 'users', Ask>> {
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

const median = (all: readonly number[]) =>
  [...all].sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;

const [hand, adapter] = [byHand(), await byAdapter()];
for (const [field, title] of [
  ['user', 'an object of 10 fields'],
  ['users', 'a list of 100 such objects'],
] as const) {
  const [ours, theirs, ratios]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % 2 === 0 ? hand : adapter;
    const one = await cost(first[field]);
    const other = await cost((first === hand ? adapter : hand)[field]);
    if (round === 0) continue; // it warms both up
    const [own, by] = first === hand ? [other, one] : [one, other];
    ours.push(own);
    theirs.push(by);
    ratios.push(own / by);
  }
  console.log(
    `${title}: by hand ${median(theirs).toFixed(0)} µs, adapter ${median(ours).toFixed(0)} µs, ratio ${median(ratios).toFixed(2)}`,
  );
}
server.kill();
process.exit(0);
