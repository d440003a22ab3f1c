import { describe, expect, it } from 'vitest';
import type { DeclaredAnnotation } from '../../src/adapter/adapter.ts';
import { compose } from '../../src/supergraph/compose.ts';
import type { CoordinatePolicy } from '../../src/supergraph/schema/annotate.ts';
import type { Member } from '../../src/supergraph/supergraph.ts';
import { say, source } from './harness.ts';

const sdl = `
  type Query { user(id: ID!): User secret: String }
  type User { id: ID! ssn: String level: Level }
  enum Level { A B }
  interface Node { id: ID! }
  union Thing = User`;

function saying(member: Member, annotations: readonly DeclaredAnnotation[]): Member {
  const { subschema } = member;
  return { ...member, subschema: { ...subschema, blueprint: { ...subschema.blueprint, annotations } } };
}

const declared = (element: string, directive: string, value: unknown): DeclaredAnnotation => ({
  element,
  directive,
  value,
  at: ['doc', element],
});

const policy = (glob: string, directive: string, value: unknown): CoordinatePolicy => ({
  glob,
  directive,
  value,
  at: ['selvage.yaml:1:1', glob],
});

function composedOf(options: {
  readonly declared?: readonly DeclaredAnnotation[];
  readonly overlay?: string;
  readonly policies?: readonly CoordinatePolicy[];
  readonly prefix?: string;
  readonly absent?: readonly string[];
}) {
  const { overlay = '', policies = [], prefix = '', absent = [] } = options;
  const member = source('crm', sdl, { user: () => null, secret: () => null }, { prefix });
  const members = [saying(member, options.declared ?? [])];
  return compose({ members, overlay: [{ address: 'o.graphql', text: overlay }], policies, absent });
}

function annotationsOf(options: Parameters<typeof composedOf>[0]) {
  const outcome = composedOf(options);
  if (!outcome.ok) throw new TypeError(outcome.diagnostics.map(say).join('\n'));
  return [...outcome.value.annotations].flatMap(([element, said]) =>
    said.map(({ directive, args }) => [element, directive, { ...args }]),
  );
}

describe('annotations', () => {
  it('come from the overlay, the documents and the configuration, under the client’s names, and all hold', () => {
    const found = annotationsOf({
      prefix: 'Crm',
      overlay:
        'extend type CrmUser @rename(to: "Person") { ssn: String @requiresScopes(scopes: [["pii"]]) @rename(to: "number") }',
      declared: [
        declared('User.ssn', 'authenticated', true),
        declared('Query.secret', 'requiresScopes', [['a', 'b'], ['c']]),
      ],
      policies: [policy('Person.num*', 'requiresScopes', { scopes: [['audit']] })],
    });
    expect(found).toEqual([
      ['Person.number', 'requiresScopes', { scopes: [['pii']] }],
      ['Person.number', 'authenticated', {}],
      ['Person.number', 'requiresScopes', { scopes: [['audit']] }],
      ['Query.crmSecret', 'requiresScopes', { scopes: [['a', 'b'], ['c']] }],
    ]);
  });

  it('reach namespaces, which are there without an answer: nothing can be canned for them', () => {
    const member = source('crm', sdl, { user: () => null, secret: () => null });
    const grouped: Member = {
      ...member,
      subschema: {
        ...member.subschema,
        blueprint: { ...member.subschema.blueprint, groups: [{ name: 'people', queries: ['user'] }] },
      },
    };
    const told = (...policies: CoordinatePolicy[]) => {
      const outcome = compose({ members: [grouped], overlay: [], policies, absent: [] });
      if (!outcome.ok) return outcome.diagnostics.map(say);
      return [...outcome.value.annotations].map(([element, [said]]) => `${element} @${said?.directive}`);
    };
    const scoped = (glob: string) => policy(glob, 'requiresScopes', [['a']]);
    expect(told(scoped('Query.*'), scoped('Crm*Query.*'), scoped('CrmQuery'))).toEqual([
      'Query.crm @requiresScopes',
      'CrmPeopleQuery.user @requiresScopes',
      'CrmQuery.secret @requiresScopes',
      'CrmQuery.people @requiresScopes',
      'CrmQuery @requiresScopes',
    ]);
    expect(told(policy('CrmQuery.*', 'canned', { value: 'x' }))).toEqual(['CrmQuery.secret @canned']);
    expect(told(policy('Query.crm', 'canned', { value: {} }))).toEqual([expect.stringContaining('POLICY_UNMATCHED')]);
  });

  it('reach hidden elements, links and every kind of type by globs, and only where the directive can stand', () => {
    const overlay = `extend type Query { secret: String @inaccessible }
      extend type User { again: User @resolve(call: "crm.user", args: { id: "$parent.id" }) }`;
    expect(
      annotationsOf({ overlay, policies: [policy('*', 'authenticated', true)] }).map(([element]) => element),
    ).toEqual(['Query', 'User', 'Level', 'Node']);
    expect(
      annotationsOf({ overlay, policies: [policy('*.*e*', 'authenticated', true)] }).map(([element]) => element),
    ).toEqual(['Query.user', 'Query.secret', 'User.level']);
    expect(annotationsOf({ overlay, policies: [policy('User.ag*', 'authenticated', true)] })).toEqual([
      ['User.again', 'authenticated', {}],
    ]);
  });

  it('are one schema whose revision tells them apart', () => {
    const revision = (value: unknown) => {
      const outcome = composedOf({ policies: [policy('User', 'requiresScopes', value)] });
      return outcome.ok ? outcome.value.revision : undefined;
    };
    expect(revision([['a']])).toBe(revision([['a']]));
    expect(revision([['a']])).not.toBe(revision([['b']]));
  });

  it.each([
    [
      'an unknown directive',
      [declared('User', 'authentcated', true)],
      'DIRECTIVE_UNKNOWN crm doc User: There is no directive @authentcated. Did you mean "authenticated"?',
    ],
    [
      'an unknown argument',
      [declared('User', 'requiresScopes', { scope: [['a']] })],
      'DIRECTIVE_INVALID crm doc User: @requiresScopes has no argument "scope". Did you mean "scopes"?',
    ],
    [
      'a missing argument',
      [declared('User', 'requiresScopes', true)],
      'DIRECTIVE_INVALID crm doc User: @requiresScopes needs the argument "scopes".',
    ],
    [
      'a wrong value',
      [declared('User', 'requiresScopes', [[{}]])],
      'DIRECTIVE_INVALID crm doc User: @requiresScopes has a wrong argument "scopes": String cannot represent a non string value: {}.',
    ],
    [
      'a value of no sense',
      [declared('User', 'authenticated', 'yes')],
      'DIRECTIVE_INVALID crm doc User: @authenticated cannot be "yes" here. Write true.',
    ],
    [
      'what shapes the supergraph',
      [declared('Query.user', 'operation', 'MUTATION')],
      'DIRECTIVE_INVALID crm doc Query.user: @operation stands in an overlay only.',
    ],
    [
      'a wrong place',
      [declared('Level.A', 'authenticated', true)],
      'DIRECTIVE_INVALID crm doc Level.A: @authenticated stands on FIELD_DEFINITION, OBJECT, INTERFACE, ENUM, SCALAR only.',
    ],
  ])('refuse %s of a document, with its address', (_, said, message) => {
    const { diagnostics } = composedOf({ declared: said });
    expect(diagnostics.map(say)).toEqual([`error ${message}`]);
  });

  it('refuse a glob that matches nothing, unless a source is absent that may bring it', () => {
    const policies = [policy('Usr.*', 'authenticated', true)];
    expect(composedOf({ policies }).diagnostics.map(say)).toEqual([
      'error POLICY_UNMATCHED selvage.yaml:1:1 Usr.*: "Usr.*" matches no type and no field.',
    ]);
    expect(composedOf({ policies, absent: ['hr'] }).diagnostics.map(say)).toEqual([
      'warning OVERLAY_SOURCE_ABSENT selvage.yaml:1:1 Usr.*: "Usr.*" matches no type and no field. (hr is absent.)',
    ]);
  });

  it('refuse a directive of the configuration that can stand on nothing that its glob matches', () => {
    const { diagnostics } = composedOf({
      policies: [policy('User', 'listSize', { assumedSize: 1 }), policy('User.*', 'nothing', true)],
    });
    expect(diagnostics.map(say)).toEqual([
      'error DIRECTIVE_INVALID selvage.yaml:1:1 User: @listSize stands on FIELD_DEFINITION only.',
      'error DIRECTIVE_UNKNOWN selvage.yaml:1:1 User.*: There is no directive @nothing.',
    ]);
  });
});
