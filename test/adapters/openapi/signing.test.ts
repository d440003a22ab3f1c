import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallContext, Outcome } from '../../../src/adapter/adapter.ts';
import { openapi } from '../../../src/adapters/openapi/index.ts';
import type { Principal } from '../../../src/base/principal.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import {
  type AuthorizationServer,
  clientSecret,
  startAuthorizationServer,
  subjectToken,
} from '../../support/authorization-server.ts';
import { type Certificate, hasOpenssl, makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { principalOf } from '../../support/principal-of.ts';
import { describeDocument, source } from './describe-document.ts';

const responses = { 200: { description: '', content: { 'application/json': { schema: { type: 'string' } } } } };
const oauth2 = { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://login.test/token', scopes: {} } } };
const securitySchemes = {
  header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  query: { type: 'apiKey', in: 'query', name: 'api key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  other: { type: 'apiKey', in: 'cookie', name: 'tid' },
  basic: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
  machine: oauth2,
  oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://login.test/.well-known/openid-configuration' },
  person: { type: 'oauth2', flows: { authorizationCode: {} } },
};

/** A backend that remembers what it was asked and with what. */
interface Backend {
  readonly origin: string;
  readonly seen: IncomingMessage[];
  /** By the request's number, from 1. Default: 200. */
  status: (number: number) => number;
  close(): Promise<void>;
}

async function startBackend(): Promise<Backend> {
  const seen: IncomingMessage[] = [];
  const http: Server = createServer((request, response) => {
    seen.push(request);
    response.writeHead(backend.status(seen.length), { 'content-type': 'application/json' }).end('"ok"');
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo; // it listens on a port
  const backend: Backend = {
    origin: `http://127.0.0.1:${port}`,
    seen,
    status: () => 200,
    close: async () => {
      http.close();
      http.closeAllConnections();
    },
  };
  return backend;
}

let backend: Backend;
let upload: Backend;
let login: AuthorizationServer;
beforeAll(async () => {
  [backend, upload] = await Promise.all([startBackend(), startBackend()]);
});
beforeEach(async () => {
  login = await startAuthorizationServer();
  for (const each of [backend, upload]) {
    each.seen.length = 0;
    each.status = () => 200;
  }
});
afterEach(() => login.close());
afterAll(async () => {
  await backend.close();
  await upload.close();
});

interface Asking {
  readonly principal?: Principal;
  readonly headers?: CallContext['headers'];
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Operations by their security, and one that uploads elsewhere. */
async function open(security: Readonly<Record<string, unknown>>, options: Partial<SourceOptions>) {
  const operation = (operationId: string, requirements: unknown) => ({
    get: { operationId, responses, ...(requirements === undefined ? {} : { security: requirements }) },
  });
  const paths = Object.entries(security).map(([name, requirements]) => [`/${name}`, operation(name, requirements)]);
  const elsewhere = {
    servers: [{ url: `${upload.origin}/v1` }],
    ...operation('upload', undefined),
    parameters: [{ name: 'X-Part', in: 'header', schema: { type: 'string' } }],
  };
  const from = source(options);
  const { description, call } = await describeDocument(
    {
      openapi: '3.1.0',
      servers: [{ url: `${backend.origin}/v1` }],
      components: { securitySchemes },
      paths: Object.fromEntries([...paths, ['/upload', elsewhere]]),
    },
    from,
  );
  const subschema = openapi.connect(description.blueprint, from);
  return {
    ask: async (name: string, { args = {}, ...asking }: Asking = {}): Promise<Outcome> => {
      const signal = new AbortController().signal;
      const context = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'r1', ...asking };
      const [outcome] = await subschema.send(call(name), [{ args }], context);
      return outcome!;
    },
    [Symbol.asyncDispose]: () => subschema.close(),
  };
}

const client = () => ({
  clientId: 'gateway',
  clientSecret,
  authentication: 'basic' as const,
  scopes: [],
});
const key = (value: string) => ({ apiKey: { value } });
const told = ({ seen }: Backend) =>
  seen.map(({ url, headers: { authorization, cookie, 'x-api-key': apiKey } }) => [url, authorization, cookie, apiKey]);

describe('a credential of the configuration', () => {
  it('goes to the operations that ask for its scheme, and to no other', async () => {
    const credentials = {
      header: key('h'),
      query: key('q&1'),
      cookie: key('c'),
      other: key('d'),
      basic: { basic: { username: 'u', password: 'p' } },
      bearer: { bearer: 't' },
    };
    const security = {
      none: [],
      silent: undefined,
      header: [{ header: [] }],
      query: [{ query: [] }],
      cookies: [{ cookie: [], other: [] }],
      basic: [{ basic: [] }],
      bearer: [{ machine: [] }, { bearer: [] }],
      all: [{ header: [], query: [], cookie: [], bearer: [] }],
    };
    await using shop = await open(security, { credentials });
    for (const name of Object.keys(security)) await shop.ask(name);
    expect(told(backend)).toEqual([
      ['/v1/none', undefined, undefined, undefined],
      ['/v1/silent', undefined, undefined, undefined],
      ['/v1/header', undefined, undefined, 'h'],
      ['/v1/query?api%20key=q%261', undefined, undefined, undefined],
      ['/v1/cookies', undefined, 'sid=c; tid=d', undefined],
      ['/v1/basic', `Basic ${Buffer.from('u:p').toString('base64')}`, undefined, undefined],
      ['/v1/bearer', 'Bearer t', undefined, undefined],
      ['/v1/all?api%20key=q%261', 'Bearer t', 'sid=c', 'h'],
    ]);
  });

  it('that is given for all goes to all but those that need none', async () => {
    await using shop = await open(
      { none: [], silent: undefined, basic: [{ basic: [] }] },
      { credential: { bearer: 't' } },
    );
    for (const name of ['none', 'silent', 'basic']) await shop.ask(name);
    expect(told(backend).map(([, authorization]) => authorization)).toEqual([undefined, 'Bearer t', 'Bearer t']);
  });

  it.each<[string, Partial<SourceOptions>, Asking, unknown[]]>([
    ['by its scheme', { credentials: { bearer: { bearer: 't' }, header: key('h') } }, {}, ['Bearer t', undefined]],
    ['by the alternative that is configured', { credentials: { header: key('h') } }, {}, [undefined, 'h']],
    ['by what is given for all', { credential: { bearer: 'a' } }, {}, ['Bearer a', undefined]],
    ['anonymously, where nothing is configured', {}, {}, [undefined, undefined]],
    [
      'by the token of a caller who has one',
      { credentials: { bearer: { passThrough: { header: 'authorization', withoutToken: 'unsigned' } } } },
      { principal: principalOf('ada', 'her-token') },
      ['Bearer her-token', undefined],
    ],
    [
      'anonymously for a caller without a token',
      { credentials: { bearer: { passThrough: { header: 'authorization', withoutToken: 'unsigned' } } } },
      {},
      [undefined, undefined],
    ],
  ])('that the operation may go without: it is called %s', async (_, options, asking, expected) => {
    await using shop = await open({ optional: [{}, { bearer: [] }, { header: [] }] }, options);
    expect(await shop.ask('optional', asking)).toEqual({ value: 'ok' });
    expect(told(backend).map(([, authorization, , apiKey]) => [authorization, apiKey])).toEqual([expected]);
  });

  it('never goes to a server of another origin, and neither do headers; arguments do', async () => {
    const options = { credential: { bearer: 't' }, headers: { 'x-api-key': 'h' }, forward: ['cookie'] };
    await using shop = await open({}, options);
    await shop.ask('upload', { headers: { cookie: 'sid=theirs' }, args: { X_Part: '7' } });
    expect(told(upload)).toEqual([['/v1/upload', undefined, undefined, undefined]]);
    expect(upload.seen[0]?.headers).toMatchObject({ 'x-part': '7', 'x-request-id': 'r1' });
    await using trusting = await open({}, { ...options, trustedOrigins: [upload.origin] });
    await trusting.ask('upload', { headers: { cookie: 'sid=theirs' } });
    expect(told(upload)[1]).toEqual(['/v1/upload', 'Bearer t', 'sid=theirs', 'h']);
  });
});

describe('a credential that is made while the gateway runs', () => {
  const security = { none: [], machine: [{ machine: [] }], person: [{ person: [] }], basic: [{ basic: [] }] };

  it('is asked for by the operations that need it alone, once for all of them', async () => {
    const credentials = { machine: { oauth2: { ...client(), tokenUrl: login.tokenUrl } } };
    await using shop = await open(security, { credentials, trustedOrigins: [] });
    await shop.ask('none');
    await shop.ask('upload');
    expect(login.requests).toEqual([]);
    await Promise.all(Array.from({ length: 50 }, () => shop.ask('machine')));
    expect(login.requests).toHaveLength(1);
    expect(new Set(told(backend).map(([url, authorization]) => `${url} ${authorization}`))).toEqual(
      new Set(['/v1/none undefined', '/v1/machine Bearer out.1']),
    );
    expect(told(upload)).toEqual([['/v1/upload', undefined, undefined, undefined]]);
  });

  it("is the gateway's for one operation and the caller's for another", async () => {
    const credentials = {
      machine: { oauth2: { ...client(), tokenUrl: login.tokenUrl } },
      person: { passThrough: { header: 'authorization', withoutToken: 'refuse' as const } },
      basic: {
        tokenExchange: {
          ...client(),
          tokenUrl: login.tokenUrl,
          subjectTokenType: 'urn:ietf:params:oauth:token-type:access_token',
          withoutToken: 'refuse' as const,
        },
      },
    };
    await using shop = await open(security, { credentials });
    const principal = principalOf('ann', subjectToken('ann'));
    for (const name of Object.keys(security)) await shop.ask(name, { principal });
    const sent = told(backend).map(([, authorization]) => authorization as string | undefined);
    expect(sent).toEqual([undefined, 'Bearer out.1', `Bearer ${subjectToken('ann')}`, 'Bearer out.2']);
    expect([...login.minted.values()].map(({ subject }) => subject)).toEqual(['gateway', 'ann']);
    expect(await shop.ask('person')).toMatchObject({ fault: { code: 'UNAUTHENTICATED' } });
    expect(backend.seen).toHaveLength(4);
  });

  it('speaks of the client where an operation is signed in to for him', async () => {
    const passThrough = { header: 'authorization', withoutToken: 'refuse' as const };
    const credentials = { person: { passThrough }, basic: { bearer: 't' } };
    await using shop = await open(security, { credentials });
    backend.status = () => 403;
    const principal = principalOf('ann', subjectToken('ann'));
    expect(await shop.ask('person', { principal })).toMatchObject({ fault: { code: 'FORBIDDEN' } });
    expect(await shop.ask('basic', { principal })).toMatchObject({ fault: { code: 'UPSTREAM_ERROR' } });
  });

  it('is made anew where the backend answers 401, and the call is sent once more', async () => {
    const credentials = { machine: { oauth2: { ...client(), tokenUrl: login.tokenUrl } } };
    await using shop = await open(security, { credentials });
    backend.status = number => (number === 2 ? 401 : 200);
    expect([await shop.ask('machine'), await shop.ask('machine')]).toEqual([{ value: 'ok' }, { value: 'ok' }]);
    const sent = () => told(backend).map(([, authorization]) => authorization);
    expect(sent()).toEqual(['Bearer out.1', 'Bearer out.1', 'Bearer out.2']);
    backend.status = () => 401;
    for (let call = 0; call < 3; call++)
      expect(await shop.ask('machine')).toMatchObject({ fault: { code: 'UPSTREAM_ERROR' } });
    expect(sent().slice(3)).toEqual(['Bearer out.2', 'Bearer out.3', 'Bearer out.3', 'Bearer out.3']);
    expect(login.requests).toHaveLength(3);
  });

  it('comes from where OpenID Connect’s discovery says', async () => {
    const issuer = new OAuth2Server();
    await issuer.issuer.keys.generate('RS256');
    await issuer.start(0, '127.0.0.1');
    try {
      const discoveryUrl = `${issuer.issuer.url}/.well-known/openid-configuration`;
      const credentials = { oidc: { openIdConnect: { ...client(), discoveryUrl, scopes: ['read'] } } };
      await using shop = await open({ oidc: [{ oidc: [] }] }, { credentials });
      await shop.ask('oidc');
      const [, token = ''] = /^Bearer \S+\.(\S+)\.\S+$/.exec(backend.seen[0]?.headers.authorization ?? '') ?? [];
      const claims: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
      expect(claims).toMatchObject({ iss: issuer.issuer.url, scope: 'read' });
    } finally {
      await issuer.stop();
    }
  });
});

describe.skipIf(!hasOpenssl)('a client certificate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selvage-signing-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Answers with the name in the client's certificate, or with nobody. */
  async function startTls(ca: Certificate, own: Certificate) {
    const https = createTlsServer(
      { ca: ca.cert, cert: own.cert, key: own.key, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate(); // it is a server of TLS
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(subject?.CN ?? 'nobody'));
      },
    );
    https.listen(0, '127.0.0.1');
    await once(https, 'listening');
    const close = () => {
      https.close();
      https.closeAllConnections();
    };
    return { origin: `https://localhost:${(https.address() as AddressInfo).port}`, close }; // it listens on a port
  }

  it('is shown to the source’s own servers alone', async () => {
    const ca = makeAuthority(folder, 'ca');
    const own = makeCertificate(folder, ca, 'server', 'DNS:localhost');
    const gateway = makeCertificate(folder, ca, 'gateway', 'DNS:gateway');
    const [shop, other] = [await startTls(ca, own), await startTls(ca, own)];
    const operation = (operationId: string) => ({ get: { operationId, responses, security: [{ mtls: [] }] } });
    const document = {
      openapi: '3.1.0',
      servers: [{ url: shop.origin }],
      components: { securitySchemes: { mtls: { type: 'mutualTLS' } } },
      paths: { '/own': operation('own'), '/other': { servers: [{ url: other.origin }], ...operation('other') } },
    };
    const from = source({ tls: { ca: ca.cert, cert: gateway.cert, key: gateway.key } });
    const { description, call, diagnostics } = await describeDocument(document, from);
    expect(diagnostics.map(({ code }) => code)).toEqual(['CREDENTIAL_WITHHELD']);
    const subschema = openapi.connect(description.blueprint, from);
    const signal = new AbortController().signal;
    const context = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'r1' };
    const ask = (name: string) => subschema.send(call(name), [{ args: {} }], context);
    expect([await ask('own'), await ask('other')]).toEqual([[{ value: 'gateway' }], [{ value: 'nobody' }]]);
    await subschema.close();
    shop.close();
    other.close();
  });
});
