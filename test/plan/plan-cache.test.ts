import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { isPlan } from '../../src/plan/compile.ts';
import type { Plan, Unplanned } from '../../src/plan/plan.ts';
import { Plans } from '../../src/plan/plan-cache.ts';
import { source, supergraph } from '../supergraph/harness.ts';

const graph = () =>
  supergraph([
    source('s', 'type Query { a: Int b: Int c: Int d: Int e: Int }', {
      a: () => 1,
      b: () => 1,
      c: () => 1,
      d: () => 1,
      e: () => 1,
    }),
  ]);

function prepared(query: string, name?: string) {
  const ready = new Plans().prepare(graph(), parse(query), name);
  if (!ready) throw new TypeError('There is no such operation.');
  return ready;
}

function keys(plan: Plan | Unplanned): string[] {
  return isPlan(plan) ? plan.root.fields.map(({ responseKey }) => responseKey) : [plan.reason];
}

it('compiles an operation once, for all who ask', () => {
  const [plans, served, document] = [new Plans(), graph(), parse('query A { a } query B { b }')];
  const [one, other] = [plans.prepare(served, document, 'A'), plans.prepare(served, document, 'A')];
  expect(one).toBe(other);
  expect(one?.plan({})).toBe(other?.plan({}));
  expect(plans.prepare(served, document, 'B')?.operation.name?.value).toBe('B');
});

it('keeps what cannot be planned, too', () => {
  const ready = prepared('{ __schema { __typename } }');
  expect(ready.plan({})).toMatchObject({ reason: 'introspection' });
  expect(ready.plan({})).toBe(ready.plan({}));
});

it('compiles anew for another revision', () => {
  const [plans, document] = [new Plans(), parse('{ a }')];
  expect(plans.prepare(graph(), document)).not.toBe(plans.prepare(graph(), document));
});

it.each([
  ['an unknown name', 'query A { a }', 'Z'],
  ['no name, of several', 'query A { a } query B { b }', undefined],
  ['no operation at all', 'fragment F on Query { a }', undefined],
])('prepares nothing for %s', (_, query, name) => {
  expect(new Plans().prepare(graph(), parse(query), name)).toBeUndefined();
});

it('decides @skip and @include, in fragments too, by the variables and literals', () => {
  const ready =
    prepared(`query ($x: Boolean!, $y: Boolean!) { a @skip(if: $x) ...F @include(if: $y) ... @include(if: false) { e } }
    fragment F on Query { b c @include(if: $x) @skip(if: true) d @include(if: $x) @skip(if: $y) }`);
  expect(keys(ready.plan({ x: true, y: true }))).toEqual(['b']);
  expect(keys(ready.plan({ x: true, y: false }))).toEqual([]);
  expect(keys(ready.plan({ x: false, y: true }))).toEqual(['a', 'b']);
});

it('tells plans apart by the variables of conditions alone', () => {
  const ready = prepared('query ($x: Boolean!, $unused: Int) { a @skip(if: $x) }');
  expect(ready.plan({ x: true, unused: 1 })).toBe(ready.plan({ x: true, unused: 2 }));
  expect(ready.plan({ x: true })).not.toBe(ready.plan({ x: false }));
});

it('keeps 16 combinations at most: the oldest makes room', () => {
  const names = ['p', 'q', 'r', 's', 't'];
  const ready = prepared(
    `query (${names.map(name => `$${name}: Boolean!`).join(' ')}) { ${names.map(name => `${name}: a @skip(if: $${name})`).join(' ')} }`,
  );
  const combination = (bits: number) =>
    Object.fromEntries(names.map((name, at) => [name, Math.floor(bits / 2 ** at) % 2 === 1]));
  const first = ready.plan(combination(0));
  for (let bits = 1; bits < 16; bits += 1) ready.plan(combination(bits));
  expect(ready.plan(combination(0))).toBe(first);
  const second = ready.plan(combination(1));
  ready.plan(combination(16));
  expect(ready.plan(combination(1))).toBe(second);
  expect(ready.plan(combination(0))).not.toBe(first);
});
