import { describe, expect, test } from 'vitest';
import { costs } from './shop.ts';

describe('field cost and type cost', () => {
  const rows: [name: string, document: string, field: number, type: number][] = [
    // "Query Example" of the specification: users(max: 5) { age }
    ['a sliced list', '{ users(max: 5) { age } }', 1 + 5 * 2, 1 + 5],
    ['scalars weigh nothing, objects one', '{ node(id: 1) { id owner { name } } }', 1 + 3, 1 + 5 + 1],
    ['a list of scalars', '{ names }', 0, 1],
    ['__typename', '{ __typename users(max: 2) { __typename } }', 1, 3],
    ['a mutation', 'mutation { add(name: "x") { name } }', 1, 2],
    ['a slice in a slice', '{ users(max: 3) { best { best { age } } } }', 1 + 3 + 3 + 6, 1 + 3 + 3 + 3],
    ['a slice of nothing', '{ users(max: 0) { age best { name } } }', 1, 1],
    ['a slice below nothing', '{ users(max: -5) { age } }', 1, 1],
    ['a billion', '{ users(max: 1000000000) { name } }', 1, 1_000_000_001],
    ['the argument has a default', '{ preset { best { name } } }', 1 + 7, 1 + 7 + 7],
    ['the argument is null', '{ preset(first: null) { best { name } } }', 1 + 1, 1 + 1 + 1],
    ['a size for a field below', '{ page(first: 20) { total items { age } } }', 1 + 1 + 20 * 2, 1 + 1 + 20],
    ['an assumed size for a field below', '{ page { items { age } } }', 2 + 50 * 2, 2 + 50],
    ['for each of its aliases', '{ page(first: 2) { a: items { id } b: items { best { id } } } }', 3 + 2, 2 + 2 + 4],
    ['through a fragment', '{ page(first: 2) { ...P } } fragment P on Page { items { age } }', 2 + 4, 2 + 2],
    [
      'another size for the same fragment',
      '{ a: page(first: 2) { ...P } b: page(last: 30) { ...P } } fragment P on Page { items { age } }',
      4 + 64,
      3 + 32,
    ],
    ['a size within an argument', '{ search(by: { limit: 3 }) { ... on User { age } } }', 1 + 2 + 3 * 2, 1 + 3],
    [
      'an input field that weighs',
      '{ search(by: { limit: 0, not: { text: "x" }, any: [{ text: "y" }, { text: "z" }] }) { __typename } }',
      1 + 2 + 2 + 4.5, // two input fields take objects
      1,
    ],
    ['an argument that takes an input object', 'mutation { put(thing: {}) { name } }', 1 + 1, 2],
    [
      'and its input fields that do',
      'mutation { put(thing: { in: { in: {} }, all: [{}, { in: {} }], name: "x" }) { name } }',
      1 + 1 + 4,
      2,
    ],
    ['a list of them is one argument', 'mutation { putAll(things: [{}, {}, { name: "x" }]) { name } }', 1 + 1, 2],
    ['an argument that makes cheaper', '{ search(text: "x") { __typename } }', 0.5, 1 + 10],
    ['an enum and a scalar that weigh', '{ users(max: 2) { mood pet } }', 1, 1 + 2 + 2 * 4 + 2 * 6],
    [
      'the heaviest of the types that it may be',
      '{ node(id: 1) { ... on User { age best { id } } ... on Robot { parts { name } } } }',
      1 + 3,
      1 + 5 + 1,
    ],
    ['a union', '{ search(by: { limit: 2 }) { ... on User { age } ... on Part { name } } }', 3 + 4, 1 + 2],
    ['through an interface no cheaper', '{ node(id: 1) { owner { id } } }', 1 + 3, 1 + 5 + 1],
    ['introspection is measured apart', '{ __schema { types { name } } users(max: 1) { id } }', 1, 2],
  ];
  test.each(rows)('%s', (_, document, field, type) => {
    expect(costs(document).of(undefined)).toEqual({ field, type });
  });

  const assumed: [name: string, document: string, field: number][] = [
    ['what comes along with each item is not multiplied', '{ nodes { id } }', 1],
    ['what must be fetched for each item is', '{ users { friends { name } } }', 1 + 100],
    ['and what is weighed', '{ users { age } }', 1 + 100 * 2],
    ['three levels', '{ users { friends { friends { name } } } }', 1 + 100 + 10_000],
    ['a list of lists has size times size', '{ matrix { age } }', 1 + 10_000 * 2],
    ['declared above, assumed below', '{ users(max: 3) { friends { friends { name } } } }', 1 + 3 + 300],
  ];
  test.each(assumed)('sizes that nobody declared are assumed: %s', (_, document, field) => {
    expect(costs(document).of(undefined)?.field).toBe(field);
  });

  test('the assumed size is configured', () => {
    expect(costs('{ users { friends { friends { name } } } }', 3).of(undefined)?.field).toBe(1 + 3 + 9);
  });
});

describe('variables', () => {
  const document =
    'query ($n: Int, $d: Int = 4, $by: Filter) { a: users(max: $n) { age } b: users(max: $d) { age } search(by: $by) { __typename } }';
  const of = (variables: Record<string, unknown>) => costs(document).of(undefined, variables)?.field;
  test.each([
    ['as they are given', { n: 10, d: 2 }, 3 + 20 + 4],
    ['their defaults', { n: 10 }, 3 + 20 + 8],
    ['not given: assumed', {}, 3 + 200 + 8],
    ['null: assumed', { n: 1, d: null }, 3 + 2 + 200],
    ['weights within', { n: 0, d: 0, by: { limit: 1, any: [{ text: 'a' }, { not: { text: 'b' } }] } }, 3 + 2 + 2 + 3],
    ['of another name change nothing', { n: 1, x: 1e9 }, 3 + 2 + 8],
  ])('%s', (_, variables, field) => {
    expect(of(variables)).toBe(field);
  });

  test('a cost is worked out once for the same values, and once for all where none have a part in it', () => {
    const varying = costs(document);
    for (const n of [1, 2, 1, 2, 1]) expect(varying.greatest({ n })).toBe(Math.max(3 + 2 * n + 8, 1 + n + 4 + 10));
    expect(varying.visited).toBe(2 * 6);
    const fixed = costs('query ($text: String) { users(max: 3) { age } search(text: $text) { __typename } }');
    expect([1, 2, 3].map(() => fixed.greatest())).toEqual([14, 14, 14]);
  });

  test('whichever operation is chosen, the greatest counts', () => {
    const both = costs('query A { users(max: 1) { age } } query B { users(max: 900) { age } }');
    expect(both.greatest()).toBe(1_801);
    expect(both.of('A')).toEqual({ field: 3, type: 2 });
    expect(both.of('C')).toBeUndefined();
  });
});

describe('the work', () => {
  const doubling = (levels: number) =>
    `{ users(max: 1) { ...F0 } } ${Array.from({ length: levels }, (_, n) => `fragment F${n} on User { a: best { ...F${n + 1} } b: best { ...F${n + 1} } }`).join(' ')} fragment F${levels} on User { age }`;

  test.each([5, 10, 20, 30, 40, 50, 60])(
    'C4: fragments that double %i times cost what they expand to, and each selection is visited once',
    levels => {
      const cost = costs(doubling(levels));
      const expected = 1 + (2 ** (levels + 1) - 2) + 2 * 2 ** levels;
      expect(cost.greatest()).toBe(Math.min(expected, Number.MAX_SAFE_INTEGER));
      expect(cost.visited).toBe(2 + 4 * levels + 1);
    },
  );

  test('a chain of fragments longer than the stack is deep', () => {
    const length = 20_000;
    const links = Array.from({ length }, (_, n) => `fragment F${n} on User { ...F${n + 1} }`).join(' ');
    expect(costs(`{ users(max: 2) { ...F0 } } ${links} fragment F${length} on User { age }`).greatest()).toBe(5);
  });
});
