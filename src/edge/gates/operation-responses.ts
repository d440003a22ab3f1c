import { getOperationAST } from 'graphql';
import type { Gate, KnownRequest } from '../handler.ts';
import { needsOperation, responderOf } from '../responses/direct-response.ts';
import type { DirectResponse } from '../responses/responses-options.ts';

/** The configuration's own answers by operation and client, and whatever else these rules ask for. */
export function operationResponses(rules: readonly DirectResponse[]): Gate<KnownRequest> {
  const responder = responderOf(rules.filter(needsOperation));
  if (!responder) return next => next;
  return next => request => {
    const operation = getOperationAST(request.document.node, request.operationName)?.name?.value ?? '';
    return responder({ path: '/graphql', of: request, operation }) ?? next(request);
  };
}
