import { printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { composed, run, source, supergraph } from './harness.ts';

const shared = `
  type Page { rows: [Row!] next: Page kind(of: Kind = OLD): Kind any: Any node: Node }
  "A row" type Row implements Node { id: ID! at: DateTime file: HttpFile }
  type HttpFile { size: Int! }
  union Any = Row | HttpFile
  interface Node { id: ID! }
  enum Kind { NEW OLD }
  input Filter { kind: Kind = NEW and: [Filter!] range: Range }
  input Range @oneOf { from: Int to: Int }
  scalar DateTime`;
type Options = { selective?: boolean; prefix?: string };
const member = (name: string, options: Options = {}, sdl = shared) =>
  source(
    name,
    `type Query { ${name}(filter: Filter): Page ${name}Ids(ids: [ID!]): [Row] } ${sdl}`,
    {
      [name]: ({ filter }) => ({
        rows: [row(name)],
        next: { rows: [], any: { __typename: 'HttpFile', size: 2 } },
        kind: (filter as { kind?: string } | undefined)?.kind ?? 'OLD',
        any: row(name),
        node: row(name),
      }),
      [`${name}Ids`]: ({ ids }) => (ids as string[]).map(id => ({ id })),
    },
    options,
  );
const row = (name: string) => ({
  __typename: 'Row',
  _selvage_id: name,
  id: name,
  at: '2009-12-31T00:00:00Z',
  file: { size: 1 },
});

const query = (name: string, names: Record<string, string> = {}) => {
  const text = `query ($f: Filter) {
    ${name}(filter: $f) {
      rows { id at file { size } } kind next { any { __typename ... on HttpFile { size } } }
      any { __typename ... on Row { id } } node { __typename id }
    }
  }`;
  return Object.entries(names).reduce(
    (all, [own, shown]) => all.replaceAll(new RegExp(`\\b${own}\\b`, 'g'), shown),
    text,
  );
};
const answer = (name: string, Row = 'Row', HttpFile = 'HttpFile', kind = 'NEW') => ({
  rows: [{ id: name, at: '2009-12-31T00:00:00Z', file: { size: 1 } }],
  kind,
  next: { any: { __typename: HttpFile, size: 2 } },
  any: { __typename: Row, id: name },
  node: { __typename: Row, id: name },
});

describe('types that two sources define alike are one', () => {
  it.each([
    ['both direct', {}, {}],
    ['the first told selections', { selective: true }, {}],
    ['the second told selections', {}, { selective: true }],
    ['both told selections', { selective: true }, { selective: true }],
    ['under one prefix', { prefix: 'P' }, { prefix: 'P' }],
  ])('%s', async (_name, first: Options, second: Options) => {
    const prefix = second.prefix ?? '';
    const names: Record<string, string> =
      prefix === '' ? {} : { Filter: 'PFilter', HttpFile: 'PHttpFile', Row: 'PRow', a: 'pA', b: 'pB' };
    for (const members of [
      [member('a', first), member('b', second)],
      [member('b', second), member('a', first)],
    ]) {
      const graph = supergraph(members);
      for (const name of ['a', 'b']) {
        const result = await run(graph, query(name, names), { f: { kind: 'NEW', and: [{ range: { from: 1 } }] } });
        expect(result).toEqual({ data: { [names[name] ?? name]: answer(name, `${prefix}Row`, `${prefix}HttpFile`) } });
      }
    }
  });

  it('and what the overlay says of them holds for all', async () => {
    const overlay = `
      extend type Row @rename(to: "Line") { file: HttpFile @rename(to: "document") more: Row @resolve(call: "b.bIds", batch: { key: "$parent.id", into: "ids" }) }
      extend enum Kind { NEW @rename(to: "FRESH") }
      extend input Filter { kind: Kind @rename(to: "sort") }
      extend type HttpFile { size: Int! @rename(to: "bytes") }
      extend type Page { next: Page @inaccessible }`;
    const graph = supergraph([member('a'), member('b', { selective: true })], overlay);
    const text =
      'query ($f: Filter) { x(filter: $f) { kind rows { document { bytes } more { id } } any { __typename } node { ... on Line { id } } } }';
    for (const name of ['a', 'b']) {
      const result = await run(graph, text.replace(' x(', ` x: ${name}(`), { f: { sort: 'FRESH' } });
      expect(result).toMatchObject({
        data: { x: { kind: 'FRESH', any: { __typename: 'Line' }, node: { id: name } } },
      });
    }
    expect(printSchema(graph.schema)).not.toMatch(/next|type Row|NEW$/);
  });

  it('and one of them may be an entity', async () => {
    const plain = (name: string) =>
      source(name, `type Query { ${name}(ids: [ID!]): [Row] } type Row { id: ID! v: Int }`, {
        [name]: ({ ids }) => (ids as string[]).map(id => ({ id, v: 1 })),
      });
    const graph = supergraph([plain('a'), plain('b')], 'extend type Row @entity(key: "id", call: "a.a", into: "ids")');
    expect(await run(graph, '{ a(ids: ["1"]) { v } b(ids: ["2"]) { id v } }')).toEqual({
      data: { a: [{ v: 1 }], b: [{ id: '2', v: 1 }] },
    });
  });
});

it.each([
  ['another type', 'size: Int! }', 'size: Int }', 'HttpFile Any Row Node Page'],
  ['another value', 'NEW OLD', 'NEW OLDER', 'Kind Filter Page'],
  ['another default', 'kind: Kind = NEW', 'kind: Kind = OLD', 'Filter'],
  ['another default of an argument', 'of: Kind = OLD', 'of: Kind = NEW', 'Page'],
  ['another member of a union', '= Row | HttpFile', '= Row', 'Any Page'],
  [
    'another implementation',
    'type HttpFile {',
    'type Other implements Node { id: ID! } type HttpFile {',
    'Node Row Page Any',
  ],
  ['another kind', 'union Any = Row | HttpFile', 'scalar Any', 'Any Page'],
  ['no @oneOf', 'Range @oneOf', 'Range', 'Range Filter'],
  ['an edge back to the root', 'next: Page', 'next: Page query: Query', 'Page'],
])('%s makes a conflict of a type and of all that use it', (_name, from, to, expected) => {
  const other = member('b', {}, shared.replace(from, to));
  for (const members of [
    [member('a'), other],
    [other, member('a')],
  ]) {
    const { diagnostics } = composed(members);
    expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['TYPE_CONFLICT']));
    expect(diagnostics.map(({ at }) => at[0]).toSorted()).toEqual(expected.split(' ').toSorted());
  }
});

it('a type that a prefix turns into that of another source is not identical', () => {
  const a = source('a', 'type Query { a: PX } type PX { v: Int }', { a: () => null });
  const b = source('b', 'type Query { b: X } type X { v: Int }', { b: () => null }, { prefix: 'P' });
  expect(composed([a, b]).diagnostics.map(({ code, at }) => [code, ...at])).toEqual([['TYPE_CONFLICT', 'PX']]);
});
