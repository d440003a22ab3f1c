import {
  buildClientSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../src/base/principal.ts';
import { source } from '../../supergraph/harness.ts';
import { gatewayOf } from './ask-as.ts';
import { caller, rules } from './callers.ts';

const shop = () =>
  source(
    'shop',
    `type Query { things: [Thing] named: [Named] any: Any admin: Admin secret: Secret open: Int }
     type Mutation { clear: Int }
     interface Named { name: String code: String }
     type Thing implements Named { name: String code: String kind: Kind }
     type Admin implements Named { name: String code: String level: Int }
     type Secret { text: String }
     union Any = Admin | Secret
     enum Kind { BIG SMALL }`,
    {
      things: () => [],
      named: () => [
        { __typename: 'Thing', name: 't' },
        { __typename: 'Admin', name: 'a' },
      ],
      any: () => null,
      admin: () => ({ name: 'a', level: 1 }),
      secret: () => null,
      open: () => 1,
      clear: () => 1,
    },
  );
const overlay = `
  extend type Admin @requiresScopes(scopes: [["admin"]])
  extend type Secret @requiresScopes(scopes: [["admin"]])
  extend type Thing { code: String @authenticated }
  extend enum Kind @authenticated
  extend type Mutation { clear: Int @requiresScopes(scopes: [["admin"]]) }`;

const admin = caller('root', ['admin']);

async function schemaFor(principal?: Principal): Promise<string> {
  const { ask } = gatewayOf([shop()], overlay, { introspection: 'caller' });
  const { data } = await ask(getIntrospectionQuery(), principal);
  const schema = buildClientSchema(data as IntrospectionQuery);
  expect(validateSchema(schema)).toEqual([]);
  return printSchema(schema);
}

describe('C9: with introspection for each caller', () => {
  it('a caller is told of what he may use, and of nothing that only leads to what he may not', async () => {
    const told = await schemaFor();
    expect(told).toContain('type Thing implements Named {\n  name: String\n}');
    expect(told).toContain('interface Named {\n  name: String\n}');
    expect(told).not.toMatch(/Admin|Secret|Any|Kind|clear|code|Mutation/);
    expect(await schemaFor(caller('u'))).toContain(
      'type Thing implements Named {\n  name: String\n  code: String\n  kind: Kind\n}',
    );
    expect(await schemaFor(admin)).toMatch(/union Any = Admin \| Secret/);
  });

  const pairs: readonly [forbidden: string, unknown: string][] = [
    ['{ things { code } }', '{ things { cope } }'],
    ['{ admin { level } }', '{ adnin { level } }'],
    ['{ named { ... on Admin { level } } }', '{ named { ... on Adnin { level } } }'],
    ['mutation { clear }', 'mutation { cleer }'],
    ['{ __type(name: "Admin") { name } }', '{ __type(name: "Adnin") { name } }'],
    ['{ open admin { level } nothing }', '{ open adnin { level } nothing }'],
  ];
  it.each(pairs)('%s is answered as %s is', async (forbidden, unknown) => {
    const { ask } = gatewayOf([shop()], overlay, { introspection: 'caller' });
    const [one, other] = [await ask(forbidden), await ask(unknown)];
    const asOne = (text: string) =>
      text
        .replaceAll('cope', 'code')
        .replaceAll('dnin', 'dmin')
        .replaceAll('cleer', 'clear')
        .replaceAll('Adnin', 'Admin')
        .replaceAll('adnin', 'admin');
    expect(one.text).toBe(asOne(other.text));
    expect(one.status).toBe(other.status);
    expect(one.sent).toEqual([]);
    expect((await ask(forbidden.replace(' nothing', ''), admin)).errors).toEqual([]);
  });

  it('what an interface leads to is refused where it is met', async () => {
    const { ask } = gatewayOf([shop()], overlay, { introspection: 'caller' });
    expect(await ask('{ named { __typename name } }')).toMatchObject({
      data: {
        named: [
          { __typename: 'Thing', name: 't' },
          { __typename: 'Admin', name: null },
        ],
      },
      errors: ['named.1.name UNAUTHORIZED_FIELD_OR_TYPE'],
    });
  });

  it('who may use nothing is told of nothing', async () => {
    const { ask } = gatewayOf([shop()], 'extend type Query @authenticated', { introspection: 'caller' });
    const { data } = await ask('{ __schema { queryType { fields { name } } types { name } } }');
    expect(JSON.stringify(data)).not.toMatch(/Thing|Admin|open/);
    expect(await ask('{ _empty }')).toMatchObject({ status: 400, errors: [' GRAPHQL_VALIDATION_FAILED'] });
    expect((await ask('{ open }', admin)).data).toEqual({ open: 1 });
  });

  it('a policy that reads arguments hides nothing: some arguments may do', async () => {
    const own = rules({ own: { equals: ['$args.id', '$subject'] } });
    const keyed = source('keyed', 'type Query { mine(id: ID): Int }', { mine: () => 1 });
    const { ask } = gatewayOf([keyed], 'extend type Query { mine(id: ID): Int @policy(policies: [["own"]]) }', {
      introspection: 'caller',
      rules: own,
    });
    expect((await ask('{ __schema { queryType { fields { name } } } }')).text).toContain('mine');
    expect(await ask('{ mine(id: 1) }')).toMatchObject({
      data: { mine: null },
      errors: ['mine UNAUTHORIZED_FIELD_OR_TYPE'],
    });
  });

  it('introspection is asked by itself', async () => {
    const { ask } = gatewayOf([shop()], overlay, { introspection: 'caller' });
    expect(await ask('{ open __schema { types { name } } }')).toMatchObject({ status: 400, sent: [] });
  });
});

it('without it, all callers are told the same', async () => {
  const { ask } = gatewayOf([shop()], overlay);
  const query = getIntrospectionQuery();
  expect((await ask(query)).text).toBe((await ask(query, admin)).text);
  expect((await ask(query)).text).toContain('Admin');
});
