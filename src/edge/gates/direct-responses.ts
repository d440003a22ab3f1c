import type { Gate } from '../handler.ts';
import { needsOperation, responderOf } from '../responses/direct-response.ts';
import type { DirectResponse } from '../responses/responses-options.ts';

/** The configuration's own answers by path, header or address. */
export function directResponses(rules: readonly DirectResponse[]): Gate {
  const responder = responderOf(rules.filter(rule => !needsOperation(rule)));
  if (!responder) return next => next;
  return next => request => responder({ path: '/graphql', of: request }) ?? next(request);
}
