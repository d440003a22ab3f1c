import type { Logger } from 'pino';
import { isRecord, own } from '../../base/json.ts';
import type { Principal } from '../../base/principal.ts';
import type { JsonAnswer, JsonClient } from '../../source/json-client.ts';
import type { DecisionPointOptions } from './options.ts';

/** Asks for several policies at once. Never rejects: what it does not allow, in time and in so many words, is denied. */
export type DecisionPoint = (
  policies: readonly string[],
  principal: Principal,
) => Promise<ReadonlyMap<string, boolean>>;

/** More is no answer to a question. */
const maxBytes = 64 * 1024;

/**
 * One request for each operation: `POST { "input": { policies, subject, via, scopes, claims } }`, answered by
 * `{ "result": { "<policy>": true } }` (OPA's Data API). The caller's token is not sent.
 */
export function decisionPoint({ url, timeout }: DecisionPointOptions, client: JsonClient, log: Logger): DecisionPoint {
  return async (policies, { subject, via, scopes, claims }) => {
    const body = JSON.stringify({ input: { policies, subject, via, scopes: [...scopes], claims } });
    const answer = await client.request(url, { body, timeout, maxBytes });
    const result = resultOf(answer);
    if (typeof result === 'string') {
      log.error({ policies, reason: result }, 'the decision point decided nothing: all that it was asked is denied');
      return new Map();
    }
    return new Map(policies.map(name => [name, own(result, name) === true] as const));
  };
}

/** Or why there is none. */
function resultOf(answer: JsonAnswer): Readonly<Record<string, unknown>> | string {
  if ('failure' in answer) return answer.failure;
  if (answer.status !== 200) return `answered with status ${answer.status}`;
  const result = isRecord(answer.json) ? own(answer.json, 'result') : undefined;
  return isRecord(result) ? result : 'answered without a "result" that is an object';
}
