import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { graphql } from '../../src/adapters/graphql/index.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../src/source/source.ts';
import type { Member } from '../../src/supergraph/supergraph.ts';
import { run, source, supergraph } from './harness.ts';

const queries: string[] = [];
const typeDefs = `
  type Query { reviews(first: Int = 2): [Review!]! authors(ids: [ID!]!): Authors node(kind: Kind!): Node }
  type Authors { found: [Author] } type Review { id: ID! rating(outOf: Int = 5): Float author: Author! productId: Int }
  type Author implements Node { id: ID! name: String! } type Bot implements Node { id: ID! model: String } interface Node { id: ID! } enum Kind { AUTHOR BOT }
`;
const author = (id: string) => ({ __typename: 'Author', id, name: `n${id}` });
const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: {
        reviews: () => [1, 2, 1].map((n, index) => ({ id: `r${index}`, author: author(`${n}`), productId: n })),
        authors: (_: unknown, { ids }: { ids: string[] }) => ({
          found: ids
            .filter(id => id !== '2')
            .reverse()
            .map(author),
        }),
        node: (_: unknown, { kind }: { kind: string }) =>
          kind === 'BOT' ? { __typename: 'Bot', id: 'b', model: 'm' } : author('9'),
      },
      Review: { rating: (_: unknown, { outOf }: { outOf: number }) => outOf / 2 },
    },
  }),
  plugins: [
    {
      onParams: ({ params }: { params: { query?: string; variables?: unknown } }) =>
        void queries.push(`${params.query?.replace(/\s+/g, ' ')} ${JSON.stringify(params.variables ?? {})}`),
    },
  ],
});
const server = createServer(yoga);
let member: Member;

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const upstream: Source = {
    name: 'up',
    protocol: 'graphql',
    endpoint,
    options: { ...defaultSourceOptions, prefix: 'Up' },
  };
  const described = await graphql.describe(upstream, {
    reader: openReader(upstream),
    signal: AbortSignal.timeout(60_000),
  });
  if (!described.ok) throw new Error(JSON.stringify(described.diagnostics));
  member = { source: upstream, subschema: graphql.connect(described.value.blueprint, upstream) };
});
afterAll(async () => {
  await member.subschema.close();
  server.closeAllConnections();
  server.close();
});

const shop = () =>
  source(
    'shop',
    'type Query { products(ids: [ID!]!): [Product] item: Item } type Product { id: ID! title: String } type Item { by: ID }',
    {
      products: ({ ids }) => (ids as string[]).map(id => ({ id, title: `p${id}` })).reverse(),
      item: () => ({ by: '7' }),
    },
  );
const overlay = `
  extend type UpReview @rename(to: "Review") {
    rating(outOf: Int @rename(to: "max")): Float @rename(to: "stars")
    product: Product @resolve(call: "shop.products", batch: { key: "$parent.productId", into: "ids", match: "id" })
  }
  extend type UpAuthor { again: UpAuthor @resolve(call: "up.authors", batch: { key: "$parent.id", into: "ids" }, select: "found") }
  extend type Item { author: UpAuthor @resolve(call: "up.authors", batch: { key: "$parent.by", into: "ids" }, select: "found") }
  extend enum UpKind @rename(to: "Kind") { BOT @rename(to: "ROBOT") }
`;

it('a real upstream is told the selection, in its own names, with the keys', async () => {
  queries.length = 0;
  const local = shop();
  const result = await run(
    supergraph([member, local], overlay),
    'query ($max: Int!) { upReviews { s: stars(max: $max) author { again { ...A } } product { title } } item { author { name } } upNode(kind: ROBOT) { __typename ... on UpBot { model } } } fragment A on UpAuthor { name }',
    { max: 10 },
  );
  expect(result).toEqual({
    data: {
      upReviews: [
        { s: 5, author: { again: { name: 'n1' } }, product: { title: 'p1' } },
        { s: 5, author: { again: null }, product: { title: 'p2' } },
        { s: 5, author: { again: { name: 'n1' } }, product: { title: 'p1' } },
      ],
      item: { author: { name: 'n7' } },
      upNode: { __typename: 'UpBot', model: 'm' },
    },
  });
  expect(local.sent.sort()).toEqual(['item {}', 'products {"ids":["1","2"]}']);
  expect(queries).toMatchSnapshot();
});
