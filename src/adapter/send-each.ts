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
  const send = (item: CallItem) => turnstile.run(() => sendOne(item), context.signal);
  const [only] = batch;
  if (only && batch.length === 1) return send(only).then(alone, failedAlone);
  return Promise.all(batch.map(item => send(item).catch(faultOf)));
}

function alone(outcome: Outcome): readonly Outcome[] {
  return [outcome];
}

function failedAlone(error: unknown): readonly Outcome[] {
  return [faultOf(error)];
}

function faultOf(error: unknown): Outcome {
  return { fault: gatewayErrorOf(error) };
}

/** What is thrown that is no GatewayError is our own bug. */
export function gatewayErrorOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError('INTERNAL_SERVER_ERROR', 'Internal server error.', { cause: error });
}
