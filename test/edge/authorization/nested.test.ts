import { describe, expect, it } from 'vitest';
import { ask, askAtOnce, perform } from '../../../src/adapter/ask.ts';
import { requestContext } from '../../../src/adapter/request-context.ts';
import { refusedAccess } from '../../../src/base/refused-access.ts';
import type { KnownRequest } from '../../../src/edge/handler.ts';
import { RequestCall } from '../../../src/edge/request/request-call.ts';
import { source } from '../../supergraph/harness.ts';
import { gatewayOf, lanes } from './ask-as.ts';
import { caller } from './callers.ts';

const shop = () =>
  source('shop', 'type Query { orders: [Order!] } type Order { id: ID! buyer: ID }', {
    orders: () => [{ id: 'o1', buyer: 'u1' }],
  });
const people = () =>
  source(
    'people',
    'type Query { person(id: ID!): Person } type Mutation { remove(id: ID!): Person } type Person { id: ID! name: String }',
    { person: ({ id }) => ({ id, name: 'Ann' }), remove: ({ id }) => ({ id, name: 'Ann' }) },
  );
const overlay = `
  extend type Query { person(id: ID!): Person @inaccessible @requiresScopes(scopes: [["people"]]) }
  extend type Mutation { remove(id: ID!): Person @requiresScopes(scopes: [["people"]]) }
  extend type Order { person: Person @resolve(call: "people.person", args: { id: "$parent.buyer" }) }`;

describe('a protected call that something else leads to', () => {
  it.each(lanes)(
    'Z5: is not sent for a link without the scopes of what it calls, hidden though that is (%s lane)',
    async lane => {
      const { ask: query } = gatewayOf([shop(), people()], overlay, {}, lane);
      const refused = await query('{ orders { id person { name } } }', caller('x'));
      expect(refused.data).toEqual({ orders: [{ id: 'o1', person: null }] });
      expect(refused.errors).toEqual(['orders.0.person UNAUTHORIZED_FIELD_OR_TYPE']);
      expect(refused.sent).toEqual(['shop.orders {}']);
      const given = await query('{ orders { id person { name } } }', caller('x', ['people']));
      expect(given.data).toEqual({ orders: [{ id: 'o1', person: { name: 'Ann' } }] });
    },
  );

  it('Z5: is not sent where it is asked past the gate, by whatever way', async () => {
    const members = [shop(), people()] as const;
    const { graph } = gatewayOf(members, overlay);
    const signal = new AbortController().signal;
    const request = { id: 'r', method: 'POST', headers: {}, signal, deadline: Number.POSITIVE_INFINITY, served: graph };
    const context = requestContext(new RequestCall(request as unknown as KnownRequest, false), 10); // no gate has seen it: it has no document
    const { subschema, sent } = members[1];
    const item = { args: { id: '1' } };
    await expect(ask(subschema, 'Query.person', item, context)).rejects.toBe(refusedAccess);
    expect(await askAtOnce(subschema, 'Query.person', [item, item], context)).toEqual([refusedAccess, refusedAccess]);
    await expect(perform(subschema, 'Mutation.remove', item, context)).rejects.toBe(refusedAccess);
    expect(sent).toEqual([]);
    expect(refusedAccess.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    await ask(members[0].subschema, 'Query.orders', { args: {} }, context);
    expect(members[0].sent).toHaveLength(1); // what nothing protects is
  });
});
