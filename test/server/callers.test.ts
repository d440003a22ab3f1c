import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Handler } from '../../src/edge/handler.ts';
import { withPrincipal } from '../../src/edge/request/derived-request.ts';
import { until } from '../adapters/backends/traffic.ts';
import {
  type AuthorizationServer,
  clientSecret,
  startAuthorizationServer,
  subjectToken,
} from '../support/authorization-server.ts';
import { principalOf } from '../support/principal-of.ts';
import { type EchoGateway, echoGateway } from './echo-gateway.ts';

const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);

/** One principal is one object for as long as its credential is remembered. */
const known = new Map(users.map(user => [user, principalOf(user, subjectToken(user))]));

/** Whoever says by a header who he is: what authentication proves is not asked here. */
const trusting =
  (next: Handler): Handler =>
  request => {
    const user = request.headers['test-user'];
    return next(user === undefined ? request : withPrincipal(request, known.get(user)!));
  };

const worlds = (['both', 'yoga'] as const).flatMap(door =>
  (['plan', 'reference'] as const).map(lane => ({ door, lane })),
);

describe.each(worlds)('callers who ask the same at once: door $door, lane $lane', ({ door, lane }) => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.requests.length = 0;
  });

  async function asked(gateway: EchoGateway, query: string): Promise<Map<string, { body: unknown; text: string }>> {
    const { url } = await gateway.through(trusting, door);
    const ask = async (user: string) => {
      const headers = { 'content-type': 'application/json', 'test-user': user };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      const text = await response.text();
      return [user, { body: JSON.parse(text), text }] as const;
    };
    return new Map(await Promise.all(users.map(ask)));
  }

  it('K2: each call carries its own token, and each answer is its own', async () => {
    const exchange = `{ tokenUrl: "${server.tokenUrl}", clientId: gateway, clientSecret: "${clientSecret}", audience: echo }`;
    const gateway = await echoGateway({ source: `credential: { tokenExchange: ${exchange} }`, lane });
    for (let round = 0; round < 3; round++) {
      const answers = await asked(
        gateway,
        '{ a: echo(word: "same") { authorization padding } b: echo(word: "same") { word } }',
      );
      for (const [user, { body, text }] of answers) {
        expect(text).not.toContain(subjectToken(user));
        const { a } = (body as { data: { a: { authorization: string } } }).data; // what the query asks for
        expect(server.minted.get(a.authorization.replace('Bearer ', ''))?.subject).toBe(user);
      }
    }
    await gateway.close();
    expect(server.requests).toHaveLength(users.length);
    const sent = gateway.seen.map(({ headers }) => headers.find(([name]) => name === 'authorization')?.[1]);
    expect(sent).toHaveLength(3 * users.length); // equal wishes of one request are one, of two callers two
    expect(new Set(sent).size).toBe(users.length);
    expect(JSON.stringify(gateway.seen)).not.toContain('in.');
    expect(gateway.lines.join('')).not.toMatch(/\b(in|out)\.\w/);
  });

  it('K3: who asks alike flies together only with himself', async () => {
    const source = 'credential: { passThrough: { withoutToken: refuse } }\n    concurrency: 200';
    const inflight = 'singleFlight: { mode: tick, inflight: { sources: [echo] } }';
    const gateway = await echoGateway({ source, gateway: inflight, lane });
    let arrived = 0;
    const counting = (next: Handler): Handler => {
      const inner = trusting(next);
      return request => {
        arrived += 1;
        return inner(request);
      };
    };
    const { url } = await gateway.through(counting, door);
    const ask = async (user: string) => {
      const headers = { 'content-type': 'application/json', 'test-user': user };
      const body = '{"query":"{ echo(word: \\"same\\") { authorization padding } }"}';
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
      return ((await response.json()) as { data: { echo: { authorization: string } } }).data.echo.authorization;
    };
    const asking = users.flatMap(user => [user, user, user]);
    const flying = lane === 'plan' ? users.length : asking.length; // the reference lane shares nothing
    const release = gateway.hold();
    const answering = Promise.all(asking.map(ask));
    await until(() => arrived === asking.length && gateway.seen.length === flying);
    release();
    const answers = await answering;
    await gateway.close();
    expect(answers).toEqual(asking.map(user => `Bearer ${subjectToken(user)}`));
    expect(gateway.seen).toHaveLength(flying);
  });

  it('a caller who has not signed in is refused as such, and nothing is sent for him', async () => {
    const gateway = await echoGateway({ source: 'credential: { passThrough: { withoutToken: refuse } }', lane, door });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer made-up' };
    const body = '{"query":"{ echo(word: \\"x\\") { word } }"}';
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { data: { echo: null }, errors: [{ path: ['echo'], extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
    await gateway.close();
    expect(gateway.seen).toEqual([]);
  });
});

describe.each(['both', 'yoga'] as const)('headers between client and backend, door %s', door => {
  it('H6: of 200 headers the backend receives those of the list', async () => {
    const gateway = await echoGateway({ source: 'forward: [x-tenant, accept-language, x-hop]', door });
    const made = Object.fromEntries(Array.from({ length: 180 }, (_, n) => [`x-made-up-${n}`, String(n)]));
    const headers: Record<string, string> = {
      ...made,
      'x-tenant': 'blue',
      'accept-language': 'de',
      'x-hop': 'of this connection',
      connection: 'close, X-Hop, x-tenant-not',
      cookie: 'session=1',
      authorization: 'Bearer x',
      'proxy-authorization': 'Basic x',
      'x-selvage-principal': 'forged',
      'x-selvage-anything': 'forged',
      x_tenant: 'red',
      'x-forwarded-for': '1.2.3.4',
      forwarded: 'for=1.2.3.4',
      te: 'trailers',
      upgrade: 'h2c',
      'keep-alive': 'timeout=9',
      'x-request-id': 'kept-7',
      'content-type': 'application/json',
      expect: '100-continue',
      'x-original-url': '/admin',
    };
    expect(Object.keys(headers).length).toBeGreaterThanOrEqual(199); // and the host
    const answer = await posted(`${gateway.url}/graphql`, headers, '{"query":"{ echo(word: \\"x\\") { word } }"}');
    await gateway.close();
    expect(JSON.parse(answer.body)).toEqual({ data: { echo: { word: 'x' } } });
    const [seen, ...others] = gateway.seen;
    expect(others).toEqual([]);
    const ours = new Set(['host', 'connection', 'accept', 'accept-encoding']);
    expect(seen?.headers.filter(([name]) => !ours.has(name)).sort()).toEqual([
      ['accept-language', 'de'],
      ['x-request-id', 'kept-7'],
      ['x-tenant', 'blue'],
    ]);
  });

  it('U11: no header of a backend reaches the client', async () => {
    const gateway = await echoGateway({ door });
    const answer = await posted(
      `${gateway.url}/graphql`,
      { 'content-type': 'application/json' },
      '{"query":"{ echo(word: \\"x\\") { word } }"}',
    );
    await gateway.close();
    expect(gateway.seen).toHaveLength(1);
    expect(Object.keys(answer.headers).sort()).toEqual([
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'keep-alive',
      'x-content-type-options',
      'x-request-id',
    ]);
  });
});

function posted(url: string, headers: Record<string, string>, body: string) {
  return new Promise<{ headers: object; body: string }>((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': body.length } },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ headers: response.headers, body: text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}
