import { execute, type GraphQLError, getVariableValues, type VariableDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { CallContext } from '../adapter/adapter.ts';
import { type RequestContext, requestContext } from '../adapter/request-context.ts';
import type { Principal } from '../base/principal.ts';
import type { StopSignal } from '../base/stop.ts';
import { isPlan } from '../plan/compile.ts';
import type { Plan, Unplanned } from '../plan/plan.ts';
import { Plans } from '../plan/plan-cache.ts';
import { type Executed, runPlan } from '../plan/run.ts';
import { asksSchemaOnly } from './asks-schema-only.ts';
import type { Counters } from './counters.ts';
import type { Handled, Handler, KnownRequest, Lane, OperationResult } from './handler.ts';
import { refusals } from './refusal.ts';
import { flightMode, SingleFlight, type SingleFlightOptions } from './single-flight.ts';
import { WrittenAnswer } from './written-answer.ts';

/** Of the variables of one request: more would only repeat. */
const maxCoercionErrors = 5;

interface ExecutorOptions {
  readonly maxBackendCalls: number;
  /** `reference`: nothing is planned. */
  readonly lane: Lane;
  readonly singleFlight: SingleFlightOptions;
  readonly recall: boolean;
  readonly counters: Counters;
  readonly log: Logger;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * The innermost handler: runs the operation against the revision that the request was given, by its plan. What cannot be planned runs in
 * the reference lane; that is decided before anything is sent, so nothing is sent twice.
 */
export function executor({
  maxBackendCalls,
  lane,
  singleFlight,
  recall,
  counters,
  log,
}: ExecutorOptions): Handler<KnownRequest> {
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
  const flights = new SingleFlight<PlanRun>();
  const byPlan = (plan: Plan, variables: Variables, request: KnownRequest): Handled => {
    const onlyReads = recall && plan.operation === 'query'; // after a mutation all is asked, and read, anew
    const run = (call: CallContext): PlanRun | Promise<PlanRun> => {
      const context = requestContext(call, maxBackendCalls);
      const executed = runPlan(plan, variables, context);
      const ran = (done: Executed): PlanRun => ({
        executed: done,
        answer: new WrittenAnswer(done.data),
        backendCalls: context.budget.spent,
      });
      return executed instanceof Promise ? executed.then(ran) : ran(executed);
    };
    const mode = flightMode(plan, request, singleFlight);
    if (mode) {
      const { outcome, joined } = flights.fly(plan, variables, request, mode, stop =>
        run(new RequestCall(request, onlyReads, stop)),
      );
      if (joined) counters.count('coalesced', mode);
      return outcome.then(joined ? joinedAnswer : ownAnswer);
    }
    const ran = run(new RequestCall(request, onlyReads));
    return ran instanceof Promise ? ran.then(ownAnswer) : ownAnswer(ran);
  };
  return request => {
    const { id, served, document, operationName } = request;
    const prepared = plans.prepare(served, document.node, operationName);
    if (!prepared) throw new TypeError('The operation was not looked for before it is executed.');
    const variables = coerced(request, prepared.variableDefinitions);
    if ('errors' in variables) return refusals('BAD_USER_INPUT', variables.errors);
    const plan = lane === 'plan' ? prepared.plan(variables.values) : undefined;
    if (plan && isPlan(plan)) {
      counters.count('operations', 'plan');
      return byPlan(plan, variables.values, request);
    }
    if (plan) fallBack(plan, id);
    counters.count('operations', 'reference');
    return byReference(request, requestContext(new RequestCall(request, false), maxBackendCalls));
  };
}

interface PlanRun {
  readonly executed: Executed;
  /** Of all who share the run. */
  readonly answer: WrittenAnswer;
  readonly backendCalls: number;
}

function ownAnswer({ executed, answer, backendCalls }: PlanRun): OperationResult {
  return { result: answer, faults: executed.faults, status: 200, lane: 'plan', backendCalls };
}

/** The calls are those of the one who took off first. */
function joinedAnswer({ executed, answer }: PlanRun): OperationResult {
  return { result: answer, faults: executed.faults, status: 200, lane: 'plan', backendCalls: 0, coalesced: true };
}

/** GraphQL October 2021, 6.1.2: without the right variables nothing is executed. */
function coerced(
  { variables = {}, served }: KnownRequest,
  definitions: readonly VariableDefinitionNode[],
): { readonly values: Variables } | { readonly errors: readonly GraphQLError[] } {
  if (definitions.length === 0) return noVariables;
  const { errors, coerced: values } = getVariableValues(served.schema, definitions, variables, {
    maxErrors: maxCoercionErrors,
  });
  return errors ? { errors } : { values };
}

const noVariables: { readonly values: Variables } = { values: Object.freeze(Object.create(null)) };

/** What calls know of the request: looked up when one asks. */
class RequestCall implements CallContext {
  readonly requestId: string;
  readonly deadline: number;
  readonly onlyReads: boolean;
  readonly #request: KnownRequest;
  readonly #stop: StopSignal | undefined;

  /** `stop`: instead of the request's own signal. */
  constructor(request: KnownRequest, onlyReads: boolean, stop?: StopSignal) {
    this.requestId = request.id;
    this.onlyReads = onlyReads;
    this.deadline = request.deadline;
    this.#request = request;
    this.#stop = stop;
  }

  get signal(): StopSignal {
    return this.#stop ?? this.#request.signal;
  }

  get headers(): CallContext['headers'] {
    return this.#request.headers;
  }

  get principal(): Principal {
    return this.#request.principal as Principal; // absent and undefined are one to readers of an optional property
  }
}

async function byReference(request: KnownRequest, context: RequestContext): Promise<OperationResult> {
  void request.signal; // from now on its time counts, whether or not a resolver looks at it
  const { served, document, operationName } = request;
  const result = await execute({
    schema: asksSchemaOnly(document.node, operationName) ? served.schema : await served.executable(),
    document: document.node,
    operationName,
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
