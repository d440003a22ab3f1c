import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallContext, Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import { Stop } from '../../../src/base/stop.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { until } from '../backends/traffic.ts';
import { ask, callContext, connectTo } from './backend.ts';
import { hasPython, interop, type PythonBackend, startPython } from './python/backend.ts';

if (!hasPython) console.warn('python3-grpcio, python3-protobuf or protoc is not installed: grpcio is not tried.');

const open: Subschema<unknown, unknown>[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function connected(backend: PythonBackend, options: Partial<SourceOptions> = {}) {
  const made = await connectTo(interop, backend.endpoint, { timeout: 20_000, ...options });
  open.push(made);
  return made;
}

function subscribe(from: Subschema<unknown, unknown>, field: string, args: Record<string, unknown>) {
  const stop = new Stop();
  const calls: Readonly<Record<string, unknown>> = from.blueprint.calls;
  const context: CallContext = callContext({ signal: stop, deadline: Number.POSITIVE_INFINITY });
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

const faultOf = (outcome: Outcome) => {
  if (!('fault' in outcome)) throw new TypeError('the call did not fail');
  return outcome.fault;
};

/** Bytes of the payload that an answer holds. */
function sizeOf(outcome: Outcome | undefined): number {
  const { payload } = (outcome as { value: { payload: { body: string } } }).value;
  return Buffer.from(payload.body, 'base64').length;
}

const zeros = (size: number) => ({ body: Buffer.alloc(size).toString('base64') });
const sizes = [31_415, 9, 2_653, 58_979];

/** The cases of grpc/grpc: doc/interop-test-descriptions.md that are of calls, and not of accounts with a cloud. */
describe.skipIf(!hasPython)('with a server of grpcio', () => {
  let backend: PythonBackend;
  let service: Subschema<unknown, unknown>;
  const told = (method: string) => backend.told.findLast(({ began }) => began === method);

  beforeAll(async () => {
    backend = await startPython();
    service = await connectTo(interop, backend.endpoint, { timeout: 20_000, exposeErrors: 'BODY' });
  });
  afterAll(async () => {
    await service.close();
    await backend.close();
  });

  it('empty_unary', async () => {
    expect(await ask(service, 'emptyCall')).toEqual({ value: true });
  });

  it('large_unary', async () => {
    const asked = ask(service, 'unaryCall', { responseSize: 314_159, payload: zeros(271_828) });
    expect(sizeOf(await asked)).toBe(314_159);
  });

  it('client_streaming', async () => {
    const input = [27_182, 8, 1_828, 45_904].map(size => ({ payload: zeros(size) }));
    expect(await ask(service, 'streamingInputCall', { input })).toMatchObject({
      value: { aggregatedPayloadSize: 74_922 },
    });
  });

  it('server_streaming', async () => {
    const stream = subscribe(service, 'streamingOutputCall', { responseParameters: sizes.map(size => ({ size })) });
    expect((await stream.all()).map(sizeOf)).toEqual(sizes);
  });

  it('ping_pong and half duplex, as far as all requests go before', async () => {
    for (const method of ['fullDuplexCall', 'halfDuplexCall']) {
      const input = sizes.map(size => ({ responseParameters: [{ size }], payload: zeros(8) }));
      expect((await subscribe(service, method, { input }).all()).map(sizeOf)).toEqual(sizes);
    }
  });

  it('empty_stream', async () => {
    expect(await subscribe(service, 'fullDuplexCall', { input: [] }).all()).toEqual([]);
  });

  it('collected, a server stream is a list', async () => {
    const listing = await connected(backend, { collect: { operations: ['*'], max: 4 } });
    const args = { responseParameters: sizes.map(size => ({ size })) };
    const outcome = await ask(listing, 'streamingOutputCall', args);
    const items = (outcome as { value: object[] }).value;
    expect(items.map(value => sizeOf({ value }))).toEqual(sizes);
    const many = { responseParameters: [...sizes, ...sizes].map(size => ({ size, intervalUs: 1_000 })) };
    expect(faultOf(await ask(listing, 'streamingOutputCall', many)).code).toBe('COST_EXCEEDED');
    await until(() => backend.open('StreamingOutputCall') === 0);
  });

  it('status_code_and_message, of a call and of a stream', async () => {
    const responseStatus = { code: 2, message: 'test status message' };
    const called = faultOf(await ask(service, 'unaryCall', { responseStatus }));
    const [ended] = await subscribe(service, 'fullDuplexCall', { input: [{ responseStatus }] }).all();
    for (const fault of [called, faultOf(ended!)]) {
      expect(fault.extensions).toMatchObject({ code: 'UPSTREAM_ERROR', grpc: { code: 2, status: 'UNKNOWN' } });
      expect(fault.message).toBe('test status message');
    }
  });

  it('special_status_message', async () => {
    const message = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
    const fault = faultOf(await ask(service, 'unaryCall', { responseStatus: { code: 2, message } }));
    expect(fault.cause).toMatchObject({ details: message });
    expect(fault.message).toBe('test with whitespace and Unicode BMP ☺ and non-BMP 😈');
  });

  it('unimplemented_method and unimplemented_service', async () => {
    const fault = faultOf(await ask(service, 'unimplementedCall'));
    expect(fault.extensions).toMatchObject({ code: 'UPSTREAM_ERROR', grpc: { code: 12 } });
    const elsewhere = await connectTo(interop.replace('service TestService', 'service NoService'), backend.endpoint);
    open.push(elsewhere);
    expect(faultOf(await ask(elsewhere, 'emptyCall')).extensions).toMatchObject({ grpc: { code: 12 } });
  });

  it('custom_metadata', async () => {
    const asking = await connected(backend, {
      headers: { 'x-grpc-test-echo-initial': 'test_initial_metadata_value' },
      forward: ['x-grpc-test-echo-trailing-bin'],
    });
    const context = callContext({ headers: { 'x-grpc-test-echo-trailing-bin': 'q6ur' } });
    await ask(asking, 'unaryCall', { responseSize: 1 }, context);
    await until(() => told('UnaryCall')?.metadata?.['x-grpc-test-echo-initial'] !== undefined); // it tells of a call beside answering it
    expect(told('UnaryCall')?.metadata).toMatchObject({
      'x-grpc-test-echo-initial': 'test_initial_metadata_value',
      'x-grpc-test-echo-trailing-bin': [0xab, 0xab, 0xab],
    });
  });

  it('timeout_on_sleeping_server: the deadline is what is left of the request', async () => {
    await until(async () => {
      const context = callContext({ deadline: performance.now() + 300 });
      expect(faultOf(await ask(service, 'unaryCall', { responseSize: -1 }, context)).code).toBe('UPSTREAM_TIMEOUT');
      return (told('UnaryCall')?.left ?? Number.POSITIVE_INFINITY) <= 0.3; // it may be up before the backend hears of it
    });
    await until(() => backend.open('UnaryCall') === 0);
  });

  it('cancel_after_begin, of a call that its client leaves', async () => {
    const stop = new Stop();
    const asked = ask(service, 'unaryCall', { responseSize: -1 }, callContext({ signal: stop }));
    await until(() => backend.open('UnaryCall') === 1);
    stop.abort();
    expect(faultOf(await asked).code).toBe('UPSTREAM_TIMEOUT');
    await until(() => backend.open('UnaryCall') === 0);
  });

  it('cancel_after_first_response', async () => {
    const responseParameters = [{ size: 31_415 }, { size: 1, intervalUs: 30_000_000 }];
    const stream = subscribe(service, 'streamingOutputCall', { responseParameters });
    expect(sizeOf(await stream.next())).toBe(31_415);
    expect(told('StreamingOutputCall')?.left).toBeNull();
    const next = stream.next();
    stream.stop.abort();
    expect(await next).toBeUndefined();
    await until(() => backend.open('StreamingOutputCall') === 0);
  });

  it('tells which arguments were wrong, and when to come back', async () => {
    const asking = await connected(backend, { headers: { 'x-rich': '1' } });
    const fault = faultOf(await ask(asking, 'unaryCall', { responseStatus: { code: 3, message: 'ORA-1' } }));
    expect(fault.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'payload.body',
      grpc: { code: 3, retryAfter: 4 },
    });
    expect(JSON.stringify(fault.extensions)).not.toMatch(/ORA|dull/);
  });

  it.each(['gzip', 'deflate'] as const)('client_compressed_unary by %s', async compression => {
    const asking = await connected(backend, { compression });
    expect(sizeOf(await ask(asking, 'unaryCall', { responseSize: 10, payload: zeros(271_828) }))).toBe(10);
  });

  it('opens a thousand streams at once, loses no reply, and leaves none open', async () => {
    const responseParameters = Array.from({ length: 5 }, (_, size) => ({ size: size + 1, intervalUs: 2_000 }));
    const ending = { responseParameters: [...responseParameters, { size: 9, intervalUs: 60_000_000 }] };
    const streams = Array.from({ length: 1_000 }, () => subscribe(service, 'streamingOutputCall', ending));
    const before = backend.told.length;
    const came = await Promise.all(
      streams.map(async stream => {
        const got: number[] = [];
        for (let index = 0; index < 5; index += 1) got.push(sizeOf(await stream.next()));
        return got.join();
      }),
    );
    expect(new Set(came)).toEqual(new Set(['1,2,3,4,5']));
    const began = backend.told.slice(before).filter(({ began: method }) => method === 'StreamingOutputCall');
    expect(began).toHaveLength(1_000);
    expect(new Set(began.map(({ peer }) => peer)).size).toBe(10);
    const left = performance.now();
    for (const { stop } of streams) stop.abort();
    await until(() => backend.open('StreamingOutputCall') === 0);
    console.info(`grpcio saw 1000 streams end within ${Math.round(performance.now() - left)} ms.`);
  });
});

describe.skipIf(!hasPython)('grpcio’s health', () => {
  it('is watched', async () => {
    const backend = await startPython();
    const watching = await connected(backend, { serviceConfig: { healthCheckConfig: { serviceName: '' } } });
    expect(await ask(watching, 'emptyCall')).toEqual({ value: true });
    backend.say('ill');
    await until(async () => 'fault' in (await ask(watching, 'emptyCall')));
    const calls = backend.told.length;
    expect(faultOf(await ask(watching, 'emptyCall')).code).toBe('UPSTREAM_UNREACHABLE');
    expect(backend.told).toHaveLength(calls);
    backend.say('serving');
    await until(async () => 'value' in (await ask(watching, 'emptyCall')));
    await backend.close();
  });
});

describe.skipIf(!hasPython)('grpcio’s replies in gzip', () => {
  it('are read, within what an answer may be', async () => {
    const backend = await startPython({ compression: 'gzip' });
    const reading = await connected(backend, { maxResponse: 1_000_000 });
    expect(sizeOf(await ask(reading, 'unaryCall', { responseSize: 314_159 }))).toBe(314_159);
    expect(faultOf(await ask(reading, 'unaryCall', { responseSize: 100_000_000 })).code).toBe('UPSTREAM_MALFORMED');
    const stream = subscribe(reading, 'streamingOutputCall', { responseParameters: sizes.map(size => ({ size })) });
    expect((await stream.all()).map(sizeOf)).toEqual(sizes);
    await backend.close();
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

describe.skipIf(!hasPython || !openssl)('grpcio’s TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'interop-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function certificate(name: string) {
    const files = { key: join(folder, `${name}.key`), cert: join(folder, `${name}.pem`) };
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const to = ['-keyout', files.key, '-out', files.cert, '-days', '2'];
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...to, ...subject]);
    return { files, key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') };
  }

  it('is spoken, one-sided and mutual', async () => {
    const [server, gateway] = [certificate('stock.test'), certificate('gateway.test')];
    const trusting = { ca: server.cert, serverName: 'stock.test' };
    const oneSided = await startPython({ tls: server.files });
    expect(await ask(await connected(oneSided, { tls: trusting }), 'emptyCall')).toEqual({ value: true });
    expect(faultOf(await ask(await connected(oneSided), 'emptyCall')).code).toBe('UPSTREAM_UNREACHABLE');
    await oneSided.close();
    const mutual = await startPython({ tls: { ...server.files, ca: gateway.files.cert } });
    const own = { key: gateway.key, cert: gateway.cert };
    expect(await ask(await connected(mutual, { tls: { ...trusting, ...own } }), 'emptyCall')).toEqual({ value: true });
    expect(faultOf(await ask(await connected(mutual, { tls: trusting }), 'emptyCall')).code).toBe(
      'UPSTREAM_UNREACHABLE',
    );
    await mutual.close();
  });
});
