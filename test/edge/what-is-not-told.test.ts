import fc from 'fast-check';
import { getIntrospectionQuery, Lexer, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { coreOf, forest, woods } from './query-shape.ts';

const { ask } = coreOf();
const { schema } = woods;
const all = (answer: unknown) => JSON.stringify(answer);

describe('C9: what is hidden is told like what is not there', () => {
  const rows: readonly [
    what: string,
    query: string,
    hidden: string,
    absent: string,
    variables?: Record<string, unknown>,
  ][] = [
    ['a root field', '{ NAME }', 'secret', 'sekret'],
    ['a root field with a selection', '{ NAME { x } }', 'secret', 'sekret'],
    ['a field', '{ tree { NAME } }', 'hidden', 'hiddem'],
    ['a field through a fragment', '{ tree { ...F } } fragment F on Tree { NAME }', 'hidden', 'hiddem'],
    ['an enum value', '{ echo(kind: NAME) }', 'HIDDEN_KIND', 'HIDDEN_KINE'],
    ['an enum value in a variable', 'query ($v: Kind) { echo(kind: $v) }', 'HIDDEN_KIND', 'HIDDEN_KINE', { v: 'NAME' }],
    ['an input field', '{ echo(by: { NAME: "x" }) }', 'hiddenInput', 'hiddenInpux'],
    [
      'an input field in a variable',
      'query ($v: Filter) { echo(by: $v) }',
      'hiddenInput',
      'hiddenInpux',
      { v: { NAME: 'x' } },
    ],
    [
      'a field by introspection',
      '{ __type(name: "Tree") { fields { name } } NAME: tree { name } }',
      'hidden',
      'hiddem',
    ],
  ];
  test.each(rows)('C9: %s', async (_, query, hidden, absent, variables = {}) => {
    const told = async (name: string) => {
      const request = {
        query: query.replace('NAME', name),
        variables: JSON.parse(all(variables).replace('NAME', name)),
      };
      const { status, codes, result } = await ask(request);
      return { status, codes, answer: all(result).replaceAll(name, 'NAME') };
    };
    expect(await told(hidden)).toEqual(await told(absent));
  });
});

describe('C9: nothing is suggested', () => {
  const near = [
    'tre',
    'treess',
    'man',
    'ecko',
    'Tre',
    'nam',
    'frst',
    'txt',
    'OK',
    'knd',
    'Fltr',
    'nme',
    'skp',
    'inclde',
  ];
  const name = fc.constantFrom(...near, 'tree', 'name', 'first', 'echo', 'OAK');
  const queries = fc.oneof(
    fc.tuple(name, name).map(([one, other]) => `{ ${one} { ${other} } }`),
    fc.tuple(name, name, name).map(([field, arg, value]) => `{ ${field}(${arg}: ${value}) }`),
    fc.tuple(name, name).map(([type, field]) => `{ tree { ...F } } fragment F on ${type} { ${field} }`),
    fc.tuple(name, name).map(([directive, arg]) => `{ tree @${directive}(${arg}: true) { name } }`),
    fc.tuple(name, name).map(([arg, value]) => `{ echo(by: { ${arg}: "${value}" }) }`),
    fc.tuple(name, name).map(([type, one]) => `query ($v: ${type}) { ${one}(first: $v) }`),
  );

  test('C9: of 5,000 documents with misspelt names, to many of which graphql-js would suggest something', async () => {
    const sampled = new Set(fc.sample(queries, { numRuns: 5_000, seed: 9 }));
    let suggested = 0;
    for (const query of sampled) {
      await new Promise(resolve => setImmediate(resolve));
      expect(all((await ask({ query })).result)).not.toContain('Did you mean');
      const errors = validate(schema, parse(query), specifiedRules);
      if (errors.some(({ message }) => message.includes('Did you mean'))) suggested += 1;
    }
    expect(sampled.size).toBeGreaterThan(1_000);
    expect(suggested).toBeGreaterThan(500);
  });

  test.each([
    ['an enum value', 'query ($v: Kind) { echo(kind: $v) }', { v: 'OAL' }],
    ['an input field', 'query ($v: Filter) { echo(by: $v) }', { v: { nmae: 'x' } }],
    ['an input field, in a list', 'query ($v: [Int!]) { echo(numbers: $v) }', { v: ['x'] }],
  ])('C9: of a variable: %s', async (_, query, variables) => {
    const { codes, result } = await ask({ query, variables });
    expect(codes).toEqual(['BAD_USER_INPUT']);
    expect(all(result)).not.toContain('Did you mean');
  });
});

describe('C9: introspection that is off', () => {
  const { ask } = coreOf({ introspection: false });
  test.each([
    ['of the schema', getIntrospectionQuery()],
    ['of a type', '{ __type(name: "Tree") { name } }'],
    ['in a fragment', '{ ...F } fragment F on Query { __schema { types { name } } }'],
    ['under another name', '{ tree { name } x: __schema { types { name } } }'],
  ])('C9: %s', async (_, query) => {
    const before = forest.sent.length;
    expect(new Set((await ask({ query })).codes)).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(forest.sent.length).toBe(before);
  });

  test('C9: __typename stays', async () => {
    expect(all((await ask({ query: '{ __typename tree { __typename } }' })).result)).toBe(
      '{"data":{"__typename":"Query","tree":{"__typename":"Tree"}}}',
    );
  });
});

describe('C11: variables that are wrong in every place', () => {
  test.each([40_000, 100_000])('C11: %i of them', async count => {
    const variables = { n: Array(count).fill('x') };
    const { codes } = await ask({ query: 'query ($n: [Int!]) { echo(numbers: $n) }', variables });
    expect(codes.length).toBeLessThanOrEqual(5);
    expect(codes.length).toBeGreaterThan(0);
  });
});

/** How often validation reads the name of a field. */
function reads(query: string): number {
  let count = 0;
  const document = parse(query);
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    for (const top of definition.selectionSet.selections) {
      for (const field of 'selectionSet' in top ? (top.selectionSet?.selections ?? []) : []) {
        if (!('name' in field)) continue;
        const { name } = field;
        const get = () => {
          count += 1;
          return name;
        };
        Object.defineProperty(field, 'name', { get });
      }
    }
  }
  validate(schema, document, specifiedRules, { maxErrors: 5 });
  return count;
}

describe('C6: comparing fields is bounded', () => {
  const same = (count: number) => `{ tree { ${'name '.repeat(count)} } }`;
  const clashing = (count: number) =>
    `{ tree { ${Array.from({ length: count }, (_, n) => `trees(first: ${n}) { name }`).join(' ')} } }`;
  test.each([
    ['equal ones', same, 1_000],
    ['clashing ones', clashing, 400],
  ])('C6: twice as many %s cost at most 2.6 times the reads', (_, make, count) => {
    expect(reads(make(2 * count)) / reads(make(count))).toBeLessThan(2.6);
  });

  test('C6: no more than five mistakes are told, and no token more than allowed is read', async () => {
    const { advance } = Lexer.prototype;
    let tokens = 0;
    Lexer.prototype.advance = function (this: Lexer) {
      tokens += 1;
      return advance.call(this);
    };
    const { codes } = await ask({ query: same(60_000 / 5) });
    Lexer.prototype.advance = advance;
    expect(codes).toEqual(['DOCUMENT_TOO_LARGE']);
    expect(tokens).toBeLessThanOrEqual(5_001);
    const mistakes = await ask({ query: `{ tree { ${Array.from({ length: 300 }, (_, n) => `x${n}`).join(' ')} } }` });
    expect(mistakes.codes.length).toBeLessThanOrEqual(5);
  });
});
