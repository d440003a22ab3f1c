import { describe, expect, it } from 'vitest';
import { composed, source } from '../../supergraph/harness.ts';
import { gatewayOf, lanes } from './ask-as.ts';
import { caller } from './callers.ts';

const secret = '078-05-1120';

/** Who knows names, and shows people among other things. */
const crm = () =>
  source(
    'crm',
    `type Query { users: [User!] things: [Thing] named: [Named] usersByIds(ids: [ID!]!): [User] }
     interface Named { name: String } union Thing = User | Cat
     type User implements Named { id: ID! name: String } type Cat implements Named { name: String lives: Int }`,
    {
      users: () => [ann],
      things: () => [ann, cat],
      named: () => [ann, cat],
      usersByIds: ({ ids }) => (ids as string[]).map(id => ({ ...ann, id })),
    },
  );
const ann = { __typename: 'User', id: '1', name: 'Ann' };
const cat = { __typename: 'Cat', name: 'Tom', lives: 9 };

/** Who knows numbers. */
const records = () =>
  source(
    'records',
    `type Query { user(id: ID!): User usersByIds_(ids: [ID!]!): [User] numbered: [Numbered] digits(of: String!): Digits }
     interface Numbered { ssn: String }
     type User implements Numbered { id: ID! ssn: String } type Digits { last4: String }`,
    {
      user: ({ id }) => ({ __typename: 'User', id, ssn: secret }),
      usersByIds_: ({ ids }) => (ids as string[]).map(id => ({ __typename: 'User', id, ssn: secret })),
      numbered: () => [{ __typename: 'User', id: '1', ssn: secret }],
      digits: ({ of }) => ({ last4: String(of).slice(-4) }),
    },
  );

const entities = `
  extend type User
    @entity(key: "id", call: "crm.usersByIds", into: "ids")
    @entity(key: "id", call: "records.usersByIds_", into: "ids")
  extend type User { last4: Digits @resolve(call: "records.digits", args: { of: "$parent.ssn" }) }`;
const guarded = `${entities} extend type User { ssn: String @requiresScopes(scopes: [["hr"]]) }`;

describe.each(lanes)('the queries that leak where policy is read from the stitched schema (%s lane)', lane => {
  const attacks: readonly [name: string, query: string][] = [
    ['asked directly, on a merged type', '{ users { name ssn } }'],
    ['by what is computed of it', '{ users { name last4 { last4 } } }'],
    ['through an interface', '{ numbered { ssn } }'],
    [
      'through fragments',
      '{ things { ...A } } fragment A on Thing { ... on User { ...B } } fragment B on Named { ... on User { x: ssn } }',
    ],
    ['by the entry that merges', '{ usersByIds_(ids: ["1"]) { ssn } }'],
    ["by an entry with a key of the client's choice", '{ user(id: "1") { id ssn last4 { last4 } } }'],
    [
      'under a condition',
      'query ($yes: Boolean = true) { users { ... @include(if: $yes) { ssn } ssn @skip(if: false) } }',
    ],
  ];
  it.each(attacks)('Z2: %s', async (_name, query) => {
    for (const order of [
      [crm, records],
      [records, crm],
    ] as const) {
      const { ask } = gatewayOf(
        order.map(make => make()),
        guarded,
        {},
        lane,
      );
      for (const who of [caller(null), caller('x', ['other'])]) {
        const { data, errors, text, sent } = await ask(query, who);
        expect(JSON.stringify(data)).toMatch(/:null/);
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.every(error => error.endsWith('UNAUTHORIZED_FIELD_OR_TYPE'))).toBe(true);
        expect(text).not.toMatch(/1120/);
        expect(sent.join(' ')).not.toMatch(/digits|1120/);
      }
      const { errors, text } = await ask(query, caller('x', ['hr']));
      expect(errors).toEqual([]);
      expect(text).toMatch(/1120/);
    }
  });

  it("Z4: a hidden entry is an unknown field, and a key is never the client's", async () => {
    const hidden = `${guarded} extend type Query { usersByIds_(ids: [ID!]!): [User] @inaccessible }`;
    const { ask } = gatewayOf([crm(), records()], hidden, {}, lane);
    const told = await ask('{ usersByIds_(ids: ["1"]) { ssn } }', caller('x', ['hr']));
    expect(told).toMatchObject({ status: 400, errors: [' GRAPHQL_VALIDATION_FAILED'], sent: [] });
    const forged = await ask('{ users { _selvage_id: name ssn } }', caller('x', ['hr']));
    expect(forged).toMatchObject({ status: 400, errors: [' GRAPHQL_VALIDATION_FAILED'], sent: [] });
  });
});

describe.each(lanes)('what let callers past the router of others (%s lane)', lane => {
  it('Z2: GHSA-x33c-7c2v-mrj9: what is said of one type holds wherever an interface or a union leads to it', async () => {
    const overlay = 'extend type User { name: String @authenticated }';
    const { ask } = gatewayOf([crm()], overlay, {}, lane);
    for (const query of ['{ named { __typename name } }', '{ things { __typename ... on Named { name } } }']) {
      const { data, errors, text } = await ask(query);
      const [list] = Object.values(data as Record<string, unknown>);
      expect(list).toEqual([
        { __typename: 'User', name: null },
        { __typename: 'Cat', name: 'Tom' },
      ]);
      expect(errors).toEqual([expect.stringMatching(/\.0\.name UNAUTHORIZED_FIELD_OR_TYPE$/)]);
      expect(text).not.toContain('Ann');
    }
  });

  it('Z1: GHSA-g8jh-vg5j-4h3f: a directive under another name is refused at registration, and never ignored', () => {
    for (const said of ['@auth', '@federation__authenticated', '@requireScopes(scopes: [["x"]])']) {
      const result = composed([crm()], `extend type User { name: String ${said} }`);
      expect(result.ok).toBe(false);
      expect(result.diagnostics.map(({ code }) => code)).toContain('DIRECTIVE_UNKNOWN');
    }
  });

  it('Z2: GHSA-mx7m-j9xf-62hw: what is said of an interface, or of its field, holds for the objects, asked by any way', async () => {
    for (const overlay of [
      'extend interface Named { name: String @authenticated }',
      'extend interface Named @authenticated',
    ]) {
      const { ask } = gatewayOf([crm()], overlay, {}, lane);
      for (const query of [
        '{ named { name } }',
        '{ users { name } }',
        '{ things { ... on Cat { name } ... on User { name } } }',
      ]) {
        const { errors, text } = await ask(query);
        expect(errors.length).toBeGreaterThan(0);
        expect(text).not.toMatch(/Ann|Tom/);
      }
      expect((await ask('{ users { id } }')).data).toEqual({ users: [{ id: '1' }] });
    }
  });

  it('Z3: GHSA-m8jr-fxqx-8xx6: who may not read a field may not have what is made of it', async () => {
    const { ask } = gatewayOf([crm(), records()], guarded, {}, lane);
    const told = await ask('{ users { last4 { last4 } } }');
    expect(told).toMatchObject({
      data: { users: [{ last4: null }] },
      errors: ['users.0.last4 UNAUTHORIZED_FIELD_OR_TYPE'],
    });
    expect(told.sent).toEqual(['crm.users {}']);
  });
});
