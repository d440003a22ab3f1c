import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { IdentityOptions, JwtOptions } from '../../../src/edge/identity/identity-options.ts';
import { bearer, issuer, jwtOptions, start, told, type World, world } from './world.ts';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let rsa: Keys;
let other: Keys;
let ec: Keys;
let jwks: { keys: JWK[] };

beforeAll(async () => {
  [rsa, other, ec] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('ES256', { extractable: true }),
  ]);
  jwks = {
    keys: [
      { ...(await exportJWK(rsa.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' },
      { ...(await exportJWK(ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
    ],
  };
});

afterEach(() => vi.restoreAllMocks());

function corporate(options: Partial<JwtOptions> = {}, identity: Partial<IdentityOptions> = {}): World {
  return world({ providers: [{ name: 'corporate', jwt: jwtOptions({ kind: 'fixed', jwks }, options) }], ...identity });
}

const good = { iss: issuer, aud: 'api', sub: 'ada', exp: start + 60, scope: 'read write' };

interface Signing {
  readonly key?: Keys['privateKey'] | Uint8Array;
  readonly header?: Record<string, unknown>;
}

function sign(
  claims: Record<string, unknown> = {},
  { key = rsa.privateKey, header = {} }: Signing = {},
): Promise<string> {
  const written = Object.fromEntries(Object.entries({ ...good, ...claims }).filter(([, value]) => value !== undefined));
  return new SignJWT(written).setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header }).sign(key);
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The signature of one token under the head and claims of another. */
function spliced(token: string, header: unknown, claims: unknown): string {
  return `${part(header)}.${part(claims)}.${token.split('.')[2]}`;
}

/** How often a signature was computed. */
function countVerifications() {
  const verify = vi.spyOn(Object.getPrototypeOf(globalThis.crypto.subtle), 'verify');
  return () => verify.mock.calls.length;
}

describe('a token', () => {
  it('J1: makes a principal with its subject, scopes and claims, of this provider', async () => {
    const { ask, seen } = corporate();
    const token = await sign({ team: 'engines' });
    expect((await ask(bearer(token))).status).toBe(200);
    expect(seen).toEqual([
      {
        subject: 'ada',
        scopes: new Set(['read', 'write']),
        claims: { ...good, team: 'engines' },
        via: 'corporate',
        expires: 1_800_000_090_000, // with the tolerance of clocks
        token,
      },
    ]);
    expect(Object.getPrototypeOf(seen[0]?.claims)).toBe(null);
  });

  it.each<[string, () => Promise<string>]>([
    ['RS256', () => sign()],
    ['ES256', () => sign({}, { key: ec.privateKey, header: { alg: 'ES256', kid: 'ec' } })],
    ['RS256 without a kid', () => sign({}, { header: { kid: undefined } })],
  ])('J1: is taken with %s', async (_, token) => {
    const { ask } = corporate();
    expect(told(await ask(bearer(await token())))).toEqual({ status: 200 });
  });

  const forgeries: [string, () => Promise<string>][] = [
    ['J1: alg none', async () => `${part({ alg: 'none' })}.${part(good)}.`],
    ['J1: alg None, with a signature', async () => spliced(await sign(), { alg: 'None', kid: 'rsa' }, good)],
    [
      'J1: HS256 by the public key as PEM',
      async () => {
        const jwk = jwks.keys[0] as unknown as import('node:crypto').JsonWebKey;
        const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
        return sign({}, { key: Buffer.from(pem), header: { alg: 'HS256' } });
      },
    ],
    [
      'J1: HS256 by the modulus',
      async () => sign({}, { key: Buffer.from(jwks.keys[0]?.n ?? ''), header: { alg: 'HS256' } }),
    ],
    ['J1: RS512, which is not allowed', async () => spliced(await sign(), { alg: 'RS512', kid: 'rsa' }, good)],
    ['J1: no alg', async () => spliced(await sign(), { kid: 'rsa' }, good)],
    ['J1: PS256 by a key for RS256', async () => spliced(await sign(), { alg: 'PS256', kid: 'rsa' }, good)],
    ['J1: ES256 in name, signed by RSA', async () => spliced(await sign(), { alg: 'ES256', kid: 'ec' }, good)],
    [
      'J1: an ECDSA signature of nothing but zeros',
      async () => `${part({ alg: 'ES256', kid: 'ec' })}.${part(good)}.${Buffer.alloc(64).toString('base64url')}`,
    ],
    ['J1: the key of somebody else', () => sign({}, { key: other.privateKey })],
    ['J1: changed claims', async () => spliced(await sign(), { alg: 'RS256', kid: 'rsa' }, { ...good, sub: 'root' })],
    ['J1: a signature that is cut short', async () => (await sign()).slice(0, -20)],
    ['J1: no signature', async () => (await sign()).replace(/[^.]+$/, '')],
    ['J1: a signature in another alphabet', async () => `${(await sign()).slice(0, -4)}+/==`],
    ['J2: a kid that is a path', () => sign({}, { header: { kid: '../../etc/passwd' } })],
    ['J2: a kid that is SQL', () => sign({}, { header: { kid: "' OR '1'='1" } })],
    ['J2: a kid that is no text', async () => spliced(await sign(), { alg: 'RS256', kid: { rsa: 1 } }, good)],
    ['J2: a kid that is a property of objects', () => sign({}, { header: { kid: '__proto__' } })],
    [
      'J2: a key of its own in jwk',
      async () => sign({}, { key: other.privateKey, header: { jwk: await exportJWK(other.publicKey) } }),
    ],
    [
      'J2: jku and x5u that lead elsewhere',
      () => sign({}, { key: other.privateKey, header: { jku: 'http://127.0.0.1:9/', x5u: 'http://127.0.0.1:9/' } }),
    ],
    [
      'J2: a crit that nobody knows',
      async () => spliced(await sign(), { alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 }, good),
    ],
    [
      'J2: an unencoded payload',
      async () => spliced(await sign(), { alg: 'RS256', kid: 'rsa', crit: ['b64'], b64: false }, good),
    ],
  ];

  it.each(forgeries)('%s is refused', async (_, forged) => {
    const { ask, seen } = corporate();
    const answer = told(await ask(bearer(await forged())));
    expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(answer.challenge).toMatch(/^Bearer realm="selvage"(, error="invalid_token", error_description="[^"\\]+")?$/);
    expect(seen).toEqual([]);
  });

  it('J1: is verified with a secret where there is one, and by no public key then', async () => {
    const secret = 'x'.repeat(32);
    const options = jwtOptions({ kind: 'secret', secret }, { algorithms: ['HS256'] });
    const { ask } = world({ providers: [{ name: 'shared', jwt: options }] });
    const signed = await sign({}, { key: Buffer.from(secret), header: { alg: 'HS256', kid: undefined } });
    expect(told(await ask(bearer(signed))).status).toBe(200);
    const wrong = await sign({}, { key: Buffer.from('y'.repeat(32)), header: { alg: 'HS256', kid: undefined } });
    expect(told(await ask(bearer(wrong))).status).toBe(401);
    expect(told(await ask(bearer(await sign()))).status).toBe(401);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no iss', { iss: undefined }, 'The credentials are not valid.'],
    ['another iss', { iss: `${issuer}/` }, 'The credentials are not valid.'],
    ['an iss that is a list', { iss: [issuer] }, 'The credentials are not valid.'],
    ['no aud', { aud: undefined }, 'The token is not meant for here.'],
    ['another aud', { aud: ['shop', 'ap'] }, 'The token is not meant for here.'],
    ['no exp', { exp: undefined }, 'The token does not say when it expires.'],
    ['an exp that is a text', { exp: String(start + 60) }, 'The token does not say when it expires.'],
    ['no sub', { sub: undefined }, 'The token does not say whose it is.'],
    ['an empty sub', { sub: '' }, 'The token does not say whose it is.'],
    ['a sub that is a number', { sub: 7 }, 'The token does not say whose it is.'],
  ])('J3: is refused with %s', async (_, claims, message) => {
    const verifications = countVerifications();
    const { ask } = corporate();
    expect(told(await ask(bearer(await sign(claims))))).toMatchObject({ status: 401, message });
    expect(verifications()).toBe(0);
  });

  it('J3: must be of the type that is asked for', async () => {
    const { ask } = corporate({ type: 'at+jwt' });
    expect(told(await ask(bearer(await sign()))).status).toBe(401);
    expect(told(await ask(bearer(await sign({}, { header: { typ: 'JWT' } })))).status).toBe(401);
    expect(told(await ask(bearer(await sign({}, { header: { typ: 'application/at+jwt' } })))).status).toBe(200);
  });

  it('J3: is taken with one of several audiences', async () => {
    const { ask } = corporate({ audience: ['web', 'api'] });
    expect(told(await ask(bearer(await sign({ aud: ['shop', 'api'] })))).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, number]>([
    ['exp 29 s ago', { exp: start - 29 }, 200],
    ['exp 30 s ago', { exp: start - 30 }, 401],
    ['exp 31 s ago', { exp: start - 31 }, 401],
    ['nbf in 29 s', { nbf: start + 29 }, 200],
    ['nbf in 30 s', { nbf: start + 30 }, 200],
    ['nbf in 31 s', { nbf: start + 31 }, 401],
    ['nbf that is no number', { nbf: 'now' }, 401],
    ['iat in 30 s', { iat: start + 30 }, 200],
    ['iat in 31 s', { iat: start + 31 }, 401],
  ])('J4: with a tolerance of 30 s, %s', async (_, claims, status) => {
    const { ask } = corporate();
    expect((await ask(bearer(await sign(claims)))).status).toBe(status);
  });

  it('J4: that was verified is refused from the second that it has expired', async () => {
    const { ask, clock } = corporate();
    const token = await sign({ exp: start + 60 });
    await ask(bearer(token));
    clock.seconds = start + 89;
    expect((await ask(bearer(token))).status).toBe(200);
    clock.seconds = start + 90;
    expect(told(await ask(bearer(token)))).toMatchObject({ status: 401, message: 'The token has expired.' });
  });

  it('J6: is verified once, and known at once after that', async () => {
    const verifications = countVerifications();
    const { ask, seen } = corporate();
    const token = await sign();
    await Promise.all(Array.from({ length: 200 }, () => ask(bearer(token))));
    expect(verifications()).toBe(1);
    const again = ask(bearer(token));
    expect(again).not.toBeInstanceOf(Promise);
    expect(verifications()).toBe(1);
    expect(new Set(seen).size).toBe(1);
  });

  it('J6: has its wrong signatures counted by address, and is not looked at when they are too many', async () => {
    const verifications = countVerifications();
    const { ask, clock } = corporate({}, { failures: { burst: 20, perMinute: 60 } });
    const known = await sign({ sub: 'known' });
    await ask(bearer(known));
    const before = verifications();
    const answers = [];
    for (let index = 0; index < 500; index += 1) {
      const forged = spliced(known, { alg: 'RS256', kid: 'rsa' }, { ...good, sub: `forged-${index}` });
      answers.push(told(await ask(bearer(forged))));
    }
    expect(verifications() - before).toBe(20);
    expect(answers.filter(({ status }) => status === 401).length).toBe(20);
    expect(answers.at(-1)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Too many wrong credentials came from this address.',
      retryAfter: '1',
    });
    // Who is known is known, and who comes from elsewhere is looked at.
    expect((await ask(bearer(known))).status).toBe(200);
    const fresh = await sign({ sub: 'fresh' });
    expect((await ask(bearer(fresh))).status).toBe(429);
    expect((await ask(bearer(fresh), { address: '192.0.2.2' })).status).toBe(200);
    clock.seconds += 1;
    expect((await ask(bearer(await sign({ sub: 'later' })))).status).toBe(200);
  });

  it('J6: has no more wrong signatures computed when they all come at once, and right ones none refused', async () => {
    const verifications = countVerifications();
    const { ask } = corporate({}, { failures: { burst: 20, perMinute: 60 } });
    const good = await Promise.all(Array.from({ length: 200 }, (_, index) => sign({ sub: `user-${index}` })));
    const statuses = await Promise.all(good.map(async token => (await ask(bearer(token))).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(verifications()).toBe(200);
    const forged = await Promise.all(
      Array.from({ length: 500 }, (_, index) => sign({ sub: `forged-${index}` }, { key: other.privateKey })),
    );
    const refused = await Promise.all(forged.map(async token => (await ask(bearer(token))).status));
    expect(refused.filter(status => status === 401).length).toBe(20);
    expect(refused.filter(status => status === 429).length).toBe(480);
    expect(verifications()).toBe(220);
  });

  it('J6: counts the addresses of one IPv6 network as one', async () => {
    const { ask } = corporate({}, { failures: { burst: 3, perMinute: 1 } });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) {
      const forged = await sign({ sub: `f${index}` }, { key: other.privateKey });
      statuses.push((await ask(bearer(forged), { address: `2001:db8::${index + 1}` })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it('J6: of more than 8 KiB is refused before anything is computed', async () => {
    const verifications = countVerifications();
    const parse = vi.spyOn(JSON, 'parse');
    const { ask } = corporate();
    const huge = await sign({}, { header: { kid: 'k'.repeat(10_000) } });
    const parsed = parse.mock.calls.length;
    expect(told(await ask(bearer(huge)))).toMatchObject({
      status: 401,
      message: 'The token has more than the 8192 bytes that are allowed.',
    });
    expect(verifications()).toBe(0);
    expect(parse.mock.calls.length - parsed).toBe(0);
  });

  it('J6: that is wrong in what needs no key costs no verification and counts nothing', async () => {
    const verifications = countVerifications();
    const { ask } = corporate({}, { failures: { burst: 1, perMinute: 1 } });
    for (let index = 0; index < 100; index += 1) {
      const answer = told(await ask(bearer(await sign({ exp: start - 100 - index }))));
      expect(answer).toMatchObject({ status: 401, message: 'The token has expired.' });
    }
    expect(verifications()).toBe(0);
    expect((await ask(bearer(await sign()))).status).toBe(200);
  });

  it('J6: without a kid is tried with four keys at most', async () => {
    const many = await Promise.all(Array.from({ length: 6 }, () => generateKeyPair('ES256', { extractable: true })));
    const keys = await Promise.all(
      many.map(async ({ publicKey }, index) => ({ ...(await exportJWK(publicKey)), kid: `${index}`, alg: 'ES256' })),
    );
    const { ask } = world({ providers: [{ name: 'many', jwt: jwtOptions({ kind: 'fixed', jwks: { keys } }) }] });
    const by = (index: number) =>
      sign({ n: index }, { key: many[index]!.privateKey, header: { alg: 'ES256', kid: undefined } });
    const verifications = countVerifications();
    expect((await ask(bearer(await by(3)))).status).toBe(200);
    expect(verifications()).toBe(4);
    expect((await ask(bearer(await by(5)))).status).toBe(401);
    expect(verifications()).toBe(8);
  });

  it('is read from the header and the claims that are named', async () => {
    const { ask, seen } = corporate({
      header: 'x-token',
      scopesClaim: 'realm.roles',
      subjectClaim: 'https://a.example/id',
    });
    const claims = { 'https://a.example/id': 'ada', realm: { roles: ['read', 7, 'a b'] } };
    expect((await ask({ 'x-token': await sign(claims) })).status).toBe(200);
    expect(seen[0]).toMatchObject({ subject: 'ada', scopes: new Set(['read', 'a b']) });
    expect((await ask(bearer(await sign(claims)))).status).toBe(200);
    expect(seen[1]).toMatchObject({ via: 'anonymous' });
  });

  it('has no scopes where the claim is neither text nor list', async () => {
    const { ask, seen } = corporate();
    await ask(bearer(await sign({ scope: { read: true } })));
    expect(seen[0]?.scopes).toEqual(new Set());
  });
});

describe('a token that was changed in any place', () => {
  const equal = (one: string, other: string) =>
    one.split('.').every((each, index) => {
      const bytes = (text = '') => Buffer.from(text, 'base64url');
      return bytes(each).equals(bytes(other.split('.')[index]));
    });

  it('J1: is refused, and breaks nothing', async () => {
    const { ask, logged } = corporate();
    const token = await sign({}, { key: ec.privateKey, header: { alg: 'ES256', kid: 'ec' } });
    const place = fc.nat(token.length - 1);
    const changed = fc.oneof(
      fc
        .tuple(place, fc.string({ minLength: 1, maxLength: 3, unit: 'binary-ascii' }))
        .map(([at, text]) => token.slice(0, at) + text + token.slice(at + text.length)),
      fc
        .tuple(place, place)
        .map(([one, other]) => token.slice(0, Math.min(one, other)) + token.slice(Math.max(one, other))),
      fc.tuple(place, place).map(([one, other]) => token.slice(0, one) + token.slice(other)),
      fc
        .array(
          fc.constantFrom(...token.split('.'), '', part({}), part([]), part(null), part({ alg: 'ES256', crit: [] })),
          { maxLength: 6 },
        )
        .map(parts => parts.join('.')),
    );
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(changed, async forged => {
        fc.pre(!equal(token, forged.trim()) || forged.split('.').length !== 3);
        serial += 1;
        expect((await ask(bearer(forged), { address: `${serial}` })).status).toBe(401);
      }),
      { numRuns: 2_000 },
    );
    expect(logged.join('')).not.toContain(token.split('.')[2]);
  });
});

describe('several issuers', () => {
  it('J1: each verifies its own tokens, and no other takes them', async () => {
    const theirs = { keys: [{ ...(await exportJWK(other.publicKey)), kid: 'rsa', alg: 'RS256' }] };
    const { ask, seen } = world({
      providers: [
        { name: 'ours', jwt: jwtOptions({ kind: 'fixed', jwks }) },
        { name: 'theirs', jwt: jwtOptions({ kind: 'fixed', jwks: theirs }, { issuer: 'https://other.example' }) },
      ],
    });
    await ask(bearer(await sign()));
    await ask(bearer(await sign({ iss: 'https://other.example' }, { key: other.privateKey })));
    expect(seen.map(({ via }) => via)).toEqual(['ours', 'theirs']);
    expect((await ask(bearer(await sign({ iss: 'https://other.example' })))).status).toBe(401);
    expect((await ask(bearer(await sign({}, { key: other.privateKey })))).status).toBe(401);
  });
});
