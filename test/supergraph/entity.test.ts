import { describe, expect, it } from 'vitest';
import { composed, run, say, source, supergraph } from './harness.ts';

const users = (known = ['1', '2', '3']) =>
  source(
    'users',
    `type Query { user(id: ID!): User usersByIds(ids: [ID!]!): [User] } type User { id: ID! name: String! }`,
    {
      user: args => ({ id: args['id'], name: `n${args['id']}` }),
      usersByIds: args =>
        (args['ids'] as string[])
          .filter(id => known.includes(id))
          .reverse()
          .map(id => ({ id, name: `n${id}` })),
    },
  );
const billing = () =>
  source(
    'billing',
    `type Query { accounts(input: Keys): Accounts } input Keys { ids: [ID!]! deep: Boolean = true } type Accounts { rows: [User!] } type User { id: ID! balance: Float! }`,
    {
      accounts: args => ({
        rows: (args['input'] as { ids: string[] }).ids
          .filter(id => id !== '2')
          .reverse()
          .map(id => ({ id, balance: Number(id) })),
      }),
    },
  );
const reviews = () =>
  source(
    'reviews',
    `type Query { people(ids: [ID!]!): [User] reviews: [Review] } type User { id: ID! karma: Int } type Review { text: String author: User }`,
    {
      people: args =>
        (args['ids'] as string[]).map(id => ({
          karma: Number(id) * 10,
          _selvage_match: id,
          _selvage_id: id,
          id,
          __typename: 'User',
        })),
      reviews: () =>
        ['3', '2', '3', '1'].map(id => ({
          text: `t${id}`,
          author: { id, _selvage_id: id, __typename: 'User', karma: Number(id) * 10 },
        })),
    },
    { selective: true },
  );
const overlay = `
  extend type User
    @entity(key: "id", call: "users.usersByIds", into: "ids")
    @entity(key: "id", call: "billing.accounts", into: "input.ids", select: "rows")
    @entity(key: "id", call: "reviews.people", into: "ids")
`;

describe('an entity of three sources', () => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    it(`is one object, whatever the order of the sources (${order.join('')})`, async () => {
      const all = [users(), billing(), reviews()] as const;
      const graph = supergraph(
        order.map(index => all[index]!),
        overlay,
      );
      const result = await run(graph, '{ reviews { text author { id name balance karma } } }');
      const author = (id: number, balance: number | null) => ({ id: `${id}`, name: `n${id}`, balance, karma: id * 10 });
      expect(result).toEqual({
        data: {
          reviews: [
            { text: 't3', author: author(3, 3) },
            { text: 't2', author: author(2, null) },
            { text: 't3', author: author(3, 3) },
            { text: 't1', author: author(1, 1) },
          ],
        },
      });
      expect(all[0].sent).toEqual(['usersByIds {"ids":["3","2","1"]}']);
      expect(all[1].sent).toEqual(['accounts {"input":{"ids":["3","2","1"],"deep":true}}']);
      expect(all[2].sent).toEqual(['reviews {} { text author { __typename id _selvage_id: id karma } }']);
    });
    it(`starts in any source (${order.join('')})`, async () => {
      const all = [users(), billing(), reviews()] as const;
      const graph = supergraph(
        order.map(index => all[index]!),
        overlay,
      );
      const result = await run(graph, '{ user(id: "3") { name karma b: balance } }');
      expect(result).toEqual({ data: { user: { name: 'n3', karma: 30, b: 3 } } });
      expect(all[0].sent).toEqual(['user {"id":"3"}']);
      expect(all[1].sent).toEqual(['accounts {"input":{"ids":["3"],"deep":true}}']);
      expect(all[2].sent).toEqual(['people {"ids":["3"]} { karma _selvage_match: id }']);
    });
  }
  it('has null for what a source does not know, even where that source promises a value', async () => {
    const graph = supergraph([users(['1']), billing(), reviews()], overlay);
    const result = await run(graph, '{ reviews { author { id name } } }');
    expect(result).toEqual({
      data: {
        reviews: [
          { author: { id: '3', name: null } },
          { author: { id: '2', name: null } },
          { author: { id: '3', name: null } },
          { author: { id: '1', name: 'n1' } },
        ],
      },
    });
  });
  it('may be renamed, its key too', async () => {
    const graph = supergraph(
      [users(), billing(), reviews()],
      `${overlay} extend type User @rename(to: "Person") { id: ID! @rename(to: "uid") name: String! @rename(to: "fullName") }`,
    );
    const result = await run(graph, '{ user(id: "3") { __typename uid fullName karma balance } }');
    expect(result).toEqual({
      data: { user: { __typename: 'Person', uid: '3', fullName: 'n3', karma: 30, balance: 3 } },
    });
  });
  it('may have a hidden key', async () => {
    const graph = supergraph([users(), billing(), reviews()], `${overlay} extend type User { id: ID! @inaccessible }`);
    expect(await run(graph, '{ user(id: "3") { name karma balance } }')).toEqual({
      data: { user: { name: 'n3', karma: 30, balance: 3 } },
    });
    const refused = await run(graph, '{ user(id: "3") { id } }');
    expect(refused.errors?.[0]?.message).toBe('Cannot query field "id" on type "User".');
  });
});

describe('entities that do not fit', () => {
  it.each([
    [
      'a type of two sources and no @entity',
      [users(), reviews()],
      '',
      'error TYPE_CONFLICT User: The sources "users" and "reviews" each have a type User, and nothing says that they are one.',
    ],
    [
      'a composite key',
      [users()],
      'extend type User @entity(key: "id name", call: "users.usersByIds", into: "ids")',
      'error DIRECTIVE_NOT_IMPLEMENTED overlay.graphql:1:18 User: "id name": a key of several parts is not implemented yet.',
    ],
    [
      'a call that gives another type',
      [users(), reviews()],
      'extend type User @entity(key: "id", call: "users.usersByIds", into: "ids") @entity(key: "id", call: "reviews.reviews", into: "ids")',
      'error LINK_INVALID overlay.graphql:1:76 User: into: "ids": reviews takes no "ids".',
    ],
  ])('%s', (_name, members, text, expected) => {
    expect(composed(members, text).diagnostics.map(say)).toContain(expected);
  });
});
