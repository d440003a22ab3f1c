import { type DocumentNode, type OperationDefinitionNode, parse, print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Included } from '../../src/plan/collect-fields.ts';
import { compilePlan, isPlan } from '../../src/plan/compile.ts';
import type { Output } from '../../src/plan/plan.ts';
import { planText } from '../../src/plan/print.ts';
import { source, supergraph } from '../supergraph/harness.ts';
import { compiled, planned } from './compiled.ts';

const nothing = () => null;

function entities() {
  const users = source(
    'users',
    'type Query { user(id: ID!): User users(ids: [ID!]!): [User] } type User { id: ID! name: String! shared: Int }',
    { user: nothing, users: nothing },
  );
  const billing = source(
    'billing',
    'type Query { accounts(ids: [ID!]!): [User] } type User { id: ID! balance: Float! shared: Int }',
    { accounts: nothing },
  );
  const reviews = source(
    'reviews',
    'type Query { people(ids: [ID!]!): [User] reviews: [Review] } type User { id: ID! karma(of: Int): Int } type Review { text: String author: User }',
    { people: nothing, reviews: nothing },
    { selective: true },
  );
  return supergraph(
    [users, billing, reviews],
    `extend type User
       @entity(key: "id", call: "users.users", into: "ids")
       @entity(key: "id", call: "billing.accounts", into: "ids")
       @entity(key: "id", call: "reviews.people", into: "ids")
     extend type User { friend: User @resolve(call: "users.user", args: { id: "$parent.name" }) }`,
  );
}

describe('a merged type', () => {
  it('is read from its own source, and joined from the others; a link waits for what it reads', () => {
    const query = '{ reviews { author { id n: name balance karma friend { karma } } } }';
    expect(planText(compiled(entities(), query))).toBe(`plan lane: query, 5 steps, as many calls as the answers need

stage 0: at once
  step 0: reviews.reviews, one call
    fills: reviews (Query.reviews)
    selection: { author { id karma _selvage_id: id } }

stage 1: after step 0
  step 1: users.users, one call for up to 100 keys
    fills: reviews.author.n (User.name)
    keys: $parent.id, sent as ids; answers matched by id

stage 2: after step 0
  step 2: billing.accounts, one call for up to 100 keys
    fills: reviews.author.balance (User.balance)
    keys: $parent.id, sent as ids; answers matched by id

stage 3: after steps 0, 1
  step 3: users.user, one call for each parent
    fills: reviews.author.friend (User.friend)
    arguments: {"id":"$parent.name"}
    reads: $parent.name of step 1

stage 4: after step 3
  step 4: reviews.people, one call for up to 100 keys
    fills: reviews.author.friend.karma (User.karma)
    keys: $parent.id, sent as ids; answers matched by id
    selection: { karma }
`);
  });

  it.each([
    ['what several sources have is asked of one that is asked anyway', 'balance shared', ['billing.accounts']],
    ['also where that shows only later', 'shared balance', ['billing.accounts']],
    ['and of the first where none is', 'shared', ['users.users']],
    ['a link joins what it reads', 'friend { id }', ['users.users', 'users.user']],
    ['what the source has itself is not joined', 'id karma __typename', []],
  ])('%s', (_name, fields, calls) => {
    const { steps } = planned(entities(), `{ reviews { author { ${fields} } } }`);
    expect(steps.slice(1).map(({ origin, at }) => `${origin.member.name}.${at.slice('Query.'.length)}`)).toEqual(calls);
  });
});

function upstream() {
  const up = source(
    'up',
    `type Query { find(kind: Kind, by: Filter): Node nodes: [Node!]! hit: Hit }
     type Mutation { rename(by: Filter): Payload } type Payload { query: Query done: Boolean }
     enum Kind { BOT AUTHOR } input Filter { kinds: [Kind!] depth: Int = 2 }
     interface Node { id: ID! parts(of: Filter): [Node!] } union Hit = Author | Bot
     type Author implements Node { id: ID! parts(of: Filter): [Node!] name: String shopId: ID }
     type Bot implements Node { id: ID! parts(of: Filter): [Node!] model(kind: Kind): String }`,
    { find: nothing, nodes: nothing, hit: nothing, rename: nothing },
    { selective: true, prefix: 'Up' },
  );
  const shop = source('shop', 'type Query { shops(ids: [ID!]!): [Shop] } type Shop { id: ID! title: String }', {
    shops: nothing,
  });
  return supergraph(
    [up, shop],
    `extend type UpBot @rename(to: "Robot") { model(kind: UpKind @rename(to: "sort")): String @rename(to: "type") }
     extend enum UpKind @rename(to: "Kind") { BOT @rename(to: "ROBOT") }
     extend input UpFilter { kinds: [UpKind!] @rename(to: "sorts") }
     extend type UpAuthor { shop: Shop @resolve(call: "shop.shops", batch: { key: "$parent.shopId", into: "ids" }) }`,
  );
}

function told(query: string): string[] {
  return planned(upstream(), query).steps.map(({ selection }) =>
    selection ? print(selection.selectionSet).replace(/\s+/g, ' ') : '',
  );
}

describe('what an upstream is told', () => {
  it('is in its own names, under the client’s response keys', () => {
    const query = 'query ($k: Kind) { upFind { id ... on Robot { t: type(sort: ROBOT) u: type(sort: $k) type } } }';
    expect(told(query)).toEqual([
      '{ __typename id ... on Bot { t: model(kind: BOT) u: model(kind: $k) type: model } }',
    ]);
    const [step] = planned(upstream(), query).steps;
    expect(step?.selection?.variables.map(({ name, type }) => `${name}: ${type}`)).toEqual(['k: Kind']);
  });

  it('has input fields and enum values of literals renamed', () => {
    expect(told('{ upNodes { parts(of: { sorts: [ROBOT, AUTHOR], depth: 1 }) { id } } }')).toEqual([
      '{ __typename parts(of: {kinds: [BOT, AUTHOR], depth: 1}) { __typename id } }',
    ]);
    const [step] = planned(upstream(), '{ upFind(kind: ROBOT, by: { sorts: ROBOT }) { id } }').steps;
    expect(step).toMatchObject({ field: { constantArguments: { kind: 'BOT', by: { kinds: ['BOT'], depth: 2 } } } });
  });

  it('has the keys of links, where the parent can have them', () => {
    expect(told('{ upHit { ... on UpAuthor { name shop { title } } } }')).toEqual([
      '{ __typename ... on Author { name _selvage_shopId: shopId } }',
      '',
    ]);
  });

  it('stands on the interface where all types are asked the same, and says fragments once', () => {
    const query =
      '{ upNodes { ...N ... on UpAuthor { ...N id } } } fragment N on UpNode { id parts { ...I } } fragment I on UpNode { __typename id }';
    expect(told(query)).toEqual(['{ __typename id parts { __typename id } }']);
  });

  it('is never empty', () => {
    expect(told('{ upHit { ... on UpAuthor { shop { title } } } }')[0]).toContain('... on Author { _selvage_shopId');
    const [step] = planned(upstream(), 'query ($no: Boolean!) { upFind { id @include(if: $no) } }', {
      no: false,
    }).steps;
    expect(step?.selection && print(step.selection.selectionSet)).toBe('{\n  __typename\n}');
  });
});

describe('what is left to the reference lane', () => {
  it.each([
    ['introspection', '{ __schema { __typename } }', 'The operation asks __schema.'],
    [
      'nested-root-type',
      'mutation { upRename { done query { upNodes { id } } } }',
      'A field below the root is of the type Query.',
    ],
  ])('%s', (reason, query, detail) => {
    expect(compiled(upstream(), query)).toEqual({ reason, detail });
  });

  it('unreachable-field', () => {
    const writes = source('w', 'type Query { unused: Int } type Mutation { w: Int }', { w: nothing });
    expect(compiled(supergraph([writes]), '{ _empty }')).toEqual({
      reason: 'unreachable-field',
      detail: 'No source gives Query._empty.',
    });
  });

  it('null-condition', () => {
    const query = 'query ($x: Boolean = true) { upNodes { id @skip(if: $x) } }';
    expect(compiled(upstream(), query, { x: null })).toEqual({
      reason: 'null-condition',
      detail: 'The variable $x of a condition is null.',
    });
  });

  it('too-large: what multiplies with each level', () => {
    // Which of the fragments X apply at the end depends on every type on the way there.
    const levels = Array.from({ length: 14 }, (_, level) => level);
    const way = (i: number) =>
      `fragment L${i} on UpNode { ... on UpAuthor { parts { ...L${i + 1} ...X${i}_${i + 1} } } ... on Robot { parts { ...L${i + 1} } } }`;
    const chain = (start: number) =>
      levels
        .filter(i => i > start)
        .map(i => `fragment X${start}_${i} on UpNode { parts { ...X${start}_${i + 1} } }`)
        .concat(`fragment X${start}_14 on UpNode { id }`);
    const query = [
      '{ upNodes { ...L0 } }',
      ...levels.map(way),
      ...levels.flatMap(chain),
      'fragment L14 on UpNode { id }',
    ].join('\n');
    expect(compiled(upstream(), query)).toEqual({
      reason: 'too-large',
      detail: 'The plan would have more than 20000 fields.',
    });
  });

  it('compiler-error: a document that was never validated', () => {
    expect(compileUnvalidated(upstream(), parse('{ nonsense }'))).toEqual({
      reason: 'compiler-error',
      detail: 'The operation was not validated: Query has no nonsense.',
    });
  });
});

function compileUnvalidated(
  graph: ReturnType<typeof supergraph>,
  document: DocumentNode,
  included: Included = () => true,
) {
  const [operation] = document.definitions;
  return compilePlan(graph, document, operation as OperationDefinitionNode, included); // each document here begins with it
}

describe('the work of compiling', () => {
  /** Selections that were looked at, and what the plan is made of. */
  function work(query: string): number {
    let count = 0;
    const plan = compileUnvalidated(upstream(), parse(query), () => {
      count += 1;
      return true;
    });
    if (!isPlan(plan)) throw new TypeError(plan.detail);
    const outputs = new Set<Output>();
    const open: Output[] = [plan.root, ...plan.steps.map(({ output }) => output)];
    for (let output = open.pop(); output; output = open.pop()) {
      if (outputs.has(output)) continue;
      outputs.add(output);
      if (output.kind === 'list') open.push(output.of);
      if (output.kind === 'abstract') open.push(...output.branches.values());
      if (output.kind === 'object') open.push(...output.fields.map(field => field.output));
    }
    return count + outputs.size + plan.stages.reduce((sum, { after, steps }) => sum + after.length + steps.length, 0);
  }

  const fields = (n: number) => Array.from({ length: n }, (_, index) => `f${index}: id`).join(' ');
  const shapes: [string, (n: number) => string][] = [
    ['many fields', n => `{ upNodes { ${fields(n)} } }`],
    ['many root fields', n => `{ ${Array.from({ length: n }, (_, i) => `r${i}: upNodes { id }`).join(' ')} }`],
    [
      'many mutations',
      n => `mutation { ${Array.from({ length: n }, (_, i) => `r${i}: upRename { done }`).join(' ')} }`,
    ],
    [
      'one fragment, spread many times in one place',
      n => `{ upNodes { ${'...F '.repeat(n)} } } fragment F on UpNode { ${fields(n)} }`,
    ],
    ['one field, said many times', n => `{ upNodes { ${'parts { parts { id } } '.repeat(n)} } }`],
    [
      'fragments on each of many places',
      n =>
        `{ ${Array.from({ length: n }, (_, i) => `r${i}: upNodes { ...F }`).join(' ')} } fragment F on UpNode { id }`,
    ],
    [
      'a chain of fragments',
      n =>
        `{ upNodes { ...F0 } } ${Array.from({ length: n }, (_, i) => `fragment F${i} on UpNode { a${i}: id ...F${i + 1} }`).join(' ')} fragment F${n} on UpNode { id }`,
    ],
  ];
  it.each(shapes)('is linear in the document: %s', (_name, document) => {
    expect(work(document(400)) / work(document(200))).toBeLessThan(2.1);
  });

  it('meets what is asked below an interface once, however many types and levels lead there', () => {
    const deep = (levels: number): string => (levels === 0 ? '{ id }' : `{ id parts ${deep(levels - 1)} }`);
    const [shallow, deeper] = [work(`{ upNodes ${deep(10)} }`), work(`{ upNodes ${deep(20)} }`)];
    expect(deeper / shallow).toBeLessThan(2.1);
  });
});
