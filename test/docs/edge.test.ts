import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from '../../src/config.ts';
import { defaultSubscriptions, defaultWebSockets } from '../../src/edge/subscriptions/subscriptions-options.ts';
import { defaultCors } from '../../src/server/cors.ts';
import { defaultConnections } from '../../src/server/listener/connections.ts';
import { type Credential, defaultSourceOptions } from '../../src/source/source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-docs-'));
  await mkdir(join(folder, 'keys'));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(folder, 'keys/gateway.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
});
afterAll(() => rm(folder, { recursive: true }));

async function snippetsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../../docs/edge/${page}.md`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, snippet = '']) => snippet);
}

async function read(yaml: string): Promise<Config> {
  const env = { STOCK_SECRET: 's', ORDERS_SECRET: 's' };
  const config = await readConfig(yaml, join(folder, 'selvage.yaml'), env);
  expect(config.diagnostics).toEqual([]);
  if (!config.ok) throw new TypeError('A page shows a configuration that is refused.');
  return config.value;
}

describe('docs/edge/backends.md', () => {
  it('shows configurations that are read, without a warning', async () => {
    const credentials: (Credential | undefined)[] = [];
    for (const yaml of await snippetsOf('backends'))
      credentials.push((await read(yaml)).sources[0]?.options.credential);
    expect(credentials.map(credential => Object.keys(credential ?? {}))).toEqual([
      ['oauth2'],
      ['tokenExchange'],
      ['passThrough'],
      ['signedPrincipal'],
      ['bearer'],
    ]);
  });

  it("calls a document's schemes by their names", async () => {
    const yaml = (await snippetsOf('backends')).at(-1) ?? '';
    const { credentials, trustedOrigins } = (await read(yaml)).sources[0]!.options;
    expect(Object.entries(credentials).map(([scheme, credential]) => [scheme, ...Object.keys(credential)])).toEqual([
      ['api_key', 'apiKey'],
      ['admin', 'basic'],
      ['shop_auth', 'passThrough'],
      ['machine', 'openIdConnect'],
    ]);
    expect(trustedOrigins).toEqual(['https://upload.example.com']);
  });

  it('calls those values defaults that are', async () => {
    const [oauth2 = '', , passThrough = '', signedPrincipal = ''] = await snippetsOf('backends');
    const short = oauth2.replace(/^.*(authentication|scopes|audience|resource):.*\n/gm, '');
    expect((await read(short)).sources[0]?.options.credential).toMatchObject({
      oauth2: { authentication: 'basic', scopes: [] },
    });
    const passing = passThrough.replace(/^.*(header|withoutToken):.*\n/gm, '');
    const known = { header: 'authorization', withoutToken: 'unsigned' };
    expect((await read(passing)).sources[0]?.options.credential).toEqual({ passThrough: known });
    const signing = await read(
      signedPrincipal.replace(/^.*(keyId|header|issuer|audience|lifetime|anonymous):.*\n/gm, ''),
    );
    expect(signing.sources[0]?.options.credential).toEqual({
      signedPrincipal: {
        key: expect.stringContaining('PRIVATE KEY'),
        header: 'x-selvage-principal',
        issuer: 'selvage',
        lifetime: 60_000,
        anonymous: 'refuse',
      },
    });
  });
});

describe('docs/edge/subscriptions.md', () => {
  it('shows the defaults, but for the origins', async () => {
    const [yaml = ''] = await snippetsOf('subscriptions');
    const { edge } = await read(yaml);
    const webSockets = { ...defaultWebSockets, origins: ['https://shop.example.com'] };
    expect(edge.subscriptions).toEqual({ ...defaultSubscriptions, webSockets });
    expect((await read('sources:\n  a: { protocol: openapi, document: a.yaml }\n')).edge.subscriptions).toEqual(
      defaultSubscriptions,
    );
  });
});

describe('docs/edge/http.md', () => {
  it('shows configurations that are read, and the defaults of connections', async () => {
    const [listener = '', forwarding = ''] = await snippetsOf('http');
    const { gateway } = await read(listener);
    expect(gateway.connections).toEqual(defaultConnections);
    expect(gateway.cors).toEqual({
      origins: ['https://shop.example.com', 'http://localhost:3000'],
      credentials: true,
      headers: ['content-type', 'authorization'],
      maxAge: defaultCors.maxAge,
    });
    expect(gateway.trustedProxies).toEqual(['10.0.0.0/8', '2001:db8::/32']);
    expect((await read(forwarding)).sources[0]?.options.forward).toEqual(['accept-language', 'traceparent']);
  });

  it('tells what holds where nothing is configured', async () => {
    const { gateway, sources } = await read('sources:\n  a: { protocol: openapi, document: a.yaml }\n');
    expect(gateway).toMatchObject({ connections: defaultConnections, trustedProxies: [] });
    expect(gateway).not.toHaveProperty('cors');
    expect(sources[0]?.options).toMatchObject({ forward: defaultSourceOptions.forward });
  });
});
