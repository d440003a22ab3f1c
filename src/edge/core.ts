import { Admission } from './admission/admission.ts';
import { type CostOptions, defaultCostOptions } from './cost/cost-options.ts';
import { Counters } from './counters.ts';
import { know } from './documents/know.ts';
import { KnownDocuments } from './documents/known-documents.ts';
import { defaultEdgeOptions, type EdgeOptions } from './edge-options.ts';
import { executor } from './execute.ts';
import type { Gate, Handler, KnownRequest, Lane, OperationRequest, Served } from './handler.ts';
import { LimitReport } from './limits/limit-report.ts';
import { type GateTools, order } from './order.ts';
import { arranged } from './pipeline/arrange.ts';
import { Limiter } from './rate-limits/limiter.ts';
import { defaultSingleFlight, type SingleFlightOptions } from './single-flight.ts';
import { OpenSubscriptions } from './subscriptions/open-subscriptions.ts';
import { type StillMay, stillMay } from './subscriptions/still-may.ts';
import { traced, tracedGate } from './trace/traced.ts';
import { Traces } from './trace/traces.ts';

interface CoreOptions
  extends Omit<
    GateTools,
    | 'counters'
    | 'edge'
    | 'limiter'
    | 'traces'
    | 'admission'
    | 'subscriptions'
    | 'stillMay'
    | 'whenClosed'
    | 'cost'
    | 'report'
  > {
  /** The revision that serves now; asked once for each request. */
  supergraph(): Served | undefined;
  /** `reference` plans nothing: for comparison, and as a way out. Default `plan`. */
  readonly lane?: Lane;
  /** Default: `defaultSingleFlight`. */
  readonly singleFlight?: SingleFlightOptions;
  /** Is an answer that comes again byte for byte read only once? Default true. */
  readonly recall?: boolean;
  readonly counters?: Counters;
  /** May clients ask for the schema? Default true. */
  readonly introspection?: boolean;
  /** Default: `defaultCostOptions`. */
  readonly cost?: CostOptions;
  /** Default: what is not named is as in `defaultEdgeOptions`. */
  readonly edge?: Partial<EdgeOptions>;
  /** Default: its own. */
  readonly traces?: Traces;
  /** Default: its own. */
  readonly subscriptions?: OpenSubscriptions;
  /** Default: its own. */
  readonly admission?: Admission;
  /** Is told what ends when the core is not used any more. Default: nobody is, and it lasts as long as the process. */
  whenClosed?(end: () => void | Promise<void>): void;
}

/** What all doors lead to: an operation in, its result out. Never rejects, and knows nothing of HTTP servers. */
export function createCore(options: CoreOptions): Handler {
  const {
    limits,
    log,
    deadline,
    lane = 'plan',
    singleFlight = defaultSingleFlight,
    recall = true,
    counters = new Counters(),
    introspection = true,
    cost = defaultCostOptions,
  } = options;
  const edge = { ...defaultEdgeOptions, ...options.edge };
  const whenClosed = options.whenClosed ?? (() => undefined);
  const { lifetime } = edge.subscriptions;
  const report = new LimitReport(limits, counters, log);
  const limiter = new Limiter({ options: edge.rateLimits, counters, log, whenClosed });
  const traces = options.traces ?? new Traces();
  const admission = options.admission ?? Admission.open(edge.admission, whenClosed);
  const subscriptions = options.subscriptions ?? new OpenSubscriptions();
  let mayStill: StillMay = async () => true;
  const tools: GateTools = {
    ...{ ...options, counters, edge, limiter, traces, admission, subscriptions, whenClosed, cost, report },
    stillMay: request => mayStill(request),
  };
  const places = arranged(order, edge.pipeline);
  const isTraced = edge.trace !== undefined;
  const gateOf = <R extends OperationRequest>({ name, gate }: { name: string; gate(tools: GateTools): Gate<R> }) =>
    isTraced ? tracedGate(name, gate(tools)) : gate(tools);
  const operationGates = places.flatMap(place =>
    place.phase === 'operation' ? [{ name: place.name, gate: gateOf(place) }] : [],
  );
  const requestGates = places.flatMap(place =>
    place.phase === 'request' ? [{ name: place.name, gate: gateOf(place) }] : [],
  );
  const execute = executor({ limits, report, lane, singleFlight, recall, deadline, lifetime, counters, log });
  const operation = through(gatesOf(operationGates), isTraced ? traced('execute', execute) : execute);
  const documents = new KnownDocuments({ limits, introspection, cost });
  const parse = (next: Handler<KnownRequest>) => know(() => options.supergraph(), documents, limits, report, next);
  const isDeciding = ({ name }: { readonly name: string }) => decidingGates.has(name);
  mayStill = stillMay({
    request: gatesOf(requestGates.filter(isDeciding)),
    operation: gatesOf(operationGates.filter(isDeciding)),
    know: parse,
    providers: edge.identity.providers.map(({ name }) => name),
  });
  return through(gatesOf(requestGates), (isTraced ? tracedGate('parse', parse) : parse)(operation));
}

/** Those that say who asks and what he may have. */
const decidingGates: ReadonlySet<string> = new Set(['authenticate', 'authorize']);

function gatesOf<R>(places: readonly { readonly gate: Gate<R> }[]): readonly Gate<R>[] {
  return places.map(({ gate }) => gate);
}

/** The first gate is the outermost. */
function through<R>(gates: readonly Gate<R>[], innermost: Handler<R>): Handler<R> {
  return gates.reduceRight((next, gate) => gate(next), innermost);
}
