import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../base/error.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Counters } from '../../edge/counters.ts';
import { refusal } from '../../edge/errors/refusal.ts';
import type { Handler, OperationResult } from '../../edge/handler.ts';
import type { LimitKey, Limits } from '../../edge/limits/limits.ts';
import type { DoorResponses } from '../../edge/responses/door-responses.ts';
import type { ClientAddress } from '../client/client-address.ts';

/** What a door knows of an HTTP request beside the request itself. */
export interface Visit {
  /** The correlation id. */
  readonly id: string;
  readonly search: URLSearchParams;
  /** Aborted when the client is gone. */
  readonly signal: StopSignal;
}

/** A way into the core: takes HTTP apart, has the operation run, and writes the answer. */
export type Door = (request: IncomingMessage, response: ServerResponse, visit: Visit) => Promise<void>;

export interface DoorOptions {
  readonly handler: Handler;
  readonly limits: Limits;
  readonly clientAddress: ClientAddress;
  readonly log: Logger;
  readonly counters?: Counters;
  /** Milliseconds: see `SubscriptionsOptions`. */
  readonly heartbeat?: number;
  /** The configuration's answers to what never becomes an operation, as they are now. Default: ours. */
  readonly responses?: () => DoorResponses;
  /** Is no more taken now? Asked before anything of a request is read. Default: everything is. */
  overloaded?(): boolean;
}

/**
 * What is refused before it is an operation has its line in the log here, and is counted: the core never sees it. What is sent is in the
 * configuration's words, where it has some.
 */
export function refused(
  { log, counters, responses }: Pick<DoorOptions, 'log' | 'counters' | 'responses'>,
  refusal: OperationResult,
  id: string,
  method: string | undefined,
  limit?: LimitKey,
): OperationResult {
  const told = inOwnWords(refusal, responses);
  const { result, status } = told;
  const [error] = result.errors ?? [];
  log.info({ requestId: id, method, status, reason: error?.message }, 'refused');
  if (error) counters?.count('rejected', error.extensions['code'] as ErrorCode); // `refusal` makes it of one
  if (status === 413) counters?.count('limitRefusals', limit ?? 'body');
  return told;
}

/** What stands at no path, or not for this method. */
export function notServed(status: 404 | 405): OperationResult {
  return refusal('BAD_REQUEST', 'Nothing is served at this path by this method.', { status });
}

/** In the configuration's words, where it has some. */
export function inOwnWords(refusal: OperationResult, responses: DoorOptions['responses']): OperationResult {
  return responses?.().reword(refusal) ?? refusal;
}
