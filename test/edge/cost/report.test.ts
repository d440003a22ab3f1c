import { buildSchema } from 'graphql';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { createCore } from '../../../src/edge/core.ts';
import { actualCost } from '../../../src/edge/cost/actual-cost.ts';
import { Counters } from '../../../src/edge/counters.ts';
import { KnownDocuments } from '../../../src/edge/documents/known-documents.ts';
import type { Lane, OperationRequest } from '../../../src/edge/handler.ts';
import { defaultLimits } from '../../../src/edge/limits/limits.ts';
import { source, supergraph } from '../../supergraph/harness.ts';
import { shop } from './shop.ts';

const documents = new KnownDocuments({ limits: defaultLimits });

describe('the actual cost is told by what stands in the answer', () => {
  const user = (more: object = {}) => ({ id: '1', ...more });
  const rows: [name: string, query: string, data: unknown, field: number, type: number][] = [
    ['a list as long as it is', '{ users(max: 50) { age } }', { users: [{ age: 1 }, { age: 2 }] }, 1 + 4, 1 + 2],
    ['nothing that is null', '{ users(max: 50) { best { age } } }', { users: [{ best: null }, null] }, 1 + 1, 1 + 1],
    ['nothing at all', '{ users(max: 5) { age } }', null, 0, 0],
    ['nothing that was skipped', '{ users(max: 5) { age @skip(if: true) id } }', { users: [user()] }, 1, 2],
    ['under another name', '{ a: users(max: 5) { b: age } }', { a: [{ b: 1 }] }, 1 + 2, 2],
    [
      'fields of several selections once',
      '{ users(max: 5) { best { id } } users(max: 5) { best { age } } }',
      { users: [{ best: { id: '1', age: 2 } }] },
      1 + 1 + 2,
      3,
    ],
    [
      'a type by its __typename',
      '{ nodes { __typename ... on User { x: owner { id } } ... on Robot { x: owner { id } } } }',
      { nodes: [{ __typename: 'Robot', x: user() }] },
      1 + 3,
      1 + 5 + 1,
    ],
    [
      'a type by the fields that it has',
      '{ nodes { ... on User { age } ... on Robot { parts { name } } } }',
      { nodes: [{ age: 1 }, { parts: [{ name: 'a' }, { name: 'b' }] }] },
      1 + 2 + 1,
      1 + 5 + 5 + 2,
    ],
    [
      'in fragments',
      '{ page(first: 9) { ...P } } fragment P on Page { items { ...U } } fragment U on User { age }',
      { page: { items: [{ age: 1 }] } },
      1 + 1 + 2,
      3,
    ],
    ['lists of lists', '{ matrix { age } }', { matrix: [[{ age: 1 }], [{ age: 1 }, { age: 1 }], null] }, 1 + 6, 1 + 3],
    [
      'arguments that weigh',
      '{ search(by: { text: "x", limit: 4 }) { __typename } }',
      { search: [{ __typename: 'Part' }] },
      1 + 2 + 1.5,
      2,
    ],
    [
      'enums and scalars that weigh',
      '{ users(max: 1) { mood pet } }',
      { users: [{ mood: 'GOOD', pet: {} }] },
      1,
      2 + 4 + 6,
    ],
  ];
  test.each(rows)('%s', (_, query, data, field, type) => {
    const document = documents.get(query, shop);
    expect(actualCost({ served: shop, document }, data)).toEqual({ field, type });
  });

  test('never more than the static cost, where lists are no longer than was said', () => {
    const document = documents.get('{ users(max: 2) { age best { id } friends { id } } }', shop);
    const person = { age: 1, best: user(), friends: [user()] };
    const actual = actualCost({ served: shop, document }, { users: [person, person] });
    const fixed = document.cost(undefined, {});
    expect(actual).toEqual({ field: 1 + 2 * (2 + 1 + 1), type: 1 + 2 + 2 + 2 });
    expect(fixed).toEqual({ field: actual.field, type: actual.type });
  });
});

describe.each(['plan', 'reference'] as const)('where it is reported, %s lane', lane => {
  const member = source(
    'shop',
    'type Query { all: [Item] } type Mutation { add: Item } type Item { id: Int wrong: Int }',
    {
      all: () => [
        { id: 1, wrong: 'x' },
        { id: 2, wrong: 3 },
        { id: 3, wrong: null },
      ],
      add: () => ({ id: 1 }),
    },
  );
  const world = (way: Lane, report: boolean) => {
    const logged: Record<string, unknown>[] = [];
    const graph = supergraph([member]);
    const handler = createCore({
      supergraph: () => graph,
      limits: defaultLimits,
      cost: { assumedListSize: 100, report },
      deadline: 60_000,
      log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
      lane: way,
      counters: new Counters(),
    });
    const ask = async (query: string, more: Partial<OperationRequest> = {}) =>
      JSON.parse(
        JSON.stringify(
          (
            await handler({
              id: 'r',
              query,
              method: 'POST',
              headers: {},
              signal: new AbortController().signal,
              ...more,
            })
          ).result,
        ),
      );
    return { ask, logged };
  };
  const cost = { static: { field: 1, type: 2 }, actual: { field: 1, type: 4 } };

  test('in the answer and in the log', async () => {
    const { ask, logged } = world(lane, true);
    expect(await ask('{ all { id } }')).toEqual({
      data: { all: [{ id: 1 }, { id: 2 }, { id: 3 }] },
      extensions: { cost },
    });
    expect(logged).toMatchObject([{ msg: 'operation', cost }]);
  });

  test('beside errors', async () => {
    const { ask } = world(lane, true);
    const { errors, extensions, data } = await ask('{ all { id wrong } }');
    expect({ data, extensions }).toEqual({
      data: {
        all: [
          { id: 1, wrong: null },
          { id: 2, wrong: 3 },
          { id: 3, wrong: null },
        ],
      },
      extensions: { cost },
    });
    expect(errors).toMatchObject([{ path: ['all', 0, 'wrong'], extensions: { code: 'UPSTREAM_MALFORMED' } }]);
  });

  test('not of what was never executed, and not unless it is asked for', async () => {
    expect(await world(lane, true).ask('{ nope }')).not.toHaveProperty('extensions');
    expect(await world(lane, false).ask('{ all { id } }')).not.toHaveProperty('extensions');
  });
});

test('what one caller may not see weighs no less for another', () => {
  const narrow = buildSchema('type Query { users(max: Int): [User] } type User { id: ID }');
  const other = supergraph([
    source('shop', 'type Query { users(max: Int): [User] } type User { id: ID best: User }', { users: () => [] }),
  ]);
  expect(documents.get('{ users(max: 2) { id } }', other).violations(narrow)).toEqual([]);
  expect(documents.get('{ users(max: 2) { best { best { id } } } }', other).cost(undefined, {})?.field).toBe(3);
});

describe('exactly one slicing argument', () => {
  const message = 'Field "page" needs exactly one of the arguments that tell its size: "first", "last".';
  test.each([
    ['one', '{ page(first: 1) { total } }', []],
    ['the other, by a variable', 'query ($n: Int) { page(last: $n) { total } }', []],
    ['none', '{ page { total } }', [message]],
    ['both', '{ page(first: 1, last: 2) { total } }', [message]],
    ['null is none', '{ page(first: null) { total } }', [message]],
    ['one beside a null', '{ page(first: 1, last: null) { total } }', []],
    ['in a fragment', '{ ...F } fragment F on Query { page { total } }', [message]],
    ['none where it has a default', '{ preset { id } }', []],
    ['none where none is required', '{ users { id } search { __typename } }', []],
  ])('%s', (_, query, told) => {
    expect(
      documents
        .get(query, shop)
        .violations()
        .map(error => error.message),
    ).toEqual(told);
  });
});
