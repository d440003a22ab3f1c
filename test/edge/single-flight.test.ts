import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { CallContext, CallItem, Outcome } from '../../src/adapter/adapter.ts';
import { anonymous, type Principal } from '../../src/base/principal.ts';
import { createCore } from '../../src/edge/core.ts';
import { Counters } from '../../src/edge/counters.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { defaultSingleFlight, type SingleFlightOptions } from '../../src/edge/single-flight.ts';
import type { Member } from '../../src/supergraph/supergraph.ts';
import { source, supergraph } from '../supergraph/harness.ts';

const sdl = 'type Query { user(id: ID, on: Boolean): String, other: String } type Mutation { add(id: ID): String }';
const byId = 'query ($id: ID) { user(id: $id) }';

/** A gateway before one backend, which answers when it is released. */
function world(singleFlight: SingleFlightOptions = defaultSingleFlight, forward: readonly string[] = []) {
  const calls: { readonly at: string; readonly context: CallContext; release(): void }[] = [];
  const plain = source('shop', sdl, { user: () => 'u', other: () => 'o', add: () => 'a' });
  const send = (call: unknown, batch: readonly CallItem[], context: CallContext): Promise<readonly Outcome[]> =>
    new Promise(resolve => {
      const { name } = call as { name: string };
      const outcomes = batch.map(({ args }) => ({ value: `${name} ${JSON.stringify(args)} ${calls.length}` }));
      calls.push({ at: name, context, release: () => resolve(outcomes) });
    });
  const member: Member = {
    source: { ...plain.source, options: { ...plain.source.options, forward } },
    subschema: { ...plain.subschema, send },
  };
  const graph = supergraph([member]);
  let revision = graph;
  const counters = new Counters();
  const handler = createCore({
    supergraph: () => revision,
    limits: defaultLimits,
    deadline: 60_000,
    log: pino({ level: 'silent' }),
    singleFlight,
    counters,
  });
  const ask = (query: string, request: Partial<OperationRequest> = {}) =>
    handler({ id: 'r', query, method: 'POST', headers: {}, signal: new AbortController().signal, ...request });
  const reload = () => {
    revision = supergraph([member], 'extend type Query { more: String @resolve(call: "shop.other") }');
  };
  return { calls, ask, counters, reload };
}

/** Until what can be sent has been sent. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(resolve => setImmediate(resolve));
}

const inflight: SingleFlightOptions = { mode: 'tick', inflight: { operations: [], sources: ['shop'] } };

describe('identical queries', () => {
  it('make their calls once where they come together', async () => {
    const { calls, ask, counters } = world();
    const answers = Array.from({ length: 50 }, (_, index) => ask(byId, { id: `r${index}`, variables: { id: '1' } }));
    await settled();
    expect(calls.map(({ at }) => at)).toEqual(['user']);
    calls[0]?.release();
    const done = await Promise.all(answers);
    expect(new Set(done.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    expect(done.filter(({ coalesced }) => coalesced).length).toBe(49);
    expect(done.map(({ backendCalls }) => backendCalls ?? 0).reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(counters.of('coalesced')).toEqual(new Map([['tick', 49]]));
  });

  it('do not join what has been sent', async () => {
    const { calls, ask } = world();
    const first = ask('{ other }');
    await settled();
    const second = ask('{ other }');
    await settled();
    expect(calls.length).toBe(2);
    for (const { release } of calls) release();
    expect((await first).result.data).not.toEqual((await second).result.data);
  });

  it('join what is under way where the operator says so, and never what is over', async () => {
    const { calls, ask } = world(inflight);
    const first = ask('{ other }');
    await settled();
    const second = ask('{ other }');
    await settled();
    expect(calls.length).toBe(1);
    calls[0]?.release();
    expect((await first).result.data).toEqual((await second).result.data);
    const third = ask('{ other }');
    await settled();
    expect(calls.length).toBe(2);
    calls[1]?.release();
    await third;
  });

  it('join what is under way by the name of the operation', async () => {
    const { calls, ask } = world({ mode: 'off', inflight: { operations: ['Hot'], sources: [] } });
    const named = { operationName: 'Hot' };
    const answers = [ask('query Hot { other }', named)];
    await settled();
    answers.push(ask('query Hot { other }', named), ask('query Cold { other }'), ask('query Cold { other }'));
    await settled();
    expect(calls.length).toBe(3);
    for (const { release } of calls) release();
    await Promise.all(answers);
  });

  it('fly alone where it is off', async () => {
    const { calls, ask } = world({ ...defaultSingleFlight, mode: 'off' });
    const answers = [ask('{ other }'), ask('{ other }')];
    await settled();
    expect(calls.length).toBe(2);
    for (const { release } of calls) release();
    await Promise.all(answers);
  });
});

describe('callers', () => {
  const principal = (subject: string, via = 'corporate'): Principal => ({ ...anonymous, subject, via });

  it('K3: fly together only where they are one', async () => {
    const { calls, ask } = world(inflight);
    const [ada, bob] = [principal('ada'), principal('bob')];
    const answers = [ada, ada, bob, principal('ada', 'partners'), { ...ada, scopes: new Set(['read']) }, anonymous].map(
      each => ask(byId, { variables: { id: '1' }, principal: each }),
    );
    answers.push(ask(byId, { variables: { id: '1' } }));
    await settled();
    expect(calls.length).toBe(5);
    for (const { release } of calls) release();
    const coalesced = (await Promise.all(answers)).map(({ coalesced: joined = false }) => joined);
    expect(coalesced).toEqual([false, true, false, false, false, false, true]);
  });
});

describe('queries that differ', () => {
  it.each([
    ['in a variable', { variables: { id: '1' } }, { variables: { id: '2' } }],
    ['in a variable that is not given', { variables: { id: null } }, { variables: {} }],
    [
      'in a header that is forwarded',
      { headers: { 'accept-language': 'de' } },
      { headers: { 'accept-language': 'en' } },
    ],
    ['in whether such a header is there', { headers: { 'accept-language': '' } }, { headers: {} }],
  ])('%s do not fly together', async (_what, one, other) => {
    const { calls, ask } = world(inflight, ['accept-language']);
    const answers = [ask(byId, one), ask(byId, other)];
    await settled();
    expect(calls.length).toBe(2);
    for (const { release } of calls) release();
    await Promise.all(answers);
  });

  it('only in headers that no source gets, or in the order of variables, do', async () => {
    const { calls, ask } = world();
    const query = 'query ($id: ID, $on: Boolean) { user(id: $id, on: $on) }';
    const answers = [
      ask(query, { headers: { cookie: 'a' }, variables: { id: '1', on: true } }),
      ask(query, { headers: { cookie: 'b' }, variables: { on: true, id: 1 } }),
    ];
    await settled();
    expect(calls.length).toBe(1);
    calls[0]?.release();
    await Promise.all(answers);
  });

  it('in the revision do not', async () => {
    const { calls, ask, reload } = world();
    const first = ask('{ other }');
    reload();
    const second = ask('{ other }');
    await settled();
    expect(calls.length).toBe(2);
    for (const { release } of calls) release();
    await Promise.all([first, second]);
  });
});

it('mutations never fly together', async () => {
  const { calls, ask } = world(inflight);
  const answers = [ask('mutation { add(id: 1) }'), ask('mutation { add(id: 1) }')];
  await settled();
  expect(calls.map(({ at }) => at)).toEqual(['add', 'add']);
  for (const { release } of calls) release();
  await Promise.all(answers);
});

describe('who leaves', () => {
  it('does not take the answer from the others', async () => {
    const { calls, ask } = world();
    const leader = new AbortController();
    const first = ask('{ other }', { signal: leader.signal });
    const second = ask('{ other }');
    await settled();
    leader.abort();
    expect((await first).result.errors?.[0]?.extensions['code']).toBe('UPSTREAM_TIMEOUT');
    expect(calls[0]?.context.signal.aborted).toBe(false);
    calls[0]?.release();
    expect((await second).result.errors).toBeUndefined();
  });

  it('as the last one ends the calls', async () => {
    const { calls, ask } = world();
    const [one, other] = [new AbortController(), new AbortController()];
    const answers = [ask('{ other }', { signal: one.signal }), ask('{ other }', { signal: other.signal })];
    await settled();
    one.abort();
    other.abort();
    await settled();
    expect(calls.map(({ context }) => context.signal.aborted)).toEqual([true]);
    calls[0]?.release();
    await Promise.all(answers);
  });
});
