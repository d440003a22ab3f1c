import { execute, type GraphQLError, getVariableValues } from 'graphql';
import type { Logger } from 'pino';
import type { CallContext } from '../adapter/adapter.ts';
import { type RequestContext, requestContext } from '../adapter/request-context.ts';
import { isPlan } from '../plan/compile.ts';
import type { Unplanned } from '../plan/plan.ts';
import { Plans } from '../plan/plan-cache.ts';
import { runPlan } from '../plan/run.ts';
import type { Counters } from './counters.ts';
import type { Handler, KnownRequest, Lane, OperationResult } from './handler.ts';
import { refusals } from './refusal.ts';
import { WrittenAnswer } from './written-answer.ts';

/** Of the variables of one request: more would only repeat. */
const maxCoercionErrors = 5;

interface ExecutorOptions {
  readonly maxBackendCalls: number;
  /** `reference`: nothing is planned. */
  readonly lane: Lane;
  readonly counters: Counters;
  readonly log: Logger;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * The innermost handler: runs the operation against the revision that the request was given, by its plan. What cannot be planned runs in
 * the reference lane; that is decided before anything is sent, so nothing is sent twice.
 */
export function executor({ maxBackendCalls, lane, counters, log }: ExecutorOptions): Handler<KnownRequest> {
  const plans = new Plans();
  const told = new WeakSet<Unplanned>();
  const fallBack = (unplanned: Unplanned, requestId: string) => {
    counters.count('fallbacks', unplanned.reason);
    if (unplanned.reason !== 'compiler-error' || told.has(unplanned)) return;
    told.add(unplanned);
    log.error(
      { requestId, detail: unplanned.detail },
      'an operation could not be planned: it runs in the reference lane',
    );
  };
  return async request => {
    const { id, served, document, operationName } = request;
    const prepared = plans.prepare(served, document.node, operationName);
    if (!prepared) throw new TypeError('The operation was not looked for before it is executed.');
    const variables = coerced(request, prepared.variableDefinitions);
    if (Array.isArray(variables)) return refusals('BAD_USER_INPUT', variables);
    const context = requestContext(new RequestCall(request), maxBackendCalls);
    const plan = lane === 'plan' ? prepared.plan(variables as Variables) : undefined; // an array is refused above
    if (plan && isPlan(plan)) {
      counters.count('operations', 'plan');
      const { data, faults } = await runPlan(plan, variables as Variables, context); // as above
      return {
        result: new WrittenAnswer(data, []),
        faults,
        status: 200,
        lane: 'plan',
        backendCalls: context.budget.spent,
      };
    }
    if (plan) fallBack(plan, id);
    counters.count('operations', 'reference');
    return byReference(request, context);
  };
}

/** GraphQL October 2021, 6.1.2: without the right variables nothing is executed. */
function coerced(
  { variables = {}, served }: KnownRequest,
  definitions: Parameters<typeof getVariableValues>[1],
): Variables | readonly GraphQLError[] {
  if (definitions.length === 0) return noVariables;
  const { errors, coerced: values } = getVariableValues(served.schema, definitions, variables, {
    maxErrors: maxCoercionErrors,
  });
  return errors ?? values;
}

const noVariables: Variables = Object.freeze(Object.create(null));

/** What calls know of the request: looked up when one asks. */
class RequestCall implements CallContext {
  readonly requestId: string;
  readonly deadline: number;
  readonly #request: KnownRequest;

  constructor(request: KnownRequest) {
    this.requestId = request.id;
    this.deadline = request.deadline;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get headers(): CallContext['headers'] {
    return this.#request.headers;
  }
}

async function byReference(request: KnownRequest, context: RequestContext): Promise<OperationResult> {
  void request.signal; // from now on its time counts, whether or not a resolver looks at it
  const result = await execute({
    schema: request.served.schema,
    document: request.document.node,
    operationName: request.operationName,
    variableValues: request.variables,
    contextValue: context,
    options: { maxCoercionErrors },
  });
  // Without data nothing was executed: the variables did not fit.
  if (result.data === undefined) return refusals('BAD_USER_INPUT', result.errors ?? []);
  const { data, errors } = result;
  return {
    result: errors ? { data, errors } : { data },
    status: 200,
    lane: 'reference',
    backendCalls: context.budget.spent,
  };
}
