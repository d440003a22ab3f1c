import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundRequest, Received } from '../../src/base/inbound.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

interface Came {
  readonly source: string;
  readonly place: readonly string[];
  readonly request: InboundRequest;
}

describe.each(['both', 'yoga'] as const)('/hooks/ of a server whose door is %s', door => {
  let server: TestServer;
  let came: Came[];
  let received: Received;

  beforeEach(async () => {
    came = [];
    received = 'taken';
    server = await serve({
      door,
      limits: { ...defaultLimits, body: 1_000 },
      receiver: source =>
        source === 'billing' || source === '__proto__'
          ? (place, request) => {
              came.push({ source, place, request });
              return received;
            }
          : undefined,
    });
  });
  afterEach(() => server.close());

  it('gives the source the bytes as they came', async () => {
    const body = Buffer.from([0xff, 0x00, 0x7b]);
    const headers = { 'content-type': 'text/plain', 'X-Signature': 'abc' };
    const response = await fetch(`${server.url}/hooks/billing/invoice%2Fpaid/2?x=1`, { method: 'PUT', headers, body });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(came).toMatchObject([{ source: 'billing', place: ['invoice/paid', '2'], request: { method: 'PUT', body } }]);
    expect(came[0]?.request.headers['x-signature']).toBe('abc');
  });

  it.each<[Received, number, string | undefined]>([
    ['repeated', 204, undefined],
    ['unverified', 401, 'UNAUTHENTICATED'],
    ['malformed', 400, 'BAD_REQUEST'],
    ['unknown', 404, 'BAD_REQUEST'],
    ['wrong-method', 405, 'BAD_REQUEST'],
  ])('answers what is %s by %i alone', async (said, status, code) => {
    received = said;
    const response = await fetch(`${server.url}/hooks/billing/paid`, { method: 'POST', body: 'secret-body' });
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(text).not.toContain('secret-body');
    expect(code && JSON.parse(text).errors[0].extensions.code).toBe(code);
  });

  it.each(['/hooks/', '/hooks/nobody/paid', '/hooks/%/paid', '/hooks', '/hooks/constructor/x'])(
    '%s is no place',
    async path => {
      expect((await fetch(`${server.url}${path}`, { method: 'POST', body: '{}' })).status).toBe(404);
      expect(came).toEqual([]);
    },
  );

  it('reads no more than a body may have, told or not', async () => {
    const long = 'x'.repeat(1_001);
    expect((await fetch(`${server.url}/hooks/billing/paid`, { method: 'POST', body: long })).status).toBe(413);
    const chunked = await rawRequest(
      server.port,
      `POST /hooks/billing/paid HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n${long}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    expect(came).toEqual([]);
  });
});

it('is not there where nobody takes anything in', async () => {
  const server = await serve();
  expect((await fetch(`${server.url}/hooks/billing/paid`, { method: 'POST', body: '{}' })).status).toBe(404);
  await server.close();
});
