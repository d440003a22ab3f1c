import { refusals } from '../errors/refusal.ts';
import type { Gate, KnownRequest } from '../handler.ts';
import type { LimitReport } from '../limits/limit-report.ts';

/** GraphQL October 2021, 5: what is not valid is not executed. */
export function validation(report: LimitReport): Gate<KnownRequest> {
  return next => request => {
    const violations = request.document.violations();
    if (violations.length === 0) return next(request);
    // graphql-js bounds the comparing of fields in pairs (5.3.2) by itself, and tells this by nothing but its message
    if (violations.some(({ message }) => message === 'Validation aborted.')) {
      const message = 'The operation selects fields under one response name too many times.';
      const refused = report.tell({ limit: 'fieldPairs', code: 'OPERATION_TOO_COMPLEX', message }, request);
      if (refused) return refused;
    }
    return refusals('GRAPHQL_VALIDATION_FAILED', violations);
  };
}
