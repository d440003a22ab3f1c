import type { Coordinate } from '../base/coordinate.ts';
import type { GatewayError } from '../base/error.ts';
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

async function sendWithin(
  subschema: AnySubschema,
  at: Coordinate,
  batch: readonly CallItem[],
  context: RequestContext,
): Promise<unknown[]> {
  const affordable: CallItem[] = [];
  const refusals = new Map<number, GatewayError>();
  for (const [index, item] of batch.entries()) {
    try {
      if (affordable.length % (subschema.itemsPerRequest ?? 1) === 0) context.budget.spend();
      affordable.push(item);
    } catch (error) {
      refusals.set(index, error as GatewayError); // spend() throws nothing else
    }
  }
  const outcomes = affordable.length === 0 ? [] : await subschema.send(callAt(subschema, at), affordable, context.call);
  const left = outcomes.map(unwrap)[Symbol.iterator]();
  return batch.map((_, index) => refusals.get(index) ?? left.next().value);
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
