import { graphql, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CallItem, Outcome, Subschema } from '../../src/adapter/adapter.ts';
import { ask, perform } from '../../src/adapter/ask.ts';
import { executableSchema } from '../../src/adapter/executable.ts';
import { requestContext } from '../../src/adapter/request-context.ts';
import { GatewayError } from '../../src/base/error.ts';

const typeDefs = parse(
  `type Query { thing(id: ID!, by: By): Thing  things: [Node] }
   type Mutation { change(id: ID!): Thing }
   interface Node { id: ID }
   type Thing implements Node { id: ID  toString: String  constructor: String  when: Date }
   input By { x: Int = 1, y: [Int] }
   scalar Date`,
  { noLocation: true },
);

/** A subschema that counts: `sent` holds each batch that it was given. */
function counting(answer: (item: CallItem) => Outcome, selective = false) {
  const sent: { call: string; batch: readonly unknown[] }[] = [];
  const subschema: Subschema<unknown, unknown> = {
    blueprint: {
      typeDefs,
      calls: { 'Query.thing': { at: 'thing' }, 'Query.things': { at: 'things' }, 'Mutation.change': { at: 'change' } },
      model: null,
    },
    selective,
    send: async (call, batch) => {
      sent.push({ call: (call as { at: string }).at, batch: batch.map(({ args }) => args) }); // the calls above
      return batch.map(answer);
    },
    close: async () => {},
  };
  return { sent, subschema };
}

async function run(subschema: Subschema<unknown, unknown>, source: string, maxCalls = 100) {
  const schema = executableSchema(subschema);
  const { data, errors = [] } = await graphql({ schema, source, contextValue: contextOf(maxCalls) });
  const told = errors.map(({ path = [], extensions }) => ({ path: path.join('.'), code: extensions['code'] }));
  told.sort((one, other) => one.path.localeCompare(other.path));
  return { data: JSON.parse(JSON.stringify(data)) as unknown, told }; // as a client gets it
}

function contextOf(maxCalls: number) {
  const signal = new AbortController().signal;
  const call = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'test' };
  return requestContext(call, maxCalls);
}

const echo = ({ args }: CallItem): Outcome => ({ value: { id: args['id'] } });

describe('asking', () => {
  it('sends what is asked at once as one batch, and equal wishes once', async () => {
    const { sent, subschema } = counting(echo);
    const { data } = await run(
      subschema,
      '{ a: thing(id: 1) { id } b: thing(id: 2) { id } c: thing(id: "1", by: null) { id } d: thing(id: 1) { when } }',
    );
    expect(data).toEqual({ a: { id: '1' }, b: { id: '2' }, c: { id: '1' }, d: { when: null } });
    expect(sent).toEqual([{ call: 'thing', batch: [{ id: '1' }, { id: '2' }, { id: '1', by: null }] }]);
  });

  it('coerces arguments, defaults among them', async () => {
    const { sent, subschema } = counting(echo);
    await run(subschema, '{ thing(id: 1, by: { y: 2 }) { id } }');
    expect(sent[0]?.batch).toEqual([{ id: '1', by: { x: 1, y: [2] } }]);
  });

  it('reports a fault at its item, and a fault that stands in a value at its place', async () => {
    const fault = new GatewayError('CONFLICT', 'x');
    const { subschema } = counting(({ args }) =>
      args['id'] === '1' ? { fault } : { value: { __typename: 'Thing', id: fault, when: '2009-12-31' } },
    );
    expect(await run(subschema, '{ a: thing(id: 1) { id } b: thing(id: 2) { when id } }')).toEqual({
      data: { a: null, b: { when: '2009-12-31', id: null } },
      told: [
        { path: 'a', code: 'CONFLICT' },
        { path: 'b.id', code: 'CONFLICT' },
      ],
    });
  });

  it('sends no more items than the budget has left, and refuses the others alone', async () => {
    const { sent, subschema } = counting(echo);
    const { data, told } = await run(
      subschema,
      '{ a: thing(id: 1) { id } b: thing(id: 2) { id } c: thing(id: 3) { id } }',
      2,
    );
    expect(data).toEqual({ a: { id: '1' }, b: { id: '2' }, c: null });
    expect(told).toEqual([{ path: 'c', code: 'OPERATION_TOO_COMPLEX' }]);
    expect(sent).toEqual([{ call: 'thing', batch: [{ id: '1' }, { id: '2' }] }]);
  });

  it('performs equal mutations each by itself', async () => {
    const { sent, subschema } = counting(echo);
    await run(subschema, 'mutation { a: change(id: 1) { id } b: change(id: 1) { id } }');
    expect(sent.map(({ call }) => call)).toEqual(['change', 'change']);
  });
});

describe('the budget', () => {
  it('counts requests where a request carries several items', async () => {
    const { sent, subschema } = counting(echo);
    const bulk = { ...subschema, itemsPerRequest: 3 };
    const things = Array.from({ length: 7 }, (_, id) => `_${id}: thing(id: ${id}) { id }`).join(' ');
    const { told } = await run(bulk, `{ ${things} }`, 2);
    expect(sent.map(({ batch }) => batch.length)).toEqual([6]);
    expect(told).toEqual([{ path: '_6', code: 'OPERATION_TOO_COMPLEX' }]);
  });
});

describe('values', () => {
  it('are read by their own properties only', async () => {
    const { subschema } = counting(() => ({ value: {} }));
    const { data, told } = await run(subschema, '{ thing(id: 1) { toString constructor } }');
    expect({ data, told }).toEqual({ data: { thing: { toString: null, constructor: null } }, told: [] });
  });

  it('of a selective subschema are read by response key', async () => {
    const { subschema } = counting(() => ({ value: { x: 'one', id: 'other' } }), true);
    const { data } = await run(subschema, '{ thing(id: 1) { x: id id: when } }');
    expect(data).toEqual({ thing: { x: 'one', id: 'other' } });
  });

  it.each([
    ['of an unknown type', { __typename: 'Query' }],
    ['of a type that does not exist', { __typename: 'Missing' }],
    ['without a type', {}],
    ['with a type that is no name', { __typename: 1 }],
  ])('%s are malformed', async (_name, value) => {
    const { subschema } = counting(() => ({ value: [value, { __typename: 'Thing', id: '1' }] }));
    expect(await run(subschema, '{ things { id } }')).toEqual({
      data: { things: [null, { id: '1' }] },
      told: [{ path: 'things.0', code: 'UPSTREAM_MALFORMED' }],
    });
  });
});

describe('after a mutation', () => {
  it('what was read before is read again', async () => {
    const { sent, subschema } = counting(echo);
    const context = contextOf(100);
    const read = () => ask(subschema, 'Query.thing', { args: { id: '7' } }, context);
    await Promise.all([read(), read()]);
    await read();
    await perform(subschema, 'Mutation.change', { args: { id: '1' } }, context);
    await read();
    expect(sent.map(({ call }) => call)).toEqual(['thing', 'change', 'thing']);
  });
});
