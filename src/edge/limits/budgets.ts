import type { CallContext } from '../../adapter/adapter.ts';
import { CallBudget, ItemBudget, type RequestContext, requestContext } from '../../adapter/request-context.ts';
import type { LimitReport } from './limit-report.ts';
import { type Limits, limitTable } from './limits.ts';

/** What one execution may spend while it runs. */
export class Budgets {
  readonly #limits: Limits;
  readonly #report: LimitReport;
  readonly #enforced: { readonly calls: boolean; readonly items: boolean };

  constructor(limits: Limits, report: LimitReport) {
    this.#limits = limits;
    this.#report = report;
    this.#enforced = { calls: !report.onlyWarns('backendCalls'), items: !report.onlyWarns('resultNodes') };
  }

  /** `event`: see `RequestContext`. */
  contextOf(call: CallContext, event?: unknown): RequestContext {
    const { backendCalls, resultNodes } = this.#limits;
    const { calls, items } = this.#enforced;
    return requestContext(call, new CallBudget(backendCalls, calls), new ItemBudget(resultNodes, items), event);
  }

  /** Tells what the execution wanted beyond, once it is over. */
  tell({ budget, items, call }: RequestContext): void {
    if (budget.exceeded) {
      const { message } = budget.refusal();
      this.#report.warned({ limit: 'backendCalls', code: limitTable.backendCalls.code, message }, call.requestId);
    }
    if (items.exceeded) {
      const { message } = items.refusal();
      this.#report.warned({ limit: 'resultNodes', code: limitTable.resultNodes.code, message }, call.requestId);
    }
  }
}
