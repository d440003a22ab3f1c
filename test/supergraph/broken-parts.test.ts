import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/base/error.ts';
import { runOnce } from '../plan/plan-lane.ts';
import { run, source, supergraph } from './harness.ts';

/** Orders whose `id: ID!` and `place.code: Int!`, which links and entities read, are not what the source's description promises. */
function graph(orders: readonly unknown[], selective: boolean) {
  const one = source(
    'orders',
    'type Query { orders: [Order] one(ids: [ID!]): [Order] } type Order { id: ID! sum: Int place: Place } type Place { code: Int! }',
    { orders: () => orders.map(order => (selective ? underKeys(order) : order)), one: () => [] },
    { selective },
  );
  const two = source(
    'shipping',
    'type Query { ships(ids: [ID!]): [Order] sites(codes: [String!]): [Site] } type Order { id: ID! state: String } type Site { code: String }',
    {
      ships: ({ ids }) => (ids as string[]).map(id => ({ id, state: `state ${id}` })),
      sites: ({ codes }) => (codes as string[]).map(code => ({ code })),
    },
  );
  const overlay = `
    extend type Order @entity(key: "id", call: "orders.one", into: "ids") @entity(key: "id", call: "shipping.ships", into: "ids")
    extend type Order { site: Site @resolve(call: "shipping.sites", batch: { key: "$parent.place.code", into: "codes", match: "code" }) }`;
  return { supergraph: supergraph([one, two], overlay), two };
}

/** What a source answers that is told the gateway's keys. */
function underKeys(order: unknown) {
  const { id, place } = order as { id?: unknown; place?: unknown };
  return { ...(order as object), _selvage_id: id, _selvage_place: place };
}

describe.each([false, true])(
  'a key that breaks its description, of a source that is told selections: %s',
  selective => {
    const query = '{ orders { sum state site { code } } }';

    it('takes nothing with it that the client selected', async () => {
      const orders = [
        { id: null, sum: 1, place: { code: null } },
        { sum: 2, place: {} },
        { id: 3, sum: 3, place: { code: '7' } },
      ];
      const data = {
        orders: [
          { sum: 1, state: null, site: null },
          { sum: 2, state: null, site: null },
          { sum: 3, state: 'state 3', site: { code: '7' } },
        ],
      };
      const reference = graph(orders, selective);
      expect(await run(reference.supergraph, query)).toEqual({ data });
      const plan = graph(orders, selective);
      expect(await runOnce(plan.supergraph, query)).toEqual({ data, faults: [] });
      expect(plan.two.sent).toEqual(reference.two.sent);
    });

    it('takes the object with it where the client selected the key', async () => {
      const orders = [{ id: null, sum: 1, place: { code: 1 } }];
      const data = { orders: [null] };
      const reference = await run(graph(orders, selective).supergraph, '{ orders { id sum } }');
      expect(reference).toMatchObject({ data, errors: [{ path: ['orders', 0, 'id'] }] });
      expect(await runOnce(graph(orders, selective).supergraph, '{ orders { id sum } }')).toMatchObject({ data });
    });
  },
);

it('a part of a merged object that breaks tells what broke it, and not what else is wrong in it', async () => {
  const a = source('a', 'type Query { us: [U] ua(ids: [ID!]): [U] } type U { id: ID! }', {
    us: () => [{ id: '1' }],
    ua: () => [],
  });
  const broken = new GatewayError('UPSTREAM_TIMEOUT', 'It is late.', { details: { source: 'b', operation: 'ub' } });
  const b = source('b', 'type Query { ub(ids: [ID!]): [U] } type U { id: ID! x: Int y: Int! z: Int }', {
    ub: () => [{ id: '1', x: 'wrong', y: broken, z: 1 }],
  });
  const graph = supergraph(
    [a, b],
    `extend type U @entity(key: "id", call: "a.ua", into: "ids") @entity(key: "id", call: "b.ub", into: "ids")`,
  );
  const reference = await run(graph, '{ us { x y z } }');
  expect(reference.data).toEqual({ us: [{ x: null, y: null, z: null }] });
  expect(reference.errors?.map(({ message }) => message)).toEqual(Array(3).fill('It is late.'));
  expect((await runOnce(graph, '{ us { x y z } }')).faults).toEqual(
    ['x', 'y', 'z'].map(name => `us.0.${name}: It is late.`),
  );
});

it('a key that failed is not told for the object that something else took away', async () => {
  const late = new GatewayError('UPSTREAM_TIMEOUT', 'It is late.', { details: { source: 'a', operation: 'us' } });
  const a = source('a', 'type Query { us: [U] } type U { id: ID! ref: ID sum: Int! }', {
    us: () => [{ id: '1', ref: late, sum: 'wrong' }],
  });
  const b = source('b', 'type Query { vs(ids: [ID!]): [V] } type V { id: ID! }', { vs: () => [] });
  const graph = supergraph(
    [a, b],
    `extend type U { id: ID! @rename(to: "key") v: V @resolve(call: "b.vs", batch: { key: "$parent.ref", into: "ids", match: "id" }) }`,
  );
  const paths = [['us', 0, 'total']];
  const reference = await run(graph, '{ us { v { id } total: sum } }');
  expect(reference.errors?.map(({ path }) => path)).toEqual(paths);
  expect((await runOnce(graph, '{ us { v { id } total: sum } }')).faults.map(text => text.split(':')[0])).toEqual([
    'us.0.total',
  ]);
});
