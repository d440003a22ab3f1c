import type { Gate, KnownRequest } from '../handler.ts';
import { refusal, refusals } from '../refusal.ts';

/** GraphQL October 2021, 5: what is not valid is not executed. */
export const validation: Gate<KnownRequest> = next => request => {
  const violations = request.document.violations();
  if (violations.length === 0) return next(request);
  // graphql-js bounds the comparing of fields in pairs (5.3.2) by itself, and tells this by nothing but its message
  if (violations.some(({ message }) => message === 'Validation aborted.')) {
    return refusal('OPERATION_TOO_COMPLEX', 'The operation selects fields under one response name too many times.');
  }
  return refusals('GRAPHQL_VALIDATION_FAILED', violations);
};
