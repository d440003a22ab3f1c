import { print } from 'graphql';
import { Stop } from '../../base/stop.ts';
import type { Gate, Handler, KnownRequest, OperationRequest } from '../handler.ts';

/** Would a request whose subscription is open be let through as it was? */
export type StillMay = (request: KnownRequest) => Promise<boolean>;

/** The gates that say who asks and what he may have, in their order, and what stands between them. */
interface Deciding {
  readonly request: readonly Gate[];
  readonly operation: readonly Gate<KnownRequest>[];
  know(next: Handler<KnownRequest>): Handler;
  /** Names of those who vouch for callers: a principal of nobody of them was not found by a gate, and stays. */
  readonly providers: readonly string[];
}

/**
 * Asks the gates anew: is the credential still believed, and what is left of the operation for its caller still the same? What would be
 * refused now, for whatever reason, may not go on.
 */
export function stillMay({ request: outer, operation: inner, know, providers }: Deciding): StillMay {
  return async request => {
    let now: KnownRequest | undefined;
    const decided: Handler<KnownRequest> = passed => {
      now = passed;
      return { status: 200, result: {} };
    };
    const known = know(inner.reduceRight((next, gate) => gate(next), decided));
    await outer.reduceRight((next, gate) => gate(next), known)(anew(request, providers));
    return now !== undefined && mayTheSame(now, request);
  };
}

/** Equal denials of a document are one object, but for what had to make room meanwhile. */
function mayTheSame(now: KnownRequest, before: KnownRequest): boolean {
  const [left, was] = [now.document.node, before.document.node];
  if (left !== was && print(left) !== print(was)) return false;
  const [without, wasWithout] = [now.access?.without, before.access?.without];
  return without?.size === wasWithout?.size && [...(without ?? [])].every(each => wasWithout?.has(each));
}

/** The request as it came, for now. */
function anew(request: KnownRequest, providers: readonly string[]): OperationRequest {
  const { id, query, operationName, variables, extensions, method, headers, peer, principal } = request;
  const isGiven = principal !== undefined && !providers.includes(principal.via) && principal.via !== 'anonymous';
  return {
    ...{ id, method, headers, signal: new Stop(), streams: true },
    ...(query === undefined ? {} : { query }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables }),
    ...(extensions === undefined ? {} : { extensions }),
    ...(peer === undefined ? {} : { peer }),
    ...(isGiven ? { principal } : {}),
  };
}
