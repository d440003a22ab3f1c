import { buildSchema, print, validateSchema } from 'graphql';
import { expect, describe as group, it } from 'vitest';
import { describe } from '../../../src/adapters/graphql/schema.ts';
import { defaultSourceOptions, type SourceOptions } from '../../../src/source/source.ts';

function described(sdl: string, options: Partial<SourceOptions> = {}, endpoint = 'http://upstream.invalid/graphql') {
  const source = { name: 'upstream', protocol: 'graphql', endpoint, options: { ...defaultSourceOptions, ...options } };
  const result = describe({ address: 'schema.graphql', schema: buildSchema(sdl), annotations: [] }, source);
  if (!result.ok)
    return { diagnostics: result.diagnostics, sdl: '', calls: {}, operations: undefined, model: undefined };
  const { blueprint, operations } = result.value;
  const { calls, model } = blueprint;
  return { diagnostics: result.diagnostics, sdl: print(blueprint.typeDefs), calls, operations, model };
}

const told = ({ diagnostics }: ReturnType<typeof described>) =>
  diagnostics.map(({ severity, code, at }) => `${severity} ${code} ${at.join(' ')}`);

group('the blueprint of a GraphQL source', () => {
  it("is the upstream's own schema, with descriptions, deprecations, defaults and standard directives", () => {
    const sdl = `
"""Everything."""
type Query {
  """One."""
  one(
    """Which."""
    id: ID! = 1
    by: By
    old: Int @deprecated(reason: "gone")
  ): One @deprecated(reason: "Use two.")
}

"""A thing."""
type One implements Node {
  id: ID!
  at: Moment
  kind: Kind
}

interface Node {
  id: ID!
}

scalar Moment @specifiedBy(url: "https://example.com")

enum Kind {
  A
  B @deprecated(reason: "C")
}

input By @oneOf {
  id: ID
  name: String
}`;
    const result = described(sdl);
    expect(result.diagnostics).toEqual([]);
    expect(validateSchema(buildSchema(result.sdl))).toEqual([]);
    for (const definition of sdl.trim().split('\n\n')) expect(result.sdl).toContain(definition.trim());
    expect(result.calls).toEqual({
      'Query.one': { kind: 'query', field: 'one', args: { id: 'ID!', by: 'By', old: 'Int' } },
    });
    expect(result.operations).toEqual({ total: 1, imported: 1 });
  });

  it('has the root fields that `operations` takes, and the types that they lead to', () => {
    const result = described(
      'type Query { a(f: F): A b: B } type A { c: C } type B { x: Int } union C = D type D { x: Int } input F { e: E } enum E { X } type Mutation { m: Int }',
      { operations: { include: ['*'], exclude: ['b', 'm*'] } },
    );
    const types = [...result.sdl.matchAll(/^\w+ (\w+)/gm)].map(([, name]) => name).sort();
    expect(types).toEqual(['A', 'C', 'D', 'E', 'F', 'Query']);
    expect(told(result)).toEqual([
      'note OPERATION_EXCLUDED schema.graphql Query.b',
      'note OPERATION_EXCLUDED schema.graphql Mutation.m',
    ]);
    expect(result.operations).toEqual({ total: 3, imported: 1 });
  });

  it('keeps the implementations of an interface that nothing else leads to', () => {
    const result = described(
      'type Query { n: N } interface N { id: ID } type A implements N { id: ID b: B } type B { x: Int }',
    );
    expect(result.sdl).toContain('type A implements N');
    expect(result.sdl).toContain('type B');
  });

  it('calls root types `Query` and `Mutation`, wherever they are named', () => {
    const result = described(
      'schema { query: Root mutation: Change } type Root { a: Int } type Change { m: Done } type Done { root: Root of: Query } type Query { x: Int }',
    );
    expect(result.sdl).toContain('type Query {\n  a: Int\n}');
    expect(result.sdl).toContain('type Mutation {\n  m: Done\n}');
    const ordinary = /of: (Query_[0-9a-f]{4})/.exec(result.sdl)?.[1] ?? '';
    expect(result.sdl).toContain(`type ${ordinary} {\n  x: Int\n}`);
    expect(result.sdl).toContain('root: Query\n');
    expect(result.model).toEqual({ upstreamNames: { Query: 'Root', Mutation: 'Change', [ordinary]: 'Query' } });
    expect(told(result)).toEqual(['warning NAME_CHANGED schema.graphql Query']);
  });

  it('tells what it leaves out', () => {
    const result = described(
      `type Query { a: Int _service: _Service! _entities(representations: [_Any!]!): [_Entity]! }
       type Subscription { s: Int t: T } type T { x: Int } type A { id: ID } union _Entity = A scalar _Any type _Service { sdl: String }`,
    );
    expect(told(result)).toEqual([
      'note CONSTRUCT_NOT_SUPPORTED schema.graphql Query._service',
      'note CONSTRUCT_NOT_SUPPORTED schema.graphql Query._entities',
    ]);
    expect(result.sdl).toBe(
      'type Query {\n  a: Int\n}\n\ntype Subscription {\n  s: Int\n  t: T\n}\n\ntype T {\n  x: Int\n}',
    );
    expect(result.operations).toEqual({ total: 3, imported: 3 });
  });

  it.each<[string, Partial<SourceOptions>, string, string]>([
    ['has its fields', {}, 'type Query implements Node {', ''],
    [
      'lost one',
      { operations: { include: ['node', 'relay'], exclude: [] } },
      'type Query {',
      'is left out by `operations`',
    ],
    ['is called otherwise', { prefix: 'Up' }, 'type Query {', 'implements "Node" is left out'],
  ])('has a root type that implements an interface only where it %s', (_case, options, expected, reason) => {
    const result = described(
      'type Query implements Node { id: ID! node: Node relay: Query } interface Node { id: ID! } type A implements Node { id: ID! }',
      options,
    );
    expect(validateSchema(buildSchema(result.sdl))).toEqual([]);
    expect(result.sdl).toContain(expected);
    expect(result.sdl).toContain('type A implements Node');
    expect(result.diagnostics.map(({ message }) => message).join()).toContain(reason);
  });

  it('is refused where types lead to a root type that has no field left', () => {
    const result = described('type Query { a: Int } type Mutation { m: M } type M { query: Query }', {
      operations: { include: ['m'], exclude: [] },
    });
    expect(told(result)).toContain('error SCHEMA_INVALID schema.graphql Query');
  });
});
