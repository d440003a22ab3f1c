import { generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter, Blueprint } from '../../src/adapter/adapter.ts';
import { signedIn } from '../../src/adapter/sign-in/signed-subschema.ts';
import { adapters } from '../../src/adapters/index.ts';
import { anonymous } from '../../src/base/principal.ts';
import { openReader } from '../../src/source/open-reader.ts';
import {
  type Credential,
  defaultSourceOptions,
  type OAuthClient,
  type TokenExchange,
} from '../../src/source/source.ts';
import {
  type AuthorizationServer,
  clientSecret,
  startAuthorizationServer,
  subjectToken,
} from '../support/authorization-server.ts';
import { principalOf } from '../support/principal-of.ts';
import type { Backend } from './backends/backend.ts';
import { startBackend } from './backends/start-backend.ts';
import { until } from './backends/traffic.ts';
import { codesOf, connect, describe as described } from './open-adapter.ts';

const users = Array.from({ length: 50 }, (_, index) => `user-${index}`);
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let server: AuthorizationServer;
beforeEach(async () => {
  server = await startAuthorizationServer();
});
afterEach(() => server.close());

const client = (more: Partial<OAuthClient> = {}): OAuthClient => ({
  tokenUrl: server.tokenUrl,
  clientId: 'gateway',
  clientSecret,
  authentication: 'basic',
  scopes: [],
  ...more,
});
const exchange = (more: Partial<TokenExchange> = {}): Credential => ({
  tokenExchange: {
    ...client(),
    audience: 'orders',
    subjectTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    withoutToken: 'refuse',
    ...more,
  },
});

describe.each(Object.keys(startBackend))('trust bridging to a backend: %s', protocol => {
  let backend: Backend;
  let adapter: Adapter;
  let blueprint: Blueprint<unknown, unknown>;
  beforeAll(async () => {
    backend = await startBackend[protocol]!();
    adapter = await adapters[protocol]!();
    blueprint = (await described(backend, adapter)).blueprint;
  });
  afterAll(() => backend.close());
  beforeEach(() => backend.traffic.reset());

  const open = (credential: Credential) => connect(backend, adapter, blueprint, { credential, timeout: 60_000 });
  const item = (id: string) => `{ a: ${backend.fields.item(JSON.stringify(id))} }`;
  const sent = (header = 'authorization') =>
    backend.traffic.wire.map(({ headers }) => (headers as Record<string, string | undefined>)[header]);
  const wire = () => JSON.stringify(backend.traffic.wire);

  it('J7: exchanges each token once, and sends each caller his own', async () => {
    await using gate = open(exchange({ scopes: ['read', 'write'] }));
    const ask = (user: string) => gate.ask(item(user), {}, { principal: principalOf(user, subjectToken(user)) });
    const answers = await Promise.all([...users, ...users].map(ask));
    expect(answers.flatMap(codesOf)).toEqual([]);
    expect(server.requests).toHaveLength(users.length);
    expect(server.requests[0]?.parameters).toMatchObject({ audience: 'orders', scope: 'read write' });
    expect(backend.traffic.wire).toHaveLength(2 * users.length);
    for (const { headers, body, path } of backend.traffic.wire) {
      const { authorization } = headers as { authorization: string };
      const { subject } = server.minted.get(authorization.replace('Bearer ', ''))!;
      expect(`${path} ${body}`).toMatch(new RegExp(`\\b${subject}\\b`));
    }
    for (const user of users) expect(wire()).not.toContain(subjectToken(user));
  });

  it('J7: a backend never sees what was minted for another', async () => {
    await using orders = open(exchange({ audience: 'orders' }));
    await using stock = open(exchange({ audience: 'stock' }));
    const principal = principalOf('ann', subjectToken('ann'));
    await orders.ask(item('1'), {}, { principal });
    await stock.ask(item('1'), {}, { principal });
    const audiences = sent().map(header => server.minted.get(header!.replace('Bearer ', ''))?.audience);
    expect(audiences).toEqual(['orders', 'stock']);
  });

  it('passes the verified token through, and nothing that a client only says', async () => {
    await using gate = open({ passThrough: { header: 'authorization', withoutToken: 'unsigned' } });
    const headers = { authorization: 'Bearer forged' };
    await gate.ask(item('1'), {}, { headers, principal: principalOf('ann', 'ann.s.token') });
    await gate.ask(item('2'), {}, { headers, principal: anonymous });
    await gate.ask(item('3'), {}, { headers, principal: principalOf('by-key') });
    expect(sent()).toEqual(['Bearer ann.s.token', undefined, undefined]);
  });

  it('signs in as itself once for all who ask at once', async () => {
    await using gate = open({ oauth2: client({ scopes: ['read'], authentication: 'post' }) });
    await Promise.all(users.map(user => gate.ask(item(user), {}, { principal: principalOf(user) })));
    expect(server.requests.map(({ client }) => client)).toEqual([`gateway:${clientSecret}`]);
    expect(server.requests[0]?.parameters).toMatchObject({ grant_type: 'client_credentials', scope: 'read' });
    expect(new Set(sent())).toEqual(new Set(['Bearer out.1']));
    expect(sent()).toHaveLength(users.length);
  });

  it('tells who asks in a JWT for this backend alone', async () => {
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const statement = { header: 'x-selvage-principal', key, keyId: 'k1', issuer: 'selvage', lifetime: 60_000 };
    await using gate = open({ signedPrincipal: { ...statement, anonymous: 'refuse' } });
    const ask = (user: string) => gate.ask(item(user), {}, { principal: principalOf(user, undefined, ['a', 'b']) });
    await Promise.all([...users, ...users].map(ask));
    const told = sent('x-selvage-principal');
    expect(new Set(told).size).toBe(users.length);
    for (const [index, { body, path }] of backend.traffic.wire.entries()) {
      const { payload, protectedHeader } = await jwtVerify(told[index]!, keys.publicKey, { audience: 'contract' });
      expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'k1' });
      expect(payload).toMatchObject({ iss: 'selvage', scope: 'a b', via: 'test' });
      expect(payload.exp! - payload.iat!).toBe(60);
      expect(`${path} ${body}`).toMatch(new RegExp(`\\b${payload.sub}\\b`));
    }
    expect(codesOf(await gate.ask(item('1'), {}, { principal: anonymous }))).toEqual(['UNAUTHENTICATED']);
    expect(backend.traffic.wire).toHaveLength(2 * users.length);
  });

  it.each([
    ['refuse', ['UNAUTHENTICATED'], []],
    ['unsigned', [], [undefined]],
    ['client-credentials', [], ['Bearer out.1']],
  ] as const)('a caller without a token to exchange: %s', async (withoutToken, codes, authorizations) => {
    await using gate = open(exchange({ withoutToken }));
    expect(codesOf(await gate.ask(item('1')))).toEqual(codes);
    expect(sent()).toEqual(authorizations);
  });

  it('sends nothing where the authorization server refuses, and tells its words to nobody', async () => {
    await using gate = open(exchange({ clientSecret: 'wrong' }));
    server.answer = () => ({ status: 400, body: { error: 'invalid_target', error_description: 'ORA-00942 10.1.2.3' } });
    const answer = await gate.ask(item('1'), {}, { principal: principalOf('ann', subjectToken('ann')) });
    expect(answer.errors).toMatchObject([
      {
        message: 'The gateway cannot sign in to the source "contract".',
        extensions: { code: 'UPSTREAM_ERROR', source: 'contract' },
      },
    ]);
    expect(backend.traffic.wire).toEqual([]);
  });

  let release: () => void;
  it('stops waiting for a token when its request is stopped; others go on', async () => {
    const released = new Promise<undefined>(resolve => {
      release = () => resolve(undefined);
    });
    server.answer = () => released;
    await using gate = open({ oauth2: client() });
    const stop = new AbortController();
    const [stopped, patient] = [gate.ask(item('1'), {}, { signal: stop.signal }), gate.ask(item('2'))];
    await until(() => server.requests.length === 1);
    stop.abort();
    expect(codesOf(await stopped)).toEqual(['UPSTREAM_TIMEOUT']);
    expect(backend.traffic.wire).toEqual([]);
    release();
    expect(codesOf(await patient)).toEqual([]);
    expect([server.requests.length, sent()]).toEqual([1, ['Bearer out.1']]);
  });

  it('a token that the backend refuses is replaced once; one that it takes meanwhile is replaced again', async () => {
    await using gate = open({ oauth2: client() });
    const refused = `{ a: ${backend.fields.fail('"unauthenticated"')} }`;
    const asked = [item('1'), refused, refused, refused, item('2'), refused, item('3')];
    const answers = [];
    for (const query of asked) answers.push(codesOf(await gate.ask(query)));
    const failed = ['UPSTREAM_ERROR'];
    expect(answers).toEqual([[], failed, failed, failed, [], failed, []]);
    // Where a bare 401 says that nothing was done, the call is sent once more with a token that is new.
    const isRepeated = protocol === 'openapi' || protocol === 'soap';
    const tokens = isRepeated ? [1, 1, 2, 2, 2, 2, 2, 3, 3] : [1, 1, 2, 2, 2, 2, 3];
    expect(sent()).toEqual(tokens.map(number => `Bearer out.${number}`));
  });

  it('speaks of the client where his own credential is refused', async () => {
    const principal = principalOf('ann', subjectToken('ann'));
    const denied = `{ a: ${backend.fields.fail('"denied"')} }`;
    const exchanging = exchange();
    const own: Credential = { oauth2: client() };
    for (const [credential, code] of [
      [exchanging, 'FORBIDDEN'],
      [own, 'UPSTREAM_ERROR'],
    ] as const) {
      await using gate = open(credential);
      expect(codesOf(await gate.ask(denied, {}, { principal }))).toEqual([code]);
    }
  });
});

describe('a source that needs nobody to sign in', () => {
  it.each(Object.keys(startBackend))('has its calls neither wrapped nor delayed: %s', async protocol => {
    await using backend = disposable(await startBackend[protocol]!());
    const adapter = await adapters[protocol]!();
    const { blueprint } = await described(backend, adapter);
    for (const credential of [undefined, { bearer: 't' }]) {
      const options = { ...defaultSourceOptions, ...(credential ? { credential } : {}) };
      const source = { name: 'plain', protocol, endpoint: backend.endpoint, options };
      const subschema = adapter.connect(blueprint, source);
      expect(signedIn(subschema, source)).toBe(subschema);
      await subschema.close();
    }
  });
});

describe('loading a description from a backend', () => {
  it('signs in as the gateway itself, or not at all', async () => {
    await using backend = disposable(await startBackend['graphql']!());
    const adapter = await adapters['graphql']!();
    const credentials: Credential[] = [
      { oauth2: client() },
      exchange(),
      exchange({ withoutToken: 'client-credentials' }),
      { passThrough: { header: 'authorization', withoutToken: 'refuse' } },
    ];
    const seen: (readonly unknown[])[] = [];
    for (const credential of credentials) {
      backend.traffic.reset();
      seen.push(await describedWire(backend, adapter, credential));
    }
    expect(seen).toEqual([['Bearer out.1'], [undefined], ['Bearer out.2'], [undefined]]);
    expect(server.requests.map(({ parameters }) => parameters['grant_type'])).toEqual([
      'client_credentials',
      'client_credentials',
    ]);
  });

  it('is refused, with its reason, where the authorization server refuses', async () => {
    await using backend = disposable(await startBackend['graphql']!());
    const adapter = await adapters['graphql']!();
    const credential: Credential = { oauth2: client({ clientSecret: 'wrong' }) };
    await expect(described(backend, adapter, { credential })).rejects.toThrow(
      'The gateway cannot sign in to the source "contract".',
    );
    expect(backend.traffic.wire).toEqual([]);
  });
});

/** The authorization of each message that loading has caused; `describe` itself forgets them. */
async function describedWire(backend: Backend, adapter: Adapter, credential: Credential): Promise<readonly unknown[]> {
  const source = { name: 'contract', protocol: backend.protocol, endpoint: backend.endpoint };
  const options = { ...defaultSourceOptions, credential };
  const outcome = await adapter.describe(
    { ...source, options },
    { reader: openReader({ ...source, options }), signal: new AbortController().signal },
  );
  expect(outcome.ok).toBe(true);
  return backend.traffic.wire.map(({ headers }) => (headers as Record<string, unknown>)['authorization']);
}

function disposable(backend: Backend): Backend & AsyncDisposable {
  return { ...backend, [Symbol.asyncDispose]: () => backend.close() };
}
