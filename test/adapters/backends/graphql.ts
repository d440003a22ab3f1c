import { buildSchema, graphql as execute, GraphQLError } from 'graphql';
import { type Backend, secret } from './backend.ts';
import { type HttpAnswer, startHttpBackend } from './http-backend.ts';
import type { Traffic } from './traffic.ts';

const schema = buildSchema(`
  type Query {
    item(id: String!): Item
    items: [Item!]
    fail(how: String!): Item
  }
  type Mutation { createItem(name: String!): Item }
  type Item { id: String! name: String! note: String }
`);

const codes: Readonly<Record<string, string>> = {
  invalid: 'BAD_USER_INPUT',
  unauthenticated: 'UNAUTHENTICATED',
  denied: 'FORBIDDEN',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  limited: 'RATE_LIMITED',
  crash: 'DATABASE_DOWN',
};

const item = (id: string, name = `Item ${id}`) => ({ id, name, note: null });

/** What the transport does, whatever the operation says. */
function transportOf(how: string): HttpAnswer | 'hang' | 'reset' | undefined {
  if (how === 'hang' || how === 'reset') return how;
  if (how === 'garbage') return { headers: { 'content-type': 'text/html' }, body: `<p>${secret}</p>` };
  if (how === 'redirect') return { status: 307, headers: { location: '/elsewhere' }, body: secret };
  return undefined;
}

export async function startGraphqlBackend(): Promise<Backend> {
  const http = await startHttpBackend(async (exchange, traffic) => {
    const { query, variables } = JSON.parse(exchange.body) as { query: string; variables?: Record<string, unknown> };
    const how = Object.values(variables ?? {}).map(value => transportOf(String(value)));
    const transport = /\bfail\b/.test(query) ? how.find(answer => answer !== undefined) : undefined;
    if (transport !== undefined) return transport;
    const rootValue = rootOf(traffic);
    const result = await execute({
      schema,
      source: query,
      rootValue,
      ...(variables ? { variableValues: variables } : {}),
    });
    return { body: JSON.stringify(result).replace('"name":"null-name"', '"name":null') };
  });
  return {
    ...http,
    protocol: 'graphql',
    document: undefined,
    endpoint: `${http.url}/graphql`,
    fields: {
      item: value => `item(id: ${value}) { id name note }`,
      items: 'items { id name note }',
      fail: value => `fail(how: ${value}) { id name note }`,
      createItem: value => `createItem(name: ${value}) { id name note }`,
    },
    listed: items => items,
    missing: 'NOT_FOUND',
    skips: {},
    refused: [],
  };
}

function rootOf(traffic: Traffic) {
  const seen = (operation: string, value: string) => traffic.asked.push({ operation, value });
  return {
    async item({ id }: { id: string }) {
      seen('item', id);
      if (id.startsWith('held-')) await traffic.held();
      if (id === 'missing') throw new GraphQLError(secret, { extensions: { code: 'NOT_FOUND' } });
      return item(id);
    },
    items() {
      seen('items', '');
      return ['1', '2', '3'].map(id => item(id));
    },
    fail({ how }: { how: string }) {
      seen('fail', how);
      if (how === 'huge') return item('huge', 'x'.repeat(1_000_000));
      if (how === 'null-name') return item('null-name', 'null-name');
      throw new GraphQLError(secret, { extensions: { code: codes[how] ?? 'UNKNOWN', secret } });
    },
    createItem({ name }: { name: string }) {
      seen('createItem', name);
      return item('new', name);
    },
  };
}
