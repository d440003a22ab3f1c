import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import { targetOf } from '../../../src/adapters/grpc/calls/channel.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { principalOf } from '../../support/principal-of.ts';
import { until } from '../backends/traffic.ts';
import { type Answer, ask, type Backend, callContext, connectTo, serve } from './backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
message Req { string text = 1; int64 big = 2; }
message Res { string text = 1; int64 big = 2; repeated string seen = 3; }
service Shop { rpc Get(Req) returns (Res); rpc Put(Req) returns (Res); }
`;

let answer: (text: string) => Answer | Promise<Answer>;
let cancelled: Promise<void>;
let seen: Record<string, unknown>;
let deadlineLeft: number;
const peers = new Set<string>();
let backend: Backend;
let shop: Subschema<unknown, unknown>;

beforeAll(async () => {
  backend = await serve(proto, {
    Get(request, call) {
      peers.add(call.getPeer());
      seen = call.metadata.getMap();
      deadlineLeft = Number(call.getDeadline()) - Date.now();
      cancelled = new Promise(resolve => call.on('cancelled', () => resolve()));
      return answer(String((request as { text?: string }).text ?? ''));
    },
  });
  shop = await connectTo(proto, backend.endpoint);
});

afterAll(async () => {
  await shop.close();
  await backend.stop();
});

const faultOf = (outcome: Outcome): GatewayError => {
  expect(outcome).toHaveProperty('fault');
  return (outcome as { fault: GatewayError }).fault;
};

describe('a call', () => {
  it('carries 64 bits there and back', async () => {
    answer = () => ({ json: { text: 'hi', big: '9007199254740993' } });
    expect(await ask(shop, 'get', { text: 'x', big: '-9223372036854775808' })).toEqual({
      value: Object.assign(Object.create(null), { text: 'hi', big: '9007199254740993', seen: [] }),
    });
  });

  it('carries the text "0", which is no zero', async () => {
    answer = text => ({ json: { text } });
    expect(await ask(shop, 'get', { text: '0', big: '0' })).toMatchObject({ value: { text: '0', big: '0' } });
  });

  it('answers a batch in order, and a bad item spoils only itself', async () => {
    answer = text => (text === 'bad' ? { status: 5 } : { json: { text } });
    const calls: Readonly<Record<string, unknown>> = shop.blueprint.calls;
    const batch = ['a', 'bad', 'c', { lies: true }].map(text => ({ args: { text } }));
    const outcomes = await shop.send(calls['Query.get'], batch, callContext());
    expect(
      outcomes.map(outcome => ('fault' in outcome ? outcome.fault.code : (outcome.value as { text: string }).text)),
    ).toEqual(['a', 'NOT_FOUND', 'c', 'BAD_USER_INPUT']);
  });

  const codes = [
    [1, 'UPSTREAM_ERROR', 'CANCELLED'],
    [2, 'UPSTREAM_ERROR', 'UNKNOWN'],
    [3, 'BAD_USER_INPUT', 'INVALID_ARGUMENT'],
    [4, 'UPSTREAM_TIMEOUT', 'DEADLINE_EXCEEDED'],
    [5, 'NOT_FOUND', 'NOT_FOUND'],
    [6, 'CONFLICT', 'ALREADY_EXISTS'],
    [7, 'UPSTREAM_ERROR', 'PERMISSION_DENIED'],
    [8, 'RATE_LIMITED', 'RESOURCE_EXHAUSTED'],
    [9, 'PRECONDITION_FAILED', 'FAILED_PRECONDITION'],
    [10, 'UPSTREAM_ERROR', 'ABORTED'],
    [11, 'UPSTREAM_ERROR', 'OUT_OF_RANGE'],
    [12, 'UPSTREAM_ERROR', 'UNIMPLEMENTED'],
    [13, 'UPSTREAM_ERROR', 'INTERNAL'],
    [14, 'UPSTREAM_UNREACHABLE', 'UNAVAILABLE'],
    [15, 'UPSTREAM_ERROR', 'DATA_LOSS'],
    [16, 'UPSTREAM_ERROR', 'UNAUTHENTICATED'],
  ] as const;
  it.each(codes)('status %i is %s', async (status, code, name) => {
    answer = () => ({ status, message: 'ORA-00942 at 10.1.2.3', trailers: { 'x-stack': 'secret' } });
    const fault = faultOf(await ask(shop, 'get'));
    expect(fault.extensions).toEqual({
      code,
      source: 'shop',
      operation: 'get',
      grpc: { code: status, status: name },
    });
    expect(fault.message).not.toMatch(/ORA|10\.1|secret/);
    expect(fault.cause).toMatchObject({ details: 'ORA-00942 at 10.1.2.3' });
  });

  it.each([
    [16, 'UNAUTHENTICATED'],
    [7, 'FORBIDDEN'],
  ] as const)('status %i speaks of the client where its credential was forwarded', async (status, code) => {
    const forwarding = await connectTo(proto, backend.endpoint, { forward: ['authorization'] });
    answer = () => ({ status });
    expect(faultOf(await ask(forwarding, 'get')).code).toBe(code);
    await forwarding.close();
  });

  it('ends when the request is aborted, and the server learns of it', async () => {
    const controller = new AbortController();
    answer = () => {
      controller.abort(new GatewayError('UPSTREAM_TIMEOUT', 'gone'));
      return new Promise(() => {});
    };
    expect(faultOf(await ask(shop, 'get', {}, callContext({ signal: controller.signal }))).message).toBe('gone');
    await cancelled;
  });

  it('is not made for a request that has ended', async () => {
    const before = backend.calls.length;
    const outcome = await ask(shop, 'get', {}, callContext({ signal: AbortSignal.abort() }));
    expect(faultOf(outcome).code).toBe('UPSTREAM_TIMEOUT');
    expect(backend.calls.length).toBe(before);
  });

  it('has what is left of the request as its deadline', async () => {
    answer = () => new Promise(() => {});
    deadlineLeft = Number.POSITIVE_INFINITY;
    await until(async () => {
      const outcome = await ask(shop, 'get', {}, callContext({ deadline: performance.now() + 150 }));
      expect(faultOf(outcome).code).toBe('UPSTREAM_TIMEOUT');
      return deadlineLeft <= 150; // a busy machine may have let it pass before the backend heard of the call
    });
    await cancelled;
  });

  it('has the source’s timeout as its deadline where that is shorter', async () => {
    const hasty = await connectTo(proto, backend.endpoint, { timeout: 100 });
    answer = () => new Promise(() => {});
    expect(faultOf(await ask(hasty, 'get')).code).toBe('UPSTREAM_TIMEOUT');
    await hasty.close();
  });

  it('carries metadata: what gRPC has room for, bytes as bytes', async () => {
    const talkative = await connectTo(proto, backend.endpoint, {
      headers: {
        'X-Version': '3',
        'trace-bin': Buffer.from([1, 255]).toString('base64'),
        'grpc-timeout': '1n',
        'x(y)': 'z',
        TE: 'gzip',
      },
      forward: ['accept-language', 'x-odd', 'cookie'],
      credential: { bearer: 'tok' },
    });
    answer = () => ({ json: {} });
    const headers = { 'accept-language': 'de', 'x-odd': 'ümlaut', 'x-other': 'no' };
    expect(await ask(talkative, 'get', {}, callContext({ headers }))).toHaveProperty('value');
    expect(seen).toMatchObject({
      'x-version': '3',
      'accept-language': 'de',
      authorization: 'Bearer tok',
      'x-request-id': 'r-1',
    });
    expect(seen['trace-bin']).toEqual(Buffer.from([1, 255]));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-odd']));
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['x-other']));
    await talkative.close();
  });

  it('carries what the request says: headers as they came, claims as text, in a name in -bin as bytes', async () => {
    const talkative = await connectTo(proto, backend.endpoint, {
      headers: {
        'x-tenant': '$claims.tenant',
        'x-roles': '$claims.realm.roles',
        'x-odd': '$claims.odd',
        'x-nobody': '$claims.nobody',
        'odd-bin': '$claims.odd',
        'trace-bin': '$header.x-trace',
        'x-literal': '$$subject',
        'x-user': '$subject',
      },
    });
    answer = () => ({ json: {} });
    const claims = { tenant: 7, realm: { roles: ['a', 'b'] }, odd: 'é\r\nx-admin: 1' };
    const principal = { ...principalOf('u-1'), claims };
    const headers = { 'x-trace': Buffer.from([0, 255]).toString('base64') };
    expect(await ask(talkative, 'get', {}, callContext({ headers, principal }))).toHaveProperty('value');
    expect(seen).toMatchObject({ 'x-tenant': '7', 'x-roles': 'a b', 'x-literal': '$subject', 'x-user': 'u-1' });
    expect(seen['odd-bin']).toEqual(Buffer.from(claims.odd));
    expect(seen['trace-bin']).toEqual(Buffer.from([0, 255]));
    expect(Object.keys(seen).filter(name => ['x-odd', 'x-nobody', 'x-admin'].includes(name))).toEqual([]);
    await talkative.close();
  });

  it('refuses an answer that is too large', async () => {
    const small = await connectTo(proto, backend.endpoint, { maxResponse: 1000 });
    answer = () => ({ json: { text: 'x'.repeat(2000) } });
    const fault = faultOf(await ask(small, 'get'));
    expect(fault.code).toBe('UPSTREAM_MALFORMED');
    await small.close();
  });

  it('refuses an answer that is no message', async () => {
    answer = () => ({ bytes: Uint8Array.of(0x0a, 0xff) });
    expect(faultOf(await ask(shop, 'get')).code).toBe('UPSTREAM_MALFORMED');
  });

  it.each(['127.0.0.1:1', 'nowhere.invalid:50051', undefined])('to %s is UPSTREAM_UNREACHABLE', async endpoint => {
    const lost = await connectTo(proto, endpoint);
    expect(faultOf(await ask(lost, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
    await lost.close();
  });

  it('with a certificate that is none is UPSTREAM_UNREACHABLE', async () => {
    const lost = await connectTo(proto, backend.endpoint, { tls: { cert: 'none', key: 'none' } });
    expect(faultOf(await ask(lost, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
    await lost.close();
  });

  it('keeps within the source’s concurrency', async () => {
    const narrow = await connectTo(proto, backend.endpoint, { concurrency: 2 });
    let underWay = 0;
    let most = 0;
    answer = async () => {
      most = Math.max(most, ++underWay);
      await new Promise(resolve => setImmediate(resolve));
      underWay -= 1;
      return { json: {} };
    };
    const calls: Readonly<Record<string, unknown>> = narrow.blueprint.calls;
    await narrow.send(
      calls['Query.get'],
      Array.from({ length: 8 }, () => ({ args: {} })),
      callContext(),
    );
    expect(most).toBe(2);
    await narrow.close();
  });

  it('fails when the source is closed, and so does the next one', async () => {
    const closing = await connectTo(proto, backend.endpoint);
    answer = () => {
      void closing.close();
      return new Promise(() => {});
    };
    expect(faultOf(await ask(closing, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
    expect(faultOf(await ask(closing, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl) console.warn('openssl is not installed: TLS is not tried.');

describe.skipIf(!openssl)('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('trusts the given authority under the given name, and nobody else', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=stock.test', '-addext', 'subjectAltName=DNS:stock.test'];
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      ...subject,
    ]);
    const tls = ServerCredentials.createSsl(null, [{ private_key: readFileSync(key), cert_chain: readFileSync(cert) }]);
    const secure = await serve(proto, { Get: () => ({ json: { text: 'safe' } }) }, { tls });
    const ca = readFileSync(cert, 'utf8');
    const trusting = await connectTo(proto, secure.endpoint, { tls: { ca, serverName: 'stock.test' } });
    expect(await ask(trusting, 'get')).toMatchObject({ value: { text: 'safe' } });
    const doubting = await connectTo(proto, `grpcs://${secure.endpoint}`);
    expect(faultOf(await ask(doubting, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
    const misled = await connectTo(proto, secure.endpoint, { tls: { ca, serverName: 'other.test' } });
    expect(faultOf(await ask(misled, 'get')).code).toBe('UPSTREAM_UNREACHABLE');
    await Promise.all([trusting.close(), doubting.close(), misled.close(), secure.stop()]);
  });
});

describe('calls', () => {
  it('share one connection, however many there are', async () => {
    answer = text => ({ json: { text } });
    peers.clear();
    const replies = await Promise.all(Array.from({ length: 100 }, () => ask(shop, 'get')));
    expect(replies).toHaveLength(100);
    expect(peers.size).toBe(1);
  });
});

describe('an endpoint', () => {
  it.each([
    ['stock:50051', undefined, { target: 'stock:50051', secure: false }],
    ['stock:50051', true, { target: 'stock:50051', secure: true }],
    ['grpc://stock:50051', undefined, { target: 'stock:50051', secure: false }],
    ['grpcs://stock:50051/', undefined, { target: 'stock:50051', secure: true }],
    ['https://stock', undefined, { target: 'stock:443', secure: true }],
    ['https://stock', false, { target: 'stock:80', secure: false }],
    ['dns:///stock:50051', undefined, { target: 'dns:///stock:50051', secure: false }],
    ['unix:///run/stock.sock', undefined, { target: 'unix:///run/stock.sock', secure: false }],
    ['[::1]:50051', undefined, { target: '[::1]:50051', secure: false }],
  ])('%s with tls %s', (endpoint, tls, expected) => {
    expect(targetOf(endpoint, tls)).toEqual(expected);
  });
});
