import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composed, run, say, source, supergraph } from './harness.ts';

const a = (options = {}) =>
  source(
    'a',
    'type Query { xs: [X] at: DateTime big(n: Int64): Int64 } type Mutation { set(n: Int64): Int64 } type X { id: ID! } scalar DateTime scalar Int64',
    { xs: () => [{ id: '1' }], at: () => 'just now', big: ({ n }) => n, set: ({ n }) => n },
    options,
  );
const b = () =>
  source(
    'b',
    'type Query { ys(ids: [ID!]): [Y] money: Money when: DateTime } type Y { id: ID! } scalar Money scalar DateTime',
    { ys: () => [], money: () => ({ v: '1.10' }), when: () => '2009-12-31T00:00:00Z' },
  );
const overlay = 'extend type X { y: Y @resolve(call: "b.ys", batch: { key: "$parent.id", into: "ids" }) }';

describe('a supergraph', () => {
  it('has a revision that is a hash of what it is made of', () => {
    const revision = supergraph([a(), b()], overlay).revision;
    expect(revision).toMatch(/^[0-9a-f]{16}$/);
    expect(supergraph([b(), a()], overlay).revision).toBe(revision);
    expect(supergraph([a(), b()], `${overlay}\n`).revision).not.toBe(revision);
    expect(supergraph([a({ prefix: 'P' })]).revision).not.toBe(supergraph([a()]).revision);
    const secret = a();
    const signed = {
      ...secret,
      source: { ...secret.source, options: { ...secret.source.options, credential: { bearer: 's3cret' } } },
    };
    expect(supergraph([signed]).revision).not.toBe(supergraph([secret]).revision);
  });
  it('is immutable, and its links are data', () => {
    const graph = supergraph([a(), b()], overlay);
    expect(Object.isFrozen(graph)).toBe(true);
    expect(JSON.parse(JSON.stringify(graph.links))).toEqual([
      {
        at: 'X.y',
        directive: 'resolve',
        call: 'b.ys',
        args: {},
        batch: { key: '$parent.id', into: 'ids', match: 'id', max: 100 },
        missing: 'NULL',
      },
    ]);
    expect([...graph.subschemas.keys()]).toEqual(['a', 'b']);
  });
  it('passes scalars on as they come, and loses no digit', async () => {
    const graph = supergraph([a(), b()]);
    const query = 'query ($n: Int64) { at when money literal: big(n: 9007199254740993) variable: big(n: $n) }';
    expect(await run(graph, query, { n: '18446744073709551615' })).toEqual({
      data: {
        at: 'just now',
        when: '2009-12-31T00:00:00Z',
        money: { v: '1.10' },
        literal: '9007199254740993',
        variable: '18446744073709551615',
      },
    });
    expect(await run(graph, 'mutation { set(n: 9007199254740993) }')).toEqual({ data: { set: '9007199254740993' } });
  });
  it('takes nothing from placeholders and fields without a call', () => {
    const only = source(
      'only',
      'type Query { _empty: Boolean } type Mutation { go: Int } type Subscription { tick: Int }',
      { go: () => 1 },
    );
    const result = composed([a(), only]);
    expect(result.diagnostics.map(say)).toEqual([]);
    expect(result.ok && printSchema(result.value.schema)).not.toMatch(/_empty|Subscription|_selvage/);
    expect(result.ok && printSchema(result.value.schema)).toContain('go: Int');
  });
  it.each([
    ['only mutations', '_empty: Boolean', ''],
    ['mutations and hidden queries', 'at: DateTime', 'extend type Query { at: DateTime @inaccessible }'],
  ])('of %s has a placeholder for a query, which is null', async (_name, query, overlay) => {
    const only = source('only', `type Query { ${query} } type Mutation { go: Int } scalar DateTime`, {
      go: () => 1,
      at: () => 'now',
    });
    const graph = supergraph([only], overlay);
    expect(printSchema(graph.schema)).toContain(
      'type Query {\n  """Always null: there is no query."""\n  _empty: Boolean\n}',
    );
    expect(await run(graph, '{ __typename _empty }')).toEqual({ data: { __typename: 'Query', _empty: null } });
    expect(await run(graph, 'mutation { go }')).toEqual({ data: { go: 1 } });
  });
  it('whose only query is a link has no placeholder', () => {
    const only = source('only', 'type Query { _empty: Boolean } type Mutation { go: Int }', { go: () => 1 });
    const overlay = `extend type Query {
      x: [X] @resolve(call: "a.xs")
      xs: [X] @inaccessible at: DateTime @inaccessible big: Int64 @inaccessible
    }`;
    expect(printSchema(supergraph([only, a()], overlay).schema)).toMatch(/type Query \{\n {2}x: \[X\]\n\}/);
  });
  it('of nothing is refused', () => {
    expect(composed([]).diagnostics.map(({ code }) => code)).toContain('SCHEMA_INVALID');
  });
  it('holds a chain of 5,000 types', () => {
    const types = Array.from({ length: 5_000 }, (_, index) => `type T${index} { next: T${index + 1} }`);
    const deep = source(
      'deep',
      `type Query { first: T0 } ${types.join(' ')} type T5000 { end: Int }`,
      { first: () => null },
      { prefix: 'Deep' },
    );
    expect(printSchema(supergraph([deep, a()]).schema)).toContain('type DeepT5000 {\n  end: Int\n}');
  });
  it('refuses a prefix that begins no name', () => {
    expect(composed([a({ prefix: '1x' })]).diagnostics.map(say)).toEqual([
      'error CONFIG_INVALID_VALUE a: The prefix "1x" cannot begin a name.',
    ]);
  });
  it('reads no property of a prototype', async () => {
    const odd = source('odd', 'type Query { o: O } type O { constructor: String toString: String id: ID }', {
      o: () => ({ id: '1' }),
    });
    expect(await run(supergraph([odd]), '{ o { constructor toString id } }')).toEqual({
      data: { o: { constructor: null, toString: null, id: '1' } },
    });
  });
});
