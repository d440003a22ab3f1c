import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { run, source, supergraph } from './harness.ts';

const sdl = `
  type Query { item(id: ID!, filter: Filter, state: State = OLD): Item any: [Any] node: [Node] }
  type Mutation { put(input: Filter!): Item }
  input Filter { word: String states: [State!] inner: Filter }
  enum State { OLD NEW }
  interface Node { id(short: Boolean): ID! }
  type Item implements Node { id(short: Boolean): ID! state: State at: DateTime constructor: String }
  type Other implements Node { id(short: Boolean): ID! }
  union Any = Item | Other
  scalar DateTime
`;
const item = { __typename: 'Item', id: '1', state: 'OLD', at: 'yesterday', constructor: 'x' };
const items = (selective: boolean, prefix = '') =>
  source(
    'shop',
    sdl,
    {
      item: () => item,
      any: () => [item, { __typename: 'Other', id: '2' }],
      node: () => [item, { __typename: 'Other', id: '2' }],
      put: () => item,
    },
    { selective, prefix },
  );
const overlay = `
  extend type Query { item(id: ID! @rename(to: "key"), filter: Filter): Item @rename(to: "thing") }
  extend input Filter @rename(to: "Sieve") { word: String @rename(to: "text") states: [State!] @rename(to: "in") inner: Filter @rename(to: "sub") }
  extend enum State @rename(to: "Status") { OLD @rename(to: "PAST") NEW @rename(to: "OLD") }
  extend interface Node @rename(to: "Thing") { id(short: Boolean @rename(to: "brief")): ID! @rename(to: "key") }
  extend type Item @rename(to: "Article") { at: DateTime @rename(to: "since") }
  extend type Other @rename(to: "Item")
  extend union Any @rename(to: "Either")
  extend scalar DateTime @rename(to: "Moment")
`;

describe.each([
  ['told the selection', true],
  ['not told the selection', false],
])('names of a source that is %s', (_name, selective) => {
  it("are the client's on every location", async () => {
    const query = `query ($in: [Status!], $sieve: Sieve) {
      a: thing(key: "1", filter: { text: "w", in: [PAST, OLD], sub: { in: $in } }, state: PAST) { ...F }
      b: thing(key: "1", filter: $sieve) { key(brief: true) }
      any { __typename ... on Article { key } }
      node { __typename key ... on Article { since } }
    }
    fragment F on Article { __typename key status: state since constructor }`;
    const plain = source(
      'shop',
      sdl,
      {
        item: (_args, wish) => (selective ? keyed(wish.selection?.selectionSet.selections ?? [], item) : item),
        any: () => [
          { ...item, key: '1' },
          { __typename: 'Other', key: '2', id: '2' },
        ],
        node: () => [
          { ...item, key: '1', since: 'yesterday' },
          { __typename: 'Other', key: '2', id: '2' },
        ],
      },
      { selective },
    );
    const result = await run(supergraph([plain], overlay), query, {
      in: ['OLD'],
      sieve: { text: 'v', sub: { in: ['PAST'] } },
    });
    expect(result).toEqual({
      data: {
        a: { __typename: 'Article', key: '1', status: 'PAST', since: 'yesterday', constructor: 'x' },
        b: { key: '1' },
        any: [{ __typename: 'Article', key: '1' }, { __typename: 'Item' }],
        node: [
          { __typename: 'Article', key: '1', since: 'yesterday' },
          { __typename: 'Item', key: '2' },
        ],
      },
    });
    expect(plain.sent.map(line => line.replace(/ \{ .*/, '')).sort()).toEqual([
      'any {}',
      'item {"id":"1","filter":{"word":"v","inner":{"states":["OLD"]}},"state":"OLD"}',
      'item {"id":"1","filter":{"word":"w","states":["OLD","NEW"],"inner":{"states":["NEW"]}},"state":"OLD"}',
      'node {}',
    ]);
    expect(printSchema(supergraph([items(selective)], overlay).schema)).toMatchSnapshot();
  });
});

it('a prefix stands before types and root fields, and the overlay uses it', async () => {
  const shop = items(false, 'Shop');
  const graph = supergraph(
    [shop],
    `extend type ShopItem { at: DateTime @rename(to: "since") } extend type Query { shopAny: [ShopAny] @inaccessible }`,
  );
  expect(printSchema(graph.schema)).toContain(
    'shopItem(id: ID!, filter: ShopFilter, state: ShopState = OLD): ShopItem',
  );
  expect(await run(graph, '{ shopNode { __typename id } }')).toEqual({
    data: {
      shopNode: [
        { __typename: 'ShopItem', id: '1' },
        { __typename: 'ShopOther', id: '2' },
      ],
    },
  });
  expect(printSchema(graph.schema)).not.toContain('shopAny');
});

it.each([
  ['crm_', 'crm_item'],
  ['V2', 'V2item'],
  ['Crm', 'crmItem'],
])('prefix %s makes %s', (prefix, name) => {
  expect(printSchema(supergraph([items(false, prefix)]).schema)).toContain(` ${name}(`);
});

/** What a backend that is told the selection answers: by response keys. */
function keyed(selections: readonly unknown[], value: Record<string, unknown>): Record<string, unknown> {
  const record: Record<string, unknown> = { __typename: value['__typename'] };
  for (const node of selections as {
    kind: string;
    name: { value: string };
    alias?: { value: string };
    selectionSet?: { selections: [] };
  }[]) {
    if (node.kind === 'Field') record[node.alias?.value ?? node.name.value] = value[node.name.value];
    else Object.assign(record, keyed(node.selectionSet?.selections ?? [], value));
  }
  return record;
}
