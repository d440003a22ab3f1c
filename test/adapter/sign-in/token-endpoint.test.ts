import { createRemoteJWKSet, jwtVerify } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenEndpoint } from '../../../src/adapter/sign-in/token-endpoint.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { errorReport } from '../../../src/edge/errors/error-report.ts';
import { defaultSourceOptions, type OAuthClient, type Source } from '../../../src/source/source.ts';
import {
  type AuthorizationServer,
  clientSecret,
  startAuthorizationServer,
  subjectToken,
} from '../../support/authorization-server.ts';

let server: AuthorizationServer;
let endpoint: TokenEndpoint;
beforeEach(async () => {
  server = await startAuthorizationServer();
  endpoint = endpointOf({});
});
afterEach(async () => {
  await endpoint.close();
  await server.close();
});

function endpointOf(more: Partial<OAuthClient>, timeout = 60_000): TokenEndpoint {
  const client = { tokenUrl: server.tokenUrl, clientId: 'gateway', clientSecret, scopes: [], ...more };
  const source: Source = { name: 'orders', protocol: 'openapi', options: { ...defaultSourceOptions, timeout } };
  return new TokenEndpoint(source, { authentication: 'basic', ...client });
}

const exchange = { subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt', withoutToken: 'refuse' } as const;
const exchanged = (token: string) =>
  endpoint.exchanged(token, {
    ...exchange,
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    tokenUrl: '',
    clientId: '',
    clientSecret: '',
    authentication: 'basic',
    scopes: [],
  });

async function failure(asking: Promise<unknown>): Promise<GatewayError> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof GatewayError)) throw new TypeError('It did not fail as a GatewayError.', { cause: error });
  return error;
}

describe('a token endpoint', () => {
  it.each([
    [3_600, 3_570_000],
    [60, 54_000],
    [undefined, 54_000],
    [0, 0],
  ])('a lifetime of %s s is used for %s ms', async (lifetime, usableFor) => {
    server.lifetime = lifetime;
    expect(await endpoint.clientCredentials()).toEqual({ headers: { authorization: 'Bearer out.1' }, usableFor });
  });

  it('is asked as RFC 8693, 2.1 says', async () => {
    endpoint = endpointOf({ audience: 'orders', resource: 'https://orders.example.com/', scopes: ['a', 'b'] });
    await exchanged(subjectToken('ann'));
    expect(server.requests).toEqual([
      {
        client: `gateway:${clientSecret}`,
        parameters: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: subjectToken('ann'),
          subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          audience: 'orders',
          resource: 'https://orders.example.com/',
          scope: 'a b',
        },
      },
    ]);
  });

  it('gets on with a server of another hand', async () => {
    const other = new OAuth2Server();
    await other.issuer.keys.generate('RS256');
    await other.start(0, '127.0.0.1');
    try {
      const issuer = other.issuer.url!;
      endpoint = endpointOf({ tokenUrl: `${issuer}/token`, scopes: ['read'] });
      const { headers } = await endpoint.clientCredentials();
      const [, token] = /^Bearer (.+)$/.exec(headers['authorization'] ?? '') ?? [];
      const { payload } = await jwtVerify(token!, createRemoteJWKSet(new URL(`${issuer}/jwks`)), { issuer });
      expect(payload['scope']).toBe('read');
    } finally {
      await other.stop();
    }
  });

  const granted = { access_token: 'tok-secret', token_type: 'Bearer' };
  it.each([
    ['refuses', { status: 400, body: { error: 'invalid_grant', error_description: 'expired' } }, 'UPSTREAM_ERROR'],
    ['knows us not', { status: 401, body: { error: 'invalid_client' } }, 'UPSTREAM_ERROR'],
    ['fails', { status: 503, body: '<html>' }, 'UPSTREAM_ERROR'],
    ['leads elsewhere', { status: 302, body: '' }, 'UPSTREAM_ERROR'],
    ['answers with no JSON', { body: 'token' }, 'UPSTREAM_MALFORMED'],
    ['answers without a token', { body: { token_type: 'Bearer' } }, 'UPSTREAM_MALFORMED'],
    [
      'gives a token of a type that we cannot present',
      { body: { ...granted, token_type: 'DPoP' } },
      'UPSTREAM_MALFORMED',
    ],
    ['gives a token of an unknown type', { body: { ...granted, token_type: 'mac' } }, 'UPSTREAM_MALFORMED'],
    ['gives a token that splits a header', { body: { ...granted, access_token: 'a\r\nx: y' } }, 'UPSTREAM_MALFORMED'],
    ['answers without end', { body: 'x'.repeat(300_000) }, 'UPSTREAM_MALFORMED'],
    ['ends the connection', 'reset', 'UPSTREAM_UNREACHABLE'],
  ] as const)('that %s signs nobody in', async (_name, answer, code) => {
    server.answer = () => answer;
    const error = await failure(endpoint.clientCredentials());
    expect([error.code, error.message, error.details]).toEqual([
      code,
      'The gateway cannot sign in to the source "orders".',
      { source: 'orders' },
    ]);
    expect(server.requests).toHaveLength(1);
    const logged = JSON.stringify(errorReport(error));
    expect(logged).toContain(server.tokenUrl);
    for (const secret of [clientSecret, 'tok-secret']) expect(logged).not.toContain(secret);
  });

  it('that is down, or never answers, signs nobody in', async () => {
    server.answer = () => 'hang';
    endpoint = endpointOf({}, 50);
    expect((await failure(endpoint.clientCredentials())).code).toBe('UPSTREAM_TIMEOUT');
    await server.close();
    expect((await failure(endpointOf({}).clientCredentials())).code).toBe('UPSTREAM_UNREACHABLE');
  });

  it('is told the log in its own words, and nobody else', async () => {
    server.answer = () => ({ status: 400, body: { error: 'invalid_grant', error_description: 'the key expired' } });
    const { cause } = await failure(endpoint.clientCredentials());
    const { tokenUrl } = server;
    expect(cause).toEqual({
      tokenEndpoint: tokenUrl,
      status: 400,
      error: 'invalid_grant',
      description: 'the key expired',
    });
  });

  it('takes a token that is none for access (RFC 8693, 2.2.1)', async () => {
    server.answer = () => ({ body: { ...granted, token_type: 'N_A' } });
    expect((await exchanged(subjectToken('ann'))).headers).toEqual({ authorization: 'Bearer tok-secret' });
  });
});
