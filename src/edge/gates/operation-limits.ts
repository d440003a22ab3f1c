import type { Gate, KnownRequest } from '../handler.ts';
import type { LimitReport } from '../limits/limit-report.ts';

/** What a document may ask for, fragments expanded, whichever of its operations is chosen. It was measured when it was first seen. */
export function operationLimits(report: LimitReport): Gate<KnownRequest> {
  return next => request => {
    const all = request.document.excess;
    if (all.length === 0) return next(request);
    for (const excess of all) {
      const refused = report.tell(excess, request);
      if (refused) return refused;
    }
    return next(request);
  };
}
