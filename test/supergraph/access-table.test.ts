import { describe, expect, it } from 'vitest';
import { ruleText } from '../../src/policy/access-rule.ts';
import type { PolicyNames } from '../../src/policy/policy-names.ts';
import type { AccessTable } from '../../src/supergraph/access/access-table.ts';
import { composed, say, source, supergraph, type TestMember } from './harness.ts';

const none = () => null;
const users = () =>
  source(
    'users',
    'type Query { users: [User!] user(id: ID!): User usersByIds(ids: [ID!]!): [User] } type User { id: ID! name: String ssn: String }',
    {
      users: none,
      user: none,
      usersByIds: none,
    },
  );
const part = (name: string, field: string) =>
  source(name, `type Query { ${name}(ids: [ID!]!): [User] } type User { id: ID! ssn: String ${field}: String }`, {
    [name]: none,
  });
const names: PolicyNames = {
  default: 'allow',
  policies: new Map([
    ['own', ['id']],
    ['office', []],
  ]),
};

/** The table in words: by coordinate, `authenticated`, scopes and policies; routes as `Type source`. */
function table({ fields, routes }: AccessTable): Record<string, string> {
  const entries = [...fields].map(([at, rule]) => [at, ruleText(rule)] as const);
  const ways = [...routes].map(
    ([{ typeName, lookup }, rule]) => [`${typeName} ${lookup.member.name}`, ruleText(rule)] as const,
  );
  return Object.fromEntries([...entries, ...ways].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function tableOf(members: readonly TestMember[], overlay: string, policies = names): Record<string, string> {
  return table(supergraph(members, overlay, policies).access);
}

const authenticated = '[false,true,[],[]]';
const scope = (name: string) => `[false,false,[[["${name}"]]],[]]`;

describe('closure', () => {
  it('a field has what is said of it, its type, its interfaces and the type that it gives, and of nothing else', () => {
    const things = source(
      'things',
      `type Query { thing: Thing all: [Named] any: Any odd: Odd colour: Colour plain: Other }
       interface Named { name: String } type Thing implements Named { name: String size: Int } type Other implements Named { name: String }
       union Any = Thing | Other scalar Odd enum Colour { RED }`,
      { thing: none, all: none, any: none, odd: none, colour: none, plain: none },
    );
    const overlay = `
      extend type Thing @requiresScopes(scopes: [["thing"]])
      extend interface Named { name: String @authenticated }
      extend scalar Odd @requiresScopes(scopes: [["odd"]])
      extend enum Colour @requiresScopes(scopes: [["colour"]])`;
    expect(tableOf([things], overlay)).toEqual({
      'Other.name': authenticated,
      'Query.colour': scope('colour'),
      'Query.odd': scope('odd'),
      'Query.thing': scope('thing'),
      'Thing.name': '[false,true,[[["thing"]]],[]]',
      'Thing.size': scope('thing'),
    });
  });

  it('Z3: a link wants what it calls, reads, selects and matches by', () => {
    const crm = source(
      'crm',
      'type Query { orders: [Order] } type Order { id: ID! ref: Ref } type Ref { user: ID kind: Int }',
      {
        orders: none,
      },
    );
    const hr = source(
      'hr',
      'type Query { byIds(ids: [ID!]!): Found } type Found { rows: [Person] } type Person { id: ID! name: String }',
      { byIds: none },
    );
    const link =
      'extend type Order { person: Person @resolve(call: "hr.byIds", batch: { key: "$parent.ref.user", into: "ids" }, select: "rows") }';
    const said = {
      'Query.byIds': 'extend type Query { byIds(ids: [ID!]!): Found @requiresScopes(scopes: [["x"]]) }',
      'Order.ref': 'extend type Order { ref: Ref @requiresScopes(scopes: [["x"]]) }',
      'Ref.user': 'extend type Ref { user: ID @requiresScopes(scopes: [["x"]]) @inaccessible }',
      'Found.rows': 'extend type Found { rows: [Person] @requiresScopes(scopes: [["x"]]) }',
      'Person.id': 'extend type Person { id: ID! @requiresScopes(scopes: [["x"]]) }',
    };
    for (const [at, more] of Object.entries(said)) {
      expect(tableOf([crm, hr], link + more)).toEqual({ [at]: scope('x'), 'Order.person': scope('x') });
    }
    expect(tableOf([crm, hr], `${link} extend type Person { name: String @authenticated }`)).toEqual({
      'Person.name': authenticated,
    });
  });

  it('Z4: a hidden entry keeps its rule, which guards the way there and not the fields', () => {
    const overlay = `
      extend type User @entity(key: "id", call: "users.usersByIds", into: "ids") @entity(key: "id", call: "a.a", into: "ids")
      extend type Query { a(ids: [ID!]!): [User] @authenticated @inaccessible }`;
    expect(tableOf([users(), part('a', 'fromA')], overlay)).toEqual({
      'Query.a': authenticated,
      'User a': authenticated,
    });
    const key = `
      extend type User @entity(key: "id", call: "users.usersByIds", into: "ids") @entity(key: "id", call: "a.a", into: "ids")
      extend type User { id: ID! @requiresScopes(scopes: [["k"]]) }`;
    expect(tableOf([users(), part('a', 'fromA')], key)).toEqual({
      'User a': scope('k'),
      'User users': scope('k'),
      'User.id': scope('k'),
    });
  });

  it('speaks of what is renamed by the names that clients use', () => {
    const overlay = `extend type User @rename(to: "Person") { ssn: String @rename(to: "number") @authenticated }`;
    expect(tableOf([users()], overlay)).toEqual({ 'Person.number': authenticated });
  });
});

it('Z1: the table is the same whatever the order of four sources, and wherever it is said', () => {
  const sources = () => [users(), part('a', 'fromA'), part('b', 'fromB'), part('c', 'fromC')];
  const entities = ['users.usersByIds', 'a.a', 'b.b', 'c.c'].map(
    call => `extend type User @entity(key: "id", call: "${call}", into: "ids")`,
  );
  const placements = [
    'extend type User { ssn: String @requiresScopes(scopes: [["x"]]) }',
    'extend type User @requiresScopes(scopes: [["x"]])',
    'extend type Query { a(ids: [ID!]!): [User] @authenticated } extend type User { fromB: String @policy(policies: [["office"]]) ssn: String @authenticated }',
  ];
  for (const placement of placements) {
    const seen = new Set<string>();
    for (const order of permutations([0, 1, 2, 3])) {
      const members = order.map(index => sources()[index]!);
      seen.add(JSON.stringify(tableOf(members, [...order.map(index => entities[index]), placement].join('\n'))));
    }
    expect(seen.size, placement).toBe(1);
    expect([...seen][0]).not.toBe('{}');
  }
});

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length < 2) return [items];
  return items.flatMap(item => permutations(items.filter(other => other !== item)).map(rest => [item, ...rest]));
}

describe('what says nothing', () => {
  const deny: PolicyNames = { default: 'deny', policies: new Map() };
  const nobody = '[true,false,[],[]]';

  it('is denied to everyone where that is the default: every field of every type, unless it, its type or an interface speaks', () => {
    const overlay = `
      extend type Query { users: [User!] @public user(id: ID!): User @authenticated }
      extend type User { name: String @public }`;
    expect(tableOf([users()], overlay, deny)).toEqual({
      'Query.user': authenticated,
      'Query.usersByIds': nobody,
      'User.id': nobody,
      'User.ssn': nobody,
    });
    expect(tableOf([users()], 'extend type Query @public extend type User @public', deny)).toEqual({});
  });

  it('denies a link that uses it', () => {
    const overlay = `extend type Query @public extend type User @public
      extend type User { friend: User @public @resolve(call: "users.user", args: { id: "$parent.name" }) }`;
    expect(tableOf([users()], overlay, deny)).toEqual({});
    const silent = `extend type Query { users: [User!] @public } extend type User @public
      extend type User { friend: User @public @resolve(call: "users.user", args: { id: "$parent.name" }) }`;
    expect(tableOf([users()], silent, deny)).toMatchObject({ 'User.friend': nobody });
  });
});

describe('what cannot be meant is refused at registration', () => {
  const link = 'extend type User { friend: User @resolve(call: "users.user", args: { id: "$parent.name" }) }';
  const rows: readonly [what: string, overlay: string, at: string, message: string][] = [
    [
      'an unknown policy',
      'extend type User { ssn: String @policy(policies: [["offise"]]) }',
      'User.ssn',
      'There is no policy "offise". Did you mean "office"?',
    ],
    [
      'no alternative',
      'extend type User { ssn: String @requiresScopes(scopes: []) }',
      'User.ssn',
      'nobody could satisfy it',
    ],
    [
      'an alternative without names',
      'extend type User { ssn: String @requiresScopes(scopes: [[]]) }',
      'User.ssn',
      'everybody would satisfy it',
    ],
    [
      'an empty name',
      'extend type User { ssn: String @policy(policies: [["office", " "]]) }',
      'User.ssn',
      'empty, or has blanks',
    ],
    ['@public beside a rule', 'extend type User @public @authenticated', 'User', 'User is @public, and @authenticated'],
    [
      '@public beside a rule elsewhere',
      'extend type User @public extend type User @requiresScopes(scopes: [["x"]])',
      'User',
      'User is @public, and @requiresScopes',
    ],
    [
      'arguments that the field has not',
      'extend type User { ssn: String @policy(policies: [["own"]]) }',
      'User.ssn',
      'reads $args.id, and User.ssn has no such argument',
    ],
    [
      'arguments of a type',
      'extend type User @policy(policies: [["own"]])',
      'User',
      'reads $args.id, and User has no such argument',
    ],
    [
      'arguments of what a link calls',
      `${link} extend type Query { user(id: ID!): User @policy(policies: [["own"]]) }`,
      'User.friend',
      'The link User.friend uses Query.user, whose policy "own" reads arguments',
    ],
  ];
  it.each(rows)('%s', (_what, overlay, at, message) => {
    const result = composed([users()], overlay, [], names);
    expect(result.ok).toBe(false);
    const told = result.diagnostics.filter(({ code }) => code === 'DIRECTIVE_INVALID');
    expect(told.map(say).join('\n')).toContain(message);
    expect(told.every(each => each.at.includes(at) && each.hint !== undefined)).toBe(true);
  });

  it('arguments of a hidden entry', () => {
    const own: PolicyNames = { default: 'allow', policies: new Map([['few', ['ids']]]) };
    const overlay = `extend type User @entity(key: "id", call: "users.usersByIds", into: "ids") @entity(key: "id", call: "a.a", into: "ids")
      extend type Query { a(ids: [ID!]!): [User] @policy(policies: [["few"]]) }`;
    const told = composed([users(), part('a', 'fromA')], overlay, [], own).diagnostics;
    expect(told.map(say)).toEqual([
      expect.stringContaining('@entity of User (a.a) uses Query.a, whose policy "few" reads arguments'),
    ]);
  });
});
