import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { declaredIn } from '../../../src/adapters/graphql/declared.ts';
import { schemaOfSdl } from '../../../src/adapters/graphql/sdl.ts';

function declared(sdl: string, ignored: readonly string[] = []) {
  const { annotations, others } = declaredIn(parse(sdl), new Set(ignored));
  return {
    said: annotations.map(({ element, directive, value }) => [element, directive, value]),
    others: [...others.keys()],
  };
}

describe('directives of an SDL', () => {
  it('belong to the type, field or argument they stand on', () => {
    const sdl = `
      type Query @authenticated { user(id: ID @cost(weight: "2")): User @requiresScopes(scopes: [["a", "b"], ["c"]]) }
      extend type User @policy(policies: [["own"]]) { ssn: String @deprecated @tag(name: "x") }
      type User { id: ID }`;
    expect(declared(sdl)).toEqual({
      said: [
        ['Query', 'authenticated', {}],
        ['Query.user.id', 'cost', { weight: '2' }],
        ['Query.user', 'requiresScopes', { scopes: [['a', 'b'], ['c']] }],
        ['User', 'policy', { policies: [['own']] }],
      ],
      others: ['deprecated', 'tag'],
    });
  });

  it('are known under the names that a subgraph imports them by (GHSA-g8jh-vg5j-4h3f)', () => {
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", { name: "@authenticated", as: "@loggedIn" }])
      type Query { a: Int @loggedIn  b: Int @federation__requiresScopes(scopes: [["x"]]) }`;
    expect(declared(sdl).said).toEqual([
      ['Query.a', 'authenticated', {}],
      ['Query.b', 'requiresScopes', { scopes: [['x']] }],
    ]);
  });

  it('refuse the source where one speaks of access that the gateway does not know, unless it is ignored by name', () => {
    const text =
      'directive @auth(role: String) on FIELD_DEFINITION\ntype Query { a: Int @auth(role: "ADMIN") b: Int @inaccessible }';
    const texts = [{ address: 's.graphql', text }];
    const refused = schemaOfSdl(texts, []);
    expect([refused.ok, refused.diagnostics]).toEqual([
      false,
      [
        {
          severity: 'error',
          code: 'DIRECTIVE_UNKNOWN',
          message: '@auth seems to say who may see what, and the gateway does not know it.',
          at: ['s.graphql:2:21'],
          hint: "say the same by @authenticated, @requiresScopes or @policy in the overlay; then name it in the source's `ignoreDirectives`",
        },
      ],
    ]);
    const taken = schemaOfSdl(texts, ['auth']);
    expect([taken.ok, taken.diagnostics.map(({ code }) => code)]).toEqual([true, ['CONSTRUCT_NOT_SUPPORTED']]);
  });
});
