import { type Backend, secret } from './backend.ts';
import { type HttpAnswer, startHttpBackend } from './http-backend.ts';
import type { Traffic } from './traffic.ts';

const refusals: Readonly<Record<string, number>> = {
  invalid: 422,
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  limited: 429,
  crash: 500,
};

const item = (id: string, name: string | null = `Item ${id}`) => ({ id, name, note: null });

/** `openapi.yaml` beside this file. */
export async function startOpenapiBackend(): Promise<Backend> {
  const http = await startHttpBackend(async (exchange, traffic) => {
    const [, collection = '', id] = exchange.path.split('/');
    if (collection === 'items' && id !== undefined) return readItem(decodeURIComponent(id), traffic);
    if (collection === 'items' && exchange.method === 'GET') return readItems(traffic);
    if (collection === 'items') return createItem(exchange.body, traffic);
    if (collection.startsWith('failures?how=')) return fail(decodeURIComponent(collection.slice(13)), traffic);
    return { status: 404, body: secret };
  });
  return {
    ...http,
    protocol: 'openapi',
    document: new URL('./openapi.yaml', import.meta.url).pathname,
    endpoint: http.url,
    fields: {
      item: value => `item(id: ${value}) { id name note }`,
      items: 'items { id name note }',
      fail: value => `fail(how: ${value}) { id name note }`,
      createItem: value => `createItem(input: { name: ${value} }) { id name note }`,
    },
    listed: items => items,
    missing: 'NOT_FOUND',
    skips: {},
    refused: ['../../admin', '..', '%2e%2e%2fadmin', 'x\r\nx-injected: 1'],
  };
}

async function readItem(id: string, traffic: Traffic): Promise<HttpAnswer> {
  traffic.asked.push({ operation: 'item', value: id });
  if (id.startsWith('held-')) await traffic.held();
  return id === 'missing' ? { status: 404, body: secret } : { body: JSON.stringify(item(id)) };
}

function readItems(traffic: Traffic): HttpAnswer {
  traffic.asked.push({ operation: 'items', value: '' });
  return { body: JSON.stringify(['1', '2', '3'].map(id => item(id))) };
}

function createItem(body: string, traffic: Traffic): HttpAnswer {
  const { name } = JSON.parse(body) as { name: string };
  traffic.asked.push({ operation: 'createItem', value: name });
  return { status: 201, body: JSON.stringify(item('new', name)) };
}

function fail(how: string, traffic: Traffic): HttpAnswer | 'hang' | 'reset' {
  traffic.asked.push({ operation: 'fail', value: how });
  if (how === 'hang' || how === 'reset') return how;
  if (how === 'garbage') return { body: `<p>${secret}</p>` };
  if (how === 'redirect') return { status: 307, headers: { location: '/items/redirected' }, body: secret };
  if (how === 'null-name') return { body: JSON.stringify(item('1', null)) };
  if (how === 'huge') return { body: JSON.stringify(item('huge', 'x'.repeat(1_000_000))) };
  const body = JSON.stringify({ title: secret, detail: secret, message: secret });
  return {
    status: refusals[how] ?? 500,
    headers: { 'content-type': 'application/problem+json', 'x-secret': secret },
    body,
  };
}
