// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import type { Env } from '../../src/config/env.ts';
import { type Config, loadConfig, readConfig } from '../../src/config.ts';
import { defaultEdgeOptions } from '../../src/edge/edge-options.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { defaultConnections } from '../../src/server/listener/connections.ts';
import { defaultSchemaOptions } from '../../src/source/schema-options.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';

const example = await readFile(new URL('../../../shared/selvage.example.yaml', import.meta.url), 'utf8').catch(
  () => undefined,
);
if (example === undefined) console.warn('SKIPPED: ../shared/selvage.example.yaml is not here');

async function configOf(yaml: string, env: Env = {}, path = '/srv/shop/selvage.yaml'): Promise<Config> {
  const outcome = await readConfig(yaml, path, env);
  expect(outcome.diagnostics.map(formatDiagnostic)).toEqual([]);
  return (outcome as { value: Config }).value; // no diagnostics, so it was not refused
}

describe('the configuration', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selvage-config-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has every default filled in, and addresses relative to its folder', async () => {
    const config = await configOf('sources:\n  a: { protocol: openapi, document: schemas/a.yaml }\n');
    expect(config).toEqual({
      path: '/srv/shop/selvage.yaml',
      gateway: {
        port: 4000,
        host: '127.0.0.1',
        overlay: ['/srv/shop/schemas/overlay/*.graphql'],
        limits: defaultLimits,
        introspection: 'on',
        cost: { assumedListSize: 100, report: false },
        trustedProxies: [],
        connections: defaultConnections,
        deadline: 10_000,
        recall: true,
        singleFlight: { mode: 'tick', inflight: { operations: [], sources: [] } },
      },
      edge: defaultEdgeOptions,
      policies: [],
      sources: [
        { name: 'a', protocol: 'openapi', document: '/srv/shop/schemas/a.yaml', options: defaultSourceOptions },
      ],
      log: { level: 'info' },
    });
  });

  it('reads every option', async () => {
    const config = await configOf(
      `gateway:
  port: 0
  host: 0.0.0.0
  overlay: [a/*.graphql, b.graphql]
  limits: { body: 2MB, document: 1KB, tokens: 1, depth: 2, expandedFields: 3, backendCalls: 4, warn: [depth, cost] }
  introspection: off
  cost: { assumedListSize: 7, report: true }
  trustedProxies: [10.0.0.0/8]
  connections: { max: 9, headers: 1s, request: 2s, idle: 3s, requests: 4 }
  cors: { origins: ["https://a.example"], credentials: true, headers: [X-A], maxAge: 5s }
  deadline: 500ms
  recall: false
  singleFlight: { mode: "off", inflight: { operations: [Hot], sources: [shop] } }
sources:
  wide:
    protocol: soap
    document: https://schemas.example.com/a.wsdl
    endpoint: https://billing.example.com/
    prefix: Erp_
    operations: { exclude: ["admin*"] }
    queries: ["search*"]
    headers: { X-Api-Version: "3" }
    forward: [Accept-Language]
    credential: { basic: { username: u, password: "\${PASSWORD}" } }
    documentCredential: { apiKey: { in: query, name: key, value: "\${KEY:-}" } }
    root: schemas
    include: [more]
    port: BillingSoap
    timeout: 1.5s
    maxResponse: 512KB
    concurrency: 8
  reflected: { reflection: true, endpoint: "127.0.0.1:4103", tls: true }
allowHosts: [schemas.example.org, "127.0.0.1:8080"]
log: { level: debug }
`,
      { PASSWORD: 'p: [x]', KEY: 'k' },
    );
    expect(config.gateway).toEqual({
      port: 0,
      host: '0.0.0.0',
      overlay: ['/srv/shop/a/*.graphql', '/srv/shop/b.graphql'],
      limits: {
        ...defaultLimits,
        body: 2 * 1024 ** 2,
        document: 1024,
        tokens: 1,
        depth: 2,
        expandedFields: 3,
        backendCalls: 4,
        warn: ['depth', 'cost'],
      },
      introspection: 'off',
      cost: { assumedListSize: 7, report: true },
      trustedProxies: ['10.0.0.0/8'],
      connections: { max: 9, headers: 1_000, request: 2_000, idle: 3_000, requests: 4 },
      cors: { origins: ['https://a.example'], credentials: true, headers: ['x-a'], maxAge: 5_000 },
      deadline: 500,
      recall: false,
      singleFlight: { mode: 'off', inflight: { operations: ['Hot'], sources: ['shop'] } },
    });
    const allowHosts = ['schemas.example.org', '127.0.0.1:8080'];
    expect(config.sources).toEqual([
      {
        name: 'wide',
        protocol: 'soap',
        document: 'https://schemas.example.com/a.wsdl',
        endpoint: 'https://billing.example.com/',
        options: {
          ...defaultSourceOptions,
          prefix: 'Erp_',
          operations: { include: ['*'], exclude: ['admin*'] },
          queries: ['search*'],
          bodies: [],
          headers: { 'X-Api-Version': '3' },
          forward: ['accept-language'],
          credential: { basic: { username: 'u', password: 'p: [x]' } },
          credentials: {},
          trustedOrigins: [],
          serverVariables: {},
          documentCredential: { apiKey: { in: 'query', name: 'key', value: 'k' } },
          root: '/srv/shop/schemas',
          include: ['/srv/shop/more'],
          allowHosts,
          port: 'BillingSoap',
          ignoreDirectives: [],
          reflection: false,
          ...defaultSchemaOptions,
          timeout: 1500,
          maxResponse: 512 * 1024,
          concurrency: 8,
        },
      },
      {
        name: 'reflected',
        protocol: 'grpc',
        endpoint: '127.0.0.1:4103',
        options: { ...defaultSourceOptions, reflection: true, tls: true, allowHosts },
      },
    ]);
  });

  it('reads how the schemas of an OpenAPI document are taken', async () => {
    const options =
      'integers: INT64, nullability: LENIENT, enums: OPEN, additional: NONE, constraints: OFF, deepLists: INDICES';
    const { sources } = await configOf(`sources:\n  a: { protocol: openapi, document: a.yaml, ${options} }\n`);
    expect(sources[0]!.options).toMatchObject({
      integers: 'INT64',
      nullability: 'LENIENT',
      enums: 'OPEN',
      additional: 'NONE',
      constraints: 'OFF',
      deepLists: 'INDICES',
    });
  });

  it('reads directives for many coordinates at once, each with its place', async () => {
    const yaml = `sources:
  a: { protocol: openapi, document: a.yaml }
policies:
  Query.admin*: { requiresScopes: [[admin]], rateLimit: { max: 5, window: 1m } }
  User: { "@authenticated": true }
`;
    const { policies } = await configOf(yaml);
    expect(policies).toEqual([
      {
        glob: 'Query.admin*',
        directive: 'requiresScopes',
        value: [['admin']],
        at: ['/srv/shop/selvage.yaml:4:19', 'policies.Query.admin*.requiresScopes'],
      },
      {
        glob: 'Query.admin*',
        directive: 'rateLimit',
        value: { max: 5, window: '1m' },
        at: ['/srv/shop/selvage.yaml:4:46', 'policies.Query.admin*.rateLimit'],
      },
      {
        glob: 'User',
        directive: 'authenticated',
        value: true,
        at: ['/srv/shop/selvage.yaml:5:11', 'policies.User.@authenticated'],
      },
    ]);
  });

  it.each<[string, string, Env, string]>([
    ['is replaced', '${HOST}', { HOST: 'a' }, 'a'],
    ['stays a text, whatever it holds', '${HOST}', { HOST: '{ a: [1, #x' }, '{ a: [1, #x'],
    ['may have a default', '${HOST:-b}', {}, 'b'],
    ['has its default where it is empty', '${HOST:-b}', { HOST: '' }, 'b'],
    ['may be part of a text', 'x-${A}.${B:-c}', { A: 'a' }, 'x-a.c'],
    ['is not replaced twice', '${A}', { A: '${B}', B: 'b' }, '${B}'],
    ['is never a prototype’s', '${toString:-own}', {}, 'own'],
  ])('an environment variable %s', async (_, written, env, host) => {
    const config = await configOf(`gateway: { host: "${written}" }\nsources: {}\n`, env);
    expect(config.gateway.host).toBe(host);
  });

  it('takes numbers and booleans from the environment, but not as quoted texts of the file', async () => {
    const yaml = 'gateway: { port: "${PORT}" }\nsources:\n  a: { reflection: "${YES}", endpoint: "h:1" }\n';
    const config = await configOf(yaml, { PORT: '81', YES: 'true' });
    expect([config.gateway.port, config.sources[0]?.options.reflection]).toEqual([81, true]);
    const quoted = await readConfig('gateway: { port: "81" }\nsources: {}\n', 'selvage.yaml', {});
    expect(quoted.diagnostics.map(formatDiagnostic)).toEqual([
      'error CONFIG_INVALID_VALUE selvage.yaml:1:18 gateway.port: "port" must be a port from 0 to 65535 (0: any that is free), but is "81".',
    ]);
  });

  it('resolves aliases, and refuses those that multiply', async () => {
    const config = await configOf('sources:\n  a: &a { document: a.yaml }\n  b: *a\n');
    expect(config.sources.map(source => source.document)).toEqual(['/srv/shop/a.yaml', '/srv/shop/a.yaml']);
    const bomb = [
      'a: &a [x, x]',
      ...[...'bcdefghijklmnopqrstuvwxyz'].map((k, i) => {
        const previous = String.fromCharCode(97 + i);
        return `${k}: &${k} [*${previous}, *${previous}]`;
      }),
    ].join('\n');
    const { diagnostics } = await readConfig(bomb, 'selvage.yaml', {});
    expect(diagnostics.some(({ message }) => message.includes('aliases multiply it'))).toBe(true);
  });

  it('reads the files of tls', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
    await writeFile(join(folder, 'ca.pem'), pem);
    await writeFile(join(folder, 'not.pem'), 'x');
    const path = join(folder, 'selvage.yaml');
    const source = (tls: string) =>
      `sources:\n  a: { protocol: grpc, document: a.proto, endpoint: "h:1", tls: ${tls} }\n`;
    const config = await configOf(source('{ ca: ca.pem, serverName: stock }'), {}, path);
    expect(config.sources[0]?.options.tls).toEqual({ ca: pem, serverName: 'stock' });
    const { diagnostics } = await readConfig(source('{ ca: not.pem, key: missing.pem }'), path, {});
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'A client certificate needs both "cert" and "key".',
      `The file ${join(folder, 'not.pem')} is not in PEM form.`,
      `The file ${join(folder, 'missing.pem')} cannot be read (ENOENT).`,
    ]);
  });

  it('reads the key that signs who asks, and refuses what signs nothing', async () => {
    const path = join(folder, 'selvage.yaml');
    const source = (key: string) =>
      `sources:\n  a: { protocol: openapi, document: a.yaml, credential: { signedPrincipal: { key: ${key} } } }\n`;
    const pem = (pair: { privateKey: KeyObject }, more: object = {}) =>
      pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...more }).toString();
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(join(folder, 'good.pem'), pem(ec));
    await writeFile(join(folder, 'public.pem'), ec.publicKey.export({ type: 'spki', format: 'pem' }));
    await writeFile(join(folder, 'small.pem'), pem(generateKeyPairSync('rsa', { modulusLength: 1024 })));
    await writeFile(join(folder, 'curve.pem'), pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' })));
    await writeFile(join(folder, 'locked.pem'), pem(ec, { cipher: 'aes-256-cbc', passphrase: 'x' }));
    const config = await configOf(source('good.pem'), {}, path);
    expect(config.sources[0]?.options.credential).toMatchObject({
      signedPrincipal: { key: pem(ec), lifetime: 60_000 },
    });
    const unfit = 'A key of this kind signs nothing here.';
    const unreadable = 'The file holds no private key that can be read.';
    for (const [file, message] of [
      ['public.pem', unreadable],
      ['locked.pem', unreadable],
      ['small.pem', unfit],
      ['curve.pem', unfit],
      ['none.pem', `The file ${join(folder, 'none.pem')} cannot be read (ENOENT).`],
    ] as const) {
      const { diagnostics } = await readConfig(source(file), path, {});
      expect(diagnostics.map(({ message }) => message)).toEqual([message]);
    }
  });

  it("reads the credentials of a document's security schemes, and which of its servers is asked", async () => {
    const client = 'clientId: gateway, clientSecret: "${SECRET}"';
    const config = await configOf(
      `sources:
  a:
    document: a.yaml
    credentials:
      key: { apiKey: { value: "\${SECRET}" } }
      moved: { apiKey: { in: query, name: k, value: "\${SECRET}" } }
      basic: { basic: { username: u, password: "\${SECRET}" } }
      oidc: { openIdConnect: { discoveryUrl: "https://login.example.com/.well-known/openid-configuration", ${client} } }
      "./shared.yaml#/schemes/x": { bearer: "\${SECRET}" }
    server: sandbox
    serverVariables: { region: eu, port: 8443, path: "" }
    trustedOrigins: ["https://Upload.example.com:443"]
`,
      { SECRET: 's' },
    );
    const { credentials, server, serverVariables, trustedOrigins } = config.sources[0]!.options;
    expect({ credentials, server, serverVariables, trustedOrigins }).toEqual({
      credentials: {
        key: { apiKey: { value: 's' } },
        moved: { apiKey: { in: 'query', name: 'k', value: 's' } },
        basic: { basic: { username: 'u', password: 's' } },
        oidc: {
          openIdConnect: {
            discoveryUrl: 'https://login.example.com/.well-known/openid-configuration',
            clientId: 'gateway',
            clientSecret: 's',
            authentication: 'basic',
            scopes: [],
          },
        },
        './shared.yaml#/schemes/x': { bearer: 's' },
      },
      server: 'sandbox',
      serverVariables: { region: 'eu', port: '8443', path: '' },
      trustedOrigins: ['https://upload.example.com'],
    });
  });

  it('is refused where there is none', async () => {
    const path = join(folder, 'nowhere.yaml');
    const { diagnostics } = await loadConfig(path, {});
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      `error CONFIG_NOT_FOUND ${path}: There is no configuration.\n    hint: "selvage add <document>" writes one; "--config <file>" names another; "selvage demo" needs none`,
    ]);
  });

  it('warns of secrets in the file, not of those in the environment', async () => {
    const yaml = `sources:
  a: { document: a.yaml, credential: { bearer: "\${TOKEN}" }, headers: { x-api-key: abc } }
  b: { document: b.yaml, credential: { bearer: "\${UNSET:-dev}" } }
`;
    const outcome = await readConfig(yaml, 'selvage.yaml', { TOKEN: 'a' });
    expect(outcome.ok).toBe(true);
    expect(outcome.diagnostics.map(({ code, at }) => [code, at[1]])).toEqual([
      ['CONFIG_LITERAL_SECRET', 'sources.a.headers.x-api-key'],
      ['CONFIG_LITERAL_SECRET', 'sources.b.credential.bearer'],
    ]);
  });

  it.skipIf(example === undefined)('reads the published example', async () => {
    const env = { ID: 'x', SECRET: 'x', TOKEN_URL: 'https://login.example.com/token' };
    const { diagnostics } = await readConfig(example ?? '', 'selvage.yaml', env);
    expect(diagnostics).toEqual([]);
  });
});
