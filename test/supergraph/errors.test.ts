import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { requestContext } from '../../src/adapter/request-context.ts';
import { GatewayError } from '../../src/base/error.ts';
import { run, source, supergraph } from './harness.ts';

const fault = (code: 'NOT_FOUND' | 'UPSTREAM_TIMEOUT' | 'UPSTREAM_ERROR', message = `failed with ${code}`) =>
  new GatewayError(code, message, { details: { source: 'stock', operation: 'levels' } });

const orders = () =>
  source('orders', 'type Query { orders: [Order!] } type Order { id: ID! sku: String }', {
    orders: () => ['a', 'b', 'c', 'd'].map((sku, index) => ({ id: `${index}`, sku })),
  });
const sdl =
  'type Query { levels(skus: [String!]!): [Level] level(sku: String!): Level } type Level { sku: String! quantity: Int! place: Place } type Place { name: String! aisle: Int }';
const link = (more = '') =>
  `extend type Order { level: Level @resolve(call: "stock.levels", batch: { key: "$parent.sku", into: "skus" ${more} }) }`;
const delegated = 'extend type Level { sku: String! @rename(to: "code") }';

describe.each([
  ['direct', ''],
  ['delegated', delegated],
])('errors of a link, %s', (_name, more) => {
  it('an item that failed spoils only the parents it could belong to', async () => {
    const stock = source('stock', sdl, {
      levels: () => [
        fault('UPSTREAM_TIMEOUT'),
        { sku: 'c', quantity: 3 },
        { sku: 'a', quantity: 1 },
        { sku: 'b', quantity: fault('UPSTREAM_ERROR') },
      ],
    });
    const result = await run(
      supergraph([orders(), stock], link() + more),
      '{ list: orders { l: level { quantity } } }',
    );
    expect(result.data).toEqual({ list: [{ l: { quantity: 1 } }, { l: null }, { l: { quantity: 3 } }, { l: null }] });
    expect(result.errors?.map(({ message, path, extensions }) => ({ message, path, extensions }))).toEqual(
      expect.arrayContaining([
        {
          message: 'failed with UPSTREAM_ERROR',
          path: ['list', 1, 'l', 'quantity'],
          extensions: { code: 'UPSTREAM_ERROR', source: 'stock', operation: 'levels' },
        },
        {
          message: 'failed with UPSTREAM_TIMEOUT',
          path: ['list', 3, 'l'],
          extensions: { code: 'UPSTREAM_TIMEOUT', source: 'stock', operation: 'levels' },
        },
      ]),
    );
    expect(result.errors).toHaveLength(2);
  });
  it('a call that failed is the answer to each parent of its chunk', async () => {
    let calls = 0;
    const stock = source('stock', sdl, {
      levels: args =>
        ++calls === 1 ? fault('UPSTREAM_ERROR') : (args['skus'] as string[]).map(sku => ({ sku, quantity: 9 })),
    });
    const result = await run(supergraph([orders(), stock], link('max: 2') + more), '{ orders { level { quantity } } }');
    expect(stock.sent).toEqual(['levels {"skus":["a","b"]}', 'levels {"skus":["c","d"]}']);
    expect(result.data).toEqual({
      orders: [{ level: null }, { level: null }, { level: { quantity: 9 } }, { level: { quantity: 9 } }],
    });
    expect(result.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['orders', 0, 'level'], 'UPSTREAM_ERROR'],
      [['orders', 1, 'level'], 'UPSTREAM_ERROR'],
    ]);
  });
  it('missing: ERROR says that nothing was found', async () => {
    const stock = source('stock', sdl, { levels: () => [{ sku: 'a', quantity: 1 }] });
    const overlay = `extend type Order { level: Level @resolve(call: "stock.levels", batch: { key: "$parent.sku", into: "skus" }, missing: ERROR) } ${more}`;
    const result = await run(supergraph([orders(), stock], overlay), '{ orders { level { quantity } } }');
    expect(result.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual(
      [1, 2, 3].map(index => [['orders', index, 'level'], 'NOT_FOUND']),
    );
  });
  it('an unbatched link turns NOT_FOUND into null, and passes on what else goes wrong', async () => {
    const stock = source('stock', sdl, {
      level: ({ sku }) =>
        sku === 'a'
          ? fault('NOT_FOUND')
          : sku === 'b'
            ? fault('UPSTREAM_ERROR')
            : { sku, quantity: 5, place: { name: fault('UPSTREAM_TIMEOUT'), aisle: 1 } },
    });
    const overlay = `extend type Order { level: Level @resolve(call: "stock.level", args: { sku: "$parent.sku" }) } ${more}`;
    const result = await run(
      supergraph([orders(), stock], overlay),
      '{ orders { level { quantity place { aisle name } } } }',
    );
    expect(result.data).toEqual({
      orders: [
        { level: null },
        { level: null },
        { level: { quantity: 5, place: null } },
        { level: { quantity: 5, place: null } },
      ],
    });
    expect(result.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual(
      expect.arrayContaining([
        [['orders', 1, 'level'], 'UPSTREAM_ERROR'],
        [['orders', 2, 'level', 'place', 'name'], 'UPSTREAM_TIMEOUT'],
        [['orders', 3, 'level', 'place', 'name'], 'UPSTREAM_TIMEOUT'],
      ]),
    );
    expect(stock.sent).toHaveLength(4);
  });
  it('the error in the result is our own, with its cause', async () => {
    const cause = new Error('10.1.2.3 refused');
    const stock = source('stock', sdl, { level: () => new GatewayError('UPSTREAM_UNREACHABLE', 'gone', { cause }) });
    const overlay = `extend type Query { first: Level @resolve(call: "stock.level", args: { sku: "a" }) } ${more}`;
    const call = { signal: new AbortController().signal, deadline: 0, headers: {}, requestId: '' };
    const schema = await supergraph([orders(), stock], overlay).executable();
    const result = await graphql({ schema, source: '{ first { quantity } }', contextValue: requestContext(call, 9) });
    expect(result.errors?.[0]?.originalError).toBeInstanceOf(GatewayError);
    expect(result.errors?.[0]?.originalError?.cause).toBe(cause);
  });
});

it('a bulk call that answers NOT_FOUND found nothing', async () => {
  const stock = source('stock', sdl, { levels: () => fault('NOT_FOUND') });
  expect(await run(supergraph([orders(), stock], link()), '{ orders { level { quantity } } }')).toEqual({
    data: { orders: Array(4).fill({ level: null }) },
  });
});

it("what breaks the source's own description is the source's failure", async () => {
  const stock = source('stock', sdl, { level: () => ({ sku: 'a', quantity: null }) });
  const result = await run(supergraph([stock], delegated), '{ level(sku: "a") { quantity } }');
  expect(result).toMatchObject({
    data: { level: null },
    errors: [
      { path: ['level', 'quantity'], extensions: { code: 'UPSTREAM_MALFORMED', source: 'stock', operation: 'level' } },
    ],
  });
});

it("an entity's failing source leaves its own fields null, each with the error", async () => {
  const a = source('a', 'type Query { us: [U] ua(ids: [ID!]): [U] } type U { id: ID! x: Int }', {
    us: () => [
      { id: '1', x: 1 },
      { id: '2', x: 2 },
    ],
    ua: () => [],
  });
  const b = source('b', 'type Query { ub(ids: [ID!]): [U] } type U { id: ID! y: Int z: Int }', {
    ub: () => fault('UPSTREAM_ERROR'),
  });
  const overlay =
    'extend type U @entity(key: "id", call: "a.ua", into: "ids") @entity(key: "id", call: "b.ub", into: "ids")';
  const result = await run(supergraph([a, b], overlay), '{ us { x why: y z } }');
  expect(result.data).toEqual({
    us: [
      { x: 1, why: null, z: null },
      { x: 2, why: null, z: null },
    ],
  });
  expect(result.errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual(
    expect.arrayContaining([0, 1].flatMap(row => ['why', 'z'].map(name => [['us', row, name], 'UPSTREAM_ERROR']))),
  );
  expect(b.sent).toEqual(['ub {"ids":["1","2"]}']);
});

it('an error in a list that several parents share stands under each of them', async () => {
  const a = source('a', 'type Query { us: [U] ua(ids: [ID!]): [U] } type U { id: ID! peers: [U] }', {
    us: () => ['1', '1'].map(id => ({ id })),
    ua: () => [],
  });
  const b = source('b', 'type Query { ub(ids: [ID!]): [U] } type U { id: ID! friends: [U] }', {
    ub: () => [{ id: '1', friends: [{ id: '2' }] }],
  });
  const c = source('c', 'type Query { uc(ids: [ID!]): [U] } type U { id: ID! marks: [Int] }', {
    uc: () => [{ id: '2', marks: [1, fault('UPSTREAM_ERROR')] }],
  });
  const entity = (name: string) => `@entity(key: "id", call: "${name}.u${name}", into: "ids")`;
  const result = await run(
    supergraph([a, b, c], `extend type U ${['a', 'b', 'c'].map(entity).join(' ')}`),
    '{ us { friends { marks } } }',
  );
  expect(result.data).toEqual({ us: Array(2).fill({ friends: [{ marks: [1, null] }] }) });
  expect(result.errors?.map(({ path }) => path)).toEqual([0, 1].map(row => ['us', row, 'friends', 0, 'marks', 1]));
});

it('what a client calls a root field is not what the source is told to have failed at', async () => {
  const stock = source('stock', sdl, { level: () => ({ sku: 'a', quantity: null }) }, { prefix: 'Wh' });
  const overlay = 'extend type WhLevel { quantity: Int! @rename(to: "pieces") }';
  const result = await run(supergraph([stock], overlay), '{ it: whLevel(sku: "a") { pieces } }');
  expect(result.errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'UPSTREAM_MALFORMED', source: 'stock', operation: 'level' },
  ]);
});
