import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KeyOrigin } from '../../../src/edge/identity/identity-options.ts';
import { bearer, issuer, jwtOptions, start, told, type World, world } from './world.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let first: Keys;
let second: Keys;
let server: Server;
let url: string;
let worlds: World[];
/** Paths in the order that they were asked for. */
let fetched: string[];
let answer: RequestListener;
let opens = 0;

beforeAll(async () => {
  [first, second] = await Promise.all([
    generateKeyPair('ES256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
});

beforeEach(async () => {
  fetched = [];
  worlds = [];
  answer = keySet(await jwk(first, 'first'));
  opens += 1;
  const place = `/${opens}`; // keys are known by their address for as long as the process lives, and a port may come again
  server = createServer((request, response) => {
    request.url = request.url?.slice(place.length) ?? '';
    fetched.push(request.url);
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${place}`;
});

afterEach(async () => {
  for (const each of worlds) await each.close();
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

async function jwk({ publicKey }: Keys, kid: string): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
}

function keySet(...keys: JWK[]): RequestListener {
  return (_, response) => response.end(JSON.stringify({ keys }));
}

const fails: RequestListener = (_, response) => response.writeHead(500).end();

function open(keys: KeyOrigin = { kind: 'jwks', url: `${url}/keys` }, named = issuer): World {
  const opened = world({ providers: [{ name: 'corporate', jwt: jwtOptions(keys, { issuer: named }) }] });
  worlds.push(opened);
  return opened;
}

let serial = 0;

/** A token that was never seen before. */
function token(by: Keys = first, kid = 'first', claims: Record<string, unknown> = {}): Promise<string> {
  serial += 1;
  const good = { iss: issuer, aud: 'api', sub: `user-${serial}`, exp: start + 200_000 };
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(by.privateKey);
}

async function statusOf({ ask }: World, given: string | Promise<string>): Promise<number> {
  return (await ask(bearer(await given))).status;
}

describe('the keys of an issuer', () => {
  it('J5: are fetched once for 200 who wait for them', async () => {
    const opened = open();
    const tokens = await Promise.all(Array.from({ length: 200 }, () => token()));
    const statuses = await Promise.all(tokens.map(each => statusOf(opened, each)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(fetched).toEqual(['/keys']);
  });

  it('J5: are not fetched until somebody asks', async () => {
    const { ask, seen } = open();
    await ask({});
    expect(seen[0]?.via).toBe('anonymous');
    expect(fetched).toEqual([]);
  });

  it('J5: are not fetched again for 500 tokens that name unknown ones', async () => {
    const opened = open();
    await statusOf(opened, token());
    opened.clock.seconds += 29;
    const unknown = await Promise.all(Array.from({ length: 500 }, (_, index) => token(second, `unknown-${index}`)));
    const statuses = await Promise.all(unknown.map(each => statusOf(opened, each)));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(fetched).toEqual(['/keys']);
    // Once more when the 30 s are over, for all of them.
    opened.clock.seconds += 1;
    await Promise.all(unknown.map(each => statusOf(opened, each)));
    expect(fetched).toEqual(['/keys', '/keys']);
  });

  it('J5: are seen to have been rotated within 31 s', async () => {
    const opened = open();
    await statusOf(opened, token());
    answer = keySet(await jwk(second, 'second'));
    opened.clock.seconds += 29;
    expect(await statusOf(opened, token(second, 'second'))).toBe(401);
    opened.clock.seconds += 2;
    expect(await statusOf(opened, token(second, 'second'))).toBe(200);
    // The old key was taken out: nothing that it signs is believed any more, unless it was verified before.
    expect(await statusOf(opened, token(first, 'first'))).toBe(401);
    expect(fetched.length).toBe(2);
  });

  it('J5: are fetched anew every 10 minutes without anybody waiting for it', async () => {
    const opened = open();
    await statusOf(opened, token());
    opened.clock.seconds += 600;
    answer = (request, response) => setTimeout(() => keySet()(request, response), 20);
    expect(await statusOf(opened, token())).toBe(200);
    while (fetched.length < 2) await new Promise(resolve => setTimeout(resolve, 5));
    expect(fetched.length).toBe(2);
  });

  it('J5: are good for 24 h of an outage, and for no longer', async () => {
    const opened = open();
    await statusOf(opened, token());
    answer = fails;
    for (const hour of [1, 5, 12, 23]) {
      opened.clock.seconds = start + hour * 3_600;
      expect(await statusOf(opened, token())).toBe(200);
    }
    opened.clock.seconds = start + 24 * 3_600 + 60;
    const { ask } = opened;
    expect(told(await ask(bearer(await token())))).toEqual({
      status: 503,
      code: 'UNAUTHENTICATED',
      message: 'Who signed the token cannot be told now.',
      retryAfter: '5',
    });
    answer = keySet(await jwk(first, 'first'));
    opened.clock.seconds += 60;
    expect(await statusOf(opened, token())).toBe(200);
  });

  it('J5: that nobody could fetch yet let nobody in, and are asked for every 5 s at most', async () => {
    answer = fails;
    const opened = open();
    const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(opened, token())));
    expect(new Set(statuses)).toEqual(new Set([503]));
    opened.clock.seconds += 4;
    expect(await statusOf(opened, token())).toBe(503);
    expect(fetched.length).toBe(1);
    answer = keySet(await jwk(first, 'first'));
    opened.clock.seconds += 1;
    expect(await statusOf(opened, token())).toBe(200);
    expect(fetched.length).toBe(2);
    const told = opened.logged.map(line => JSON.parse(line)).filter(({ provider }) => provider === 'corporate');
    expect(told.map(({ msg }) => msg)).toEqual([
      'an identity provider cannot be asked',
      'the identity provider can be asked again',
    ]);
  });

  it.each<[string, RequestListener, string]>([
    ['status 500', fails, 'the answer has status 500'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      'the answer has status 302',
    ],
    [
      'more than 256 KiB',
      (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(256 * 1024)}"}`),
      'the answer has more than 262144 bytes',
    ],
    ['no JSON', (_, response) => response.end('<html>'), 'the answer is no JSON object'],
    ['no key set', (_, response) => response.end('{"keys":{}}'), 'the answer is no set of keys'],
    ['a connection that ends', request => request.destroy(), 'not reached (UND_ERR_SOCKET)'],
  ])('J5: are not taken from %s', async (_, bad, reason) => {
    answer = bad;
    const opened = open();
    expect(await statusOf(opened, token())).toBe(503);
    expect(fetched).toEqual(['/keys']);
    const [line] = opened.logged.map(each => JSON.parse(each)).filter(({ provider }) => provider === 'corporate');
    expect(line).toMatchObject({ msg: 'an identity provider cannot be asked', reason });
  });

  it('J5: outlive the configuration that they were fetched for', async () => {
    expect(await statusOf(open(), token())).toBe(200);
    answer = fails;
    expect(await statusOf(open(), token())).toBe(200);
    expect(fetched.length).toBe(1);
  });

  it('J1: of a symmetric kind are no keys', async () => {
    answer = keySet({ kty: 'oct', k: Buffer.alloc(32).toString('base64url'), kid: 'first', alg: 'HS256' });
    const opened = open();
    const claims = { iss: issuer, aud: 'api', sub: 'a', exp: start + 60 };
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(Buffer.alloc(32));
    expect(await statusOf(opened, forged)).toBe(401);
    expect(fetched).toEqual([]);
  });
});

describe('discovery', () => {
  const well = '/.well-known/openid-configuration';
  let metadata: Record<string, unknown>;

  beforeEach(() => {
    metadata = { issuer: url, jwks_uri: `${url}/keys` };
    const keys = answer;
    answer = (request, response) =>
      request.url === well ? void response.end(JSON.stringify(metadata)) : keys(request, response);
  });

  const asked = async () => statusOf(open({ kind: 'discovery' }, url), token(first, 'first', { iss: url }));

  it('J5: tells where the keys are', async () => {
    expect(await asked()).toBe(200);
    expect(fetched).toEqual([well, '/keys']);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['another issuer', () => ({ issuer: `${url}/`, jwks_uri: `${url}/keys` })],
    ['keys without TLS on another machine', () => ({ issuer: url, jwks_uri: 'http://192.0.2.1/keys' })],
    ['keys in a file', () => ({ issuer: url, jwks_uri: 'file:///etc/passwd' })],
    ['no keys', () => ({ issuer: url })],
  ])('J5: is not followed to %s', async (_, wrong) => {
    metadata = wrong();
    expect(await asked()).toBe(503);
    expect(fetched).toEqual([well]);
  });
});
