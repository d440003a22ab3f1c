import { Session } from 'node:inspector/promises';
import { parse } from 'graphql';
import { isPlan } from '../../src/plan/compile.ts';
import { Plans } from '../../src/plan/plan-cache.ts';
import { writerSource } from '../../src/plan/writer/source.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';
import { source, supergraph } from '../supergraph/harness.ts';

const nothing = () => null;

/** Two sources with one merged type, an interface, and links in both directions. */
export function costWorld(): Supergraph {
  const users = source(
    'users',
    `type Query { users(ids: [ID!]): [User] all: [User] nodes: [Node] }
     interface Node { id: ID! } type Team implements Node { id: ID! title: String } type User implements Node { id: ID! name: String bossId: ID }`,
    { users: nothing, all: nothing, nodes: nothing },
    { selective: true },
  );
  const bills = source(
    'bills',
    'type Query { bills(ids: [ID!]): [User] } type User { id: ID! sum: Int peers: [User] }',
    {
      bills: nothing,
    },
  );
  const entity = (call: string) => `@entity(key: "id", call: "${call}", into: "ids")`;
  const link = 'boss: User @resolve(call: "users.users", batch: { key: "$parent.bossId", into: "ids", match: "id" })';
  return supergraph(
    [users, bills],
    `extend type User ${entity('users.users')} ${entity('bills.bills')} extend type User { ${link} }`,
  );
}

const times = (n: number, make: (index: number) => string): string =>
  Array.from({ length: n }, (_, i) => make(i)).join(' ');

/** Documents whose size grows with n, each in one way. */
export const documents: Readonly<Record<string, (n: number) => string>> = {
  'fields under aliases': n => `{ all { ${times(n, i => `a${i}: name b${i}: sum`)} } }`,
  'root fields': n => `{ ${times(n, i => `a${i}: all { name sum boss { name } }`)} }`,
  'the same field again': n => `{ ${times(n, () => 'all { name boss { name } }')} }`,
  'one fragment spread at many places': n =>
    `{ all { ${times(n, i => `a${i}: boss { ...F }`)} } } fragment F on User { id name sum peers { name } }`,
  'one fragment spread again at one place': n =>
    `{ all { ${times(n, () => '...F')} } } fragment F on User { id name sum peers { name } }`,
  'fragments within fragments': n =>
    `{ all { ...F0 } } ${times(n, i => `fragment F${i} on User { a${i}: name ...F${i + 1} }`)} fragment F${n} on User { id }`,
  'inline fragments within one another': n => `{ all { ${times(n, () => '... {')} name ${'}'.repeat(n)} } }`,
  'fragments on the types of an interface': n =>
    `{ nodes { ${times(n, i => `... on Team { a${i}: title } ... on User { b${i}: name }`)} } }`,
  'links within links': n => `{ all { ${times(n, () => 'boss {')} name ${'}'.repeat(n)} } }`,
  conditions: n => `{ all { ${times(n, i => `a${i}: name @include(if: true) b${i}: sum @skip(if: true)`)} } }`,
};

/** Makes a plan and its writer's code. */
export function compileOnce(graph: Supergraph, query: string): void {
  const plan = new Plans().prepare(graph, parse(query))?.plan({});
  if (!plan || !isPlan(plan)) throw new TypeError(`There is no plan: ${JSON.stringify(plan)}`);
  writerSource(plan);
}

/** How often the functions and blocks of the plan room and of graphql-js are entered: counted by V8 itself. */
export async function countedWork(run: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    run();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const counted = result.filter(({ url }) => /\/src\/plan\/|\/src\/supergraph\/|\/node_modules\/graphql\//.test(url));
    const ranges = counted.flatMap(({ functions }) => functions.flatMap(({ ranges: blocks }) => blocks));
    return ranges.reduce((sum, { count }) => sum + count, 0);
  } finally {
    session.disconnect();
  }
}
