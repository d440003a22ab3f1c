import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { SlowUpload } from './slow-upload.ts';
import { uploadWorld } from './upload-world.ts';

const mebibyte = 1024 * 1024;
const chunk = randomBytes(64 * 1024);
const large = 200;

const generous = { uploadSize: '300MB', uploadTotal: '300MB' };
const patient = 'deadline: 60s';

const bytes = 'mutation ($file: File!) { bytes(input: $file) { got } }';
const parts = 'mutation ($input: PartsInput!) { parts(input: $input) { got } }';
const one = { 0: ['variables.file'] };
const inPart = { 0: ['variables.input.file'] };

/** What a backend saw of a request, while it comes. */
interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly request: IncomingMessage;
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  /** `whole`, or `aborted` where the request broke off. */
  ended: 'whole' | 'aborted' | undefined;
}

/** A backend that keeps nothing: it counts. */
function countingBackend(begins: (seen: Seen, response: ServerResponse) => void = seen => seen.request.resume()) {
  const seen: Seen[] = [];
  const backend = (request: IncomingMessage, response: ServerResponse) => {
    const { headers, url: path = '' } = request;
    const each: Seen = { path, headers, request, hash: createHash('sha256'), bytes: 0, ended: undefined };
    seen.push(each);
    begins(each, response);
    request.on('data', (data: Buffer) => {
      each.bytes += data.length;
      each.hash.update(data);
    });
    request.on('end', () => {
      each.ended = 'whole';
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' }).end('{"got":"it"}');
    });
    request.on('close', () => {
      each.ended ??= 'aborted';
    });
    if (request.readableFlowing === false) return;
    request.resume();
  };
  return { seen, backend };
}

type World = Awaited<ReturnType<typeof uploadWorld>>;
let world: World;
afterEach(() => world.close());

describe.each([
  ['plan', 'both'],
  ['reference', 'both'],
  ['plan', 'yoga'],
  ['reference', 'yoga'],
] as const)('a file that still comes, in the %s lane (doors: %s)', (lane, door) => {
  it('is with the backend before its client has sent it all, byte for byte', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    const hash = createHash('sha256');
    for (let sent = 0; sent < 32; sent += 1) {
      hash.update(chunk);
      expect(await client.send(chunk)).toBe(true);
    }
    await expect.poll(() => seen[0]?.bytes).toBe(2 * mebibyte);
    client.end();
    client.finish();
    expect(await client.answer).toEqual({ status: 200, body: { data: { bytes: { got: 'it' } } } });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ bytes: 2 * mebibyte, ended: 'whole' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'transfer-encoding': 'chunked',
    });
    expect(seen[0]?.hash.digest('hex')).toBe(hash.digest('hex'));
  });

  it.each([
    ['a body', bytes, { file: null }, one],
    ['a part', parts, { input: { title: 'x', file: null } }, inPart],
  ])('is never held as a whole: 200 MB as %s', async (_, query, variables, map) => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous, settings: patient });
    const client = new SlowUpload(world.url, { query, variables }, map);
    client.begin('0');
    let most = 0;
    for (let sent = 0; sent < large * 16; sent += 1) {
      expect(await client.send(chunk)).toBe(true);
      most = Math.max(most, client.taken - (seen[0]?.bytes ?? 0));
    }
    client.end();
    client.finish();
    expect((await client.answer).body.errors).toBeUndefined();
    expect(seen[0]?.bytes).toBeGreaterThanOrEqual(large * mebibyte);
    // What is on its way, of which most lies in the sockets' own buffers: there are four of them.
    expect(most).toBeLessThan(24 * mebibyte);
  });

  it('waits for a backend that does not read', async () => {
    const { seen, backend } = countingBackend(({ request }) => request.pause());
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    let isTaken = true;
    while (isTaken && client.taken < large * mebibyte) isTaken = await client.send(chunk, 1_000);
    expect(isTaken).toBe(false);
    expect(client.taken).toBeLessThan(32 * mebibyte);
    const { taken } = client;
    await until(() => seen.length === 1);
    seen[0]?.request.resume();
    await expect.poll(() => seen[0]?.bytes).toBeGreaterThanOrEqual(taken);
    client.end();
    client.finish();
    expect((await client.answer).body).toEqual({ data: { bytes: { got: 'it' } } });
  });

  it('ends the backend’s request where it is beyond its limit, and is told of as a request that was none', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: { uploadSize: '3MB', uploadTotal: '5MB' } });
    const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    while (client.taken < 3.5 * mebibyte && (await client.send(chunk)));
    const { status, body } = await client.answer;
    expect([status, body.data, body.errors?.map(({ extensions }) => extensions.code)]).toEqual([
      413,
      undefined,
      ['DOCUMENT_TOO_LARGE'],
    ]);
    await expect.poll(() => seen[0]?.ended).toBe('aborted');
    expect(seen[0]?.bytes).toBeLessThanOrEqual(3 * mebibyte);
  });

  it('ends the backend’s request where its client leaves', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: parts, variables: { input: { file: null } } }, inPart);
    client.begin('0');
    while (client.taken < 2 * mebibyte) await client.send(chunk);
    await expect.poll(() => seen[0]?.bytes).toBeGreaterThan(mebibyte);
    client.leave();
    await expect.poll(() => seen[0]?.ended).toBe('aborted');
  });

  it('ends the backend’s request where the rest of the body is none', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    while (client.taken < 2 * mebibyte) await client.send(chunk);
    await expect.poll(() => seen[0]?.bytes).toBeGreaterThan(mebibyte);
    client.end();
    client.begin('stranger');
    client.end();
    client.finish();
    const { status, body } = await client.answer;
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
    await expect.poll(() => seen[0]?.ended).toBeDefined();
  });

  it('is let go of where the backend answers before it has read it, and its client hears so', async () => {
    const { seen, backend } = countingBackend(({ request }, response) => {
      request.pause();
      response.writeHead(403, { 'content-type': 'application/json' }).end('{}');
    });
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    while (client.taken < 20 * mebibyte && (await client.send(chunk)));
    client.end();
    client.finish();
    expect((await client.answer).body.errors?.[0]?.extensions.code).toBe('UPSTREAM_ERROR');
    expect(seen).toHaveLength(1);
  });

  it('is let go of where the operation is refused, and its client hears so before it has sent it', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const client = new SlowUpload(world.url, { query: 'mutation { nothing }', variables: { file: null } }, one);
    client.begin('0');
    await client.send(chunk);
    expect((await client.answer).body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(seen).toEqual([]);
  });

  it('is let go of where the operation does not come to it', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const query = 'mutation ($file: File!) { bytes(input: $file) @skip(if: true) { got } __typename }';
    const client = new SlowUpload(world.url, { query, variables: { file: null } }, one);
    client.begin('0');
    while (client.taken < 5 * mebibyte && (await client.send(chunk)));
    client.end();
    client.finish();
    expect((await client.answer).body).toEqual({ data: { __typename: 'Mutation' } });
    expect(seen).toEqual([]);
  });

  it('may be one of several, which are sent in the order in which they come', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const variables = { input: { file: null, files: [null, null], title: 'last in the document' } };
    const map = { b: ['variables.input.files.0'], c: ['variables.input.files.1'], a: ['variables.input.file'] };
    const client = new SlowUpload(world.url, { query: parts, variables }, map);
    for (const name of ['b', 'c', 'a']) {
      client.begin(name, `${name}.png`);
      for (let sent = 0; sent < 32; sent += 1) expect(await client.send(chunk)).toBe(true);
      client.end();
    }
    client.finish();
    expect((await client.answer).body).toEqual({ data: { parts: { got: 'it' } } });
    expect(seen[0]?.bytes).toBeGreaterThan(6 * mebibyte);
  });

  it('may be one of several that several calls send, one after the other', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const query = 'mutation ($a: File!, $b: File!) { a: bytes(input: $a) { got } b: bytes(input: $b) { got } }';
    const map = { 0: ['variables.a'], 1: ['variables.b'] };
    const client = new SlowUpload(world.url, { query, variables: { a: null, b: null } }, map);
    for (const name of ['0', '1']) {
      client.begin(name);
      for (let sent = 0; sent < 32; sent += 1) expect(await client.send(chunk)).toBe(true);
      client.end();
    }
    client.finish();
    expect((await client.answer).body).toEqual({ data: { a: { got: 'it' }, b: { got: 'it' } } });
    expect(seen.map(each => each.bytes)).toEqual([2 * mebibyte, 2 * mebibyte]);
  });

  it.each([
    ['a later file is read first', { 0: ['variables.b'], 1: ['variables.a'] }, { a: null, b: null }],
    ['it is used twice', { 0: ['variables.a', 'variables.b'] }, { a: null, b: null }],
  ])('is refused, and not waited for, where %s and it is too large to be held', async (_, map, variables) => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const query = 'mutation ($a: File!, $b: File!) { a: bytes(input: $a) { got } b: bytes(input: $b) { got } }';
    const client = new SlowUpload(world.url, { query, variables }, map);
    client.begin('0');
    while (client.taken < 20 * mebibyte && (await client.send(chunk)));
    const { status, body } = await client.answer;
    expect([status, body.errors?.[0]?.message]).toEqual([413, expect.stringContaining('would have to be held')]);
    expect(seen.every(each => each.bytes === 0)).toBe(true);
  });

  it('is held where it is small, and then may be used in any order, and twice', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const query =
      'mutation ($a: File!, $b: File!) { a: bytes(input: $a) { got } b: bytes(input: $b) { got } c: bytes(input: $a) { got } }';
    const map = { 0: ['variables.b'], 1: ['variables.a'] };
    const client = new SlowUpload(world.url, { query, variables: { a: null, b: null } }, map);
    for (const [name, count] of [
      ['0', 2],
      ['1', 3],
    ] as const) {
      client.begin(name);
      for (let sent = 0; sent < count; sent += 1) await client.send(chunk);
      client.end();
    }
    client.finish();
    expect((await client.answer).body.errors).toBeUndefined();
    const sizes = seen.map(each => [each.bytes, each.headers['content-length']]);
    expect(sizes).toEqual([3, 2, 3].map(count => [count * chunk.length, String(count * chunk.length)]));
  });

  it('cannot be sent twice where it is not held: the second call fails, the first does not', async () => {
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ lane, door, backend, limits: generous });
    const query = 'mutation ($a: File!) { a: bytes(input: $a) { got } b: bytes(input: $a) { got } }';
    const client = new SlowUpload(world.url, { query, variables: { a: null } }, { 0: ['variables.a'] });
    client.begin('0');
    for (let sent = 0; sent < 32; sent += 1) await client.send(chunk);
    client.end();
    client.finish();
    const { body } = await client.answer;
    expect(body.data).toEqual({ a: { got: 'it' }, b: null });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(seen).toHaveLength(1);
  });
});

const bin = fileURLToPath(new URL('../../bin/selvage.js', import.meta.url));

describe('the process', () => {
  it.runIf(process.platform === 'linux')('does not grow with a file', async () => {
    await promisify(execFile)(process.execPath, [bin, '--version']); // builds what is missing
    const { seen, backend } = countingBackend();
    world = await uploadWorld({ backend, limits: generous, settings: patient });
    await world.gateway.close();
    const { child, url } = await served(world.config);
    const before = await greatestMemory(child);
    const client = new SlowUpload(url, { query: bytes, variables: { file: null } }, one);
    client.begin('0');
    for (let sent = 0; sent < large * 16; sent += 1) expect(await client.send(chunk)).toBe(true);
    client.end();
    client.finish();
    expect((await client.answer).body).toEqual({ data: { bytes: { got: 'it' } } });
    expect(seen[0]?.bytes).toBe(large * mebibyte);
    const grown = (await greatestMemory(child)) - before;
    child.kill('SIGTERM');
    await once(child, 'close');
    // Its yoga is loaded by the upload, and buffers wait for the garbage collector; the file itself would be 200.
    expect(grown).toBeLessThan(120 * mebibyte);
  });
});

async function served(config: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [bin, 'serve', '--config', config]);
  let text = '';
  child.stderr.on('data', (data: Buffer) => {
    text += data;
  });
  child.stdout.on('data', (data: Buffer) => {
    text += data;
  });
  await expect.poll(() => text).toContain('READY');
  return { child, url: /GraphiQL: (\S+)/.exec(text)?.[1] ?? '' };
}

/** The most that it ever had in memory, in bytes (proc(5), VmHWM). */
async function greatestMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
