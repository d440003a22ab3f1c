import { buildSchema, GraphQLError, parse, validate } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGate, startRecordingServer } from './recording-server.ts';

const upstream = buildSchema(`
  schema { query: QueryRoot, mutation: MutationRoot }
  type QueryRoot implements Root {
    version: String
    user(id: ID!): User
    strict(id: ID!): User!
    users(filter: UserFilter, ids: [ID!]): [User]
    node(id: ID!): Node
    search(text: String = "all", kinds: [Kind!]): [Result!]
    roots: [Root]
    big: Long
    echo(value: Long, float: Float): Long
  }
  type MutationRoot { rename(id: ID!, name: String!): Renamed  reset: Boolean }
  type Renamed { user: User  query: QueryRoot }
  interface Root { version: String }
  interface Node { id: ID! }
  type User implements Node { id: ID!  name(upper: Boolean): String  kind: Kind  friends(first: Int, order: Order): [User]  strictName: String!  serial: Long }
  type Group implements Node { id: ID!  title: String  members: [User!] }
  union Result = User | Group
  input UserFilter { name: String, kind: Kind, nested: UserFilter, ids: [ID] }
  input Order { by: String!, reverse: Boolean = false }
  enum Kind { HUMAN ROBOT }
  scalar Long
`);

class User {
  readonly __typename = 'User';
  readonly kind = 'HUMAN';
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  name({ upper }: { upper?: boolean | null }) {
    if (this.id === 'nameless') throw new GraphQLError('secret', { extensions: { code: 'CONFLICT' } });
    return upper ? `USER ${this.id}` : `User ${this.id}`;
  }
  strictName() {
    if (this.id === 'broken') throw new GraphQLError('secret', { extensions: { code: 'NOT_FOUND' } });
    return `User ${this.id}`;
  }
  friends({ first, order }: { first?: number; order?: { by: string; reverse: boolean } }) {
    const ids = ['f1', 'nameless', 'broken'].slice(0, first ?? 2);
    return (order?.reverse ? ids.reverse() : ids).map(id => new User(id));
  }
}
const group = { __typename: 'Group', id: 'g', title: 'All', members: [new User('1'), new User('2')] };
const root = {
  version: '1',
  user({ id }: { id: string }) {
    if (id === 'bad') throw new GraphQLError('secret', { extensions: { code: 'BAD_USER_INPUT' } });
    return id === 'none' ? null : new User(id);
  },
  strict({ id }: { id: string }) {
    if (id === 'bad') throw new GraphQLError('secret', { extensions: { code: 'NOT_FOUND' } });
    return new User(id);
  },
  users: ({ ids }: { ids?: string[] }) => (ids ?? ['1', '2']).map(id => new User(id)),
  node: ({ id }: { id: string }) => (id === 'g' ? group : new User(id)),
  search: ({ text }: { text: string }) => (text === 'all' ? [group, new User('1')] : [new User(text)]),
  roots: [{ __typename: 'QueryRoot', version: '1' }],
  rename: ({ id }: { id: string }) => ({ user: new User(id), query: root }),
  echo: ({ value }: { value: unknown }) => value,
};

let server: Awaited<ReturnType<typeof startRecordingServer>>;
let gate: Awaited<ReturnType<typeof openGate>>;

beforeAll(async () => {
  server = await startRecordingServer(upstream, root);
  gate = await openGate(server.endpoint);
});
afterAll(async () => {
  await gate.close();
  await server.close();
});
beforeEach(() => {
  server.posted.length = 0;
  server.answer = undefined;
});

describe('what the upstream is asked', () => {
  it.each<[string, string, Record<string, unknown>, unknown]>([
    ['aliases', '{ a: user(id: 1) { n: name, u: name(upper: true) } }', {}, { a: { n: 'User 1', u: 'USER 1' } }],
    [
      'nested arguments from variables',
      'query ($u: Boolean, $n: Int, $r: Boolean!) { user(id: 1) { name(upper: $u) friends(first: $n, order: { by: "id", reverse: $r }) { id } } }',
      { u: true, n: 1, r: true },
      { user: { name: 'USER 1', friends: [{ id: 'f1' }] } },
    ],
    [
      'variables without a value, in arguments and object fields',
      'query ($u: Boolean, $n: Int, $r: Boolean) { user(id: 1) { name(upper: $u) friends(first: $n, order: { by: "id", reverse: $r }) { id } } }',
      {},
      { user: { name: 'User 1', friends: [{ id: 'f1' }, { id: 'nameless' }] } },
    ],
    [
      'variables with a null',
      'query ($u: Boolean) { user(id: 1) { name(upper: $u) } }',
      { u: null },
      { user: { name: 'User 1' } },
    ],
    [
      'defaults of variables',
      'query ($u: Boolean = true) { user(id: 1) { name(upper: $u) } }',
      {},
      { user: { name: 'USER 1' } },
    ],
    [
      'fragments, named and inline, inside each other',
      '{ user(id: 1) { ...A ... { kind } } } fragment A on User { id ...B } fragment B on User { ... on Node { x: id } }',
      {},
      { user: { id: '1', x: '1', kind: 'HUMAN' } },
    ],
    [
      '@skip and @include with variables',
      'query ($y: Boolean!, $n: Boolean!) { user(id: 1) { id @skip(if: $y) name @include(if: $y) ...A @include(if: $n) ... @skip(if: $n) { k: kind } } } fragment A on User { serial }',
      { y: true, n: false },
      { user: { name: 'User 1', k: 'HUMAN' } },
    ],
    [
      'a selection of which nothing is left',
      'query ($n: Boolean!) { user(id: 1) { id @include(if: $n) } }',
      { n: false },
      { user: {} },
    ],
    [
      'interfaces',
      '{ a: node(id: "g") { id ... on Group { title members { id } } } b: node(id: 1) { ... on User { name } } }',
      {},
      { a: { id: 'g', title: 'All', members: [{ id: '1' }, { id: '2' }] }, b: { name: 'User 1' } },
    ],
    [
      'unions, with a __typename of the client',
      '{ search { kind: __typename ... on User { id } ... on Group { title } } }',
      {},
      {
        search: [
          { kind: 'Group', title: 'All' },
          { kind: 'User', id: '1' },
        ],
      },
    ],
    [
      'enums and input objects',
      'query ($f: UserFilter) { users(filter: $f, ids: ["3"]) { id kind } }',
      { f: { kind: 'ROBOT', nested: { ids: ['1', null] } } },
      { users: [{ id: '3', kind: 'HUMAN' }] },
    ],
    ['leaves', '{ version reset: version }', {}, { version: '1', reset: '1' }],
    [
      'root types that are called otherwise',
      '{ __typename roots { __typename version } }',
      {},
      { __typename: 'Query', roots: [{ __typename: 'Query', version: '1' }] },
    ],
    [
      'selections of one field in two places',
      '{ user(id: 1) { friends(first: 1) { id } friends(first: 1) { name } } user(id: 1) { kind } }',
      {},
      { user: { friends: [{ id: 'f1', name: 'User f1' }], kind: 'HUMAN' } },
    ],
    [
      'a root type below the root',
      'mutation { rename(id: 1, name: "x") { user { id } query { version u: user(id: 2) { id } } } }',
      {},
      { rename: { user: { id: '1' }, query: { version: '1', u: { id: '2' } } } },
    ],
  ])('%s', async (_name, query, variables, data) => {
    expect(validate(gate.schema, parse(query)).map(error => error.message)).toEqual([]);
    expect(await gate.ask(query, variables)).toEqual({ data, errors: [] });
  });

  it('is one operation for all items of a call, and equal wishes are one item', async () => {
    const { data } = await gate.ask(
      '{ a: user(id: 1) { id } b: user(id: 2) { id } c: user(id: 1) { id } d: user(id: 1) { name } }',
    );
    expect(data).toEqual({ a: { id: '1' }, b: { id: '2' }, c: { id: '1' }, d: { name: 'User 1' } });
    expect(server.posted).toEqual([
      {
        query: [
          'query ($_0a_id: ID!, $_1a_id: ID!, $_2a_id: ID!) {',
          '  _0: user(id: $_0a_id) {',
          '    id',
          '  }',
          '  _1: user(id: $_1a_id) {',
          '    id',
          '  }',
          '  _2: user(id: $_2a_id) {',
          '    name',
          '  }',
          '}',
        ].join('\n'),
        variables: { _0a_id: '1', _1a_id: '2', _2a_id: '1' },
      },
    ]);
  });

  it('is never more than 100 items at once', async () => {
    const query = Array.from({ length: 250 }, (_, id) => `_${id}: user(id: ${id}) { id }`).join(' ');
    const { data } = await gate.ask(`{ ${query} }`);
    expect(data).toEqual(Object.fromEntries(Array.from({ length: 250 }, (_, id) => [`_${id}`, { id: String(id) }])));
    expect(server.posted.map(({ variables }) => Object.keys(variables).length)).toEqual([100, 100, 50]);
  });

  it('is one operation for each mutation', async () => {
    await gate.ask(
      'mutation { a: rename(id: 1, name: "x") { user { id } } b: rename(id: 1, name: "x") { user { id } } }',
    );
    expect(server.posted).toHaveLength(2);
    expect(server.posted[0]?.query).toMatch(/^mutation \(\$_0a_id: ID!, \$_0a_name: String!\)/);
  });

  it('is one operation where a root type is met below the root', async () => {
    const { data } = await gate.ask(
      'mutation { rename(id: 1, name: "x") { query { version u: user(id: 2) { id } } } }',
    );
    expect(data).toEqual({ rename: { query: { version: '1', u: { id: '2' } } } });
    expect(server.posted).toHaveLength(1);
  });

  it('names types as the upstream does', async () => {
    await gate.ask('{ roots { ... on Query { version } } }');
    expect(server.posted[0]?.query).toContain('... on QueryRoot');
  });
});

describe('errors of the upstream', () => {
  const failure = (code: string, path: readonly (string | number)[]) => ({ code, path, message: expect.any(String) });

  it.each<[string, string, unknown, unknown[]]>([
    [
      'at the root',
      '{ a: user(id: "bad") { id } b: user(id: 2) { id } }',
      { a: null, b: { id: '2' } },
      [failure('BAD_USER_INPUT', ['a'])],
    ],
    [
      'in a list',
      '{ u: user(id: 1) { f: friends { n: name } } }',
      { u: { f: [{ n: 'User f1' }, { n: null }] } },
      [failure('CONFLICT', ['u', 'f', 1, 'n'])],
    ],
    [
      'where they arose, below the null that they made',
      '{ user(id: 1) { friends(first: 3) { id strictName } } }',
      {
        user: { friends: [{ id: 'f1', strictName: 'User f1' }, { id: 'nameless', strictName: 'User nameless' }, null] },
      },
      [failure('NOT_FOUND', ['user', 'friends', 2, 'strictName'])],
    ],
    [
      'of one item',
      '{ a: user(id: "broken") { strictName } b: user(id: "none") { id } }',
      { a: null, b: null },
      [failure('NOT_FOUND', ['a', 'strictName'])],
    ],
  ])('stand %s', async (_name, query, data, errors) => {
    expect(await gate.ask(query)).toEqual({ data, errors });
    expect(server.posted).toHaveLength(1);
  });

  it('ask the others again where one took the whole answer with it', async () => {
    const reply = await gate.ask('query { a: strict(id: "bad") { id } }');
    expect(reply).toEqual({ data: null, errors: [failure('NOT_FOUND', ['a'])] });
    server.posted.length = 0;
    const call = gate.schema.getQueryType()?.getFields()['strict'];
    expect(call).toBeDefined();
    await gate.ask('{ a: strict(id: "bad") { id } b: strict(id: 2) { id } c: strict(id: 3) { id } }');
    expect(server.posted.map(({ variables }) => variables)).toEqual([
      { _0a_id: 'bad', _1a_id: '2', _2a_id: '3' },
      { _0a_id: '2' },
      { _0a_id: '3' },
    ]);
  });

  const body = (value: unknown) => ({ body: JSON.stringify(value) });
  it.each([
    ['no data, one error', body({ errors: [{ message: 'secret' }] }), 'UPSTREAM_ERROR', 3],
    [
      'no data, an error of who asks',
      body({ errors: [{ message: 'secret', extensions: { code: 'RATE_LIMITED' } }] }),
      'RATE_LIMITED',
      1,
    ],
    [
      "an error of an identity that is not the client's",
      body({ errors: [{ message: 'secret', extensions: { code: 'UNAUTHENTICATED' } }] }),
      'UPSTREAM_ERROR',
      1,
    ],
    ['status 403 with errors', { status: 403, ...body({ errors: [{ message: 'secret' }] }) }, 'UPSTREAM_ERROR', 1],
    ['status 429', { status: 429, headers: { 'retry-after': '7' }, body: '{}' }, 'RATE_LIMITED', 1],
    ['status 500 without a response', { status: 500, body: 'secret' }, 'UPSTREAM_ERROR', 1],
    [
      'status 404 of a web server',
      { status: 404, headers: { 'content-type': 'text/html' }, body: 'secret' },
      'NOT_FOUND',
      1,
    ],
    ['neither data nor errors', body({}), 'UPSTREAM_MALFORMED', 1],
    ['data that is no object', body({ data: [] }), 'UPSTREAM_MALFORMED', 1],
    ['errors that are no list', body({ data: null, errors: {} }), 'UPSTREAM_MALFORMED', 1],
    ['a list', body([]), 'UPSTREAM_MALFORMED', 1],
    ['no JSON', { body: '{' }, 'UPSTREAM_MALFORMED', 1],
    [
      'JSON that says to be HTML',
      { headers: { 'content-type': 'text/html' }, ...body({ data: {} }) },
      'UPSTREAM_MALFORMED',
      1,
    ],
    ['data without the items', body({ data: {} }), 'UPSTREAM_MALFORMED', 1],
    [
      'an error of a path that was not asked',
      body({ data: { _0: null, _1: null }, errors: [{ message: 'secret', path: ['__proto__', 'toString'] }] }),
      'UPSTREAM_ERROR',
      1,
    ],
  ])('%s', async (_name, answer, code, operations) => {
    server.answer = () => answer;
    const { data, errors } = await gate.ask('{ a: user(id: 1) { id } b: user(id: 2) { id } }');
    expect(data).toEqual({ a: null, b: null });
    expect(errors).toEqual([failure(code, ['a']), failure(code, ['b'])]);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(server.posted).toHaveLength(operations);
    expect(Object.hasOwn(Object.prototype, 'toString') && typeof {}.toString).toBe('function');
  });

  it('have no steps in their paths that were not selected', async () => {
    const path = ['_0', 'friends', 0, 'secret'];
    server.answer = () => body({ data: { _0: { friends: null } }, errors: [{ message: 'secret', path }] });
    const { errors } = await gate.ask('{ user(id: 1) { friends { id } } }');
    expect(errors).toEqual([failure('UPSTREAM_ERROR', ['user', 'friends'])]);
  });

  it('without a path stand where there is no value', async () => {
    server.answer = () => body({ data: { _0: { id: '1' }, _1: null }, errors: [{ message: 'secret' }] });
    const { data, errors } = await gate.ask('{ a: user(id: 1) { id } b: user(id: 2) { id } }');
    expect(data).toEqual({ a: { id: '1' }, b: null });
    expect(errors).toEqual([failure('UPSTREAM_ERROR', ['b'])]);
  });
});

describe('values', () => {
  it.each([
    ['9007199254740993', '9007199254740993'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['42', 42],
    ['"a \\"1234567890123456789\\" b"', 'a "1234567890123456789" b'],
  ])('of custom scalars keep their digits: %s', async (json, value) => {
    server.answer = () => ({ body: `{"data":{"_0":${json}}}` });
    expect(await gate.ask('{ big }')).toEqual({ data: { big: value }, errors: [] });
  });

  it('of standard scalars stay what they are beside them', async () => {
    server.answer = () => ({ body: '{"data":{"_0":{"id":12345678901234567,"name":"1234567890123456"}}}' });
    const { data } = await gate.ask('{ user(id: 1) { id name } }');
    expect(data).toEqual({ user: { id: '12345678901234567', name: '1234567890123456' } });
  });

  it('of a literal beyond 2^53 go out with their digits', async () => {
    await gate.ask('{ echo(value: 9007199254740993) }');
    expect(server.posted[0]?.variables).toEqual({ _0a_value: '9007199254740993' });
  });

  it('of an unknown type are malformed', async () => {
    server.answer = () => ({ body: '{"data":{"_0":{"__typename":"Secret","id":"1"}}}' });
    const { data, errors } = await gate.ask('{ node(id: 1) { id } }');
    expect(data).toEqual({ node: null });
    expect(errors).toEqual([
      { code: 'UPSTREAM_MALFORMED', path: ['node'], message: expect.not.stringContaining('Secret') },
    ]);
  });
});
