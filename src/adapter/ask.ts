import type { Coordinate } from '../base/coordinate.ts';
import { refusedAccess } from '../base/refused-access.ts';
import type { CallItem, Outcome, Subschema } from './adapter.ts';
import { loaderOf, type RequestContext } from './request-context.ts';
import { selectionText } from './selection.ts';

type AnySubschema = Subschema<unknown, unknown>;

/**
 * Asks a query's call. What is asked in one tick goes out as one batch, and equal wishes of a request are one wish.
 * Rejects with the GatewayError of the item's fault.
 */
export function ask(
  subschema: AnySubschema,
  at: Coordinate,
  item: CallItem,
  context: RequestContext,
): Promise<unknown> {
  const loader = loaderOf(
    context,
    callAt(subschema, at) as object, // a call is data of its adapter: an object
    batch => sendWithin(subschema, at, batch, context),
    wish => keyOf(wish, subschema.selective),
  );
  return loader.load(item);
}

/**
 * Asks a query's call that nobody else of the request asks, once: what is asked goes out now, as one batch, and its wishes are all
 * different. By place a value, or the GatewayError of the item's fault.
 */
export function askAtOnce(
  subschema: AnySubschema,
  at: Coordinate,
  batch: readonly CallItem[],
  context: RequestContext,
): Promise<readonly unknown[]> {
  return sendWithin(subschema, at, batch, context);
}

/**
 * Performs a mutation's call: once for each time it is asked, and by itself. What the request has read before is forgotten: it may have
 * changed (mutations run one after the other, so nothing is being read meanwhile).
 */
export async function perform(
  subschema: AnySubschema,
  at: Coordinate,
  item: CallItem,
  context: RequestContext,
): Promise<unknown> {
  const [outcome] = await sendWithin(subschema, at, [item], context);
  context.loaders.clear();
  if (outcome instanceof Error) throw outcome;
  return outcome;
}

/** The one place where calls are sent: whatever way led here, it is asked again whether this caller may have it. */
function sendWithin(
  subschema: AnySubschema,
  at: Coordinate,
  batch: readonly CallItem[],
  context: RequestContext,
): Promise<unknown[]> {
  if (context.call.mayAsk?.(subschema, at) === false) return Promise.resolve(batch.map(() => refusedAccess));
  const affordable = affordableOf(batch, subschema.itemsPerRequest ?? 1, context);
  const send = (items: readonly CallItem[]) => {
    const came = context.call.observer?.asked(subschema, at, items);
    const outcomes = subschema.send(callAt(subschema, at), items, context.call);
    return came ? outcomes.then(all => told(all, came)) : outcomes;
  };
  if (affordable === batch.length) return send(batch).then(unwrapped);
  const refused = batch.slice(affordable).map(() => context.budget.refusal());
  if (affordable === 0) return Promise.resolve(refused);
  return send(batch.slice(0, affordable)).then(outcomes => [...unwrapped(outcomes), ...refused]);
}

function told(outcomes: readonly Outcome[], came: (outcomes: readonly Outcome[]) => void): readonly Outcome[] {
  came(outcomes);
  return outcomes;
}

/** How many items, from the first, the request's budget pays for. */
function affordableOf(batch: readonly CallItem[], itemsPerRequest: number, { budget }: RequestContext): number {
  for (let index = 0; index < batch.length; index += itemsPerRequest) if (!budget.spend()) return index;
  return batch.length;
}

function unwrapped(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map(unwrap);
}

function unwrap(outcome: Outcome): unknown {
  return 'fault' in outcome ? outcome.fault : outcome.value;
}

function callAt(subschema: AnySubschema, at: Coordinate): unknown {
  return subschema.blueprint.calls[at];
}

function keyOf(item: CallItem, selective: boolean): string {
  const args = JSON.stringify(item.args);
  if (!selective || !item.selection) return args;
  return `${args} ${selectionText(item.selection)}`;
}
