import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ErrorCode } from '../base/error.ts';
import type { StopSignal } from '../base/stop.ts';
import type { Counters } from '../edge/counters.ts';
import type { Handler, OperationResult } from '../edge/handler.ts';
import type { Limits } from '../edge/limits.ts';
import type { ClientAddress } from './client-address.ts';

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
}

/** What is refused before it is an operation has its line in the log here, and is counted: the core never sees it. */
export function logRefused(
  { log, counters }: DoorOptions,
  { result, status }: OperationResult,
  id: string,
  method: string | undefined,
): void {
  const [error] = result.errors ?? [];
  log.info({ requestId: id, method, status, reason: error?.message }, 'refused');
  if (error) counters?.count('rejected', error.extensions['code'] as ErrorCode); // `refusal` makes it of one
  if (status === 413) counters?.count('limitRefusals', 'body');
}
