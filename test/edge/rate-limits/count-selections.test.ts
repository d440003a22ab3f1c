import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  letrec,
  oneof,
  pre,
  property,
  record,
  tuple,
} from 'fast-check';
import { executeSync, getOperationAST, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { countAnswer } from '../../../src/edge/rate-limits/count-answer.ts';
import { countSelections, TooEntangled } from '../../../src/edge/rate-limits/count-selections.ts';
import type { Counts } from '../../../src/edge/rate-limits/counts.ts';
import { DeclaredLimits } from '../../../src/edge/rate-limits/declared.ts';
import { deciding } from '../../../src/plan/conditions.ts';
import { openAccess } from '../../../src/supergraph/access/access-table.ts';
import { noOrigins } from '../../support/no-origins.ts';

let executed = 0;
let isB = () => false;
const fields = {
  hidden: () => {
    executed += 1;
    return 'h';
  },
  plain: () => 'p',
  next: () => ({}),
  any: () => ({}),
  items: () => [{}, {}],
};
const schema = makeExecutableSchema({
  typeDefs: /* GraphQL */ `
    type Query { a: A }
    interface Any { hidden: String plain: String next: A any: Any items: [A!]! }
    type A implements Any { hidden: String plain: String next: A any: Any items: [A!]! }
    type B implements Any { hidden: String plain: String next: A any: Any items: [A!]! }
  `,
  resolvers: { Query: { a: () => ({}) }, A: fields, B: fields, Any: { __resolveType: () => (isB() ? 'B' : 'A') } },
});

function limitsOf(countBy: string): DeclaredLimits {
  const annotation = { directive: 'rateLimit', args: { max: 1, window: '1s', countBy }, at: [] };
  const annotations = new Map([['Any.hidden', [annotation]]]);
  return new DeclaredLimits(
    { revision: 'r', schema, executable: async () => schema, annotations, access: openAccess, origins: noOrigins },
    [],
  );
}
const bySelection = limitsOf('SELECTION');
const byAnswer = limitsOf('RESOLVED');

function selectedOf(text: string, limits = bySelection, variables: Record<string, unknown> = {}) {
  const document = parse(text);
  const operation = getOperationAST(document)!;
  const included = deciding(variables);
  return countSelections({ schema, document, limits, name: '', included }, operation, schema.getQueryType()!);
}

function sum(counts: Counts): number {
  return [...counts.values()].reduce((all, count) => all + count, 0);
}

/** Selections as texts. An alias says which field it is of, so that all of them merge. */
const selections = letrec<{ set: string; one: string }>(tie => ({
  one: oneof(
    { depthSize: 'small', withCrossShrink: true },
    constantFrom('hidden', 'plain', 'x_hidden: hidden', 'y_hidden: hidden', '...F0', '...F1', '...F2'),
    tuple(constantFrom('next', 'x_next: next', 'any', 'x_any: any'), tie('set')).map(
      ([field, set]) => `${field} ${set}`,
    ),
    tuple(
      constantFrom('', 'on A', 'on B', 'on Any'),
      constantFrom('', ' @include(if: $v)', ' @skip(if: $v)'),
      tie('set'),
    ).map(([on, when, set]) => `... ${on}${when} ${set}`),
  ),
  set: array(tie('one'), { minLength: 1, maxLength: 4, depthIdentifier: 'set' }).map(all => `{ ${all.join(' ')} }`),
}));

const documents: Arbitrary<{ text: string; v: boolean }> = record({
  root: selections.set,
  fragments: tuple(selections.set, selections.set, selections.set),
  v: boolean(),
}).map(({ root, fragments, v }) => {
  // A fragment spreads later ones only: none spreads itself.
  const later = fragments.map((set, n) =>
    set.replace(/\.\.\.F(\d)/g, (spread, of) => (Number(of) > n ? spread : 'plain')),
  );
  const written = later.map((set, n) => `fragment F${n} on Any ${set}`);
  return {
    v,
    text: `query ($v: Boolean!) { a { f: plain @include(if: $v) ...F0 ...F1 ...F2 ...on A ${root} } } ${written.join(' ')}`,
  };
});

test('R1: what is counted is what is executed', () => {
  assert(
    property(documents, ({ text, v }) => {
      const closed = text
        .replaceAll('any {', 'next {')
        .replaceAll('x_any: any', 'x_next: next')
        .replaceAll('on B', 'on Any');
      expect(sum(selectedOf(closed, bySelection, { v }).counts)).toBe(executions(closed, v, () => false));
    }),
    { numRuns: 300 },
  );
});

test('R1: where types are open, no answer executes more than is counted', () => {
  assert(
    property(documents, array(boolean(), { minLength: 1, maxLength: 8 }), ({ text, v }, types) => {
      pre(isValid(text));
      const counted = sum(selectedOf(text, bySelection, { v }).counts);
      for (const choice of [() => false, () => true, drawn(types)])
        expect(executions(text, v, choice)).toBeLessThanOrEqual(counted);
    }),
    { numRuns: 200 },
  );
});

test('R1: in an answer without lists there is never more than was selected', () => {
  assert(
    property(documents, array(boolean(), { minLength: 1, maxLength: 8 }), ({ text, v }, types) => {
      pre(isValid(text));
      const { counts, answered } = selectedOf(text, byAnswer, { v });
      isB = drawn(types);
      executed = 0;
      const { data } = executeSync({ schema, document: parse(text), variableValues: { v } });
      const found = answered ? sum(countAnswer(answered, JSON.parse(JSON.stringify(data)))) : 0;
      expect(found).toBeGreaterThanOrEqual(executed);
      expect(found).toBeLessThanOrEqual(sum(counts));
    }),
    { numRuns: 200 },
  );
});

test('R1: an item of a list counts each in the answer', () => {
  const text = '{ a { items { items { hidden } hidden } } }';
  const { counts, answered } = selectedOf(text, byAnswer);
  const { data } = executeSync({ schema, document: parse(text) });
  expect(sum(counts)).toBe(2);
  expect(sum(countAnswer(answered!, JSON.parse(JSON.stringify(data))))).toBe(6);
});

test('R1: sixty levels that double are counted in as many looks, up to the greatest whole number', () => {
  const levels = Array.from(
    { length: 60 },
    (_, n) => `fragment F${n} on A { x: next { ...F${n + 1} } y: next { ...F${n + 1} } }`,
  );
  const text = `{ a { ...F0 } } ${levels.join(' ')} fragment F60 on A { hidden }`;
  expect(sum(selectedOf(text).counts)).toBe(Number.MAX_SAFE_INTEGER);
});

test('R1: selections that merge anew on every way are not followed for ever', () => {
  // On each level the way through x or y adds a fragment of its own, which goes on to the last level.
  const last = 16;
  const marks = Array.from({ length: last }, (_, level) =>
    ['x', 'y'].map(way =>
      Array.from({ length: last - level }, (__, below) => {
        const next = below + level + 1 < last ? `{ ...M${level}${way}${below + 1} }` : '{ hidden }';
        return `fragment M${level}${way}${below} on A { x: next ${next} y: next ${next} }`;
      }).join(' '),
    ),
  );
  const ways = Array.from({ length: last }, (_, level) => {
    const next = level + 1 < last ? `...W${level + 1}` : 'hidden';
    const way = (name: string) => `${name}: next { ${level + 1 < last ? `...M${level}${name}1` : ''} ${next} }`;
    return `fragment W${level} on A { ${way('x')} ${way('y')} }`;
  });
  const text = `{ a { ...W0 } } ${ways.join(' ')} ${marks.flat().join(' ')}`;
  expect(() => selectedOf(text)).toThrow(TooEntangled);
});

function drawn(types: readonly boolean[]): () => boolean {
  let at = 0;
  return () => types[at++ % types.length] ?? false;
}

/** How often the limited field is, by graphql-js. */
function executions(text: string, v: boolean, choice: () => boolean): number {
  executed = 0;
  isB = choice;
  const { errors } = executeSync({ schema, document: parse(text), variableValues: { v } });
  expect(errors).toBeUndefined();
  return executed;
}

/** Not every fragment can stand on every type. */
function isValid(text: string): boolean {
  return validate(schema, parse(text)).length === 0;
}
