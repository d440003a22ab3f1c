import { describe, expect, it } from 'vitest';
import { openapi } from '../../src/adapters/openapi/index.ts';
import { isError } from '../../src/base/diagnostic.ts';
import { Catalogue, openMember } from '../../src/supergraph/catalogue.ts';
import { batchOffers, joinOffers } from '../../src/supergraph/links/batch-offers.ts';
import { bulkCalls } from '../../src/supergraph/links/bulk-calls.ts';
import type { Member } from '../../src/supergraph/supergraph.ts';
import { describeDocument, source as restSource } from '../adapters/openapi/describe-document.ts';
import { composed, run, say, source, supergraph } from './harness.ts';

/** A source each of whose queries is called. */
function sourceOf(name: string, sdl: string, prefix = ''): Member {
  const queries = /type Query \{([^}]*)\}/.exec(sdl)?.[1] ?? '';
  const names = [...queries.matchAll(/(\w+)\s*(\([^)]*\))?\s*:\s*\[?\w/g)].map(match => match[1]!);
  const answers = names.map(field => [field, () => null] as const);
  return source(name, sdl, Object.fromEntries(answers), { prefix });
}

/** `users(ids: …): …`, what it is recognised as: `into match select`. */
function recognised(query: string, types: string): string[] {
  const member = openMember(sourceOf('s', `type Query { ${query} } ${types}`));
  return bulkCalls(member).map(({ into, match, select }) => [into, match, select].join(' ').trim());
}

const user = 'type User { id: ID! name: String status: String }';

describe('a call that takes a list of keys', () => {
  it.each([
    ['users(ids: [ID!]!): [User!]', user, 'ids id'],
    ['users(id: [ID!]): [User]', user, 'id id'],
    ['users(id__: [ID!]): [User]', user, 'id__ id'],
    ['users(userIds: [ID!]!, limit: Int): [User!]', user, 'userIds id'],
    ['users(user_id: [ID!]): [User!]', user, 'user_id id'],
    ['users(idList: [ID!]): [User!]', user, 'idList id'],
    ['users(ids: [ID!]): Page', `${user} type Page { total: Int items: [User!] }`, 'ids id items'],
    ['users(input: Wish!): [User!]', `${user} input Wish { ids: [ID!]! limit: Int }`, 'input.ids id'],
    ['users(ids: Ids): [User!]', `${user} input Ids { string: [ID] }`, 'ids.string id'],
    [
      'users(input: Wish!): [User!]',
      `${user} input Wish { userIds: Ids! limit: Int } input Ids { int: [ID] }`,
      'input.userIds.int id',
    ],
    [
      'users(ids: [ID!]): Answer',
      `${user} type Answer { result: Users code: Int } type Users { user: [User] }`,
      'ids id result.user',
    ],
    ['levels(skus: [String!]): [Level]', 'type Level { sku: String! }', 'skus sku'],
    ['users(ids: [Int64!]): [UserDto]', 'scalar Int64 type UserDto { id: Int64! }', 'ids id'],
    ['users(userIds: [Int]): [User]', 'type User { userId: Int }', 'userIds userId'],
    [
      'batchGetUsers(parent: String, names: [String!]!): Page',
      `${user} type Page { users: [User!] }`,
      'names name users',
    ],
    ['getManyUsers(names: [String!]!): [User!]', user, 'names name'],
  ])('%s', (query, types, expected) => {
    expect(recognised(query, types)).toEqual([expected]);
  });

  it.each([
    ['of another type', 'users(ids: [Int!]): [User!]', user],
    ['that is no list', 'users(ids: String): [User!]', user],
    ['of what is no key', 'users(status: [String!]): [User!]', user],
    ['of what is no key, however many', 'users(names: [String!]): [User!]', user],
    ['of what is no key, though it says that it gets a batch', 'batchGetUsers(status: [String!]): [User!]', user],
    ['of an enum', 'users(ids: [Kind]): [User!]', 'enum Kind { A } type User { id: Kind }'],
    ['beside what must be given', 'users(ids: [ID!], tenant: ID!): [User!]', user],
    ['beside what must be given in it', 'users(by: Wish): [User!]', `${user} input Wish { ids: [ID!] tenant: ID! }`],
    ['in an object that holds more', 'users(ids: Ids): [User!]', `${user} input Ids { string: [ID] more: Int }`],
    ['that is one of several ways to ask', 'users(ids: Ids): [User!]', `${user} input Ids @oneOf { string: [ID] }`],
    ['of something else', 'users(groupIds: [ID!]): [User!]', user],
    ['that answers with one', 'users(ids: [ID!]): User', user],
    ['among several lists', 'users(ids: [ID!]): Page', `${user} type Page { a: [User!] b: [User!] }`],
  ])('is not recognised: a list %s', (_, query, types) => {
    expect(recognised(query, types)).toEqual([]);
  });

  it('is none where no call fills the field', () => {
    const member = openMember(source('s', `type Query { users(ids: [ID!]): [User!] } ${user}`, {}));
    expect(bulkCalls(member)).toEqual([]);
  });
});

const users = (prefix = '') => sourceOf('users', `type Query { getUsers(ids: [ID!]!): [User!] } ${user}`, prefix);
const orders = () =>
  sourceOf(
    'orders',
    `type Query { orders: [Order!] }
    type Order { id: ID! userId: ID! owner_user_id: ID watcherUserIds: [ID!] sku: String user: String userName: String }
    type Note { user_id: Int! userIds: [ID] }`,
  );
const stock = () =>
  sourceOf(
    'stock',
    'type Query { levels(skus: [String!]!): Levels } type Levels { items: [Level] } type Level { sku: String! quantity: Int }',
  );

function offered(members: readonly Member[], links: Parameters<typeof batchOffers>[1] = []) {
  return batchOffers(new Catalogue(members.map(member => openMember(member))), links);
}

/** Every offered line in one overlay. */
function paste(members: readonly Member[], hints: readonly (string | undefined)[]) {
  return composed(members, hints.join('\n')).diagnostics.filter(isError).map(say);
}

describe('links that could be made', () => {
  it('are offered for each field that holds a key, with the line to paste', () => {
    const offers = offered([orders(), users(), stock()]);
    expect(offers.map(({ severity, code, at, hint }) => [severity, code, ...at, hint])).toEqual([
      [
        'note',
        'BATCH_OFFERED',
        'Order.owner_user_id',
        'extend type Order { ownerUser: User @resolve(call: "users.getUsers", batch: { key: "$parent.owner_user_id", into: "ids", match: "id" }) }',
      ],
      [
        'note',
        'BATCH_OFFERED',
        'Order.watcherUserIds',
        'extend type Order { watcherUsers: [User] @resolve(call: "users.getUsers", batch: { key: "$parent.watcherUserIds", into: "ids", match: "id" }) }',
      ],
      [
        'note',
        'BATCH_OFFERED',
        'Order.sku',
        'extend type Order { level: Level @resolve(call: "stock.levels", batch: { key: "$parent.sku", into: "skus", match: "sku" }, select: "items") }',
      ],
      [
        'note',
        'BATCH_OFFERED',
        'Note.user_id',
        'extend type Note { user: User @resolve(call: "users.getUsers", batch: { key: "$parent.user_id", into: "ids", match: "id" }) }',
      ],
      [
        'note',
        'BATCH_OFFERED',
        'Note.userIds',
        'extend type Note { users: [User] @resolve(call: "users.getUsers", batch: { key: "$parent.userIds", into: "ids", match: "id" }) }',
      ],
    ]);
  });

  it.each(['', 'Crm'])('compose, every one of them: with the prefix "%s"', prefix => {
    const members = [orders(), users(prefix), stock()];
    const offers = offered(members);
    expect(offers).toHaveLength(5);
    expect(
      paste(
        members,
        offers.map(({ hint }) => hint),
      ),
    ).toEqual([]);
  });

  it('are not offered again once they are made', () => {
    const members = [orders(), users(), stock()];
    const hints = offered(members).map(({ hint }) => hint);
    const { links } = supergraph(members, hints.join('\n'));
    expect([links.length, offered(members, links)]).toEqual([5, []]);
  });

  it('run as they are offered: one call for all parents', async () => {
    const many = ['2', '1', '2'].map(userId => ({ userId }));
    const from = source('orders', 'type Query { orders: [Order!] } type Order { userId: ID! }', { orders: () => many });
    const to = source('users', `type Query { getUsers(ids: [ID!]!): [User!] } ${user}`, {
      getUsers: args => (args['ids'] as string[]).map(id => ({ id, name: `u${id}` })), // it takes a list
    });
    const [offer] = offered([from, to]);
    const result = await run(supergraph([from, to], offer?.hint), '{ orders { user { name } } }');
    expect(result).toEqual({ data: { orders: ['u2', 'u1', 'u2'].map(name => ({ user: { name } })) } });
    expect(to.sent).toHaveLength(1);
  });

  it('are joins where nothing refers to what a call gives', () => {
    const member = openMember(users());
    const [join, ...others] = joinOffers(member);
    expect([join?.hint, others]).toEqual([
      'extend type User @entity(key: "id", call: "users.getUsers", into: "ids", match: "id")',
      [],
    ]);
    expect(paste([users()], [join?.hint])).toEqual([]);
  });
});

describe('a REST operation that takes a list of keys', () => {
  const array = { type: 'array', items: { type: 'string' } };
  const responses = {
    200: {
      description: '',
      content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/User' } } } },
    },
  };
  const parameter = (name: string, place: string) => ({
    parameters: [{ name, in: place, required: true, schema: array }],
  });
  const requestBody = {
    required: true,
    content: { 'application/json': { schema: { type: 'object', required: ['ids'], properties: { ids: array } } } },
  };
  const memberOf = async (path: string, pathItem: object, queries: readonly string[] = []) => {
    const text = { type: 'string' };
    const schemas = {
      User: { type: 'object', required: ['id'], properties: { id: text } },
      Order: { type: 'object', properties: { userId: text } },
    };
    const orders = { get: { operationId: 'orders', responses: { 200: { $ref: '#/components/responses/Orders' } } } };
    const order = { schema: { $ref: '#/components/schemas/Order' } };
    const document = {
      openapi: '3.2.0',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/orders': orders, [path]: pathItem },
      components: { schemas, responses: { Orders: { description: '', content: { 'application/json': order } } } },
    };
    const from = restSource({ queries });
    const { description, schema } = await describeDocument(document, from);
    const subschema = openapi.connect(description.blueprint, from);
    return { name: from.name, source: from, subschema, schema };
  };
  const operation = (more: object) => ({ operationId: 'getUsers', responses, ...more });

  it.each<[string, string, object, readonly string[], string]>([
    ['in the query', '/users', { get: operation(parameter('ids', 'query')) }, [], 'ids'],
    ['in the query, with brackets', '/users', { get: operation(parameter('id[]', 'query')) }, [], 'id__'],
    ['in the path', '/users/{ids}', { get: operation(parameter('ids', 'path')) }, [], 'ids'],
    ['in the body of a QUERY', '/users', { query: operation({ requestBody }) }, [], 'input.ids'],
    [
      'in the body of a POST that only reads',
      '/users',
      { post: operation({ requestBody }) },
      ['getUsers'],
      'input.ids',
    ],
  ])('%s', async (_, path, pathItem, queries, into) => {
    const member = await memberOf(path, pathItem, queries);
    const [offer, ...others] = batchOffers(new Catalogue([member]));
    expect([offer?.hint, others]).toEqual([
      `extend type Order { user: User @resolve(call: "shop.getUsers", batch: { key: "$parent.userId", into: "${into}", match: "id" }) }`,
      [],
    ]);
    expect(paste([member], [offer?.hint])).toEqual([]);
  });

  it('that are all of a body are keys where the call says that it gets a batch', async () => {
    const content = { 'application/json': { schema: array } };
    const asked = (operationId: string) =>
      memberOf('/users', { query: { ...operation({ requestBody: { required: true, content } }), operationId } });
    const member = await asked('batchGetUsers');
    const [offer] = batchOffers(new Catalogue([member]));
    expect(offer?.hint).toContain('batch: { key: "$parent.userId", into: "input", match: "id" }');
    expect(paste([member], [offer?.hint])).toEqual([]);
    expect(batchOffers(new Catalogue([await asked('findUsersByTags')]))).toEqual([]);
  });

  it('in the body of a POST may only read: that is to be said first', async () => {
    const member = await memberOf('/users', { post: operation({ requestBody }) });
    const told = [...batchOffers(new Catalogue([member])), ...joinOffers(member)];
    expect(told.map(({ severity, code, at, hint }) => [severity, code, ...at, hint])).toEqual([
      ['note', 'BATCH_OFFERED', 'shop', 'Mutation.getUsers', 'queries: ["getUsers"]'],
      ['note', 'BATCH_OFFERED', 'shop', 'Mutation.getUsers', 'queries: ["getUsers"]'],
    ]);
  });

  it('and is said to change something is no such call', async () => {
    const member = await memberOf('/users', { post: { ...operation({ requestBody }), operationId: 'deleteUsers' } });
    expect([...batchOffers(new Catalogue([member])), ...joinOffers(member)]).toEqual([]);
  });
});

describe('a link that makes a call for each parent', () => {
  const single = (more: string) =>
    sourceOf(
      'users',
      `type Query { getUser(userId: ID!): User findUser(name: String!, id: ID): User ${more} } ${user}`,
    );
  const link = (call: string, args: string) =>
    `extend type Order { buyer: User @resolve(call: "users.${call}", args: ${args}, missing: NULL) @cost(weight: "2") }`;
  const told = (overlay: string, more: string) => {
    const members = [orders(), single(more)];
    const { diagnostics } = composed(members, overlay);
    return { members, diagnostics, said: diagnostics.map(say) };
  };

  it('is offered the bulk call that does the same', () => {
    const { members, diagnostics, said } = told(
      link('getUser', '{ userId: "$parent.userId" }'),
      'byIds(ids: [ID!]!): [User!]',
    );
    expect(said).toEqual([
      'warning LINK_UNBATCHED overlay.graphql:1:33 Order.buyer: Order.buyer makes a call for each parent, and byIds takes a list (ids).',
    ]);
    const hint = diagnostics[0]?.hint;
    expect(hint).toBe(
      'extend type Order { buyer: User @resolve(call: "users.byIds", missing: NULL, batch: {key: "$parent.userId", into: "ids", match: "id"}) @cost(weight: "2") }',
    );
    expect(composed(members, hint).diagnostics).toEqual([]);
  });

  const wrapped =
    'byIds(ids: Ids): Found } input Ids { string: [ID] } type Found { user: [User] } type Nothing { x: ID';

  it('is offered one whose lists are wrapped', () => {
    const { members, diagnostics } = told(link('getUser', '{ userId: "$parent.userId" }'), wrapped);
    const hint = diagnostics[0]?.hint;
    expect(hint).toContain('batch: {key: "$parent.userId", into: "ids.string", match: "id"}, select: "user"');
    expect(composed(members, hint).diagnostics).toEqual([]);
  });

  it('is told that its own call takes a list, though an object wraps it', () => {
    const overlay =
      'extend type Order { buyers: [User] @resolve(call: "users.byIds", args: { ids: { string: ["$parent.userId"] } }, select: "user") }';
    const { members, diagnostics, said } = told(overlay, wrapped);
    expect(said).toEqual([expect.stringMatching(/^warning LINK_UNBATCHED .* byIds takes a list \(ids\.string\)\.$/)]);
    const hint = diagnostics[0]?.hint;
    expect(hint).toContain('batch: {key: "$parent.userId", into: "ids.string", match: "id"}, select: "user"');
    expect(composed(members, hint).diagnostics).toEqual([]);
  });

  it('is told that there is none', () => {
    expect(told(link('getUser', '{ userId: "$parent.userId" }'), '').said).toEqual([
      'note LINK_UNBATCHED overlay.graphql:1:33 Order.buyer: Order.buyer makes a call for each parent: "users" has no call that takes a list of such keys.',
    ]);
  });

  it('is not offered one that is given something else', () => {
    const { said } = told(link('findUser', '{ name: "$parent.userName" }'), 'byIds(ids: [ID!]!): [User!]');
    expect(said).toEqual([
      expect.stringMatching(/^note LINK_UNBATCHED .* has no call that takes a list of such keys\.$/),
    ]);
  });

  it('is not spoken of where all parents have the same call, or there is one parent', () => {
    expect(told(link('getUser', '{ userId: "7" }'), '').said).toEqual([]);
    const root = 'extend type Query { me: User @resolve(call: "users.getUser", args: { userId: "7" }) }';
    expect(told(root, '').said).toEqual([]);
  });
});

describe('a call whose keys are objects', () => {
  const levels = () =>
    sourceOf(
      'stock',
      `type Query { batchGetLevels(keys: [LevelKey!]): Levels batchGetBins(requests: [GetBin!]): [Bin!] listLevels(keys: [LevelKey!]): Levels
         batchGetOdd(keys: [OddKey!]): Levels batchGetLess(keys: [LevelKey!]): [Bin!] }
       input LevelKey { sku: String! warehouseId: Int! } type LevelRef { sku: String warehouseId: Int } type Levels { levels: [Level!] }
       type Level { key: LevelRef pieces: Int } input GetBin { name: String! } type Bin { name: String } input OddKey { sku: [String!] }`,
    );
  const lines = (fields: string) => sourceOf('shop', `type Query { lines: [Line!] } type Line { ${fields} }`);

  it('is told where its items have all parts of the key by the same names', () => {
    expect(
      joinOffers(openMember(levels())).map(({ at, message }) => [at[1], message.slice(message.indexOf('@'))]),
    ).toEqual([
      [
        'Query.batchGetLevels',
        '@resolve(call: "stock.batchGetLevels", batch: { key: { sku: "$parent.…", warehouseId: "$parent.…" }, into: "keys" }, select: "levels").',
      ],
      [
        'Query.batchGetBins',
        '@resolve(call: "stock.batchGetBins", batch: { key: { name: "$parent.…" }, into: "requests" }).',
      ],
    ]);
  });

  it('is offered to a type that has all parts of the key, with the line to paste', () => {
    const members = [lines('sku: ID warehouseId: String binName: String'), levels()];
    const hints = offered(members).map(({ hint }) => hint);
    expect(hints).toEqual([
      'extend type Line { level: Level @resolve(call: "stock.batchGetLevels", batch: { key: { sku: "$parent.sku", warehouseId: "$parent.warehouseId" }, into: "keys" }, select: "levels") }',
      'extend type Line { bin: Bin @resolve(call: "stock.batchGetBins", batch: { key: { name: "$parent.binName" }, into: "requests" }) }',
    ]);
    expect(paste(members, hints)).toEqual([]);
  });

  it.each([
    ['a part is missing', 'sku: String'],
    ['a part is a list', 'sku: String warehouseId: [Int!]'],
    ['a part is of another kind', 'sku: String warehouseId: Boolean'],
    ['a name says nothing', 'name: String'],
  ])('is not offered where %s', (_what, fields) => {
    expect(offered([lines(fields), levels()])).toEqual([]);
  });
});
