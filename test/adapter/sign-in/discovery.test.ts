import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TokenEndpoint } from '../../../src/adapter/sign-in/token-endpoint.ts';
import { tokenUrlOf } from '../../../src/adapter/sign-in/token-url-of.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { issuerOf } from '../../../src/source/issuer-of.ts';
import { defaultSourceOptions, type Source } from '../../../src/source/source.ts';
import {
  type AuthorizationServer,
  clientSecret,
  startAuthorizationServer,
} from '../../support/authorization-server.ts';

const discovered = (path: string) => `https://login.test${path}`;

describe('the issuer of metadata', () => {
  it.each([
    ['/.well-known/openid-configuration', ''],
    ['/realms/shop/.well-known/openid-configuration', '/realms/shop'],
    ['/.well-known/oauth-authorization-server', ''],
    ['/.well-known/oauth-authorization-server/realms/shop', '/realms/shop'],
  ])('of %s is the host and "%s"', (path, issuer) => {
    expect(issuerOf(discovered(path))).toBe(`https://login.test${issuer}`);
  });

  it.each(['/metadata', '/.well-known/openid-configuration/x', ''])('is not told by %s', path => {
    expect(issuerOf(discovered(path))).toBeUndefined();
  });
});

describe('the token endpoint in metadata', () => {
  const discoveryUrl = discovered('/a/.well-known/openid-configuration');
  const metadata = { issuer: 'https://login.test/a', token_endpoint: 'https://tokens.test/token' };

  it.each([
    ['as the issuer writes itself', metadata, undefined],
    ['with a slash at its end', { ...metadata, issuer: 'https://login.test/a/' }, undefined],
    ['of the issuer that is configured', { ...metadata, issuer: 'urn:shop' }, 'urn:shop'],
  ])('is taken %s', (_, told, issuer) => {
    const client = { discoveryUrl, ...(issuer === undefined ? {} : { issuer }) };
    expect(tokenUrlOf(told, client)).toBe('https://tokens.test/token');
  });

  it.each<[string, unknown, string]>([
    ["another issuer's", { ...metadata, issuer: 'https://login.test/b' }, 'another issuer'],
    ["nobody's", { token_endpoint: metadata.token_endpoint }, 'another issuer'],
    ['no metadata', 'hello', 'another issuer'],
    ['without an endpoint', { issuer: metadata.issuer }, 'no token endpoint'],
    ['plain', { ...metadata, token_endpoint: 'http://tokens.test/token' }, 'no token endpoint'],
    ['of another scheme', { ...metadata, token_endpoint: 'file:///etc/passwd' }, 'no token endpoint'],
    ['of this machine', { ...metadata, token_endpoint: 'http://127.0.0.1/token' }, 'from https to http'],
    ['with a user name', { ...metadata, token_endpoint: 'https://a:b@tokens.test/' }, 'no token endpoint'],
  ])('is refused: %s', (_, told, reason) => {
    expect(() => tokenUrlOf(told, { discoveryUrl })).toThrow(reason);
  });
});

describe('a token endpoint that is discovered', () => {
  let login: AuthorizationServer;
  let http: Server;
  let origin: string;
  let asked: string[];
  let answer: (origin: string) => { readonly status?: number; readonly body: unknown };
  beforeEach(async () => {
    login = await startAuthorizationServer();
    asked = [];
    http = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { status = 200, body } = answer(origin);
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`; // it listens on a port
    answer = issuer => ({ body: { issuer, token_endpoint: login.tokenUrl } });
  });
  afterEach(async () => {
    http.close();
    http.closeAllConnections();
    await login.close();
  });

  const open = () => {
    const source: Source = {
      name: 'orders',
      protocol: 'openapi',
      options: { ...defaultSourceOptions, timeout: 60_000 },
    };
    const discoveryUrl = `${origin}/.well-known/openid-configuration`;
    const client = { clientId: 'gateway', clientSecret, authentication: 'basic', scopes: [] } as const;
    return new TokenEndpoint(source, { ...client, discoveryUrl });
  };

  it('is asked for once, and again when no token comes from there', async () => {
    const endpoint = open();
    await Promise.all([endpoint.clientCredentials(), endpoint.clientCredentials()]);
    await endpoint.clientCredentials();
    expect([asked, login.requests.length]).toEqual([['GET /.well-known/openid-configuration'], 3]);
    login.answer = () => ({ status: 503, body: '' });
    await expect(endpoint.clientCredentials()).rejects.toBeInstanceOf(GatewayError);
    login.answer = undefined;
    await endpoint.clientCredentials();
    expect(asked).toHaveLength(2);
    await endpoint.close();
  });

  it.each<[string, { readonly status?: number; readonly body: unknown }, string, object]>([
    ['there is none', { status: 404, body: '' }, 'UPSTREAM_ERROR', { status: 404, reason: 'there are no metadata' }],
    ['it leads elsewhere', { status: 302, body: '' }, 'UPSTREAM_ERROR', { status: 302 }],
    ['it is no JSON', { body: '<html>' }, 'UPSTREAM_MALFORMED', { status: 200 }],
    [
      'it is of another',
      { body: { issuer: 'https://evil.test', token_endpoint: 'https://evil.test/token' } },
      'UPSTREAM_MALFORMED',
      { reason: 'the metadata are those of another issuer' },
    ],
  ])('and %s: signs nobody in', async (_, told, code, cause) => {
    answer = () => told;
    const endpoint = open();
    const error: unknown = await endpoint.clientCredentials().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: 'The gateway cannot sign in to the source "orders".', cause });
    expect(error).toMatchObject({ cause: { tokenEndpoint: `${origin}/.well-known/openid-configuration` } });
    expect(login.requests).toEqual([]);
    await endpoint.close();
  });
});
