import { describe, expect, it } from 'vitest';
import { composed, run, say, source, supergraph } from './harness.ts';

const rows = [
  { id: 'o1', sku: 'a', buyer: { no: 7 } },
  { id: 'o2', sku: 'b', buyer: { no: 8 } },
  { id: 'o3', sku: 'a', buyer: null },
  { id: 'o4', sku: null, buyer: { no: 7 } },
  { id: 'o5', sku: 'gone', buyer: { no: 9 } },
];
const orders = (options: { selective?: boolean; prefix?: string } = {}) =>
  source(
    'orders',
    `type Query { orders: [Order!] grid: [[Order!]!] } type Mutation { add(sku: String!): Order }
     type Order { id: ID! sku: String buyer: Buyer tags: [String] } type Buyer { no: Int }`,
    {
      orders: () =>
        rows.map(row => (options.selective ? { ...row, _selvage_sku: row.sku, _selvage_buyer: row.buyer } : row)),
      grid: () => [[rows[0], rows[1]], [], [rows[2]]],
      add: ({ sku }) => ({ id: 'new', sku }),
    },
    options,
  );
const quantities = (skus: unknown) =>
  (skus as string[])
    .filter(sku => sku !== 'gone')
    .reverse()
    .map(sku => ({ sku, _selvage_match: sku, quantity: sku.charCodeAt(0), ref: { code: sku } }));
const stock = (options: { selective?: boolean; prefix?: string } = {}) =>
  source(
    'stock',
    `type Query { levels(skus: [String!]!, site: Site = MAIN): Levels } enum Site { MAIN SIDE } type Levels { items: [Level!] }
     type Level { sku: String! quantity: Int ref: Ref } type Ref { code: String }`,
    { levels: ({ skus }) => ({ items: quantities(skus) }) },
    options,
  );
const link = `extend type Order { level: Level @resolve(call: "stock.levels", batch: { key: "$parent.sku", into: "skus" }, select: "items") }`;
const one = (quantity: number) => ({ level: { quantity } });
const expected = [one(97), one(98), one(97), { level: null }, { level: null }];

describe.each([
  ['direct', '', {}],
  ['delegated since its target is renamed', 'extend type Level { ref: Ref @rename(to: "reference") }', {}],
  ['from a parent that is delegated', 'extend type Order { id: ID! @rename(to: "number") }', {}],
  ['from a parent that is told the selection', '', { orders: { selective: true } }],
  ['to a target that is told the selection', '', { stock: { selective: true } }],
  ['by a hidden key', 'extend type Order { sku: String @inaccessible }', {}],
  [
    'by a hidden key of a delegated parent',
    'extend type Order { sku: String @inaccessible id: ID! @rename(to: "number") }',
    {},
  ],
  ['by a renamed key', 'extend type Order { sku: String @rename(to: "article") }', {}],
] as const)('a batched link, %s', (_name, more, options: { orders?: object; stock?: object }) => {
  const make = () => [orders(options.orders), stock(options.stock)] as const;
  it('asks once for all parents, each key once, and matches by key', async () => {
    const [from, to] = make();
    expect(await run(supergraph([from, to], link + more), '{ orders { level { quantity } } }')).toEqual({
      data: { orders: expected },
    });
    expect(from.sent).toHaveLength(1);
    expect(to.sent.map(line => line.replace(/ \{ .*/, ''))).toEqual(['levels {"skus":["a","b","gone"],"site":"MAIN"}']);
  });
  it('is one call under two aliases, and fragments', async () => {
    const [from, to] = make();
    const query =
      '{ orders { ...F level { quantity } b: level { quantity } } } fragment F on Order { level { __typename quantity } }';
    const result = await run(supergraph([from, to], link + more), query);
    expect(result.errors).toBeUndefined();
    const calls = to.sent.map(line => line.replace(/ \{ .*/, ''));
    expect(new Set(calls).size).toBe(1);
    expect(to.sent).toHaveLength('stock' in options ? 2 : 1);
  });
  it('follows a mutation', async () => {
    const [from, to] = make();
    const graph = supergraph([from, to], link + more);
    const result = await run(graph, 'mutation { add(sku: "b") { level { quantity } } }');
    expect(from.sent).toHaveLength(1);
    expect(result.errors).toBeUndefined();
  });
});

it('a target that is told the selection is told the key', async () => {
  const to = stock({ selective: true });
  await run(
    supergraph([orders(), to], link.replace('into: "skus"', 'into: "skus", match: "ref.code"')),
    '{ orders { level { q: quantity } } }',
  );
  expect(to.sent).toEqual([
    'levels {"skus":["a","b","gone"],"site":"MAIN"} { items { q: quantity _selvage_match: ref { code } } }',
  ]);
});

it('max bounds the keys of one call, and arguments part calls', async () => {
  const to = stock();
  const overlay = `extend type Order { level(at: Site = SIDE): Level @resolve(call: "stock.levels", args: { site: "$args.at" }, batch: { key: "$parent.sku", into: "skus", max: 2 }, select: "items") }`;
  const result = await run(
    supergraph([orders(), to], overlay),
    'query ($at: Site) { orders { level { quantity } main: level(at: $at) { quantity } } }',
    { at: 'MAIN' },
  );
  expect(result.errors).toBeUndefined();
  expect(to.sent).toEqual([
    'levels {"skus":["a","b"],"site":"SIDE"}',
    'levels {"skus":["gone"],"site":"SIDE"}',
    'levels {"skus":["a","b"],"site":"MAIN"}',
    'levels {"skus":["gone"],"site":"MAIN"}',
  ]);
});

it("arguments in the client's names arrive in the source's", async () => {
  const to = stock({ prefix: 'St' });
  const overlay = `extend type Order { level(at: StSite!): StLevel @resolve(call: "stock.levels", args: { site: "$args.at" }, batch: { key: "$parent.sku", into: "skus" }, select: "items") }
    extend enum StSite @rename(to: "Place") { SIDE @rename(to: "ASIDE") }`;
  await run(supergraph([orders(), to], overlay), '{ orders { level(at: ASIDE) { quantity } } }');
  expect(to.sent).toEqual(['levels {"skus":["a","b","gone"],"site":"SIDE"}']);
});

it('several items of one key are a list; none an empty one', async () => {
  const reviews = source(
    'reviews',
    'type Query { byOrder(orders: [ID!]!): [Review!] } type Review { order: ID text: String }',
    {
      byOrder: () => [
        { order: 'o2', text: 'x' },
        { order: 'o1', text: 'y' },
        { order: 'o2', text: 'z' },
      ],
    },
  );
  const overlay = `extend type Order { reviews: [Review!]! @resolve(call: "reviews.byOrder", batch: { key: "$parent.id", into: "orders", match: "order" }) }`;
  for (const more of ['', 'extend type Review { text: String @rename(to: "words") }']) {
    const result = await run(supergraph([orders(), reviews], overlay + more), '{ orders { reviews { order } } }');
    expect(result).toEqual({
      data: {
        orders: [
          { reviews: [{ order: 'o1' }] },
          { reviews: [{ order: 'o2' }, { order: 'o2' }] },
          { reviews: [] },
          { reviews: [] },
          { reviews: [] },
        ],
      },
    });
  }
});

it('a list of keys gives a list in its order, with null for what is missing', async () => {
  const sets = source('sets', 'type Query { set: Set } type Set { skus: [String] }', {
    set: () => ({ skus: ['b', null, 'gone', 'a'] }),
  });
  const overlay = `extend type Set { levels: [Level] @resolve(call: "stock.levels", batch: { key: "$parent.skus", into: "skus", match: "sku" }, select: "items") }`;
  for (const more of [
    '',
    'extend type Level { ref: Ref @rename(to: "reference") }',
    'extend type Set { skus: [String] @rename(to: "all") }',
  ]) {
    const to = stock();
    expect(await run(supergraph([sets, to], overlay + more), '{ set { levels { quantity } } }')).toEqual({
      data: { set: { levels: [{ quantity: 98 }, null, null, { quantity: 97 }] } },
    });
    expect(to.sent).toEqual(['levels {"skus":["b","gone","a"],"site":"MAIN"}']);
  }
});

it('parents in lists of lists are parents like others', async () => {
  const to = stock();
  expect(await run(supergraph([orders(), to], link), '{ grid { level { quantity } } }')).toEqual({
    data: { grid: [[one(97), one(98)], [], [one(97)]] },
  });
  expect(to.sent).toHaveLength(1);
});

it('a nested key, a number here and a text there; unbatched, equal calls are one', async () => {
  const crm = source('crm', 'type Query { customer(id: ID!): Customer } type Customer { id: ID! name: String }', {
    customer: ({ id }) => (id === '9' ? null : { id, name: `c${id}` }),
  });
  const overlay = `extend type Order { customer: Customer @resolve(call: "crm.customer", args: { id: "$parent.buyer.no" }) }`;
  for (const more of [
    '',
    'extend type Buyer { no: Int @rename(to: "number") }',
    'extend type Customer { name: String @rename(to: "called") }',
  ]) {
    crm.sent.length = 0;
    const result = await run(
      supergraph([orders(), crm], overlay + more),
      '{ orders { customer { id } c: customer { id } } }',
    );
    expect(result.data?.['orders']).toEqual(
      [7, 8, null, 7, null].map(no => ({ customer: no && { id: `${no}` }, c: no && { id: `${no}` } })),
    );
    expect(crm.sent).toEqual(['customer {"id":"7"}', 'customer {"id":"8"}', 'customer {"id":"9"}']);
  }
});

describe('what a parent has no value for is not asked', () => {
  const shops = () =>
    source(
      'shops',
      'type Query { shops: [Shop] } type Shop { id: ID owner: Owner tags: [String] } type Owner { no: Int }',
      { shops: () => [{ id: '1', owner: { no: 1 }, tags: [] }, { id: '2', owner: null }, { owner: {} }] },
    );
  const audit = () =>
    source(
      'audit',
      `type Query { rows(owner: Int, tags: [String], where: Where, note: String): [Row] byIds(ids: [ID!], owner: Int): [Row] }
       input Where { owner: Int ids: [ID] } type Row { id: ID text: String }`,
      { rows: () => [{ id: '1' }], byIds: ({ ids }) => (ids as string[]).map(id => ({ id })) },
    );
  const [row, none] = [[{ id: '1' }], null];
  const renames =
    'extend type Row { text: String @rename(to: "words") } extend type Owner { no: Int @rename(to: "number") }';
  it.each([
    ['an argument', '"audit.rows", args: { owner: "$parent.owner.no" }', [row, none, none], ['{"owner":1}']],
    [
      'a part of an object',
      '"audit.rows", args: { where: { owner: "$parent.owner.no" } }',
      [row, none, none],
      ['{"where":{"owner":1}}'],
    ],
    [
      'an item of a list',
      '"audit.rows", args: { where: { ids: ["x", "$parent.id"] } }',
      [row, row, none],
      ['{"where":{"ids":["x","1"]}}', '{"where":{"ids":["x","2"]}}'],
    ],
    [
      'a list: an empty one is a value',
      '"audit.rows", args: { tags: "$parent.tags" }',
      [row, none, none],
      ['{"tags":[]}'],
    ],
    [
      'an argument beside the key',
      '"audit.byIds", args: { owner: "$parent.owner.no" }, batch: { key: "$parent.id", into: "ids" }',
      [row, [], []],
      ['{"ids":["1"],"owner":1}'],
    ],
    [
      'but the client may give null, or nothing',
      '"audit.rows", args: { owner: "$args.of", note: "$args.note" }',
      [row, row, row],
      ['{"owner":null}'],
    ],
  ])('%s', async (_name, resolve, expected, asked) => {
    const query = '{ shops { rows(of: null) { id } } }';
    const link = (rest: string) =>
      `extend type Shop { rows(of: Int, note: String): [Row] @resolve(call: ${resolve}${rest}) } `;
    for (const more of ['', renames]) {
      const to = audit();
      const answer = await run(supergraph([shops(), to], link('') + more), query);
      expect(answer).toEqual({ data: { shops: expected.map(rows => ({ rows })) } });
      expect(to.sent.map(line => line.replace(/^\w+ /, ''))).toEqual(asked);
      const strict = await run(supergraph([shops(), audit()], link(', missing: ERROR') + more), query);
      const codes = (strict.errors ?? []).map(({ path, extensions }) => [path?.[1], extensions?.['code']]);
      const missing = [0, 1, 2].filter(index => expected[index] !== row);
      expect(codes.toSorted()).toEqual(missing.map(index => [index, 'NOT_FOUND']));
    }
  });
});

it('links stand on links, across prefixes, renames, merged types and sources that are told selections', async () => {
  const a = source('a', 'type Query { as: [A] } type A { id: ID! b: ID }', {
    as: () => [
      { id: '1', b: '2' },
      { id: '2', b: '3' },
    ],
  });
  const byId =
    (extra: (id: string) => object) =>
    ({ ids }: Record<string, unknown>) =>
      (ids as string[])
        .map(id => ({ id, _selvage_match: id, _selvage_id: id, __typename: 'B', ...extra(id) }))
        .reverse();
  const b = source(
    'b',
    'type Query { get(ids: [ID!]!): [B] } type B { id: ID! c: ID }',
    { get: byId(id => ({ c: `${id}0`, _selvage_c: `${id}0` })) },
    { selective: true },
  );
  const b2 = source('b2', 'type Query { more(ids: [ID!]!): [B] } type B { id: ID! extra: String }', {
    more: byId(id => ({ extra: `x${id}` })),
  });
  const c = source(
    'c',
    'type Query { get(ids: [ID!]!): [C] } type C { id: ID! d: ID }',
    { get: byId(id => ({ d: id })) },
    { prefix: 'Pre' },
  );
  const d = source('d', 'type Query { ds(keys: [Int!]!): [D] } type D { id: Int! name: String }', {
    ds: ({ keys }) => (keys as number[]).map(id => ({ id, name: `d${id}` })),
  });
  const overlay = `
    extend type A { b_: B @resolve(call: "b.get", batch: { key: "$parent.b", into: "ids", match: "id" }) @rename(to: "toB") }
    extend type B @rename(to: "Bee") @entity(key: "id", call: "b.get", into: "ids") @entity(key: "id", call: "b2.more", into: "ids") {
      toC: PreC @resolve(call: "c.get", batch: { key: "$parent.c", into: "ids", match: "id" })
      c: ID @inaccessible
    }
    extend type PreC { d: ID @rename(to: "dee") toD: D @resolve(call: "d.ds", batch: { key: "$parent.d", into: "keys", match: "id" }) }
  `;
  const members = [a, b, b2, c, d];
  const result = await run(supergraph(members, overlay), '{ as { toB { extra toC { dee toD { name } } } } }');
  expect(result).toEqual({
    data: { as: [2, 3].map(n => ({ toB: { extra: `x${n}`, toC: { dee: `${n}0`, toD: { name: `d${n}0` } } } })) },
  });
  expect(members.map(({ sent }) => sent.length)).toEqual([1, 1, 1, 1, 1]);
});

it('a client cannot forge a key', async () => {
  const [from, to] = [orders({ selective: true }), stock()];
  const graph = supergraph([from, to], link);
  const result = await run(graph, '{ orders { _selvage_sku: id level { quantity } } }');
  expect(result.errors?.[0]?.message).toBe('Names that begin with "_selvage" are reserved.');
  const hidden = await run(graph, '{ _selvage_link_0(_selvage_wishes: []) { quantity } }');
  expect(hidden.errors?.map(({ message }) => message)).toContain(
    'Cannot query field "_selvage_link_0" on type "Query".',
  );
  expect([...from.sent, ...to.sent]).toEqual([]);
});

it('an unbatched call that could take a list is worth a warning, with the line to paste', () => {
  const overlay = `extend type Order { level: [Level!] @resolve(call: "stock.levels", args: { skus: ["$parent.sku"] }, select: "items") }`;
  const [warning] = composed([orders(), stock()], overlay).diagnostics;
  expect(warning && say(warning)).toBe(
    'warning LINK_UNBATCHED overlay.graphql:1:37 Order.level: Order.level makes a call for each parent, and levels takes a list (skus).',
  );
  expect(warning?.hint).toBe(
    'extend type Order { level: [Level!] @resolve(call: "stock.levels", batch: {key: "$parent.sku", into: "skus", match: "sku"}, select: "items") }',
  );
  expect(composed([orders(), stock()], warning?.hint).diagnostics).toEqual([]);
});
