import { describe, expect, test } from 'vitest';
import type { RateLimitRule } from '../../../src/edge/rate-limits/options.ts';
import { source } from '../../supergraph/harness.ts';
import { left, limited, principal } from './limited.ts';

const sdl = /* GraphQL */ `
  type Query {
    user(id: ID): User
    users: [User!]!
    named: Named
    things: [Thing!]!
    login(name: String!, filter: Filter): String
    plain: String
  }
  type Mutation { set: String }
  input Filter { a: Int b: Int }
  interface Named { name: String hidden: String }
  type User implements Named { id: ID name: String hidden: String friend: User friends: [User!]! }
  type Team implements Named { name: String hidden: String }
  union Thing = User | Team
`;
const user = () => ({
  __typename: 'User',
  id: '1',
  name: 'ada',
  hidden: 'h',
  friends: [],
  friend: { __typename: 'User', id: '2', name: 'bob', hidden: 'h', friends: [], friend: null },
});
const team = () => ({ __typename: 'Team', name: 'them', hidden: 'h' });
const shop = (users = 50) =>
  source('shop', sdl, {
    user: () => user(),
    users: () => Array.from({ length: users }, user),
    named: () => user(),
    things: () => [user(), team(), user()],
    login: () => 'in',
    plain: () => 'plain',
    set: () => 'set',
  });

const twice = '@rateLimit(max: 2, window: "1h")';
const onHidden = `extend type User { hidden: String ${twice} }`;

describe('R1: what is executed is counted, however it is asked for', () => {
  test('R1: one after another, and many at once', async () => {
    const { statuses, ask } = limited([shop()], `extend type Query { plain: String ${twice} }`);
    expect(await statuses(['{ plain }', '{ plain }', '{ plain }'])).toEqual([200, 200, 429]);
    const other = limited([shop()], `extend type Query { plain: String @rateLimit(max: 5, window: "1h") }`);
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => other.ask(`{ a${n}: plain }`)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(await ask('{ users { name } }')).toMatchObject({ status: 200, headers: {} });
  });

  const rows: readonly [name: string, query: string, left: number | undefined][] = [
    ['aliases', '{ user { a: hidden b: hidden } }', 0],
    ['more aliases than there are', '{ user { a: hidden b: hidden c: hidden } }', undefined],
    ['a fragment that is spread twice', '{ a: user { ...F } b: user { ...F } } fragment F on User { hidden }', 0],
    [
      'a fragment that is spread more often than there are',
      '{ a: user { ...F } b: user { ...F } c: user { ...F } } fragment F on User { hidden }',
      undefined,
    ],
    ['the field of the interface', '{ a: named { hidden } b: named { hidden } }', 0],
    [
      'the field of the interface, too often',
      '{ a: named { hidden } b: named { hidden } c: named { hidden } }',
      undefined,
    ],
    ['a fragment on the object', '{ named { name ... on User { a: hidden } } }', 1],
    ['a union', '{ things { ... on User { hidden } ... on Team { hidden } } }', 1],
    ['the same selection twice', '{ user { hidden hidden ...F } } fragment F on User { hidden }', 1],
    ['what is skipped', '{ user { a: hidden b: hidden @skip(if: true) c: hidden @include(if: false) } }', 1],
    ['a fragment of another type', '{ named { ... on Team { hidden } name } }', 2],
  ];
  test.each(rows)('R1: %s', async (_, query, remaining) => {
    const shopped = shop();
    const { ask } = limited([shopped], onHidden);
    const { status, headers, code } = await ask(query);
    if (remaining === undefined) {
      expect({ status, code, sent: shopped.sent }).toEqual({ status: 429, code: 'RATE_LIMITED', sent: [] });
    } else {
      expect(status).toBe(200);
      expect(left(headers)['User.hidden'] ?? 2).toBe(remaining);
    }
  });

  test("R1: an interface's limit is that of all who implement it, together", async () => {
    const { ask } = limited([shop()], 'extend interface Named { hidden: String @rateLimit(max: 3, window: "1h") }');
    expect(left((await ask('{ user { hidden } }')).headers)).toEqual({ 'Named.hidden': 2 });
    expect(left((await ask('{ named { ... on Team { hidden } } }')).headers)).toEqual({ 'Named.hidden': 1 });
    expect(left((await ask('{ named { hidden } }')).headers)).toEqual({ 'Named.hidden': 0 });
    expect((await ask('{ things { ... on Team { hidden } } }')).status).toBe(429);
  });

  test("R1: a type's limit counts the places where one of it is selected", async () => {
    const { ask } = limited([shop()], 'extend type User @rateLimit(max: 10, window: "1h")');
    expect(left((await ask('{ user { name friend { name } } }')).headers)).toEqual({ User: 8 });
    expect(left((await ask('{ users { name } named { name } }')).headers)).toEqual({ User: 6 });
    expect(left((await ask('{ things { ... on Team { name } } }')).headers)).toEqual({});
  });

  test('R1: of what excludes one another the dearest counts', async () => {
    const overlay = 'extend interface Named { hidden: String @rateLimit(max: 10, window: "1h") }';
    const { ask } = limited([shop()], overlay);
    const query = '{ things { ... on User { a: hidden b: hidden } ... on Team { hidden } } }';
    expect(left((await ask(query)).headers)).toEqual({ 'Named.hidden': 8 });
  });

  test('R1: fragments that double fifteen times are counted exactly, and looked at once each', async () => {
    const levels = Array.from(
      { length: 15 },
      (_, n) => `fragment F${n} on User { a: friend { ...F${n + 1} } b: friend { ...F${n + 1} } }`,
    );
    const query = `{ user { ...F0 } } ${levels.join(' ')} fragment F15 on User { hidden }`;
    const { ask } = limited([shop()], 'extend type User { hidden: String @rateLimit(max: 32768, window: "1h") }');
    const { headers, status } = await ask(query);
    expect(status).toBe(200);
    expect(left(headers)).toEqual({ 'User.hidden': 0 });
    const less = limited([shop()], 'extend type User { hidden: String @rateLimit(max: 32767, window: "1h") }');
    expect(await less.ask(query)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  });

  test('R1: a limit for operations counts an operation once', async () => {
    const { ask } = limited(
      [shop()],
      'extend type User { hidden: String @rateLimit(max: 5, window: "1h", countBy: OPERATION) }',
    );
    expect(left((await ask('{ a: user { hidden } b: user { x: hidden hidden } }')).headers)).toEqual({
      'User.hidden': 4,
    });
  });

  test('R1: a limit of the schema, and one of a root type, count operations', async () => {
    const overlay = `extend schema @rateLimit(max: 9, window: "1h")
      extend type Query @rateLimit(max: 7, window: "1h") extend type Mutation @rateLimit(max: 5, window: "1h")`;
    const { ask } = limited([shop()], overlay);
    expect(left((await ask('{ plain a: plain }')).headers)).toEqual({ schema: 8, Query: 6 });
    expect(left((await ask('mutation { set }')).headers)).toEqual({ schema: 7, Mutation: 4 });
    expect(left((await ask('{ __typename }')).headers)).toEqual({ schema: 6, Query: 5 });
  });

  test('R1: what an answer has beyond the selections is owed', async () => {
    const overlay = `extend type User { hidden: String @rateLimit(max: 60, window: "1h", countBy: RESOLVED) }
      extend type Query { users: [User!]! @rateLimit(max: 60, window: "1h", countBy: RESOLVED) }`;
    const { ask } = limited([shop(50)], overlay);
    expect(left((await ask('{ users { hidden } }')).headers)).toEqual({ 'Query.users': 59, 'User.hidden': 59 });
    expect(left((await ask('{ user { hidden } }')).headers)).toEqual({ 'User.hidden': 9 });
    expect(left((await ask('{ users { name hidden } }')).headers)).toEqual({ 'Query.users': 9, 'User.hidden': 8 });
    const refused = await ask('{ user { hidden } }');
    expect(refused.status).toBe(429);
    // 50 + 1 + 50 of 60 are taken: 42 at a minute each until one is there
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(41 * 60);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(42 * 60);
  });

  test('R1: in an answer, a type that cannot be told from another counts as the dearer of them', async () => {
    const overlay = 'extend type Team @rateLimit(max: 60, window: "1h", countBy: RESOLVED)';
    const { ask } = limited([shop()], overlay);
    await ask('{ things { ... on User { name id } ... on Team { name } } }');
    expect(left((await ask('{ named { ... on Team { name } } }')).headers)).toEqual({ Team: 58 });
  });

  test('R1: all that several limits ask is taken, or nothing', async () => {
    const overlay = `extend type Query { plain: String ${twice} login(name: String!): String @rateLimit(max: 9, window: "1h") }`;
    const { ask } = limited([shop()], overlay);
    expect((await ask('{ a: plain b: plain c: plain login(name: "x") }')).status).toBe(429);
    expect(left((await ask('{ plain login(name: "x") }')).headers)).toEqual({ 'Query.plain': 1, 'Query.login': 8 });
    expect((await ask('{ a: plain b: plain login(name: "x") }')).status).toBe(429);
    expect(left((await ask('{ login(name: "x") }')).headers)).toEqual({ 'Query.login': 7 });
  });

  test('R1: operations that share one execution each take their own', async () => {
    const shopped = shop();
    const { ask } = limited([shopped], 'extend type Query { plain: String @rateLimit(max: 5, window: "1h") }');
    const all = await Promise.all(Array.from({ length: 50 }, () => ask('{ plain }')));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(shopped.sent).toHaveLength(1);
  });

  test('C14: the operation that is not chosen is not counted', async () => {
    const { ask } = limited([shop()], `extend type Query { plain: String ${twice} }`);
    const query = 'query A { plain } query B { a: plain b: plain c: plain }';
    expect(left((await ask(query, { operationName: 'A' })).headers)).toEqual({ 'Query.plain': 1 });
    expect((await ask(query, { operationName: 'B' })).status).toBe(429);
  });

  test('R1: what conditions say counts by the values of the variables', async () => {
    const { ask } = limited([shop()], 'extend type Query { plain: String @rateLimit(max: 20, window: "1h") }');
    const query =
      'query ($a: Boolean!, $b: Boolean = true) { x: plain @include(if: $a) y: plain @skip(if: $b) z: plain }';
    expect(left((await ask(query, { variables: { a: true } })).headers)).toEqual({ 'Query.plain': 18 });
    expect(left((await ask(query, { variables: { a: false, b: false } })).headers)).toEqual({ 'Query.plain': 16 });
    expect(left((await ask(query, { variables: { a: false } })).headers)).toEqual({ 'Query.plain': 15 });
    expect(await ask(query)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', headers: {} });
    expect(left((await ask(query, { variables: { a: false } })).headers)).toEqual({ 'Query.plain': 14 });
  });

  test('an operation under no limit is answered as if the gate were not there', async () => {
    const { handled } = limited([shop()], onHidden);
    const done = handled('{ __typename }');
    expect(done).not.toBeInstanceOf(Promise);
    expect(done).not.toHaveProperty('headers');
  });

  test('in process, an operation under a limit waits for nothing either', () => {
    const { handled } = limited([shop()], 'extend schema @rateLimit(max: 1, window: "1h")');
    expect(handled('{ __typename }')).not.toBeInstanceOf(Promise);
    expect(handled('{ __typename }')).toMatchObject({ status: 429 });
  });
});

describe('R2: who shares a bucket', () => {
  const by = (parts: string) => `extend type Query { plain: String @rateLimit(max: 1, window: "1h"${parts}) }`;
  const rows: readonly [name: string, parts: string, shared: boolean, one: object, other: object][] = [
    [
      'the same subject from two addresses',
      '',
      true,
      { principal: principal('a'), address: '10.0.0.1' },
      { principal: principal('a'), address: '10.0.0.2' },
    ],
    [
      'two subjects of one address',
      '',
      false,
      { principal: principal('a'), address: '10.0.0.1' },
      { principal: principal('b'), address: '10.0.0.1' },
    ],
    [
      'one subject of two providers',
      '',
      false,
      { principal: principal('a') },
      { principal: principal('a', {}, 'other') },
    ],
    ['a subject named like an address', '', false, { principal: principal('10.0.0.1') }, { address: '10.0.0.1' }],
    ['nobody, from one address', '', true, { address: '10.0.0.1' }, { address: '::ffff:10.0.0.1' }],
    ['nobody, from two addresses', '', false, { address: '10.0.0.1' }, { address: '10.0.0.2' }],
    ['nobody, from one network of IPv6', '', true, { address: '2001:db8::1' }, { address: '2001:db8::ffff:1' }],
    ['nobody, from two networks of IPv6', '', false, { address: '2001:db8::1' }, { address: '2001:db8:0:1::1' }],
    [
      'a forged header',
      '',
      true,
      { address: '10.0.0.1', headers: { 'x-user': 'a', authorization: 'a', 'x-forwarded-for': '1.1.1.1' } },
      { address: '10.0.0.1', headers: { 'x-user': 'b', authorization: 'b', 'x-forwarded-for': '2.2.2.2' } },
    ],
    [
      'two clients of one subject',
      ', by: ["client"]',
      false,
      { principal: principal('a', { client_id: 'web' }) },
      { principal: principal('a', { azp: 'app' }) },
    ],
    [
      'two subjects of one client',
      ', by: ["client"]',
      true,
      { principal: principal('a', { client_id: 'web' }) },
      { principal: principal('b', { client_id: 'web' }) },
    ],
    [
      'a client that nobody vouches for',
      ', by: ["client"]',
      true,
      { address: '10.0.0.1', headers: { 'x-client': 'a' } },
      { address: '10.0.0.1', headers: { 'x-client': 'b' } },
    ],
    [
      'everybody',
      ', by: ["global"]',
      true,
      { principal: principal('a'), address: '10.0.0.1' },
      { address: '10.0.0.2' },
    ],
    [
      'one claim',
      ', by: ["$claims.tenant"]',
      true,
      { principal: principal('a', { tenant: 't' }) },
      { principal: principal('b', { tenant: 't' }) },
    ],
    [
      'two claims',
      ', by: ["$claims.tenant"]',
      false,
      { principal: principal('a', { tenant: 't' }) },
      { principal: principal('a', { tenant: 'u' }) },
    ],
    [
      'a claim that looks like a subject',
      ', by: ["$claims.tenant"]',
      false,
      { principal: principal('a', { tenant: ['subject', 'idp', 'b'] }) },
      { principal: principal('b') },
    ],
    [
      'a claim that looks like two parts',
      ', by: ["$claims.x", "$claims.y"]',
      false,
      { principal: principal('a', { x: '1","2', y: '3' }) },
      { principal: principal('a', { x: '1', y: '2","3' }) },
    ],
    [
      'a header beside the address',
      ', by: ["ip", "$header.X-Tenant"]',
      false,
      { address: '10.0.0.1', headers: { 'x-tenant': 'a' } },
      { address: '10.0.0.1', headers: { 'x-tenant': 'b' } },
    ],
    [
      'a header that looks like an address',
      ', by: ["global", "$header.x"]',
      false,
      { headers: { x: '10.0.0.1' } },
      { address: '10.0.0.1' },
    ],
    [
      'a header of 100 KiB and its like',
      ', by: ["global", "$header.x"]',
      false,
      { headers: { x: 'a'.repeat(100_000) } },
      { headers: { x: `${'a'.repeat(99_999)}b` } },
    ],
  ];
  test.each(rows)('R2: %s', async (_, parts, shared, one, other) => {
    const { ask } = limited([shop()], by(parts));
    expect((await ask('{ plain }', one)).status).toBe(200);
    expect((await ask('{ plain }', one)).status).toBe(429);
    expect((await ask('{ plain }', other)).status).toBe(shared ? 429 : 200);
  });

  describe('arguments', () => {
    const login =
      'extend type Query { login(name: String!, filter: Filter): String @rateLimit(max: 2, window: "1h", by: ["$args.name"]) }';

    test('R2: each value has its bucket, whether written or in a variable', async () => {
      const { ask, statuses } = limited([shop()], login);
      expect(await statuses(['{ login(name: "a") }', '{ login(name: "b") }'])).toEqual([200, 200]);
      const query = 'query ($n: String!) { login(name: $n) }';
      expect((await ask(query, { variables: { n: 'a' } })).status).toBe(200);
      expect((await ask(query, { variables: { n: 'a' } })).status).toBe(429);
      expect((await ask(query, { variables: { n: 'b' } })).status).toBe(200);
    });

    test('R2: aliases with one value take from one bucket', async () => {
      const { ask } = limited([shop()], login);
      const query = (third: string) =>
        `query ($n: String = "a") { x: login(name: "a") y: login(name: $n) z: login(name: "${third}") }`;
      expect((await ask(query('a'))).status).toBe(429);
      expect((await ask(query('b'))).status).toBe(200);
      expect((await ask('{ login(name: "a") }')).status).toBe(429);
      expect((await ask('{ login(name: "b") }')).status).toBe(200);
    });

    test('R2: an input object counts by its value, not by how it is written', async () => {
      const { ask } = limited([shop()], login.replace('$args.name', '$args.filter'));
      expect((await ask('{ login(name: "x", filter: { a: 1, b: 2 }) }')).status).toBe(200);
      expect((await ask('{ login(name: "y", filter: { b: 2, a: 1 }) }')).status).toBe(200);
      expect((await ask('{ login(name: "z", filter: { a: 1, b: 2 }) }')).status).toBe(429);
      expect((await ask('{ login(name: "z", filter: { a: 1 }) }')).status).toBe(200);
    });

    test('R5: one operation takes from a hundred buckets at most', async () => {
      const { ask } = limited([shop()], login);
      const query = (n: number) => `{ ${Array.from({ length: n }, (_, i) => `a${i}: login(name: "${i}")`).join(' ')} }`;
      expect((await ask(query(100))).status).toBe(200);
      expect(await ask(query(101))).toMatchObject({ status: 400, code: 'OPERATION_TOO_COMPLEX' });
    });
  });
});

describe('what the configuration limits', () => {
  const rule = (name: string, more: Partial<RateLimitRule>): RateLimitRule => ({
    name,
    quota: { max: 9, window: 3_600_000, burst: 9, cost: 1 },
    by: [{ kind: 'subject' }],
    onStoreError: 'LOCAL',
    ...more,
  });

  test('operations by name, as the document has it', async () => {
    const { ask } = limited([shop()], '', { rules: [rule('reports', { operations: ['Report*'] })] });
    expect(left((await ask('query ReportA { plain }')).headers)).toEqual({ reports: 8 });
    expect(left((await ask('query Other { plain }')).headers)).toEqual({});
    expect(left((await ask('{ plain }')).headers)).toEqual({});
  });

  test('clients that are vouched for', async () => {
    const { ask } = limited([shop()], '', { rules: [rule('partners', { clients: ['p1'], by: [{ kind: 'client' }] })] });
    expect(left((await ask('{ plain }', { principal: principal('a', { client_id: 'p1' }) })).headers)).toEqual({
      partners: 8,
    });
    expect(left((await ask('{ plain }', { principal: principal('b', { client_id: 'p1' }) })).headers)).toEqual({
      partners: 7,
    });
    expect(left((await ask('{ plain }', { principal: principal('a', { client_id: 'p2' }) })).headers)).toEqual({});
    expect(left((await ask('{ plain }', { headers: { 'client-id': 'p1' } })).headers)).toEqual({});
    expect(left((await ask('{ plain }', { principal: principal('p1', {}, 'api-keys') })).headers)).toEqual({
      partners: 8,
    });
  });

  test('what asks a source: root fields, links, and the fields of a merged type that not all sources have', async () => {
    const people = source(
      'people',
      'type Query { person: Person people(ids: [ID!]!): [Person] } type Person { id: ID! name: String }',
      {
        person: () => ({ id: '1', name: 'ada' }),
        people: ({ ids }) => (ids as string[]).map(id => ({ id, name: 'ada' })),
      },
    );
    const bank = source(
      'bank',
      'type Query { accounts(ids: [ID!]!): [Account] persons(ids: [ID!]!): [Person] } type Account { id: ID! n: Int } type Person { id: ID! credit: Int }',
      {
        accounts: ({ ids }) => (ids as string[]).map(id => ({ id, n: 1 })),
        persons: ({ ids }) => (ids as string[]).map(id => ({ id, credit: 3 })),
      },
    );
    const overlay = `extend type Person @entity(key: "id", call: "bank.persons", into: "ids") @entity(key: "id", call: "people.people", into: "ids") {
      account: Account @resolve(call: "bank.accounts", args: {}, batch: { key: "$parent.id", into: "ids" }) }`;
    const rules = [rule('of-bank', { sources: ['bank'] }), rule('of-people', { sources: ['people'] })];
    const { ask } = limited([people, bank], overlay, { rules });
    expect(left((await ask('{ person { id } }')).headers)).toEqual({ 'of-people': 8 });
    expect(left((await ask('{ accounts(ids: ["1"]) { n } }')).headers)).toEqual({ 'of-bank': 8 });
    const { headers, data } = await ask('{ person { id account { n } credit } }');
    expect(data).toEqual({ person: { id: '1', account: { n: 1 }, credit: 3 } });
    expect(left(headers)).toEqual({ 'of-people': 7, 'of-bank': 6 });
  });

  test('cost and burst', async () => {
    const quota = { max: 100, window: 3_600_000, burst: 10, cost: 4 };
    const { statuses } = limited([shop()], '', { rules: [rule('dear', { quota })] });
    expect(await statuses(['{ plain }', '{ plain }', '{ plain }'])).toEqual([200, 200, 429]);
  });

  test('J6: one address, before anybody is authenticated; failing to is dearer', async () => {
    const perAddress = {
      quota: { max: 3, window: 3_600_000, burst: 3, cost: 1 },
      onStoreError: 'LOCAL',
      unauthenticatedCost: 10,
    } as const;
    const { statuses, ask } = limited([shop()], '', { perAddress });
    const address = '10.0.0.1';
    expect(await statuses(['{ plain }', '{ nope }', '{', '{ plain }'], { address })).toEqual([200, 400, 400, 429]);
    expect(await ask('{ plain }', { address: '10.0.0.2' })).toMatchObject({ status: 200 });
  });
});

describe('R6: what the client is told', () => {
  const overlay = `extend type Query {
    plain: String @rateLimit(limit: 2, duration: "500ms", burst: 3) @rateLimit(max: 100, window: "1h", message: "Buy more.")
  }`;

  test('R6: the limits and how they stand, the tightest first', async () => {
    const { ask } = limited([shop()], overlay);
    const { headers } = await ask('{ plain }');
    expect(headers).toEqual({
      'ratelimit-policy': '"Query.plain";q=2;w=1, "Query.plain:2";q=100;w=3600',
      ratelimit: '"Query.plain";r=2;t=1, "Query.plain:2";r=99;t=36',
    });
  });

  test('R6: a refusal, and when to come again', async () => {
    const { ask, counters } = limited([shop()], 'extend type Query { plain: String @rateLimit(max: 2, window: "1h") }');
    await ask('{ a: plain b: plain }');
    const { status, headers, message, extensions, data } = await ask('{ plain }');
    expect({ status, headers, message, extensions, data }).toEqual({
      status: 429,
      headers: {
        'ratelimit-policy': '"Query.plain";q=2;w=3600',
        ratelimit: '"Query.plain";r=0;t=3600',
        'retry-after': '1800',
      },
      message: 'Too many requests: "Query.plain" is used up. Try again in 1800 s.',
      extensions: { code: 'RATE_LIMITED', retryAfter: 1800 },
      data: undefined,
    });
    expect([...counters.of('rejected')]).toEqual([['RATE_LIMITED', 1]]);
  });

  test("R6: a limit's own words", async () => {
    const { ask } = limited(
      [shop()],
      'extend type Query { plain: String @rateLimit(max: 1, window: "1h", message: "Buy more.") }',
    );
    await ask('{ plain }');
    expect(await ask('{ plain }')).toMatchObject({ status: 429, message: 'Buy more.' });
  });

  test('R6: waiting does not help who asks for more than there ever is, and is not advised', async () => {
    const { ask } = limited([shop()], 'extend type Query { plain: String @rateLimit(max: 2, window: "1h") }');
    const refused = await ask('{ a: plain b: plain c: plain }');
    expect(refused).toMatchObject({ status: 429, headers: {}, extensions: { code: 'RATE_LIMITED' } });
    expect(refused.message).toBe('The request takes 3 units of "Query.plain", of which there are 2 at most.');
  });
});
