import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { CallContext, CallItem, Outcome } from '../../src/adapter/adapter.ts';
import { createCore } from '../../src/edge/core.ts';
import { Counters } from '../../src/edge/counters.ts';
import type { Lane, OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits, type Limits } from '../../src/edge/limits/limits.ts';
import { defaultSingleFlight, type SingleFlightOptions } from '../../src/edge/single-flight.ts';
import type { Member } from '../../src/supergraph/supergraph.ts';
import { source, supergraph } from '../supergraph/harness.ts';

const sdl = /* GraphQL */ `
  type Query {
    flat(n: Int): [Item]
    nested(n: Int): [[Item]]
    slow: String
    authors(ids: [Int]): [Author]
  }
  type Mutation { make(n: Int): [Item] slowly: String }
  type Item { id: Int tags: [String] authorId: Int }
  type Author { id: Int books: [Int] bookIds: [Int] }
`;
const overlay = /* GraphQL */ `
  extend type Item { author: Author @resolve(call: "shop.authors", batch: { key: "$parent.authorId", into: "ids", match: "id" }) }
  extend type Author { again: Author @resolve(call: "shop.authors", batch: { key: "$parent.id", into: "ids", match: "id" }) }
`;

const items = (n: number) => Array.from({ length: n }, (_, id) => ({ id, tags: ['a', 'b'], authorId: 1 }));

/** One backend, which answers all but `slow` at once; what is slow only ends by its signal. */
function world(limits: Partial<Limits>, lane: Lane = 'plan', singleFlight: SingleFlightOptions = defaultSingleFlight) {
  const plain = source('shop', sdl, {
    flat: () => [],
    nested: () => [],
    slow: () => '',
    authors: () => [],
    make: () => [],
    slowly: () => '',
  });
  const open = new Set<CallContext>();
  let sent = 0;
  const answer = (name: string, { args }: CallItem): Outcome => {
    const n = Number(args['n']);
    if (name === 'nested') return { value: Array.from({ length: n }, () => items(n)) };
    if (name === 'authors') return { value: [{ id: 1, books: Array(100).fill(1), bookIds: [1] }] };
    return { value: items(n) };
  };
  const send = async (call: unknown, batch: readonly CallItem[], context: CallContext): Promise<readonly Outcome[]> => {
    const { name } = call as { name: string };
    sent += 1;
    if (name !== 'slow') return batch.map(item => answer(name, item));
    open.add(context);
    await new Promise<void>(resolve => context.signal.addEventListener('abort', resolve as () => void));
    open.delete(context);
    return batch.map(() => ({ value: 'too late' }));
  };
  const member: Member = { source: plain.source, subschema: { ...plain.subschema, send } };
  const graph = supergraph([member], overlay);
  const counters = new Counters();
  const handler = createCore({
    supergraph: () => graph,
    limits: { ...defaultLimits, cost: 1e9, ...limits },
    deadline: 60_000,
    log: pino({ level: 'silent' }),
    lane,
    singleFlight,
    counters,
  });
  const ask = (query: string, more: Partial<OperationRequest> = {}) =>
    handler({ id: 'r', query, method: 'POST', headers: {}, signal: new AbortController().signal, ...more });
  return { ask, counters, open, sent: () => sent };
}

const exceeded = {
  status: 200,
  result: {
    data: null,
    errors: [{ message: 'The operation comes to more than 50 items of lists.', extensions: { code: 'COST_EXCEEDED' } }],
  },
};

describe.each(['plan', 'reference'] as const)('C8: items of lists are counted as they come, %s lane', lane => {
  const rows: readonly [name: string, query: string, items: number][] = [
    ['a list', '{ flat(n: 50) { id } }', 50],
    ['lists in lists', '{ nested(n: 6) { id } }', 6 + 36],
    ['lists in items', '{ flat(n: 16) { tags } }', 16 + 32],
    ['several lists', '{ a: flat(n: 20) { id } b: flat(n: 30) { id } }', 50],
    ['a mutation', 'mutation { make(n: 50) { id } }', 50],
    ['links, each time', '{ flat(n: 1) { author { bookIds } } }', 2],
  ];
  test.each(rows)('C8: %s', async (_, query, count) => {
    const { ask } = world({ resultNodes: count }, lane);
    expect((await ask(query)).result.errors).toBeUndefined();
    const { ask: less, counters } = world({ resultNodes: count - 1 }, lane);
    const { status, result } = await less(query);
    expect({ status, ...result }).toMatchObject({
      status: 200,
      data: null,
      errors: [{ extensions: { code: 'COST_EXCEEDED' } }],
    });
    expect(counters.of('limitRefusals')).toEqual(new Map([['resultNodes', 1]]));
  });

  test('C8: what many share counts each time, as it stands in the answer', async () => {
    const { ask } = world({ resultNodes: 20 + 20 * 100 }, lane);
    const query = '{ flat(n: 20) { author { again { books } } } }';
    expect((await ask(query)).result.errors).toBeUndefined();
    const { result } = await world({ resultNodes: 20 + 20 * 100 - 1 }, lane).ask(query);
    expect(result).toMatchObject({ data: null, errors: [{ extensions: { code: 'COST_EXCEEDED' } }] });
  });

  test('C8: where the limit only warns, all is answered', async () => {
    const { ask, counters } = world({ resultNodes: 10, warn: ['resultNodes'] }, lane);
    const { result } = await ask('{ flat(n: 20) { id } }');
    expect(result.data?.['flat']).toHaveLength(20);
    expect(counters.of('limitWarnings')).toEqual(new Map([['resultNodes', 1]]));
  });
});

describe('C8: too many items leave no call in flight', () => {
  test.each([
    ['shared by identical queries', defaultSingleFlight],
    ['alone', { ...defaultSingleFlight, mode: 'off' } as const],
  ])('C8: a query that is %s', async (_, singleFlight) => {
    const { ask, open, counters } = world({ resultNodes: 50 }, 'plan', singleFlight);
    const done = await Promise.all([1, 2].map(() => ask('{ slow flat(n: 51) { id } }')));
    for (const each of done) expect(each).toMatchObject(exceeded);
    await new Promise(resolve => setImmediate(resolve));
    expect(open.size).toBe(0);
    expect(counters.of('limitRefusals').get('resultNodes')).toBe(singleFlight.mode === 'off' ? 2 : 1);
  });

  test('C8: nothing more is asked', async () => {
    const { ask, sent } = world({ resultNodes: 50 });
    expect(await ask('{ flat(n: 51) { author { id } } }')).toMatchObject(exceeded);
    await new Promise(resolve => setImmediate(resolve));
    expect(sent()).toBe(1);
  });

  test('C8: a mutation performs nothing more', async () => {
    const { ask, sent } = world({ resultNodes: 50 });
    expect(await ask('mutation { make(n: 51) { id } slowly }')).toMatchObject(exceeded);
    expect(sent()).toBe(1);
  });
});
