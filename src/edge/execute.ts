import { execute, GraphQLError, getVariableValues, type VariableDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { RequestContext } from '../adapter/request-context.ts';
import type { Upload } from '../base/upload.ts';
import { type Compilable, isPlan } from '../plan/compile.ts';
import type { Fault } from '../plan/fault.ts';
import type { Plan, Unplanned } from '../plan/plan.ts';
import { Plans } from '../plan/plan-cache.ts';
import { type Executed, runPlan } from '../plan/run.ts';
import { withCannedFields } from '../supergraph/reference/canned-document.ts';
import type { Decided } from '../supergraph/reference/canned-places.ts';
import type { Counters } from './counters.ts';
import { asksSchemaOnly } from './documents/asks-schema-only.ts';
import { refusal, refusals } from './errors/refusal.ts';
import { Surprises } from './errors/surprises.ts';
import type { Answer, Handled, Handler, KnownRequest, Lane, OperationResult } from './handler.ts';
import { Budgets } from './limits/budgets.ts';
import type { LimitReport } from './limits/limit-report.ts';
import type { Limits } from './limits/limits.ts';
import { listItems } from './limits/list-items.ts';
import { RequestCall } from './request/request-call.ts';
import { flightMode, SingleFlight, type SingleFlightOptions } from './single-flight.ts';
import { type AnswerEvent, subscribe } from './subscriptions/subscribe.ts';
import { WrittenAnswer } from './written-answer.ts';

/** Of the variables of one request, and a fifth that says that there are more: they would only repeat. */
const maxCoercionErrors = 4;

interface ExecutorOptions {
  readonly limits: Limits;
  readonly report: LimitReport;
  /** `reference`: nothing is planned. */
  readonly lane: Lane;
  readonly singleFlight: SingleFlightOptions;
  readonly recall: boolean;
  /** Milliseconds that an operation, or the answer to an event, may take. */
  readonly deadline: number;
  /** Milliseconds that a subscription may last. */
  readonly lifetime: number;
  readonly counters: Counters;
  readonly log: Logger;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * The innermost handler: runs the operation against the revision that the request was given, by its plan. What cannot be planned runs in
 * the reference lane; that is decided before anything is sent, so nothing is sent twice.
 */
export function executor(options: ExecutorOptions): Handler<KnownRequest> {
  const executor = new Executor(options);
  return request => executor.execute(request);
}

class Executor {
  readonly #options: ExecutorOptions;
  readonly #plans = new Plans();
  readonly #flights = new SingleFlight<PlanRun>();
  readonly #budgets: Budgets;
  readonly #surprises: Surprises;
  /** Of the compiler's own mistakes: each is logged once. */
  readonly #told = new WeakSet<Unplanned>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#budgets = new Budgets(options.limits, options.report);
    this.#surprises = new Surprises(options.counters, options.log);
  }

  execute(request: KnownRequest): Handled {
    const { document, operationName } = request;
    const { lane, counters } = this.#options;
    const prepared = this.#plans.prepare(compilable(request), document.node, operationName);
    if (!prepared) throw new TypeError('The operation was not looked for before it is executed.');
    const variables = coerced(request, prepared.variableDefinitions);
    if ('errors' in variables) return refusals('BAD_USER_INPUT', variables.errors);
    const astray = request.uploads?.find(({ isTaken }) => !isTaken);
    if (astray) return refusal('BAD_USER_INPUT', noPlace(astray));
    const decided = prepared.canned?.decide(request, variables.values);
    const isStream = prepared.operation.operation === 'subscription';
    const plan = lane === 'plan' || isStream ? prepared.plan(variables.values, decided) : undefined;
    if (plan && !isPlan(plan)) this.#fallBack(plan, request);
    if (plan && isStream) return this.#stream(plan, variables.values, request, decided);
    if (plan && isPlan(plan)) {
      counters.count('operations', 'plan');
      return this.#byPlan(plan, variables.values, request);
    }
    counters.count('operations', 'reference');
    void request.signal; // from now on its time counts, whether or not a resolver looks at it
    const call = new RequestCall(request, false);
    call.surprises = this.#surprises;
    return byReference(request, decided, this.#budgets, call);
  }

  #fallBack(unplanned: Unplanned, { id }: KnownRequest): void {
    const { counters, log } = this.#options;
    counters.count('fallbacks', unplanned.reason);
    if (unplanned.reason !== 'compiler-error' || this.#told.has(unplanned)) return;
    this.#told.add(unplanned);
    const { detail } = unplanned;
    log.error({ requestId: id, detail }, 'an operation could not be planned: it runs in the reference lane');
  }

  #byPlan(plan: Plan, variables: Variables, request: KnownRequest): Handled {
    const { recall, singleFlight, counters } = this.#options;
    const onlyReads = recall && plan.operation === 'query'; // after a mutation all is asked, and read, anew
    const mode = request.uploads ? undefined : flightMode(plan, request, singleFlight);
    if (mode) {
      const { outcome, joined } = this.#flights.fly(plan, variables, request, mode, stop =>
        this.#run(plan, variables, new RequestCall(request, onlyReads, stop)),
      );
      if (joined) counters.count('coalesced', mode);
      return outcome.then(joined ? joinedAnswer : ownAnswer);
    }
    const ran = this.#run(plan, variables, new RequestCall(request, onlyReads));
    return ran instanceof Promise ? ran.then(ownAnswer) : ownAnswer(ran);
  }

  /** `event`: of a subscription, what its root field comes to. */
  #run(plan: Plan, variables: Variables, call: RequestCall, event?: unknown): PlanRun | Promise<PlanRun> {
    call.surprises = this.#surprises;
    const context = this.#budgets.contextOf(call, event);
    const executed = runPlan(plan, variables, context);
    const ran = (done: Executed): PlanRun => {
      this.#budgets.tell(context);
      return { faults: done.faults, answer: new WrittenAnswer(done.data), backendCalls: context.budget.spent };
    };
    const failed = (error: unknown): PlanRun => {
      if (!context.items.exceeded) throw error;
      call.abort(error); // nobody waits for what is still under way
      this.#budgets.tell(context);
      return { faults: noFaults, answer: tooMuch(context), backendCalls: context.budget.spent };
    };
    return executed instanceof Promise ? executed.then(ran, failed) : ran(executed);
  }

  /** The plan tells how the stream is opened, also where its events are answered in the reference lane. */
  #stream(
    compiled: Plan | Unplanned,
    variables: Variables,
    request: KnownRequest,
    decided: Decided | undefined,
  ): OperationResult {
    if (!isPlan(compiled)) return unopened(compiled);
    const { lane, lifetime, deadline } = this.#options;
    const root = compiled.steps.find(({ kind }) => kind === 'root');
    // What a selective source was told to send is what the plan reads.
    const way = root?.origin.member.subschema.selective ? 'plan' : lane;
    const answer: AnswerEvent =
      way === 'reference'
        ? (event, call) => byReference(request, decided, this.#budgets, call, event)
        : async (event, call) => ownAnswer(await this.#run(compiled, variables, call, event));
    return subscribe(compiled, variables, request, answer, { lifetime, deadline, lane: way });
  }
}

/** A stream has no second lane to be left to: what is not planned is not opened. */
function unopened({ reason }: Unplanned): OperationResult {
  if (reason === 'null-condition') return refusal('BAD_USER_INPUT', 'A variable of @skip or @include is null.');
  if (reason === 'too-large') return refusal('OPERATION_TOO_COMPLEX', 'The subscription is too large.');
  return refusal('OPERATION_RESOLUTION_FAILURE', 'The subscription cannot be executed.');
}

/** What may not be looked up for the caller is no way to anything. */
function compilable({ served, access }: KnownRequest): Compilable {
  return access?.without ? { ...served, without: access.without } : served;
}

interface PlanRun {
  readonly faults: readonly Fault[];
  /** Of all who share the run. */
  readonly answer: Answer;
  readonly backendCalls: number;
}

const noFaults: readonly Fault[] = [];

/** The operation was executed, so there is data, and it is null (GraphQL October 2021, 7.1). */
function tooMuch({ items }: RequestContext): Answer {
  return { data: null, errors: [new GraphQLError('', { originalError: items.refusal() })] };
}

function ownAnswer({ faults, answer, backendCalls }: PlanRun): OperationResult {
  return { result: answer, faults, status: 200, lane: 'plan', backendCalls };
}

/** The calls are those of the one who took off first. */
function joinedAnswer({ faults, answer }: PlanRun): OperationResult {
  return { result: answer, faults, status: 200, lane: 'plan', backendCalls: 0, coalesced: true };
}

/** GraphQL October 2021, 6.1.2: without the right variables nothing is executed. */
function coerced(
  { variables = {}, served }: KnownRequest,
  definitions: readonly VariableDefinitionNode[],
): { readonly values: Variables } | { readonly errors: readonly GraphQLError[] } {
  if (definitions.length === 0) return noVariables;
  const { errors, coerced: values } = getVariableValues(served.schema, definitions, variables, {
    maxErrors: maxCoercionErrors,
    hideSuggestions: true,
  });
  return errors ? { errors } : { values };
}

function noPlace({ place }: Upload): string {
  return `The file at "${place.slice(0, 100)}" stands where the operation declares no File.`;
}

const noVariables: { readonly values: Variables } = { values: Object.freeze(Object.create(null)) };

/** `event`: of a subscription, what its root field comes to. */
async function byReference(
  request: KnownRequest,
  canned: Decided | undefined,
  budgets: Budgets,
  call: RequestCall,
  event?: unknown,
): Promise<OperationResult> {
  const { served, document, operationName, access } = request;
  const context = budgets.contextOf(call, event);
  const result = await execute({
    schema: asksSchemaOnly(document.node, operationName)
      ? (access?.visible ?? served.schema)
      : await served.executable(access?.without),
    document: canned ? withCannedFields(document.node, served.schema, canned) : document.node,
    operationName,
    variableValues: request.variables,
    contextValue: context,
    hideSuggestions: true,
    options: { maxCoercionErrors },
  });
  // Without data nothing was executed: the variables did not fit.
  if (result.data === undefined) return refusals('BAD_USER_INPUT', result.errors ?? []);
  const { data, errors } = result;
  const allowed = context.items.allows(listItems(data));
  budgets.tell(context);
  const answer = errors ? { data, errors } : { data };
  return {
    result: allowed ? answer : tooMuch(context),
    status: 200,
    lane: 'reference',
    backendCalls: context.budget.spent,
  };
}
