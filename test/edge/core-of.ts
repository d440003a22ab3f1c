import { makeExecutableSchema } from '@graphql-tools/schema';
import pino from 'pino';
import type { Principal } from '../../src/base/principal.ts';
import { createCore } from '../../src/edge/core.ts';
import type { EdgeOptions } from '../../src/edge/edge-options.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import type { Traces } from '../../src/edge/trace/traces.ts';
import { servedSchema } from '../support/served-schema.ts';

/** A core around a small schema, with the edge's options as they are given; tells which root fields ran and what was logged. */
export function coreWith(edge: Partial<EdgeOptions>, traces?: Traces) {
  const ran: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const held: (() => void)[] = [];
  const schema = makeExecutableSchema({
    typeDefs: 'type Query { ok: String held: String fails: String }',
    resolvers: {
      Query: {
        ok: () => {
          ran.push('ok');
          return 'ok';
        },
        held: () => new Promise<string>(resolve => held.push(() => resolve('let go'))),
        fails: () => {
          throw new TypeError('secret-cause');
        },
      },
    },
  });
  const handler = createCore({
    supergraph: () => servedSchema(schema),
    lane: 'reference',
    limits: defaultLimits,
    deadline: 60_000,
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    edge,
    ...(traces ? { traces } : {}),
  });
  const ask = async (query: string, request: Partial<OperationRequest> & { principal?: Principal } = {}) => {
    const signal = new AbortController().signal;
    const done = await handler({ id: 'id-1', query, method: 'POST', headers: {}, signal, ...request });
    return { ...done, result: JSON.parse(JSON.stringify(done.result)) };
  };
  return { ask, ran, logged, held };
}
