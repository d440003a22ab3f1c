import { describe, expect, it } from 'vitest';
import { source } from '../supergraph/harness.ts';
import { gatewayOf, lanes } from './authorization/ask-as.ts';
import { caller, rules } from './authorization/callers.ts';

const shop = () =>
  source(
    'shop',
    `type Query { best: Product product(id: ID!): Product tier: String }
     type Mutation { buy(id: ID!): Product! touch: Boolean }
     type Product { id: ID! name: String secret: String maker: Maker }
     type Maker { id: ID! name: String secret: String }`,
    {
      best: () => ({ id: 'asked', name: 'asked', secret: 'asked' }),
      product: ({ id }) => ({ id, name: 'asked', secret: 'asked', maker: { id: 'm', name: 'asked', secret: 'asked' } }),
      tier: () => 'asked',
      buy: ({ id }) => ({ id, name: 'asked' }),
      touch: () => true,
    },
  );
const prices = () =>
  source('prices', 'type Query { price(id: ID!): Price } type Price { id: ID! amount: Int }', {
    price: ({ id }) => ({ id, amount: 1 }),
  });
const staff = caller('s', ['staff'], { tier: 'gold' });
const guest = caller('g', [], { tier: 'none' });

describe.each(lanes)('@canned in the %s lane', lane => {
  const gateway = (overlay: string) =>
    gatewayOf(
      [shop(), prices()],
      overlay,
      { rules: rules({ gold: { equals: ['$claims.tier', 'gold'] }, first: { equals: ['$args.id', '1'] } }) },
      lane,
    );

  it('Z2: shows nobody what he may not have of a canned object, below or above', async () => {
    const { ask } = gateway(`
      extend type Product { secret: String @requiresScopes(scopes: [["staff"]]) }
      extend type Maker @requiresScopes(scopes: [["staff"]])
      extend type Query { best: Product @canned(value: { id: "1", secret: "canned", maker: { id: "2", secret: "of the maker" } }) }`);
    const query = '{ best { id s: secret ...M } } fragment M on Product { maker { id secret } }';
    const shown = await ask(query, guest);
    expect(shown.data).toEqual({ best: { id: '1', s: null, maker: null } });
    expect(shown.errors).toEqual(['best.s UNAUTHORIZED_FIELD_OR_TYPE', 'best.maker UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(shown.text).not.toContain('canned');
    expect(shown.sent).toEqual([]);
    const { data, errors } = await ask(query, staff);
    expect([data, errors]).toEqual([
      { best: { id: '1', s: 'canned', maker: { id: '2', secret: 'of the maker' } } },
      [],
    ]);
  });

  it('Z2: shows nobody a canned field that he may not have', async () => {
    const overlay = (when: string) => `extend type Query {
      best: Product @requiresScopes(scopes: [["staff"]]) @canned(value: { id: "1", secret: "canned" }${when})
      tier: String @canned(value: "$claims.tier") }`;
    for (const when of ['', ', when: "gold"']) {
      const { ask } = gateway(overlay(when));
      const { data, errors, text, sent } = await ask('{ best { secret } tier }', guest);
      expect([data, errors]).toEqual([{ best: null, tier: 'none' }, ['best UNAUTHORIZED_FIELD_OR_TYPE']]);
      expect(text).not.toContain('canned');
      expect(sent).toEqual([]);
      expect((await ask('{ best { secret } }', staff)).data).toEqual({ best: { secret: 'canned' } });
    }
  });

  it('Z3: is not refused for what the fields of a canned object would be looked up in', async () => {
    const things = (own: object) => ({
      things: ({ ids }: Record<string, unknown>) => (ids as string[]).map(id => ({ id, ...own })),
    });
    const members = [
      source(
        'one',
        'type Query { things(ids: [ID!]!): [Thing] } type Mutation { make: Thing } type Thing { id: ID! own: Int }',
        { ...things({ own: 1 }), make: () => ({ id: '1', own: 1 }) },
      ),
      source('two', 'type Query { others(ids: [ID!]!): [Thing] } type Thing { id: ID! far: Int }', {
        others: ({ ids }) => (ids as string[]).map(id => ({ id, far: 2 })),
      }),
    ];
    const entity = `
      extend type Thing @entity(key: "id", call: "one.things", into: "ids", match: "id")
        @entity(key: "id", call: "two.others", into: "ids", match: "id")
      extend type Query { others(ids: [ID!]!): [Thing] @requiresScopes(scopes: [["staff"]]) }`;
    const query = 'mutation { make { id far own } }';
    const asked = await gatewayOf(members, entity, {}, lane).ask(query, guest);
    expect([asked.status, asked.sent]).toEqual([403, []]);
    const canned = `${entity} extend type Mutation { make: Thing @canned(value: { id: "7", far: 8 }) }`;
    const answered = await gatewayOf(members, canned, {}, lane).ask(query, guest);
    expect([answered.data, answered.errors, answered.sent]).toEqual([{ make: { id: '7', far: 8, own: null } }, [], []]);
  });

  it('is decided for each caller, and for the arguments of each place', async () => {
    const { ask } = gateway(`extend type Query {
      tier: String @canned(value: "for gold", when: "gold")
      product(id: ID!): Product @canned(value: { id: "$args.id", name: "canned" }, when: "first") }`);
    expect((await ask('{ tier }', staff)).data).toEqual({ tier: 'for gold' });
    expect((await ask('{ tier }', guest)).data).toEqual({ tier: 'asked' });
    expect((await ask('{ tier }', staff)).data).toEqual({ tier: 'for gold' });
    const query =
      'query ($id: ID!) { a: product(id: $id) { id name } b: product(id: "1") { name } c: product(id: "2") { name } }';
    const one = await ask(query, guest, { variables: { id: '1' } });
    expect(one.data).toEqual({ a: { id: '1', name: 'canned' }, b: { name: 'canned' }, c: { name: 'asked' } });
    expect(one.sent).toEqual(['shop.product {"id":"2"}']);
    const three = await ask(query, guest, { variables: { id: '3' } });
    expect(three.data).toEqual({ a: { id: '3', name: 'asked' }, b: { name: 'canned' }, c: { name: 'asked' } });
    expect(three.sent.toSorted()).toEqual(['shop.product {"id":"2"}', 'shop.product {"id":"3"}']);
  });

  it('is what the first says whose condition holds', async () => {
    const { ask } = gateway(`
      extend type Query { tier: String @canned(value: "for gold", when: "gold") }
      extend type Query { tier: String @canned(value: "in preview", when: "{ present: \\"$header.x-preview\\" }") }
      extend type Query { tier: String @canned(error: "NOT_FOUND", when: "{ present: \\"$header.x-none\\" }") }`);
    const headers = { 'x-preview': '1', 'x-none': '1' };
    expect((await ask('{ tier }', staff, { headers })).data).toEqual({ tier: 'for gold' });
    expect((await ask('{ tier }', guest, { headers })).data).toEqual({ tier: 'in preview' });
    expect((await ask('{ tier }', guest, { headers: { 'x-none': '1' } })).errors).toEqual(['tier NOT_FOUND']);
    expect((await ask('{ tier }', guest)).data).toEqual({ tier: 'asked' });
  });

  it('ends a mutation where its null takes all data, as any null does', async () => {
    const { ask } = gateway(`extend type Mutation { buy(id: ID!): Product! @canned(value: { id: "$header.x-id" }) }`);
    const query = 'mutation { buy(id: "1") { id } touch }';
    const refused = await ask(query);
    expect([refused.data, refused.errors, refused.sent]).toEqual([null, ['buy.id BAD_USER_INPUT'], []]);
    const done = await ask(query, guest, { headers: { 'x-id': '5' } });
    expect([done.data, done.sent]).toEqual([{ buy: { id: '5' }, touch: true }, ['shop.touch {}']]);
  });

  it('looks at arguments where its value reads them', async () => {
    const { ask } = gateway(`extend type Query { product(id: ID!): Product @canned(value: { id: "$args.id" }) }`);
    const query = 'query ($id: ID = "preset") { product(id: $id) { id } }';
    expect((await ask(query)).data).toEqual({ product: { id: 'preset' } });
    const wrong = await ask(query, guest, { variables: { id: null } });
    expect([wrong.data, wrong.errors]).toEqual([{ product: null }, ['product BAD_USER_INPUT']]);
  });

  it('is never shared between callers or headers that differ', async () => {
    const { ask } = gateway(`extend type Query {
      tier: String @canned(value: "$claims.tier") best: Product @canned(value: { id: "$header.x-id" }) }`);
    const query = '{ tier best { id } product(id: "1") { name } }';
    const asked = [
      ask(query, staff, { headers: { 'x-id': '1' } }),
      ask(query, guest, { headers: { 'x-id': '1' } }),
      ask(query, guest, { headers: { 'x-id': '2' } }),
      ask(query, guest, { headers: { 'x-id': '2', 'x-other': '3' } }),
    ];
    expect((await Promise.all(asked)).map(({ data }) => data)).toEqual(
      [
        ['gold', '1'],
        ['none', '1'],
        ['none', '2'],
        ['none', '2'],
      ].map(([tier, id]) => ({ tier, best: { id }, product: { name: 'asked' } })),
    );
  });

  it('counts what its lists have among the items of the answer', async () => {
    const { ask } = gatewayOf(
      [
        source('shop', 'type Query { all: [Thing!] ids: [ID!] } type Thing { id: ID! tags: [String!] }', {
          all: () => things,
          ids: () => [],
        }),
      ],
      `extend type Thing { tags: [String!] @canned(value: ["a", "b", "c"]) }
       extend type Query { ids: [ID!] @canned(value: "$claims.ids") }`,
      {},
      lane,
      { resultNodes: 10 },
    );
    const things = [{ id: '1' }, { id: '2' }];
    const ids = (count: number) => caller('x', [], { ids: Array.from({ length: count }, (_, index) => index) });
    expect((await ask('{ all { id tags } }', ids(0))).errors).toEqual([]);
    expect((await ask('{ all { id tags more: tags } }', ids(0))).errors).toEqual([' COST_EXCEEDED']);
    expect((await ask('{ ids }', ids(10))).errors).toEqual([]);
    expect((await ask('{ ids }', ids(11))).errors).toEqual([' COST_EXCEEDED']);
  });
});
