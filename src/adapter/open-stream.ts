import type { Coordinate } from '../base/coordinate.ts';
import { refusedAccess } from '../base/refused-access.ts';
import type { CallContext, CallItem, Outcome, Subschema } from './adapter.ts';

/** Opens a subscription's stream. As where calls are sent, it is asked once more whether this caller may have it. */
export function openStream(
  subschema: Subschema<unknown, unknown>,
  at: Coordinate,
  item: CallItem,
  context: CallContext,
): AsyncIterable<Outcome> {
  if (context.mayAsk?.(subschema, at) === false) return refused();
  const { subscribe, blueprint } = subschema;
  if (!subscribe) throw new TypeError(`The source has ${at} in its blueprint, and opens no streams.`);
  return subscribe(blueprint.calls[at], item, context);
}

async function* refused(): AsyncGenerator<Outcome, void> {
  yield { fault: refusedAccess };
}
