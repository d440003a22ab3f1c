import { createHash, scryptSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  AuthorizerOptions,
  IdentityOptions,
  IntrospectionOptions,
  ProviderOptions,
} from '../../../src/edge/identity/identity-options.ts';
import * as password from '../../../src/edge/identity/password.ts';
import { start, told, type World, world } from './world.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

const keys: ProviderOptions = {
  name: 'partners',
  apiKeys: {
    header: 'x-api-key',
    keys: [
      { owner: 'billing', sha256: sha256('key-of-billing'), scopes: ['read'] },
      { owner: 'billing', sha256: sha256('key-of-billing-2'), scopes: ['read', 'write'] },
      { owner: 'old', sha256: sha256('key-of-old'), scopes: [], expires: (start + 60) * 1_000 },
    ],
  },
};

describe('an API key', () => {
  it('makes its owner the principal, at once', () => {
    const { ask, seen } = world({ providers: [keys] });
    expect(ask({ 'x-api-key': 'key-of-billing' })).toMatchObject({ status: 200, via: 'partners' });
    ask({ 'x-api-key': 'key-of-billing-2' });
    expect(seen).toEqual([
      { subject: 'billing', scopes: new Set(['read']), claims: {}, via: 'partners' },
      { subject: 'billing', scopes: new Set(['read', 'write']), claims: {}, via: 'partners' },
    ]);
  });

  it.each(['', 'wrong', sha256('key-of-billing'), 'key-of-billing ', 'KEY-OF-BILLING', 'x'.repeat(100_000)])(
    'that nobody has is refused',
    async key => {
      const { ask, seen } = world({ providers: [keys] });
      expect(told(await ask({ 'x-api-key': key }))).toEqual({
        status: 401,
        code: 'UNAUTHENTICATED',
        message: 'The credentials are not valid.',
        challenge: 'ApiKey realm="selvage", header="x-api-key"',
      });
      expect(seen).toEqual([]);
    },
  );

  it('expires', async () => {
    const { ask, clock } = world({ providers: [keys] });
    clock.seconds = start + 59;
    expect((await ask({ 'x-api-key': 'key-of-old' })).status).toBe(200);
    clock.seconds = start + 60;
    expect(told(await ask({ 'x-api-key': 'key-of-old' }))).toMatchObject({
      status: 401,
      message: 'The API key has expired.',
    });
  });
});

/** As the manual says that it is made; cheap, for a test. */
function scryptOf(secret: string) {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync(secret, salt, 32, { N: 1024, r: 8, p: 1 });
  const plain = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return password.parseHash(`$scrypt$ln=10,r=8,p=1$${plain(salt)}$${plain(hash)}`)!;
}

describe('HTTP Basic', () => {
  const users = [
    { name: 'ada', hash: scryptOf('pass:wörd'), scopes: ['read'] },
    { name: 'bob', hash: scryptOf('secret'), scopes: [] },
  ];
  const basic = (identity: Partial<IdentityOptions> = {}) =>
    world({ providers: [{ name: 'legacy', basic: { users } }], ...identity });
  const header = (name: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
  });

  afterEach(() => vi.restoreAllMocks());

  it('makes the user the principal, and hashes a right password once', async () => {
    const { ask, seen } = basic();
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => (await ask(header('ada', 'pass:wörd'))).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(ask(header('ada', 'pass:wörd'))).not.toBeInstanceOf(Promise);
    expect(seen[0]).toEqual({ subject: 'ada', scopes: new Set(['read']), claims: {}, via: 'legacy' });
  });

  it.each<[string, Record<string, string>]>([
    ['a wrong password', header('ada', 'pass')],
    ["another's password", header('bob', 'pass:wörd')],
    ['an unknown user', header('eve', 'secret')],
    ['a user that is a property of objects', header('__proto__', 'secret')],
    ['no colon', { authorization: `Basic ${Buffer.from('ada').toString('base64')}` }],
    ['nothing', { authorization: 'Basic' }],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Digest username="ada"' }],
    ['more than 1 KiB', header('ada', 'x'.repeat(2_000))],
  ])('with %s is refused', async (_, headers) => {
    const { ask, seen } = basic();
    expect(told(await ask(headers))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      challenge: 'Basic realm="selvage", charset="UTF-8"',
    });
    expect(seen).toEqual([]);
  });

  it('J6: hashes for one address what it may, however many come at once, and nothing more', async () => {
    const hashed = vi.spyOn(password, 'isPassword');
    const { ask, clock } = basic({ failures: { burst: 5, perMinute: 60 } });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => told(await ask(header('ada', `wrong-${index}`)))),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBe(5);
    expect(answers.filter(({ status }) => status === 429).length).toBe(95);
    expect(hashed.mock.calls.length).toBe(5);
    // Elsewhere and later it is looked at again.
    expect((await ask(header('bob', 'secret'), { address: '192.0.2.9' })).status).toBe(200);
    expect((await ask(header('ada', 'pass:wörd'))).status).toBe(429);
    clock.seconds += 1;
    expect((await ask(header('ada', 'pass:wörd'))).status).toBe(200);
  });

  it('J6: does as much for an unknown user as for a wrong password, and for right ones counts nothing', async () => {
    const hashed = vi.spyOn(password, 'isPassword');
    const { ask } = basic({ failures: { burst: 2, perMinute: 1 } });
    await ask(header('ada', 'pass:wörd'));
    await ask(header('bob', 'secret'));
    await ask(header('eve', 'secret'));
    expect(hashed.mock.calls.length).toBe(3);
    expect((await ask(header('ada', 'wrong'))).status).toBe(401);
    expect((await ask(header('ada', 'wrong again'))).status).toBe(429);
  });

  it('J6: turns away whom it cannot hash for soon, from wherever they come', async () => {
    const { ask } = basic();
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) =>
        told(await ask(header('ada', `wrong-${index}`), { address: `192.0.2.${index}` })),
      ),
    );
    expect(answers.filter(({ status }) => status === 401).length).toBe(34);
    expect(answers.filter(({ status }) => status === 429).length).toBe(26);
  });

  it.each([
    '',
    'secret',
    '$2b$12$abcdefghijklmnopqrstuv',
    '$scrypt$ln=9,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
    '$scrypt$ln=17,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
    '$scrypt$ln=14,r=8,p=9$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
    '$scrypt$ln=14,r=8,p=1$MDEy$MDEy',
  ])('takes no hash that is none, weak or too costly: %s', text => {
    expect(password.parseHash(text)).toBe(undefined);
  });
});

describe('who is asked', () => {
  let server: Server;
  let url: string;
  let opened: World | undefined;
  let asked: { headers: IncomingHttpHeaders; body: unknown }[];
  let answer: { status: number; body?: string; headers?: Record<string, string> } | 'silence';

  beforeEach(async () => {
    asked = [];
    answer = { status: 200, body: JSON.stringify({ subject: 'ada', scopes: ['read'], claims: { team: 'x' } }) };
    server = createServer((request, response) => {
      let text = '';
      request.on('data', chunk => {
        text += chunk;
      });
      request.on('end', () => {
        const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
        asked.push({ headers: request.headers, body: isForm ? text : JSON.parse(text) });
        if (answer !== 'silence') response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/whois`;
  });

  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });

  function existing(options: Partial<AuthorizerOptions> = {}, identity: Partial<IdentityOptions> = {}): World {
    const authorizer = { url, headers: ['cookie', 'x-session'], timeout: 60_000, cache: 0, ...options };
    opened = world({ providers: [{ name: 'existing', authorizer }], ...identity });
    return opened;
  }

  it('is told the headers that it is to see and the address, and tells the principal', async () => {
    const { ask, seen } = existing();
    await ask({ 'x-session': 's-1', 'x-other': 'secret', authorization: 'Bearer secret' });
    expect(asked.map(({ body }) => body)).toEqual([{ headers: { 'x-session': 's-1' }, address: '192.0.2.1' }]);
    expect(Object.keys(asked[0]?.headers ?? {}).sort()).toEqual(
      ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'].sort(),
    );
    expect(seen).toEqual([{ subject: 'ada', scopes: new Set(['read']), claims: { team: 'x' }, via: 'existing' }]);
  });

  it('is not asked of a request without these headers', async () => {
    const { ask, seen } = existing();
    expect(ask({ 'x-other': 'x' })).not.toBeInstanceOf(Promise);
    expect(seen[0]?.via).toBe('anonymous');
    expect(asked).toEqual([]);
  });

  it('J8: lets nobody in by an answer 401 or 403, whose challenge is passed on', async () => {
    const { ask, seen } = existing();
    answer = { status: 401, headers: { 'www-authenticate': 'Session realm="old"' }, body: '{"secret":"10.0.0.1"}' };
    expect(told(await ask({ cookie: 'a=b' }))).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
      message: 'The credentials are not valid.',
      challenge: 'Session realm="old", Bearer realm="selvage"',
    });
    answer = { status: 403 };
    expect(told(await ask({ cookie: 'a=b' }))).toMatchObject({ status: 401, challenge: 'Bearer realm="selvage"' });
    expect(seen).toEqual([]);
  });

  it('J8: that has no opinion leaves the credential unbelieved', async () => {
    const { ask, seen } = existing();
    answer = { status: 204 };
    expect(told(await ask({ cookie: 'a=b' }))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(seen).toEqual([]);
  });

  it.each<[string, typeof answer]>([
    ['is silent', 'silence'],
    ['fails', { status: 500 }],
    ['redirects', { status: 302, headers: { location: '/elsewhere' } }],
    ['says 200 and nothing else', { status: 200 }],
    ['names nobody', { status: 200, body: '{"subject":null}' }],
    ['names no text', { status: 200, body: '{"subject":{"toString":1}}' }],
    ['has claims that are a list', { status: 200, body: '{"subject":"a","claims":[1]}' }],
    ['says too much', { status: 200, body: JSON.stringify({ subject: 'x'.repeat(70_000) }) }],
  ])('J8: that %s lets nobody in', async (_, bad) => {
    const { ask, seen } = existing({ timeout: bad === 'silence' ? 200 : 60_000 });
    answer = bad;
    expect(told(await ask({ cookie: 'a=b' }))).toEqual({
      status: 503,
      code: 'UNAUTHENTICATED',
      message: 'Who asks cannot be told now.',
      retryAfter: '5',
    });
    expect(asked.length).toBe(1);
    expect(seen).toEqual([]);
  });

  it('J8: that is down is told as 401 where that is configured', async () => {
    const { ask } = existing({}, { unavailable: 401 });
    answer = { status: 500 };
    expect(told(await ask({ cookie: 'a=b' }))).toMatchObject({ status: 401, challenge: 'Bearer realm="selvage"' });
  });

  it('J8: is asked once by those who come together, and again by those who come later', async () => {
    const { ask } = existing();
    await Promise.all(Array.from({ length: 50 }, () => ask({ cookie: 'a=b' })));
    expect(asked.length).toBe(1);
    await ask({ cookie: 'a=b' });
    expect(asked.length).toBe(2);
  });

  it('J8: is remembered for as long as is configured, by headers and address, and only where it said who', async () => {
    const { ask, clock } = existing({ cache: 30_000 });
    await ask({ cookie: 'a=b' });
    expect(ask({ cookie: 'a=b' })).not.toBeInstanceOf(Promise);
    await ask({ cookie: 'a=c' });
    await ask({ cookie: 'a=b' }, { address: '192.0.2.7' });
    expect(asked.length).toBe(3);
    answer = { status: 401 };
    await ask({ cookie: 'wrong' });
    await ask({ cookie: 'wrong' });
    expect(asked.length).toBe(5);
    clock.seconds += 29;
    expect((await ask({ cookie: 'a=b' })).status).toBe(200);
    clock.seconds += 2;
    expect((await ask({ cookie: 'a=b' })).status).toBe(401);
  });

  it('J6: is not asked about more than may be wrong, however many come at once', async () => {
    const { ask } = existing({}, { failures: { burst: 3, perMinute: 60 } });
    answer = { status: 401 };
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => (await ask({ cookie: `a=${index}` })).status),
    );
    expect(statuses.filter(status => status === 401).length).toBe(3);
    expect(statuses.filter(status => status === 429).length).toBe(47);
    expect(asked.length).toBe(3);
  });

  it('J6: is not asked for an address whose credentials were wrong too often', async () => {
    const { ask } = existing({}, { failures: { burst: 3, perMinute: 60 } });
    answer = { status: 401 };
    const statuses = [];
    for (let index = 0; index < 10; index += 1) statuses.push((await ask({ cookie: `a=${index}` })).status);
    expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 429]);
    expect(asked.length).toBe(3);
  });

  describe('an introspection endpoint', () => {
    const active = { active: true, sub: 'ada', scope: 'read write', aud: 'api', exp: start + 60, client_id: 'web' };
    const says = (claims: object) => ({ status: 200, body: JSON.stringify(claims) });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

    function opaque(options: Partial<IntrospectionOptions> = {}, identity: Partial<IdentityOptions> = {}): World {
      const introspection: IntrospectionOptions = {
        url,
        clientId: 'gate way',
        clientSecret: 'a:b%',
        audience: ['api'],
        scopesClaim: 'scope',
        subjectClaim: 'sub',
        timeout: 60_000,
        cache: 0,
        ...options,
      };
      opened = world({ providers: [{ name: 'opaque', introspection }], ...identity });
      return opened;
    }

    it('J8: is asked as RFC 7662 says, and tells the principal', async () => {
      const { ask, seen } = opaque();
      answer = says(active);
      await ask(bearer('a&b=c'));
      expect(asked[0]?.body).toBe('token=a%26b%3Dc&token_type_hint=access_token');
      const client = Buffer.from('gate+way:a%3Ab%25').toString('base64');
      expect(asked[0]?.headers).toMatchObject({ authorization: `Basic ${client}`, accept: 'application/json' });
      const scopes = new Set(['read', 'write']);
      expect(seen).toEqual([
        { subject: 'ada', scopes, claims: active, via: 'opaque', expires: active.exp * 1_000, token: 'a&b=c' },
      ]);
    });

    it.each<[string, object, string]>([
      ['is not active', { active: false }, 'The token is not valid.'],
      ['is not active, whatever else is said', { ...active, active: false }, 'The token is not valid.'],
      ['is for another audience', { ...active, aud: ['shop'] }, 'The token is not meant for here.'],
      ['is for no audience', { ...active, aud: undefined }, 'The token is not meant for here.'],
      ['has expired', { ...active, exp: start }, 'The token has expired.'],
      ['expires at a time that is none', { ...active, exp: 'never' }, 'The token has expired.'],
      ["is nobody's", { ...active, sub: undefined }, 'The token does not say whose it is.'],
    ])('J8: refuses a token that %s', async (_, claims, message) => {
      const { ask, seen } = opaque();
      answer = says(claims);
      expect(told(await ask(bearer('x')))).toEqual({
        status: 401,
        code: 'UNAUTHENTICATED',
        message,
        challenge: `Bearer realm="selvage", error="invalid_token", error_description="${message}"`,
      });
      expect(seen).toEqual([]);
    });

    it.each<[string, typeof answer]>([
      ['is silent', 'silence'],
      ['fails', { status: 500 }],
      ['does not know us', { status: 401 }],
      ['says "true" and not true', says({ ...active, active: 'true' })],
      ['says nothing', says({})],
      ['says no JSON', { status: 200, body: 'active' }],
    ])('J8: lets nobody in when it %s', async (_, bad) => {
      const { ask, seen, logged } = opaque({ timeout: bad === 'silence' ? 200 : 60_000 });
      answer = bad;
      expect(told(await ask(bearer('secret-token')))).toMatchObject({ status: 503, code: 'UNAUTHENTICATED' });
      expect(seen).toEqual([]);
      expect(logged.join('')).toContain('an identity provider cannot be asked');
      expect(logged.join('')).not.toMatch(/secret-token|a:b%/);
    });

    it('J8: is believed for as long as is configured, and never past the expiry', async () => {
      const { ask, clock } = opaque({ cache: 60_000 });
      answer = says({ ...active, exp: start + 20 });
      await ask(bearer('x'));
      clock.seconds += 19;
      expect(ask(bearer('x'))).not.toBeInstanceOf(Promise);
      clock.seconds += 2;
      expect((await ask(bearer('x'))).status).toBe(401);
      expect(asked.length).toBe(2);
    });

    it('J6: is not asked for an address whose tokens were wrong too often, or about one of more than 8 KiB', async () => {
      const { ask } = opaque({}, { failures: { burst: 3, perMinute: 60 } });
      answer = says({ active: false });
      expect((await ask(bearer('x'.repeat(8_193)))).status).toBe(401);
      const statuses = [];
      for (let index = 0; index < 10; index += 1) statuses.push((await ask(bearer(`t-${index}`))).status);
      expect(statuses.slice(0, 4)).toEqual([401, 401, 401, 429]);
      expect(asked.length).toBe(3);
    });
  });
});

describe('several providers', () => {
  const second: ProviderOptions = {
    name: 'second',
    apiKeys: { header: 'x-api-key', keys: [{ owner: 'b', sha256: sha256('key-b'), scopes: [] }] },
  };

  it('are asked in their order: the first that knows the credential decides', async () => {
    const both: ProviderOptions = {
      name: 'both',
      apiKeys: { header: 'x-api-key', keys: [{ owner: 'c', sha256: sha256('key-b'), scopes: [] }] },
    };
    const { ask, seen } = world({ providers: [keys, second, both] });
    await ask({ 'x-api-key': 'key-b' });
    await ask({ 'x-api-key': 'key-of-billing' });
    expect(seen.map(({ via, subject }) => [via, subject])).toEqual([
      ['second', 'b'],
      ['partners', 'billing'],
    ]);
    const other = world({ providers: [both, second] });
    await other.ask({ 'x-api-key': 'key-b' });
    expect(other.seen[0]?.via).toBe('both');
  });

  it('refuse what none of them knows, and say what they take', async () => {
    const legacy: ProviderOptions = {
      name: 'legacy',
      basic: { users: [{ name: 'ada', hash: scryptOf('x'), scopes: [] }] },
    };
    const { ask } = world({ providers: [keys, second, legacy] });
    expect(told(await ask({ 'x-api-key': 'nobody' }))).toMatchObject({
      status: 401,
      challenge: 'ApiKey realm="selvage", header="x-api-key", Basic realm="selvage", charset="UTF-8"',
    });
  });

  it('let everybody be anonymous who shows nothing, with a header that none of them reads', async () => {
    const { ask, seen } = world({ providers: [keys] });
    expect(ask({})).not.toBeInstanceOf(Promise);
    expect((await ask({ authorization: 'Bearer x' })).via).toBe(undefined);
    expect(seen.map(({ via, subject }) => [via, subject])).toEqual([
      ['anonymous', null],
      ['anonymous', null],
    ]);
  });
});
