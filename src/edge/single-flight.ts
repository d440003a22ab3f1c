import { isAnonymous, type Principal } from '../base/principal.ts';
import { Stop } from '../base/stop.ts';
import type { Plan } from '../plan/plan.ts';
import { referencesIn } from '../policy/canned-template.ts';
import { headersRead } from '../source/headers-read.ts';
import type { KnownRequest } from './handler.ts';

/** Which identical queries share one execution. */
export interface SingleFlightOptions {
  /**
   * `tick`: a query joins one whose first call has not been sent yet, so no answer is older than it would have been alone. `off`: each
   * query makes its own calls. Default `tick`.
   */
  readonly mode: 'tick' | 'off';
  /**
   * Queries that also join one that is already under way, whose answer may be older than they are: by operation name, or where all the
   * sources that they ask are named. Default: none.
   */
  readonly inflight: { readonly operations: readonly string[]; readonly sources: readonly string[] };
}

export const defaultSingleFlight: SingleFlightOptions = { mode: 'tick', inflight: { operations: [], sources: [] } };

export type FlightMode = 'tick' | 'inflight';

/** How the query flies; undefined: alone. Mutations always do, and what asks no source has nothing to share. */
export function flightMode(plan: Plan, request: KnownRequest, options: SingleFlightOptions): FlightMode | undefined {
  if (plan.operation !== 'query' || plan.steps.length === 0) return undefined;
  const { operations, sources } = options.inflight;
  if (request.operationName !== undefined && operations.includes(request.operationName)) return 'inflight';
  if (sources.length > 0 && plan.steps.every(({ origin }) => sources.includes(origin.member.name))) return 'inflight';
  return options.mode === 'tick' ? 'tick' : undefined;
}

interface Flight<T> {
  readonly outcome: Promise<T>;
  readonly stop: Stop;
  /** Those that still wait for it. */
  members: number;
}

/** A query that flies. */
export interface Flown<T> {
  readonly outcome: Promise<T>;
  /** Did it join one that another had begun? */
  readonly joined: boolean;
}

/**
 * Executions that are shared. Identical are: the plan (and so revision, document, operation and conditions), the variables, the values of
 * all headers that the plan's sources are passed on or its canned fields read, and who asks. What came of a flight is never kept.
 */
export class SingleFlight<T> {
  readonly #flights = new WeakMap<Plan, Map<string, Flight<T>>>();

  /** `start` is called once for all that fly together, with what stops its calls: the last of them is gone. */
  fly(
    plan: Plan,
    variables: Readonly<Record<string, unknown>>,
    request: KnownRequest,
    mode: FlightMode,
    start: (stop: Stop) => T | Promise<T>,
  ): Flown<T> {
    const key = keyOf(plan, variables, request);
    const flights = this.#flightsOf(plan);
    const before = flights.get(key);
    const unlist = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const flight = before ?? takeOff(mode, start, unlist);
    if (!before) flights.set(key, flight);
    return { outcome: within(flight, request, unlist), joined: before !== undefined };
  }

  #flightsOf(plan: Plan): Map<string, Flight<T>> {
    const known = this.#flights.get(plan);
    if (known) return known;
    const flights = new Map<string, Flight<T>>();
    this.#flights.set(plan, flights);
    return flights;
  }
}

/** Coerced variables stand in the order of their definitions, input fields in that of their type: equal values are equal texts. */
function keyOf(plan: Plan, variables: Readonly<Record<string, unknown>>, request: KnownRequest): string {
  const forwarded = forwardedBy(plan);
  const caller = callerOf(request);
  if (forwarded.length === 0 && caller === 0) return JSON.stringify(variables);
  const { headers } = request;
  const values = forwarded.map(name => (Object.hasOwn(headers, name) ? headers[name] : null));
  return JSON.stringify([variables, values, caller]);
}

const callers = new WeakMap<Principal, number>();
let lastCaller = 0;

/**
 * Who asks, as a number. One principal is one object as long as its credential is remembered; whatever two objects have in common, the
 * callers may differ in what they may see and in what is sent on for them.
 */
function callerOf({ principal }: KnownRequest): number {
  if (!principal || isAnonymous(principal)) return 0;
  const known = callers.get(principal);
  if (known !== undefined) return known;
  lastCaller += 1;
  callers.set(principal, lastCaller);
  return lastCaller;
}

const forwards = new WeakMap<Plan, readonly string[]>();

function forwardedBy(plan: Plan): readonly string[] {
  const known = forwards.get(plan);
  if (known) return known;
  const told = plan.steps.flatMap(({ origin }) => headersRead(origin.member.source));
  const read = (plan.canned ?? []).flatMap(({ template }) =>
    referencesIn(template).flatMap(reference => (reference.kind === 'header' ? [reference.name] : [])),
  );
  const names = [...new Set([...told, ...read])].sort();
  forwards.set(plan, names);
  return names;
}

/** Sent once all that arrived together has been looked at: whoever comes until then flies with it. */
function takeOff<T>(mode: FlightMode, start: (stop: Stop) => T | Promise<T>, landed: () => void): Flight<T> {
  const stop = new Stop();
  const outcome = new Promise<T>((resolve, reject) => {
    setImmediate(() => {
      if (mode === 'tick') landed();
      try {
        const started = start(stop);
        if (mode === 'inflight') Promise.resolve(started).then(landed, landed);
        resolve(started);
      } catch (error) {
        landed();
        reject(error);
      }
    });
  });
  return { outcome, stop, members: 0 };
}

/** A member whose client is gone or whose time is up leaves; the last one takes the calls with it. */
function within<T>(flight: Flight<T>, { signal }: KnownRequest, abandoned: () => void): Promise<T> {
  flight.members += 1;
  return new Promise((resolve, reject) => {
    const leave = () => {
      flight.members -= 1;
      if (flight.members > 0) {
        reject(signal.reason);
        return;
      }
      abandoned();
      flight.stop.abort(signal.reason); // the calls fail, and what was fetched by then is the answer
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    // Whoever takes part has its signal until its answer: nothing need be unhooked.
    flight.outcome.then(resolve, reject);
  });
}
