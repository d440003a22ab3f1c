import { getOperationAST, getVariableValues } from 'graphql';
import { anonymous } from '../../base/principal.ts';
import { after } from '../after.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, Handled, KnownRequest, OperationResult } from '../handler.ts';
import { bucketOf, clientOf } from '../rate-limits/buckets.ts';
import { countAnswer } from '../rate-limits/count-answer.ts';
import type { Selected } from '../rate-limits/count-selections.ts';
import type { Counts } from '../rate-limits/counts.ts';
import { rateLimitHeaders } from '../rate-limits/headers.ts';
import type { Limiter, Verdict } from '../rate-limits/limiter.ts';
import type { RateLimitRule } from '../rate-limits/options.ts';
import { refuse, refuseEver } from '../rate-limits/refuse.ts';
import type { Charge } from '../rate-limits/store.ts';
import { Tallies } from '../rate-limits/tally.ts';
import { eachAnswer } from '../subscriptions/response-stream.ts';

type Variables = Readonly<Record<string, unknown>>;

/** Buckets that one operation may take from: more would be for who guesses by the hundred. */
const maxBuckets = 100;

const noVariables: Variables = Object.freeze(Object.create(null));

/**
 * Takes from every limit that the operation comes under, in one step, before anything is asked of a source: all of them have what it takes,
 * or it is refused and nothing is taken. An operation under no limit passes as if the gate were not there.
 */
export function rateLimit(limiter: Limiter, rules: readonly RateLimitRule[]): Gate<KnownRequest> {
  const tallies = new Tallies(rules);
  return next => request => {
    const tally = tallies.of(request);
    if (!tally) return next(request);
    const variables = tally.needsVariables ? coerced(request) : noVariables;
    if (!variables) return next(request); // execution refuses them, and asks nothing
    const selected = tally.selected(variables);
    if (!selected) return refusal('OPERATION_TOO_COMPLEX', 'The operation merges too many selections to be counted.');
    const charges = chargesOf(selected.counts, request, variables);
    if (charges.length === 0) return next(request);
    if (charges.length > maxBuckets) {
      const message = `The operation takes from ${charges.length} buckets of rate limits; ${maxBuckets} are allowed.`;
      return refusal('OPERATION_TOO_COMPLEX', message);
    }
    const ever = charges.find(({ units, burst }) => units > burst);
    if (ever) return refuseEver(ever);
    const go = (verdict: Verdict): Handled => {
      if (!verdict.allowed) return refuse(verdict);
      const told = (done: OperationResult) => withHeaders(done, rateLimitHeaders(verdict.standings));
      if (!selected.answered) return after(next(request), told);
      const settle = (done: OperationResult) => {
        const settling = owed(done, selected, request, variables, limiter);
        return settling ? settling.then(() => done) : done;
      };
      return after(eachAnswer(next(request), settle), told);
    };
    const verdict = limiter.take(charges);
    return verdict instanceof Promise ? verdict.then(go) : go(verdict);
  };
}

function chargesOf(counts: Counts, request: KnownRequest, variables: Variables): readonly Charge[] {
  const charges: Charge[] = [];
  for (const [{ limit, selection }, count] of counts) {
    if (limit.clients && !isAmong(limit.clients, request)) continue;
    const { burst, cost } = limit.quota;
    const key = bucketOf(limit, request, selection, variables);
    charges.push({ key, limit, interval: limit.interval, burst, units: count * cost });
  }
  return charges.length > 1 ? together(charges) : charges;
}

/** Of each bucket once. */
function together(charges: readonly Charge[]): readonly Charge[] {
  const byKey = new Map<string, Charge>();
  for (const charge of charges) {
    const other = byKey.get(charge.key);
    byKey.set(charge.key, other ? { ...charge, units: charge.units + other.units } : charge);
  }
  return [...byKey.values()];
}

function isAmong(clients: ReadonlySet<string>, { principal = anonymous }: KnownRequest): boolean {
  const client = clientOf(principal);
  return client !== undefined && clients.has(client);
}

/** GraphQL October 2021, 6.1.2. Undefined: they do not fit. */
function coerced({ served, document, operationName, variables = {} }: KnownRequest): Variables | undefined {
  const definitions = getOperationAST(document.node, operationName)?.variableDefinitions ?? [];
  if (definitions.length === 0) return noVariables;
  return getVariableValues(served.schema, definitions, variables, { maxErrors: 1 }).coerced;
}

/** What the answer, or one of a stream, has beyond the selections that were taken for: the next request of who has it finds what it owes. */
function owed(
  { result }: OperationResult,
  { counts, answered }: Selected,
  request: KnownRequest,
  variables: Variables,
  limiter: Limiter,
): void | Promise<void> {
  if (!answered || !result.data) return;
  const beyond = new Map<Parameters<Counts['get']>[0], number>();
  for (const [slot, count] of countAnswer(answered, result.data)) {
    const more = count - (counts.get(slot) ?? 0);
    if (more > 0) beyond.set(slot, more);
  }
  return beyond.size > 0 ? limiter.owe(chargesOf(beyond, request, variables)) : undefined;
}

function withHeaders(done: OperationResult, headers: Readonly<Record<string, string>>): OperationResult {
  return { ...done, headers: done.headers ? { ...done.headers, ...headers } : headers };
}
