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
export function executor({
  limits,
  report,
  lane,
  singleFlight,
  recall,
  deadline,
  lifetime,
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
  const budgets = new Budgets(limits, report);
  const surprises = new Surprises(counters, log);
  const run = (plan: Plan, variables: Variables, call: RequestCall, event?: unknown): PlanRun | Promise<PlanRun> => {
    call.surprises = surprises;
    const context = budgets.contextOf(call, event);
    const executed = runPlan(plan, variables, context);
    const ran = (done: Executed): PlanRun => {
      budgets.tell(context);
      return { faults: done.faults, answer: new WrittenAnswer(done.data), backendCalls: context.budget.spent };
    };
    const failed = (error: unknown): PlanRun => {
      if (!context.items.exceeded) throw error;
      call.abort(error); // nobody waits for what is still under way
      budgets.tell(context);
      return { faults: noFaults, answer: tooMuch(context), backendCalls: context.budget.spent };
    };
    return executed instanceof Promise ? executed.then(ran, failed) : ran(executed);
  };
  const byPlan = (plan: Plan, variables: Variables, request: KnownRequest): Handled => {
    const onlyReads = recall && plan.operation === 'query'; // after a mutation all is asked, and read, anew
    const mode = request.uploads ? undefined : flightMode(plan, request, singleFlight);
    if (mode) {
      const { outcome, joined } = flights.fly(plan, variables, request, mode, stop =>
        run(plan, variables, new RequestCall(request, onlyReads, stop)),
      );
      if (joined) counters.count('coalesced', mode);
      return outcome.then(joined ? joinedAnswer : ownAnswer);
    }
    const ran = run(plan, variables, new RequestCall(request, onlyReads));
    return ran instanceof Promise ? ran.then(ownAnswer) : ownAnswer(ran);
  };
  /** The plan tells how the stream is opened, also where its events are answered in the reference lane. */
  const asStream = (
    compiled: Plan | Unplanned,
    variables: Variables,
    request: KnownRequest,
    decided: Decided | undefined,
  ): OperationResult => {
    if (!isPlan(compiled)) return unopened(compiled);
    const root = compiled.steps.find(({ kind }) => kind === 'root');
    // What a selective source was told to send is what the plan reads.
    const way = root?.origin.member.subschema.selective ? 'plan' : lane;
    const answer: AnswerEvent =
      way === 'reference'
        ? (event, call) => byReference(request, decided, budgets, call, event)
        : async (event, call) => ownAnswer(await run(compiled, variables, call, event));
    return subscribe(compiled, variables, request, answer, { lifetime, deadline, lane: way });
  };
  return request => {
    const { id, document, operationName } = request;
    const prepared = plans.prepare(compilable(request), document.node, operationName);
    if (!prepared) throw new TypeError('The operation was not looked for before it is executed.');
    const variables = coerced(request, prepared.variableDefinitions);
    if ('errors' in variables) return refusals('BAD_USER_INPUT', variables.errors);
    const astray = request.uploads?.find(({ isTaken }) => !isTaken);
    if (astray) return refusal('BAD_USER_INPUT', noPlace(astray));
    const decided = prepared.canned?.decide(request, variables.values);
    const isStream = prepared.operation.operation === 'subscription';
    const plan = lane === 'plan' || isStream ? prepared.plan(variables.values, decided) : undefined;
    if (plan && isStream) {
      if (!isPlan(plan)) fallBack(plan, id);
      return asStream(plan, variables.values, request, decided);
    }
    if (plan && isPlan(plan)) {
      counters.count('operations', 'plan');
      return byPlan(plan, variables.values, request);
    }
    if (plan) fallBack(plan, id);
    counters.count('operations', 'reference');
    void request.signal; // from now on its time counts, whether or not a resolver looks at it
    const call = new RequestCall(request, false);
    call.surprises = surprises;
    return byReference(request, decided, budgets, call);
  };
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
