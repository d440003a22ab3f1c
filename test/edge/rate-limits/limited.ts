import { pino } from 'pino';
import { expect } from 'vitest';
import { anonymous, type Principal } from '../../../src/base/principal.ts';
import { createCore } from '../../../src/edge/core.ts';
import { Counters } from '../../../src/edge/counters.ts';
import type { OperationRequest } from '../../../src/edge/handler.ts';
import { defaultLimits } from '../../../src/edge/limits/limits.ts';
import { defaultRateLimitOptions, type RateLimitOptions } from '../../../src/edge/rate-limits/options.ts';
import type { Member } from '../../../src/supergraph/supergraph.ts';
import { supergraph } from '../../supergraph/harness.ts';

interface Caller {
  readonly principal?: Principal;
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** Whatever is asked is counted here, and refused by no other limit. */
const most = 10_000_000;
const wide = { depth: 100, aliases: most, rootFields: most, expandedFields: most, cost: most };

/** A core over sources in memory, with an overlay and rate limits. */
export function limited(members: readonly Member[], overlay = '', rateLimits: Partial<RateLimitOptions> = {}) {
  const graph = supergraph(members, overlay);
  const counters = new Counters();
  const ends: (() => void | Promise<void>)[] = [];
  const core = createCore({
    supergraph: () => graph,
    limits: { ...defaultLimits, ...wide },
    deadline: 60_000,
    log: pino({ level: 'silent' }),
    counters,
    edge: { rateLimits: { ...defaultRateLimitOptions, ...rateLimits } },
    whenClosed: end => ends.push(end),
  });
  const handled = (query: string, { address, ...caller }: Caller = {}) =>
    core({
      id: 'r1',
      query,
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      ...(address === undefined ? {} : { peer: { address } }),
      ...caller,
    } satisfies OperationRequest);
  const ask = async (query: string, caller: Caller = {}) => {
    const { status, headers = {}, result } = await handled(query, caller);
    const [error] = result.errors ?? [];
    const code = error?.extensions['code'];
    return { status, headers, code, message: error?.message, extensions: error?.extensions, data: result.data };
  };
  /** The statuses of several, one after another. */
  const statuses = async (queries: readonly string[], caller: Caller = {}) => {
    const all: number[] = [];
    for (const query of queries) all.push((await ask(query, caller)).status);
    return all;
  };
  const close = async () => {
    for (const end of ends) await end();
  };
  return { ask, handled, statuses, counters, close };
}

export function principal(subject: string, claims: Readonly<Record<string, unknown>> = {}, via = 'idp'): Principal {
  return { ...anonymous, subject, claims: Object.assign(Object.create(null), claims), via };
}

/** Units that are left of each limit, as the client is told. */
export function left(headers: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  const items = (headers['ratelimit'] ?? '').split(', ').filter(item => item !== '');
  return Object.fromEntries(
    items.map(item => {
      const [, name, r] = /^"([^"]+)";r=(\d+);t=\d+$/.exec(item) ?? [];
      expect(name).toBeDefined();
      return [name, Number(r)];
    }),
  );
}
