import type { CallContext } from '../adapter/adapter.ts';
import type { Plan } from '../plan/plan.ts';
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
  readonly stop: AbortController;
  /** Those that still wait for it. */
  members: number;
}

/**
 * Executions that are shared. Identical are: the plan (and so revision, document, operation and conditions), the variables, and the values
 * of all headers that the plan's sources are passed on. What came of a flight is never kept.
 */
export class SingleFlight<T> {
  readonly #flights = new WeakMap<Plan, Map<string, Flight<T>>>();

  /** `start` is called once for all that fly together. The calls stop when the last of them is gone. */
  async fly(
    plan: Plan,
    variables: Readonly<Record<string, unknown>>,
    request: KnownRequest,
    mode: FlightMode,
    start: (call: CallContext) => Promise<T>,
  ): Promise<{ readonly outcome: T; readonly joined: boolean }> {
    const key = keyOf(plan, variables, request);
    const flights = this.#flightsOf(plan);
    const before = flights.get(key);
    const flight = before ?? takeOff(request, mode, start, () => flights.delete(key));
    if (!before) flights.set(key, flight);
    return {
      outcome: await within(flight, request, () => flights.get(key) === flight && flights.delete(key)),
      joined: before !== undefined,
    };
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
  const forwarded = forwardedBy(plan).map(name =>
    Object.hasOwn(request.headers, name) ? request.headers[name] : null,
  );
  return JSON.stringify([variables, forwarded]);
}

const forwards = new WeakMap<Plan, readonly string[]>();

function forwardedBy(plan: Plan): readonly string[] {
  const known = forwards.get(plan);
  if (known) return known;
  const names = [...new Set(plan.steps.flatMap(({ origin }) => origin.member.source.options.forward))].sort();
  forwards.set(plan, names);
  return names;
}

/** Sent once all that arrived together has been looked at: whoever comes until then flies with it. */
function takeOff<T>(
  request: KnownRequest,
  mode: FlightMode,
  start: (call: CallContext) => Promise<T>,
  landed: () => void,
): Flight<T> {
  const stop = new AbortController();
  const { id: requestId, deadline, headers } = request;
  const outcome = new Promise<void>(resolve => setImmediate(resolve)).then(() => {
    if (mode === 'tick') landed();
    const started = start({ signal: stop.signal, deadline, headers, requestId });
    return mode === 'tick' ? started : started.finally(landed);
  });
  outcome.catch(() => {}); // whoever waits for it is told
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
    const end = () => signal.removeEventListener('abort', leave);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    flight.outcome.then(
      outcome => {
        end();
        resolve(outcome);
      },
      (error: unknown) => {
        end();
        reject(error);
      },
    );
  });
}
