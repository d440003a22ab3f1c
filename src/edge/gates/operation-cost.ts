import { actualCost } from '../cost/actual-cost.ts';
import type { CostOptions } from '../cost/cost-options.ts';
import type { Gate, KnownRequest, OperationResult } from '../handler.ts';
import type { LimitReport } from '../limits/limit-report.ts';
import { type Limits, limitTable } from '../limits/limits.ts';
import { eachAnswer } from '../subscriptions/response-stream.ts';
import { WrittenAnswer } from '../written-answer.ts';

/**
 * What a valid document may cost before anything is asked (`StaticCost`), whichever of its operations is chosen; and, where that is to be
 * reported, what the operation did cost.
 */
export function operationCost(limits: Limits, options: CostOptions, report: LimitReport): Gate<KnownRequest> {
  return next => request => {
    const cost = request.document.greatestCost(request.variables);
    if (cost > limits.cost) {
      const message = `The operation may cost ${Math.ceil(cost)}; ${limits.cost} are allowed.`;
      const refused = report.tell({ limit: 'cost', code: limitTable.cost.code, message }, request);
      if (refused) return refused;
    }
    return options.report ? eachAnswer(next(request), done => reported(done, request)) : next(request);
  };
}

/** Where nothing was executed, nothing is told. */
function reported(done: OperationResult, request: KnownRequest): OperationResult {
  const { result } = done;
  if (!done.lane || result.data === undefined) return done;
  const cost = {
    static: request.document.cost(request.operationName, request.variables),
    actual: actualCost(request, result.data),
  };
  const extensions = { ...result.extensions, cost };
  const told =
    result instanceof WrittenAnswer
      ? new WrittenAnswer(result.text, result.errors, extensions)
      : { ...result, extensions };
  return { ...done, result: told, cost };
}
