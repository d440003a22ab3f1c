// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { until } from '../adapters/backends/traffic.ts';
import { type SseClient, sseClient } from './streaming-gateway.ts';

const secret = 'a secret of this test';

/** Invoices: a webhook tells of those that are paid, a callback of the one that was asked for. */
const document = {
  openapi: '3.1.0',
  info: { title: 'Billing', version: '1' },
  paths: {
    '/invoices': {
      post: {
        operationId: 'createInvoice',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                title: 'ignored',
                properties: { amount: { type: 'integer' }, notify: { $ref: '#/components/schemas/Notify' } },
              },
            },
          },
        },
        responses: { 201: { description: '', content: { 'application/json': { schema: { type: 'object' } } } } },
        callbacks: {
          settled: {
            '{$request.body#/notify/call-back}': {
              put: {
                requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Invoice' } } } },
              },
            },
          },
          elsewhere: { 'https://other.example/{$request.body#/amount}': { post: {} } },
        },
      },
    },
    '/checks': {
      get: {
        operationId: 'check',
        parameters: [{ name: 'reply-to', in: 'query', schema: { type: 'string' } }],
        responses: { 204: { description: '' } },
        callbacks: { done: { '{$request.query.reply-to}': { post: {} } } },
      },
    },
    '/customers': {
      get: {
        operationId: 'customers',
        parameters: [
          { name: 'ids', in: 'query', required: true, schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: {
          200: {
            description: '',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Customer' } } },
            },
          },
        },
      },
    },
  },
  webhooks: {
    'invoice.paid': {
      post: {
        description: 'An invoice is paid.',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Invoice' } } } },
      },
    },
    'customer-event': { post: {}, delete: {} },
    'customer.moved': {
      post: {
        requestBody: {
          content: { 'application/x-www-form-urlencoded': { schema: { $ref: '#/components/schemas/Invoice' } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Notify: { type: 'object', properties: { 'call-back': { type: 'string' }, as: { type: 'string' } } },
      Customer: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, name: { type: 'string' } } },
      Invoice: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'integer', format: 'int64' },
          customer: { type: 'string' },
          note: { type: 'string' },
        },
      },
    },
  },
};

const overlay = `extend type Invoice {
  customerOf: Customer @resolve(call: "billing.customers", batch: { key: "$parent.customer", into: "ids", match: "id" })
}`;

let folder: string;
let backend: Server;
let gateway: Gateway;
let url: string;
let asked: { readonly path: string; readonly body: string }[];
let status: number;
const clients: SseClient[] = [];

async function start(webhooks: string, lane: 'plan' | 'reference'): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'selvage-hooks-'));
  asked = [];
  status = 201;
  backend = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ path: request.url ?? '', body });
    response.writeHead(request.url?.startsWith('/customers') ? 200 : status, { 'content-type': 'application/json' });
    response.end(request.url?.startsWith('/customers') ? '[{"id":"c1","name":"Ada"}]' : '{}');
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => backend.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`; // of a TCP server
  await writeFile(join(folder, 'billing.json'), JSON.stringify(document));
  await writeFile(join(folder, 'overlay.graphql'), overlay);
  await writeFile(
    join(folder, 'selvage.yaml'),
    `gateway: { port: 0, overlay: overlay.graphql }
sources:
  billing: { document: billing.json, endpoint: "${endpoint}", webhooks: ${webhooks} }
`,
  );
  gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: { SECRET: secret },
    lane,
    log: pino({ level: 'silent' }),
  });
  ({ url } = await gateway.listen());
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.leave();
  await gateway.close();
  await new Promise(resolve => backend.close(resolve));
  await rm(folder, { recursive: true });
});

async function subscribe(query: string): Promise<SseClient> {
  const client = await sseClient(`${url}/graphql`, query, {});
  clients.push(client);
  expect(client.response.status).toBe(200);
  return client;
}

async function send(
  address: string,
  body: string,
  { method = 'POST', key = secret, type = 'application/json' } = {},
): Promise<number> {
  const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  const headers = { 'x-hub-signature-256': signature, 'content-type': type };
  const response = await fetch(address, { method, body, headers });
  return response.status;
}

describe.each(['plan', 'reference'] as const)('a source with webhooks, lane %s', lane => {
  beforeEach(async () => {
    const proof = 'hmac: { secret: "${SECRET}", header: x-hub-signature-256, prefix: "sha256=" }';
    await start(`{ ${proof}, publicUrl: "http://public.example" }`, lane);
  });

  /** The backend opens nothing by itself: who subscribed is known only by what comes. */
  const opened = async (client: SseClient, address: string, body: (n: number) => string, type?: string) => {
    let sent = 0;
    const reading = client.read(1);
    await until(async () => {
      expect(await send(address, body(sent), type === undefined ? {} : { type })).toBe(204);
      sent += 1;
      return client.answers.length > 0;
    });
    return reading;
  };

  it('gives each proved event to all who subscribed, digits and links and all', async () => {
    const query = 'subscription { invoicePaid { id note customerOf { name } } }';
    const first = await subscribe(query);
    const second = await subscribe(query);
    const paid = (n: number) => `{"id":9007199254740993,"customer":"c1","note":"${n}"}`;
    await opened(first, `${url}/hooks/billing/invoicePaid`, paid);
    await second.read(1);
    expect(await send(`${url}/hooks/billing/invoicePaid`, paid(1_000))).toBe(204);
    const last = { data: { invoicePaid: { id: '9007199254740993', note: '1000', customerOf: { name: 'Ada' } } } };
    for (const client of [first, second]) {
      await until(async () => (await client.read(client.answers.length + 1)).length > 0 && isLast(client));
      expect(client.answers.at(-1)).toEqual(last);
      expect(new Set(client.answers.map(answer => JSON.stringify(answer))).size).toBe(client.answers.length);
    }
  });

  const isLast = (client: SseClient) => JSON.stringify(client.answers.at(-1)).includes('"1000"');

  it('takes in nothing that is not proved, not described or not new', async () => {
    const address = `${url}/hooks/billing/invoicePaid`;
    expect(await send(address, '{"id":1}', { key: 'another secret' })).toBe(401);
    expect(await send(address, 'no json')).toBe(400);
    expect(await send(address, '{"id":1}', { method: 'PUT' })).toBe(405);
    expect(await send(`${url}/hooks/billing/invoice.paid`, '{"id":1}')).toBe(404);
    expect(await send(`${url}/hooks/billing/createInvoiceSettled`, '{"id":1}')).toBe(404);
    expect(await send(`${url}/hooks/billing/createInvoiceSettled/guessed`, '{"id":1}')).toBe(404);
    expect(await send(address, '{"id":1}')).toBe(204);
    expect(await send(address, '{"id":1}')).toBe(204);
  });

  it('reads a form, and tells nothing of what breaks the contract', async () => {
    const address = `${url}/hooks/billing/customerMoved`;
    const type = 'application/x-www-form-urlencoded';
    const client = await subscribe('subscription { customerMoved { id customer note } }');
    const [answer] = await opened(client, address, n => `id=private&customer=A%26B&note=${n}`, type);
    expect(answer).toMatchObject({
      data: { customerMoved: null },
      errors: [{ path: ['customerMoved', 'id'], extensions: { code: 'UPSTREAM_MALFORMED' } }],
    });
    expect(JSON.stringify(answer)).not.toContain('private');
    const other = await subscribe('subscription { customerMoved { note customer } }');
    const [moved] = await opened(other, address, n => `id=private&customer=A%26B&note=${n}`, type);
    expect(moved).toMatchObject({ data: { customerMoved: { customer: 'A&B' } } });
    expect(moved).not.toHaveProperty('errors');
    expect(await send(address, '{"id":1}')).toBe(400);
  });

  it('asks for a callback with an address of its own, and gives what comes there', async () => {
    const client = await subscribe(
      'subscription { createInvoiceSettled(input: { amount: 5, notify: { as: "me", call_back: "http://evil.example" } }) { id } }',
    );
    const reading = client.read(1);
    await until(() => asked.length > 0);
    const { notify, amount } = JSON.parse(asked[0]?.body ?? '');
    expect([asked[0]?.path, amount, notify.as]).toEqual(['/invoices', 5, 'me']);
    const { pathname, origin } = new URL(notify['call-back']);
    expect(origin).toBe('http://public.example');
    expect(pathname).toMatch(/^\/hooks\/billing\/createInvoiceSettled\/[\w-]{24}$/);
    expect(await send(url + pathname, '{"id":7}', { method: 'PUT' })).toBe(204);
    expect(await reading).toEqual([{ data: { createInvoiceSettled: { id: '7' } } }]);
    client.leave();
    await until(async () => (await send(url + pathname, `{"id":${Math.random()}}`, { method: 'PUT' })) === 404);
  });

  it('asks by a query parameter, and gives true where an event has no body', async () => {
    status = 204;
    const client = await subscribe('subscription { checkDone }');
    const reading = client.read(1);
    await until(() => asked.length > 0);
    const address = new URL(asked[0]?.path ?? '', url).searchParams.get('reply-to') ?? '';
    expect(await send(url + new URL(address).pathname, '')).toBe(204);
    expect(await reading).toEqual([{ data: { checkDone: true } }]);
  });

  it('tells that the asking failed, and ends', async () => {
    status = 500;
    const client = await subscribe('subscription { createInvoiceSettled(input: { amount: 5 }) { id } }');
    const [answer] = (await client.all()) as { data: unknown; errors: { extensions: object }[] }[];
    expect(answer?.data).toEqual({ createInvoiceSettled: null });
    expect(answer?.errors[0]?.extensions).toMatchObject({ code: 'UPSTREAM_ERROR', operation: 'createInvoiceSettled' });
    expect(client.complete).toBe(true);
  });

  it('has a field for each request that is described, and says what it cannot ask for', async () => {
    const fields = gateway.current()?.schema.getSubscriptionType()?.getFields() ?? {};
    expect(Object.keys(fields).sort()).toEqual([
      'checkDone',
      'createInvoiceSettled',
      'customerEventDelete',
      'customerEventPost',
      'customerMoved',
      'invoicePaid',
    ]);
    expect(fields['invoicePaid']?.description).toBe('An invoice is paid.');
    const { diagnostics } = await gateway.reload();
    expect(diagnostics.map(({ code, at }) => [code, at.at(-1)])).toContainEqual([
      'CONSTRUCT_NOT_SUPPORTED',
      '/paths/~1invoices/post/callbacks/elsewhere/https:~1~1other.example~1{$request.body#~1amount}/post',
    ]);
  });
});
