import { expect, it } from 'vitest';
import type { Send } from '../../src/adapter/adapter.ts';
import { GatewayError } from '../../src/base/error.ts';
import { runPlan } from '../../src/plan/run.ts';
import { source, supergraph } from '../supergraph/harness.ts';
import { contextOf, planned, runOnce } from './plan-lane.ts';

const broken = new GatewayError('UPSTREAM_ERROR', 'It is down.');

const postsSdl =
  'type Query { posts: [Post!] } type Post { id: ID! userId: Int title: String note: Note } type Note { by: Int! text: String }';
const usersSdl =
  'type Query { users(ids: [ID!]!, lang: String): [User]  user(id: ID!): User } type User { id: ID! name: String! bossId: ID }';

function blog(
  posts: unknown,
  options: { users?: (ids: readonly unknown[]) => unknown; link?: string; more?: string; max?: number } = {},
) {
  const found = (ids: readonly unknown[]) =>
    ids.map(id => ({ id, name: `user ${id}`, bossId: id === '1' ? null : '1' }));
  const one = source('posts', postsSdl, { posts: () => posts });
  const two = source('users', usersSdl, {
    users: ({ ids }) => (options.users ?? found)(ids as readonly unknown[]),
    user: ({ id }) => (options.users ?? found)([id]) as unknown,
  });
  const batch = `batch: { key: "$parent.userId", into: "ids", match: "id", max: ${options.max ?? 100} }`;
  const overlay = `
    extend type Post { user(lang: String): User @resolve(call: "users.users", args: { lang: "$args.lang" }, ${batch}) }
    extend type User { boss: User @resolve(call: "users.users", batch: { key: "$parent.bossId", into: "ids", match: "id" }) }
    extend type Note { author: User @resolve(call: "users.users", batch: { key: "$parent.by", into: "ids", match: "id" }) }
    ${options.more ?? ''}`;
  return { graph: supergraph([one, two], overlay), posts: one, users: two };
}

const hundred = Array.from({ length: 100 }, (_, index) => ({ id: index, userId: index % 10, title: `title ${index}` }));

it('asks each distinct key once, in one call', async () => {
  const { graph, posts, users } = blog(hundred);
  const { data, faults } = await runOnce(graph, '{ posts { id user { name } } }');
  expect(faults).toEqual([]);
  expect(data).toEqual({
    posts: hundred.map(({ id, userId }) => ({ id: String(id), user: { name: `user ${userId}` } })),
  });
  expect(posts.sent).toEqual(['posts {}']);
  expect(users.sent).toEqual(['users {"ids":["0","1","2","3","4","5","6","7","8","9"]}']);
});

it('puts no more keys into a call than it takes', async () => {
  const { graph, users } = blog(hundred, { max: 4 });
  await runOnce(graph, '{ posts { user { name } } }');
  expect(users.sent).toEqual([
    'users {"ids":["0","1","2","3"]}',
    'users {"ids":["4","5","6","7"]}',
    'users {"ids":["8","9"]}',
  ]);
});

it('asks no key again that it knows of the same call, whichever link wants it', async () => {
  const { graph, users } = blog([
    { id: 1, userId: 1 },
    { id: 2, userId: 2 },
  ]);
  const query = '{ posts { user { bossId boss { name boss { name } } } other: user { name } } }';
  const { data } = await runOnce(graph, query);
  const user = { bossId: '1', boss: { name: 'user 1', boss: null } };
  expect(data).toEqual({
    posts: [
      { user: { bossId: null, boss: null }, other: { name: 'user 1' } },
      { user, other: { name: 'user 2' } },
    ],
  });
  expect(users.sent).toEqual(['users {"ids":["1","2"]}']);
});

it('asks no key again that it knows of the same call, however the link reads what is found', async () => {
  const batch = 'batch: { key: "$parent.userId", into: "ids", match: "id" }';
  const { graph, users } = blog(
    [
      { id: 1, userId: 1 },
      { id: 2, userId: 2 },
    ],
    {
      users: ids => ids.filter(id => id === '1').flatMap(id => ['one', 'uno'].map(name => ({ id, name, bossId: '2' }))),
      more: `extend type Post { users: [User] @resolve(call: "users.users", ${batch}) }
        extend type Post { must: User @resolve(call: "users.users", ${batch}, missing: ERROR) }
        extend type User { must: User @resolve(call: "users.users", batch: { key: "$parent.bossId", into: "ids", match: "id" }, missing: ERROR) }`,
    },
  );
  const { data, faults } = await runOnce(
    graph,
    '{ posts { user { name must { name } } users { name } must { name } } }',
  );
  expect(data).toEqual({
    posts: [
      { user: { name: 'one', must: null }, users: [{ name: 'one' }, { name: 'uno' }], must: { name: 'one' } },
      { user: null, users: [], must: null },
    ],
  });
  expect(faults.map(text => text.split(':')[0])).toEqual(['posts.0.user.must', 'posts.1.must']);
  expect(users.sent).toEqual(['users {"ids":["1","2"]}']);
});

it('gathers level by level, also where one is known at once', async () => {
  const sdl = 'type Query { things(ids: [ID!]!): [Thing] first: [Thing] } type Thing { id: ID! next: ID }';
  const things = ['1', '2'].map(id => ({ id, next: '2' }));
  const one = source('things', sdl, {
    first: () => things,
    things: ({ ids }) => things.filter(({ id }) => (ids as string[]).includes(id)),
  });
  const link = (name: string) =>
    `extend type Thing { ${name}: Thing @resolve(call: "things.things", batch: { key: "$parent.next", into: "ids", match: "id" }) }`;
  const graph = supergraph([one], `${link('a')} ${link('b')}`);
  await runOnce(graph, '{ first { a { id a { b { id } } b { id } } } }');
  expect(one.sent).toEqual(['first {}', 'things {"ids":["2"]}']); // equal calls of two lookups are one
});

it('keeps apart what other arguments ask', async () => {
  const { graph, users } = blog([{ id: 1, userId: 1 }]);
  const query =
    'query($lang: String) { posts { a: user(lang: "de") { name } b: user(lang: $lang) { name } c: user { name } } }';
  await runOnce(graph, query, { lang: 'de' });
  expect(users.sent).toEqual(['users {"ids":["1"],"lang":"de"}', 'users {"ids":["1"]}']);
});

it('asks nothing where there is no key, and nothing below what a null takes away', async () => {
  const note = { by: null, text: 'x' };
  const { graph, users } = blog([
    { id: 1, userId: null, note },
    { id: 2, note: { by: 'x' } },
  ]);
  const { data, faults } = await runOnce(graph, '{ posts { user { name } note { author { name } by } } }');
  expect(data).toEqual({
    posts: [
      { user: null, note: null },
      { user: null, note: null },
    ],
  });
  expect(faults.map(text => text.split(':')[0])).toEqual(['posts.0.note.by', 'posts.1.note.by']);
  expect(users.sent).toEqual([]);
});

it('tells one failure of a batch at each of its places, as one error', async () => {
  const { graph, users } = blog(hundred, { users: () => broken });
  const { plan, variables } = planned(graph, '{ posts { user { name } } }');
  const { data, faults } = await runPlan(plan, variables, contextOf());
  expect(JSON.parse(data)).toEqual({ posts: hundred.map(() => ({ user: null })) });
  expect(faults.map(({ path }) => path)).toEqual(hundred.map((_, index) => ['posts', index, 'user']));
  expect(new Set(faults.map(({ error }) => error))).toEqual(new Set([broken]));
  expect(users.sent).toHaveLength(1);
});

it('makes one error of all that is missing in a call', async () => {
  const missing = `extend type Post { must: User @resolve(call: "users.users", missing: ERROR, batch: { key: "$parent.userId", into: "ids", match: "id" }) }`;
  const { graph } = blog(hundred, { users: () => [], more: missing });
  const { plan, variables } = planned(graph, '{ posts { must { name } } }');
  const { faults } = await runPlan(plan, variables, contextOf());
  expect(faults).toHaveLength(100);
  expect(new Set(faults.map(({ error }) => error)).size).toBe(1);
});

it('tells a wrong argument at each place, and asks nothing', async () => {
  const { graph, users } = blog(
    [
      { id: 1, userId: 1 },
      { id: 2, userId: 2 },
    ],
    {
      more: `extend type Post { must(n: String!): User @resolve(call: "users.users", args: { lang: "$args.n" }, batch: { key: "$parent.userId", into: "ids", match: "id" }) }`,
    },
  );
  const { data, faults } = await runOnce(graph, 'query($n: String = "x") { posts { must(n: $n) { name } } }', {
    n: null,
  });
  expect(data).toEqual({ posts: [{ must: null }, { must: null }] });
  expect(faults.map(text => text.split(':')[0])).toEqual(['posts.0.must', 'posts.1.must']);
  expect(users.sent).toEqual([]);
});

it('looks up one by one where there is no batch, but equal wishes once', async () => {
  const { graph, users } = blog(hundred, {
    users: ([id]) => ({ id, name: `user ${id}` }),
    more: 'extend type Post { alone: User @resolve(call: "users.user", args: { id: "$parent.userId" }) }',
  });
  const { data } = await runOnce(graph, '{ posts { alone { name } } }');
  expect(data).toEqual({ posts: hundred.map(({ userId }) => ({ alone: { name: `user ${userId}` } })) });
  expect(users.sent).toEqual(Array.from({ length: 10 }, (_, id) => `user {"id":"${id}"}`));
});

it('fits several values of a parent into one wish', async () => {
  const { graph, users } = blog(hundred, {
    more: `extend type Post { told: User @resolve(call: "users.users", args: { lang: "$parent.title" }, batch: { key: "$parent.userId", into: "ids", match: "id" }) }`,
  });
  await runOnce(graph, '{ posts { told { name } } }');
  expect(users.sent).toHaveLength(100); // each has a title of its own
  expect(users.sent[11]).toBe('users {"ids":["1"],"lang":"title 11"}');
});

it('spends the budget, and tells what it did not reach', async () => {
  const { graph, users } = blog(hundred, { max: 4 });
  const { plan, variables } = planned(graph, '{ posts { user { name } } }');
  const context = contextOf({ calls: 2 });
  const { faults } = await runPlan(plan, variables, context);
  expect(users.sent).toEqual(['users {"ids":["0","1","2","3"]}']);
  expect(faults).toHaveLength(60);
  expect(context.budget.spent).toBe(2);
});

it('hands its signal to each call', async () => {
  const { graph } = blog(hundred);
  const aborting = new AbortController();
  const seen: unknown[] = [];
  for (const subschema of graph.subschemas.values()) {
    const send: Send<unknown> = subschema.send;
    Object.assign(subschema, {
      send: ((call, batch, context) => {
        seen.push(context.signal);
        return send(call, batch, context);
      }) satisfies Send<unknown>,
    });
  }
  await runOnce(graph, '{ posts { user { name } } }', {}, contextOf({ signal: aborting.signal }));
  expect(seen).toEqual([aborting.signal, aborting.signal]);
});

const counterSdl = `
  type Query { count: Counter }
  type Mutation { add(by: Int): Counter  must(by: Int): Counter! }
  type Counter { value: Int! twice: ID }`;

function counter() {
  let value = 0;
  const add = ({ by }: Record<string, unknown>) => {
    if (by === 0) return broken;
    value += Number(by);
    return { value, twice: 'k' };
  };
  const one = source('counter', counterSdl, { count: () => ({ value }), add, must: add });
  const two = source('names', 'type Query { names(ids: [ID!]!): [Name] } type Name { id: ID! text: String }', {
    names: ({ ids }) => (ids as string[]).map(id => ({ id, text: `${id} at ${value}` })),
  });
  const overlay =
    'extend type Counter { name: Name @resolve(call: "names.names", batch: { key: "$parent.twice", into: "ids", match: "id" }) }';
  return { graph: supergraph([one, two], overlay), one, two };
}

it('performs mutations once, one after the other, each with all that is below it', async () => {
  const { graph, one, two } = counter();
  const { data } = await runOnce(
    graph,
    'mutation { a: add(by: 1) { value name { text } } b: add(by: 1) { value name { text } } }',
  );
  expect(data).toEqual({ a: { value: 1, name: { text: 'k at 1' } }, b: { value: 2, name: { text: 'k at 2' } } });
  expect(one.sent).toEqual(['add {"by":1}', 'add {"by":1}']);
  expect(two.sent).toEqual(['names {"ids":["k"]}', 'names {"ids":["k"]}']); // what was read before may have changed
});

it('goes on after a mutation that failed, but not after one that ended all', async () => {
  const { graph, one } = counter();
  const nullable = await runOnce(graph, 'mutation { add(by: 0) { value } must(by: 1) { value } }');
  expect(nullable).toEqual({ data: { add: null, must: { value: 1 } }, faults: ['add: It is down.'] });
  const ended = await runOnce(graph, 'mutation { must(by: 0) { value } add(by: 1) { value } }');
  expect(ended).toEqual({ data: null, faults: ['must: It is down.'] });
  expect(one.sent).toEqual(['add {"by":0}', 'must {"by":1}', 'must {"by":0}']);
});

it('does not let one branch wait for another', async () => {
  const { posts, users } = blog([{ id: 1, userId: 1 }]);
  const slow = source('slow', 'type Query { slow: Int }', { slow: () => 1 });
  let release: () => void = () => {};
  const waits = new Promise<void>(resolve => {
    release = resolve;
  });
  const { send } = slow.subschema;
  Object.assign(slow.subschema, {
    send: (async (call, batch, context) => {
      await waits;
      return send(call, batch, context);
    }) satisfies Send<unknown>,
  });
  const all = supergraph(
    [posts, users, slow],
    'extend type Post { user: User @resolve(call: "users.users", batch: { key: "$parent.userId", into: "ids", match: "id" }) }',
  );
  const running = runOnce(all, '{ slow posts { user { name } } }');
  await expect.poll(() => users.sent.length).toBe(1);
  release();
  expect((await running).data).toEqual({ slow: 1, posts: [{ user: { name: 'user 1' } }] });
});

it('asks together what steps want that waited for one answer', async () => {
  const ids = (args: Record<string, unknown>) => args['ids'] as string[];
  const sdl = 'type Query { things(ids: [ID!]!): [Thing] } type Thing { id: ID! next: ID }';
  const things = source('things', sdl, { things: args => ids(args).map(id => ({ id, next: `${id}0` })) });
  const roadsSdl =
    'type Query { trips: [Trip] roads: [Road] road(ids: [ID!]!): [Road] } type Trip { by: ID } type Road { id: ID! to: ID }';
  const road = (id: string) => ({ id, to: id });
  const roads = source('roads', roadsSdl, {
    trips: () => [{ by: '2' }],
    roads: () => ['1', '2'].map(road),
    road: args => ids(args).map(road),
  });
  const link = (at: string, key: string, call: string) =>
    `extend type ${at} @resolve(call: "${call}", batch: { key: "$parent.${key}", into: "ids", match: "id" }) }`;
  const overlay = [
    link('Trip { road: Road', 'by', 'roads.road'),
    link('Road { thing: Thing', 'to', 'things.things'),
    link('Thing { following: Thing', 'next', 'things.things'),
  ];
  const graph = supergraph([things, roads], overlay.join('\n'));
  // The trip's thing is a level below the roads', and under way when it is reached.
  await runOnce(graph, '{ trips { road { thing { following { id } } } } roads { thing { following { id } } } }');
  expect(things.sent).toEqual(['things {"ids":["1","2"]}', 'things {"ids":["10","20"]}']);
});

it('asks each link of a root type by its own call', async () => {
  const { graph, users } = blog([], {
    more: `
    extend type Query { one(id: ID!): User @resolve(call: "users.user", args: { id: "$args.id" }) }
    extend type Query { many(id: ID!): User @resolve(call: "users.users", batch: { key: "$args.id", into: "ids", match: "id" }) }`,
    users: ids => (ids.length === 1 && ids[0] === '1' ? { id: '1', name: 'one' } : [{ id: '2', name: 'two' }]),
  });
  const { data, faults } = await runOnce(graph, '{ one(id: "1") { name } many(id: "2") { name } posts { id } }');
  expect({ data, faults }).toEqual({ data: { one: { name: 'one' }, many: { name: 'two' }, posts: [] }, faults: [] });
  expect(users.sent).toEqual(['user {"id":"1"}', 'users {"ids":["2"]}']);
});
