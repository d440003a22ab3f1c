import pino from 'pino';
import { anonymous, type Principal } from '../../../src/base/principal.ts';
import {
  type AuthorizationOptions,
  defaultAuthorization,
  policyNamesOf,
} from '../../../src/edge/authorization/options.ts';
import { createCore } from '../../../src/edge/core.ts';
import { defaultEdgeOptions } from '../../../src/edge/edge-options.ts';
import type { Lane, OperationRequest } from '../../../src/edge/handler.ts';
import { defaultLimits, type Limits } from '../../../src/edge/limits/limits.ts';
import { supergraph, type TestMember } from '../../supergraph/harness.ts';

export const lanes = ['plan', 'reference'] as const;

/** A gateway before sources in memory: who asks is given, and what was sent to the sources is told. */
export function gatewayOf(
  members: readonly TestMember[],
  overlay: string,
  options: Partial<AuthorizationOptions> = {},
  lane: Lane = 'plan',
  limits: Partial<Limits> = {},
) {
  const authorization = { ...defaultAuthorization, ...options };
  const graph = supergraph(members, overlay, policyNamesOf(authorization));
  const logged: Record<string, unknown>[] = [];
  const handler = createCore({
    supergraph: () => graph,
    lane,
    limits: { ...defaultLimits, ...limits },
    deadline: 60_000,
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    edge: { ...defaultEdgeOptions, authorization, admission: { inFlight: 1e9, loopDelay: 1e9 } },
  });
  const ask = async (query: string, principal: Principal = anonymous, more: Partial<OperationRequest> = {}) => {
    for (const member of members) member.sent.length = 0;
    const done = await handler({
      id: 'id-1',
      query,
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      principal,
      ...more,
    });
    const { data, errors = [] } = JSON.parse(JSON.stringify(done.result)) as {
      data?: unknown;
      errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
    };
    return {
      status: done.status,
      lane: done.lane,
      data,
      errors: errors.map(({ path, extensions }) => `${(path ?? []).join('.')} ${extensions.code}`),
      messages: errors.map(({ message }) => message),
      text: JSON.stringify(done.result),
      sent: members.flatMap(({ source, sent }) => sent.map(call => `${source.name}.${call}`)),
    };
  };
  return { ask, graph, logged };
}
