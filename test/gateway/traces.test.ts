import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/demo/backend.ts';
import { startBilling } from '../../src/demo/billing.ts';
import { startCatalogue } from '../../src/demo/catalogue.ts';
import { startReviews } from '../../src/demo/reviews.ts';
import { startStock } from '../../src/demo/stock.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';

const schemas = fileURLToPath(new URL('../../schemas/', import.meta.url));
const query = await readFile(join(schemas, 'queries/demo.graphql'), 'utf8');

/** What the configuration and the client know, and nobody else is to learn. */
const secrets = [
  'bearer-5eed-catalogue',
  'pass-5eed-billing',
  'key-5eed-reviews',
  'static-5eed',
  'jwt.5eed.client',
  'sid-5eed-cookie',
];

interface Told {
  readonly calls: { source: string; call: string; items: { args: unknown; outcome: unknown }[] }[];
  readonly exchanges: {
    source: string;
    request: { method: string; url: string; headers: Record<string, string>; body?: string };
    response: { status: number; headers: Record<string, string>; body: string };
  }[];
}

describe('the traces of a gateway', () => {
  let folder: string;
  let backends: Record<'CATALOGUE' | 'STOCK' | 'BILLING' | 'REVIEWS', Backend>;
  let gateway: Gateway;
  let told: Told;
  let text: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selvage-traces-'));
    backends = {
      CATALOGUE: await startCatalogue(() => {}),
      STOCK: await startStock(() => {}),
      BILLING: await startBilling(() => {}),
      REVIEWS: await startReviews(() => {}),
    };
    const { CATALOGUE, STOCK, BILLING, REVIEWS } = backends;
    const config = join(folder, 'selvage.yaml');
    await writeFile(
      config,
      `gateway: { port: 0, admin: { port: 0 }, overlay: ${schemas}overlay.demo.graphql }
trace: { keep: 5 }
sources:
  catalogue:
    document: ${schemas}catalogue.openapi.yaml
    endpoint: ${CATALOGUE.endpoint}
    credential: { bearer: "\${BEARER}" }
    headers: { x-api-key: "\${STATIC}" }
  stock: { protocol: grpc, reflection: true, endpoint: "${STOCK.endpoint}", tls: false }
  billing:
    document: ${schemas}billing.wsdl
    endpoint: ${BILLING.endpoint}
    credential: { basic: { username: erp, password: "\${PASSWORD}" } }
    forward: [authorization, cookie]
  reviews:
    protocol: graphql
    endpoint: ${REVIEWS.endpoint}
    credential: { apiKey: { in: query, name: k, value: "\${KEY}" } }
    forward: [authorization, cookie]
`,
    );
    const [BEARER, PASSWORD, KEY, STATIC] = secrets as [string, string, string, string];
    gateway = await createGateway({ config, env: { BEARER, PASSWORD, KEY, STATIC }, log: pino({ level: 'silent' }) });
    const { url } = await gateway.listen();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'traced-1',
        authorization: `Bearer ${secrets[4]}`,
        cookie: `session=${secrets[5]}; theme=dark`,
      },
      body: JSON.stringify({ query }),
    });
    expect((await response.json()).errors).toBeUndefined();
    text = await (await fetch(`${gateway.adminUrl}/traces/traced-1`)).text();
    told = JSON.parse(text);
  });
  afterAll(async () => {
    await gateway.close();
    await Promise.all(Object.values(backends).map(backend => backend.close()));
    await rm(folder, { recursive: true });
  });

  it('are listed, the last request first', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'traced-2' },
      body: '{"query":"{ nothing }"}',
    });
    expect(response.status).toBe(200);
    const list = await (await fetch(`${gateway.adminUrl}/traces`)).json();
    expect(list.slice(0, 2)).toMatchObject([
      { requestId: 'traced-2', codes: ['GRAPHQL_VALIDATION_FAILED'] },
      { requestId: 'traced-1', status: 200, codes: [] },
    ]);
    expect((await fetch(`${gateway.adminUrl}/traces/traced-3`)).status).toBe(404);
  });

  it('tell each call in the terms of GraphQL, whatever the protocol', () => {
    expect(new Set(told.calls.map(({ source }) => source))).toEqual(
      new Set(['catalogue', 'stock', 'billing', 'reviews']),
    );
    const stock = told.calls.find(({ source }) => source === 'stock')!;
    expect(stock.call).toBe('Query.batchGetLevels');
    expect(JSON.stringify(stock.items[0]!.args)).toContain('skus');
    expect(JSON.stringify(stock.items[0]!.outcome)).toContain('onHand');
    const products = told.calls.find(({ source }) => source === 'catalogue')!;
    expect(products).toMatchObject({ call: 'Query.listProducts', items: [{ args: { limit: 5 } }] });
  });

  it('tell each HTTP request and its answer as they were sent', () => {
    const [products] = told.exchanges.filter(({ source }) => source === 'catalogue');
    expect(products!.request).toMatchObject({ method: 'GET', url: `${backends.CATALOGUE.endpoint}/products?limit=5` });
    expect(products!.response.status).toBe(200);
    expect(JSON.parse(products!.response.body)).toBeTruthy();
    const billing = told.exchanges.filter(({ source }) => source === 'billing');
    expect(billing.every(({ request }) => request.body?.includes('Envelope'))).toBe(true);
    expect(billing.every(({ response }) => response.body.includes('Envelope'))).toBe(true);
    const [reviews] = told.exchanges.filter(({ source }) => source === 'reviews');
    expect(reviews!.request.body).toContain('stars');
  });

  it('A3: hold no credential, of ours or of the client', () => {
    const sent = told.exchanges.map(({ source, request }) => [source, request.headers['authorization']]);
    expect(sent).toContainEqual(['catalogue', '[masked]']);
    expect(sent).toContainEqual(['reviews', '[masked]']);
    expect(told.exchanges.find(({ source }) => source === 'reviews')!.request.url).toContain('k=[masked]');
    const encoded = secrets.flatMap(secret => [secret, Buffer.from(secret).toString('base64')]);
    expect(encoded.filter(secret => text.includes(secret))).toEqual([]);
    expect(text).not.toContain(Buffer.from(`erp:${secrets[1]}`).toString('base64'));
  });
});
