// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';
import { defaultAlgorithms } from '../../src/edge/identity/identity-options.ts';
import { hasOpenssl, makeAuthority, makeCertificate } from '../support/certificates.ts';

const digest = 'ab'.repeat(32);
const hash = '$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-identity-config-'));
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('jwks.json', JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'a' }] }));
  await write('private.json', JSON.stringify({ keys: [await exportJWK(privateKey)] }));
  await write('keys.yaml', `keys:\n  - { owner: billing, sha256: ${digest}, scopes: [read], expires: 2027-01-31 }\n`);
  await write('wrong-keys.yaml', 'keys:\n  - { owner: billing, sha256: secret, scope: [a] }\n  - { owner: "" }\n');
  await write('twice.yaml', `keys:\n  - { owner: a, sha256: ${digest} }\n  - { owner: b, sha256: ${digest} }\n`);
  await write('users', `# who may\n\nada:${hash}:read write\nbob:${hash}\n`);
  await write('wrong-users', `ada:secret\nada:${hash}\nada:${hash}\n:${hash}\neve:${hash}:a"b\n`);
});
afterAll(() => rm(folder, { recursive: true }));

async function read(yaml: string, env: Record<string, string> = {}) {
  const outcome = await readConfig(`${yaml}sources: {}\n`, join(folder, 'selvage.yaml'), env);
  const told = outcome.diagnostics.map(each => formatDiagnostic(each).replaceAll(`${folder}/`, ''));
  return { told, identity: outcome.ok ? outcome.value.edge.identity : undefined, outcome };
}

/** One provider, in flow style. */
const provider = (text: string) => `identity:\n  providers:\n    - { name: a, ${text} }\n`;
const jwt = (text: string) => provider(`jwt: { issuer: "https://id.example", audience: api, ${text} }`);

describe('identity', () => {
  it('reads every kind of provider, in its order', async () => {
    const { told, identity } = await read(
      `gateway: {}
identity:
  providers:
    - name: corporate
      jwt: { issuer: "https://id.example", audience: api, discovery: true }
    - name: second
      jwt: { issuer: other, audience: [a, b], jwks: "https://id.example/keys", algorithms: [RS256], clockTolerance: 2m, scopesClaim: scp, subjectClaim: oid, header: X-Token, type: at+jwt }
    - name: local
      jwt: { issuer: other, audience: a, jwks: jwks.json }
    - name: shared
      jwt: { issuer: other, audience: a, secret: "\${SECRET}" }
    - name: partners
      apiKeys: { file: keys.yaml }
    - name: legacy
      basic: { file: users }
    - name: opaque
      introspection: { url: "https://id.example/introspect", clientId: gateway, clientSecret: "\${SECRET}", audience: api }
    - name: existing
      authorizer: { url: "http://127.0.0.1:8080/whois", headers: [Cookie], timeout: 100ms, cache: 30s }
  failures: { burst: 5, perMinute: 6 }
  unavailable: 401
`,
      { SECRET: 's'.repeat(32) },
    );
    expect(told).toEqual([]);
    const defaults = { clockTolerance: 30_000, scopesClaim: 'scope', subjectClaim: 'sub', header: 'authorization' };
    const scrypt = { logN: 14, r: 8, p: 1, salt: 'MDEyMzQ1Njc4OWFiY2RlZg', hash: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3' };
    expect(identity).toEqual({
      providers: [
        {
          name: 'corporate',
          jwt: {
            ...defaults,
            issuer: 'https://id.example',
            audience: ['api'],
            keys: { kind: 'discovery' },
            algorithms: defaultAlgorithms,
          },
        },
        {
          name: 'second',
          jwt: {
            issuer: 'other',
            audience: ['a', 'b'],
            keys: { kind: 'jwks', url: 'https://id.example/keys' },
            algorithms: ['RS256'],
            clockTolerance: 120_000,
            scopesClaim: 'scp',
            subjectClaim: 'oid',
            header: 'x-token',
            type: 'at+jwt',
          },
        },
        {
          name: 'local',
          jwt: {
            ...defaults,
            issuer: 'other',
            audience: ['a'],
            keys: { kind: 'fixed', jwks: { keys: [expect.objectContaining({ kid: 'a', kty: 'EC' })] } },
            algorithms: defaultAlgorithms,
          },
        },
        {
          name: 'shared',
          jwt: {
            ...defaults,
            issuer: 'other',
            audience: ['a'],
            keys: { kind: 'secret', secret: 's'.repeat(32) },
            algorithms: ['HS256'],
          },
        },
        {
          name: 'partners',
          apiKeys: {
            header: 'x-api-key',
            keys: [{ owner: 'billing', sha256: digest, scopes: ['read'], expires: Date.UTC(2027, 0, 31) }],
          },
        },
        {
          name: 'legacy',
          basic: {
            users: [
              { name: 'ada', hash: scrypt, scopes: ['read', 'write'] },
              { name: 'bob', hash: scrypt, scopes: [] },
            ],
          },
        },
        {
          name: 'opaque',
          introspection: {
            url: 'https://id.example/introspect',
            clientId: 'gateway',
            clientSecret: 's'.repeat(32),
            audience: ['api'],
            scopesClaim: 'scope',
            subjectClaim: 'sub',
            timeout: 1_000,
            cache: 0,
          },
        },
        {
          name: 'existing',
          authorizer: { url: 'http://127.0.0.1:8080/whois', headers: ['cookie'], timeout: 100, cache: 30_000 },
        },
      ],
      failures: { burst: 5, perMinute: 6 },
      unavailable: 401,
      files: ['jwks.json', 'keys.yaml', 'users'].map(name => join(folder, name)),
    });
  });

  const at = 'selvage.yaml:3:7 identity.providers.0';
  it.each<[string, string, (string | RegExp)[]]>([
    [
      'J1: HS256 without a secret',
      jwt('discovery: true, algorithms: [RS256, HS256]'),
      [/jwt\.algorithms: HS256, HS384 and HS512 need a "secret"/],
    ],
    [
      'J1: RS256 with a secret',
      jwt(`secret: "${'s'.repeat(32)}", algorithms: [RS256]`),
      [/CONFIG_LITERAL_SECRET/, /With a "secret" the algorithms are HS256/],
    ],
    [
      'J1: alg none',
      jwt('discovery: true, algorithms: [none]'),
      [/Entry 1 of "algorithms" must be RS256.*, but is "none"/],
    ],
    [
      'J1: no algorithm at all',
      jwt('discovery: true, algorithms: []'),
      [/"algorithms" must be a list that is not empty/],
    ],
    ['J1: a short secret', jwt('secret: abc'), [/CONFIG_LITERAL_SECRET/, /less than 32 bytes/]],
    [
      'J1: a secret and keys',
      jwt(`secret: "${'s'.repeat(32)}", jwks: jwks.json`),
      [/must have one of jwks, discovery: true and secret/],
    ],
    ['J1: no keys', jwt('type: JWT'), [/must have one of jwks, discovery: true and secret/]],
    ['J1: private keys', jwt('jwks: private.json'), [/The file private\.json is no set of public keys/]],
    ['J1: a file that is no key set', jwt('jwks: keys.yaml'), [/The file keys\.yaml is no set of public keys/]],
    ['J3: no audience', provider('jwt: { issuer: x, jwks: jwks.json }'), [/"audience" is missing/]],
    ['J3: an empty audience', provider('jwt: { issuer: x, audience: [], jwks: jwks.json }'), [/"audience" must be/]],
    ['J3: no issuer', provider('jwt: { audience: x, jwks: jwks.json }'), [/"issuer" is missing/]],
    ['J4: a tolerance of more than 2 min', jwt('discovery: true, clockTolerance: 121s'), [/at most 2m, but is "121s"/]],
    [
      'J5: keys without TLS',
      jwt('jwks: "http://id.example/keys"'),
      [/jwks: The keys must come from an address that can be trusted\.\n {4}hint: https/],
    ],
    ['J5: keys over ftp', jwt('jwks: "ftp://id.example/keys"'), [/jwks: The keys must come from an address/]],
    [
      'J5: discovery without TLS',
      provider('jwt: { issuer: "http://id.example", audience: a, discovery: true }'),
      [/Discovery needs an issuer that is a URL/],
    ],
    [
      'J8: a cache of more than 60 s',
      provider('authorizer: { url: "https://a.example", headers: [cookie], cache: 61s }'),
      [/at most 60s, but is "61s"/],
    ],
    [
      'J8: an authorizer without TLS',
      provider('authorizer: { url: "http://a.example", headers: [cookie] }'),
      [/"url" must be an https URL/],
    ],
    [
      'J8: an authorizer that sees nothing',
      provider('authorizer: { url: "https://a.example", headers: [] }'),
      [/"headers" must be a list that is not empty/],
    ],
    [
      'J8: tokens behind an introspection, which would never get there',
      `${provider('introspection: { url: "https://a.example", clientId: a, clientSecret: b }')}    - { name: b, jwt: { issuer: x, audience: a, jwks: jwks.json } }\n`,
      [
        /CONFIG_LITERAL_SECRET .*introspection\.clientSecret/,
        /providers\.1: "b" gets no token: an introspection before it judges them all/,
      ],
    ],
    [
      'J9: certificates that nobody asks for',
      provider('clientCertificate: {}'),
      [/No client is asked for a certificate\.\n {4}hint: set gateway\.tls\.clientCa/],
    ],
    [
      'no kind',
      'identity:\n  providers:\n    - { name: a }\n',
      [
        `error CONFIG_INVALID_VALUE ${at}: The provider "a" must have one of jwt, apiKeys, clientCertificate, basic, introspection, authorizer.`,
      ],
    ],
    ['two kinds', provider('basic: { file: users }, apiKeys: { file: keys.yaml }'), [/must have one of/]],
    [
      'a name that means nobody',
      'identity:\n  providers:\n    - { name: anonymous, apiKeys: { file: keys.yaml } }\n',
      [/"name" must be a name.*not "anonymous", but is "anonymous"/],
    ],
    [
      'a name twice',
      `${provider('apiKeys: { file: keys.yaml }')}    - { name: a, apiKeys: { file: keys.yaml } }\n`,
      [/Two providers have the name "a"/],
    ],
    [
      'Basic twice',
      `${provider('basic: { file: users }')}    - { name: b, basic: { file: users } }\n`,
      [/There is a provider with "basic" already/],
    ],
    [
      'an unknown key',
      jwt('discovery: true, algorithm: RS256'),
      [/"algorithm" is not known here\. Did you mean "algorithms"\?/],
    ],
    [
      'a file that is not there',
      provider('apiKeys: { file: nowhere.yaml }'),
      [/The file nowhere\.yaml cannot be read \(ENOENT\)/],
    ],
    [
      'mistakes in a file of keys, with their places',
      provider('apiKeys: { file: wrong-keys.yaml }'),
      [
        'error CONFIG_INVALID_VALUE wrong-keys.yaml:2:31 keys.0.sha256: "sha256" must be the SHA-256 of the key: 64 hexadecimal digits.',
        'error CONFIG_UNKNOWN_KEY wrong-keys.yaml:2:39 keys.0.scope: "scope" is not known here. Did you mean "scopes"?',
        /wrong-keys\.yaml:3:5 keys\.1\.sha256: "sha256" is missing/,
        /wrong-keys\.yaml:3:14 keys\.1\.owner: "owner" must be/,
      ],
    ],
    ['a key twice', provider('apiKeys: { file: twice.yaml }'), [/has a key twice \(sha256 abababab…\)/]],
    [
      'mistakes in a file of users',
      provider('basic: { file: wrong-users }'),
      [
        /Line 1 of the file wrong-users has no scrypt hash/,
        /Line 3 of the file wrong-users has no user, or one that stands above/,
        /Line 4 of the file wrong-users has no user/,
        /Line 5 of the file wrong-users has scopes that are none/,
      ],
    ],
  ])('refuses %s', async (_, yaml, expected) => {
    const { told, outcome } = await read(yaml);
    expect(outcome.ok).toBe(false);
    expect(told).toEqual(expected.map(each => (typeof each === 'string' ? each : expect.stringMatching(each))));
    expect(told.join('\n')).not.toMatch(/ssss|is "abc"|is "secret"/);
  });

  it('warns of a secret that stands in the file', async () => {
    const { told, outcome } = await read(jwt(`secret: "${'s'.repeat(32)}"`));
    expect(outcome.ok).toBe(true);
    expect(told).toEqual([
      expect.stringMatching(/^warning CONFIG_LITERAL_SECRET .*identity\.providers\.0\.jwt\.secret: /),
    ]);
  });
});

describe.skipIf(!hasOpenssl)('gateway.tls', () => {
  beforeAll(() => {
    const authority = makeAuthority(folder, 'authority');
    makeCertificate(folder, authority, 'server', 'DNS:localhost');
    makeCertificate(folder, authority, 'other', 'DNS:localhost');
  });

  it('reads its files', async () => {
    const { told, outcome } = await read(
      'gateway: { tls: { cert: server.pem, key: server.key, clientCa: authority.pem, clientCertificates: required } }\n',
    );
    expect(told).toEqual([]);
    expect(outcome.ok && outcome.value.gateway.tls).toEqual({
      cert: expect.stringMatching(/^-----BEGIN CERTIFICATE/),
      key: expect.stringMatching(/^-----BEGIN PRIVATE KEY/),
      clientCa: expect.stringMatching(/^-----BEGIN CERTIFICATE/),
      clientCertificates: 'required',
    });
  });

  it.each([
    [
      'the key of another',
      'cert: server.pem, key: other.key',
      /Certificate and key cannot be used together \(ERR_OSSL/,
    ],
    ['a file that is not PEM', 'cert: users, key: server.key', /Certificate and key cannot be used together/],
    ['no key', 'cert: server.pem', /"key" is missing/],
    [
      'no authority for the certificates that are required',
      'cert: server.pem, key: server.key, clientCertificates: required',
      /No client is asked for a certificate/,
    ],
  ])('refuses %s', async (_, tls, expected) => {
    const { told, outcome } = await read(`gateway: { tls: { ${tls} } }\n`);
    expect(outcome.ok).toBe(false);
    expect(told).toEqual([expect.stringMatching(expected)]);
  });
});
