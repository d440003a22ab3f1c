import { GatewayError } from '../base/error.ts';
import type { CallContext, CallItem, Outcome } from './adapter.ts';
import type { Turnstile } from './concurrency.ts';

/**
 * For backends without a bulk call: one request for each item, within the source's concurrency; each item has its own outcome.
 * What `sendOne` throws that is no GatewayError is our own bug, and stays that item's.
 */
export function sendEach(
  batch: readonly CallItem[],
  context: CallContext,
  turnstile: Turnstile,
  sendOne: (item: CallItem) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  return Promise.all(batch.map(item => outcomeOf(() => turnstile.run(() => sendOne(item), context.signal))));
}

/** What a promise comes to, as an outcome. */
async function outcomeOf(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    return { fault: gatewayErrorOf(error) };
  }
}

/** What is thrown that is no GatewayError is our own bug. */
export function gatewayErrorOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError('INTERNAL_SERVER_ERROR', 'Internal server error.', { cause: error });
}
