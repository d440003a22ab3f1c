import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OAuth2Server } from 'oauth2-mock-server';
import { pino } from 'pino';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { plainAdapter } from '../registry/plain-adapter.ts';
import { type Certificate, hasOpenssl, makeAuthority, makeCertificate } from '../support/certificates.ts';

let folder: string;
let gateway: Gateway | undefined;
let logged: string[];
let agents: Agent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-identity-'));
  logged = [];
  agents = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(agents.map(agent => agent.destroy()));
  await gateway?.close();
  gateway = undefined;
  await rm(folder, { recursive: true });
});

const doors = ['both', 'yoga'] as const;

async function open(sections: string, door: (typeof doors)[number] = 'both', settings = ''): Promise<Gateway> {
  const source = 'sources:\n  a: { protocol: graphql, document: a.txt, endpoint: "http://127.0.0.1:9/" }\n';
  await writeFile(join(folder, 'a.txt'), 'type Query { a: String }');
  await writeFile(join(folder, 'selvage.yaml'), `gateway:\n  port: 0\n${settings}${source}${sections}`);
  gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    door,
    log: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    report: () => undefined,
    registry: { adapters: { graphql: plainAdapter().adapters.plain } },
  });
  await gateway.listen();
  return gateway;
}

interface Asked {
  readonly status: number;
  readonly body: unknown;
  readonly challenge: unknown;
}

async function ask(headers: Record<string, string>, connect: object = {}, more: object = {}): Promise<Asked> {
  const agent = new Agent({ connect });
  agents.push(agent);
  const response = await request(`${gateway?.url}/graphql`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query: '{ a }', ...more }),
  });
  const challenge = response.headers['www-authenticate'];
  return { status: response.statusCode, body: await response.body.json(), challenge };
}

/** Lines of the access log, without their times and ids. */
function operations() {
  return logged
    .map(line => JSON.parse(line))
    .filter(({ msg }) => msg === 'operation')
    .map(({ status, via, errors }) => ({ status, via, errors }));
}

const answered = { data: { a: 'a' } };

describe.each(doors)('behind the door "%s", a real identity provider', door => {
  let provider: OAuth2Server;
  let issuer: string;

  beforeEach(async () => {
    provider = new OAuth2Server();
    await provider.issuer.keys.generate('RS256', { kid: 'first' });
    await provider.start(0, '127.0.0.1');
    issuer = provider.issuer.url ?? '';
  });

  /** It is not reached any more, but what it has signed goes round. */
  const stop = async () => {
    await provider.stop();
    provider.issuer.url = issuer;
  };
  afterEach(() => (provider.listening ? provider.stop() : undefined));

  const identity = (extra = '') => `identity:
  providers:
    - name: corporate
      jwt: { issuer: "${issuer}", audience: api, discovery: true${extra} }
`;

  const token = (claims: Record<string, unknown> = {}, kid?: string) =>
    provider.issuer.buildToken({
      ...(kid === undefined ? {} : { kid }),
      scopesOrTransform: (_header, payload) => void Object.assign(payload, { sub: 'ada', aud: 'api', ...claims }),
    });

  it('J1: lets in whom it has given a token, and refuses a forged one', async () => {
    await open(identity(), door);
    const good = await token();
    expect(await ask({ authorization: `Bearer ${good}` })).toMatchObject({ status: 200, body: answered });
    expect(await ask({})).toMatchObject({ status: 200, body: answered });
    const stranger = new OAuth2Server();
    await stranger.issuer.keys.generate('RS256', { kid: 'first' });
    stranger.issuer.url = issuer;
    const forged = await stranger.issuer.buildToken({
      scopesOrTransform: (_header, payload) => void Object.assign(payload, { sub: 'ada', aud: 'api' }),
    });
    expect(await ask({ authorization: `Bearer ${forged}` })).toEqual({
      status: 401,
      body: { errors: [{ message: 'The token is not valid.', extensions: { code: 'UNAUTHENTICATED' } }] },
      challenge: 'Bearer realm="selvage", error="invalid_token", error_description="The token is not valid."',
    });
    expect(operations()).toEqual([
      { status: 200, via: 'corporate', errors: [] },
      { status: 200, via: undefined, errors: [] },
      { status: 401, via: undefined, errors: ['UNAUTHENTICATED'] },
    ]);
    for (const secret of [good, forged]) {
      for (const part of secret.split('.')) expect(logged.join('')).not.toContain(part);
    }
  });

  it.each([
    ['J3: a token for another audience', { aud: 'shop' }],
    ['J3: a token without an expiry', { exp: undefined }],
    ['J4: a token that has expired', { exp: Math.floor(Date.now() / 1_000) - 31 }],
  ])('%s is refused', async (_, claims) => {
    await open(identity(), door);
    expect(await ask({ authorization: `Bearer ${await token(claims)}` })).toMatchObject({ status: 401 });
  });

  it('J5: goes on with the keys it had when the provider is down, through a reload too', async () => {
    const { reload } = await open(identity(), door);
    await ask({ authorization: `Bearer ${await token()}` });
    await stop();
    expect(await ask({ authorization: `Bearer ${await token({ sub: 'bob' })}` })).toMatchObject({ status: 200 });
    await writeFile(
      join(folder, 'selvage.yaml'),
      `gateway: { port: 0, deadline: 9s }\nsources:\n  a: { protocol: graphql, document: a.txt, endpoint: "http://127.0.0.1:9/" }\n${identity()}`,
    );
    expect((await reload.call(gateway)).ok).toBe(true);
    expect(await ask({ authorization: `Bearer ${await token({ sub: 'eve' })}` })).toMatchObject({ status: 200 });
  });

  it('J5: is believed by its new key 30 s after the old ones were fetched, and by nothing in between', async () => {
    await open(identity(), door);
    await ask({ authorization: `Bearer ${await token({}, 'first')}` });
    await provider.issuer.keys.generate('RS256', { kid: 'second' });
    const fresh = { authorization: `Bearer ${await token({}, 'second')}` };
    expect(await ask(fresh)).toMatchObject({ status: 401 });
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 31_000);
    expect(await ask(fresh)).toMatchObject({ status: 200 });
    expect(await ask({ authorization: `Bearer ${await token({ sub: 'bob' }, 'first')}` })).toMatchObject({
      status: 200,
    });
  });

  it('J5: is closed when the provider was never reached', async () => {
    await open(identity(), door);
    await stop();
    expect(await ask({ authorization: `Bearer ${await token()}` })).toMatchObject({
      status: 503,
      body: { errors: [{ message: 'Who signed the token cannot be told now.' }] },
    });
    expect(await ask({})).toMatchObject({ status: 200 });
  });

  it('R2: is not taken from anything that a body says', async () => {
    await open(identity(), door);
    const principal = { subject: 'root', scopes: [], claims: {}, via: 'corporate' };
    expect(await ask({}, {}, { principal, extensions: { principal } })).toMatchObject({ status: 200 });
    expect(await ask({ 'x-selvage-principal': JSON.stringify(principal) })).toMatchObject({ status: 200 });
    expect(operations().map(({ via }) => via)).toEqual([undefined, undefined]);
  });

  it('is beside API keys that are read again when their file is', async () => {
    const keys = (key: string) =>
      writeFile(
        join(folder, 'keys.yaml'),
        `keys:\n  - { owner: billing, sha256: ${createHash('sha256').update(key).digest('hex')}, scopes: [read] }\n`,
      );
    await keys('first-key');
    const { reload } = await open(`${identity()}    - { name: partners, apiKeys: { file: keys.yaml } }\n`, door);
    expect(await ask({ 'x-api-key': 'first-key' })).toMatchObject({ status: 200 });
    await keys('second-key');
    expect((await reload.call(gateway)).ok).toBe(true);
    expect(await ask({ 'x-api-key': 'first-key' })).toMatchObject({ status: 401 });
    expect(await ask({ 'x-api-key': 'second-key' })).toMatchObject({ status: 200 });
    expect(operations().map(({ via }) => via)).toEqual(['partners', undefined, 'partners']);
    expect(logged.join('')).not.toMatch(/first-key|second-key/);
  });
});

describe.skipIf(!hasOpenssl)('mutual TLS', () => {
  let certificates: string;
  let authority: Certificate;
  let server: Certificate;
  let client: Certificate;
  let forged: Certificate;

  beforeAll(async () => {
    certificates = await mkdtemp(join(tmpdir(), 'selvage-certificates-'));
    authority = makeAuthority(certificates, 'authority');
    server = makeCertificate(certificates, authority, 'server', 'IP:127.0.0.1');
    client = makeCertificate(certificates, authority, 'job-1', 'URI:spiffe://corp/job/1,DNS:job.corp,email:job@corp');
    forged = makeCertificate(
      certificates,
      makeAuthority(certificates, 'stranger'),
      'forged',
      'URI:spiffe://corp/job/1',
    );
  });
  afterAll(() => rm(certificates, { recursive: true }));

  const settings = (more = '') => `  tls: { cert: "${server.files.cert}", key: "${server.files.key}"${more} }\n`;
  const asking = (more = '') => settings(`, clientCa: "${authority.files.cert}"${more}`);
  const machines = (subject: string, more = '') =>
    `identity:\n  providers:\n    - { name: machines, clientCertificate: { subject: ${subject}, scopes: [run]${more} } }\n`;
  const trusting = () => ({ ca: authority.cert });
  const showing = ({ cert, key }: Certificate) => ({ ...trusting(), cert, key });

  it.each(doors)('J9: makes the owner of the certificate the principal, behind the door "%s"', async door => {
    const opened = await open(machines('uri'), door, asking());
    expect(opened.url).toMatch(/^https:/);
    expect(await ask({}, showing(client))).toMatchObject({ status: 200, body: answered });
    expect(await ask({}, trusting())).toMatchObject({ status: 200, body: answered });
    expect(operations().map(({ via }) => via)).toEqual(['machines', undefined]);
  });

  it('J9: believes no header that speaks of a certificate', async () => {
    await open(machines('uri'), 'both', asking());
    const xfcc = 'By=spiffe://corp/gateway;Hash=00;Subject="CN=job-1";URI=spiffe://corp/job/1';
    const headers = { 'x-forwarded-client-cert': xfcc, 'x-ssl-client-s-dn': 'CN=job-1', 'ssl-client-cert': 'x' };
    await ask(headers, trusting());
    await ask({ ...headers, 'x-client-cert': encodeURIComponent(client.cert) }, trusting());
    expect(operations().map(({ via }) => via)).toEqual([undefined, undefined]);
  });

  it('J9: gives no connection to a certificate of a strange authority', async () => {
    await open(machines('uri'), 'both', asking());
    const asked = Array.from({ length: 30 }, () => ask({}, showing(forged)));
    for (const each of await Promise.allSettled(asked)) expect(each.status).toBe('rejected');
    expect(operations()).toEqual([]);
  });

  it('J9: gives none to a client without one where it is required', async () => {
    await open(machines('uri'), 'both', asking(', clientCertificates: required'));
    await expect(ask({}, trusting())).rejects.toThrow();
    await expect(ask({}, showing(forged))).rejects.toThrow();
    expect(await ask({}, showing(client))).toMatchObject({ status: 200 });
    expect(operations().length).toBe(1);
  });

  it('J9: refuses a certificate that no provider takes', async () => {
    await open(machines('dns', ', allow: ["*.other"]'), 'both', asking());
    expect(await ask({}, showing(client))).toMatchObject({ status: 401, challenge: undefined });
  });

  it.each([
    ['commonName', 'job-1'],
    ['dns', 'job.*'],
    ['email', 'job@corp'],
  ])('J9: takes its %s', async (subject, allow) => {
    await open(machines(subject, `, allow: ["${allow}"]`), 'both', asking());
    expect(await ask({}, showing(client))).toMatchObject({ status: 200 });
    expect(operations()[0]?.via).toBe('machines');
  });

  it('asks for no certificate where no authority is named', async () => {
    await open('', 'both', settings());
    expect(await ask({}, showing(forged))).toMatchObject({ status: 200 });
  });

  it('answers nothing that is not TLS', async () => {
    const { url = '' } = await open('', 'both', settings());
    await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow();
  });
});
