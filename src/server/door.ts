import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { StopSignal } from '../base/stop.ts';
import type { Handler, OperationResult } from '../edge/handler.ts';
import type { Limits } from '../edge/limits.ts';

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
  readonly log: Logger;
}

/** What is refused before it is an operation has its line in the log here: the core never sees it. */
export function logRefused(
  log: Logger,
  { result, status }: OperationResult,
  id: string,
  method: string | undefined,
): void {
  log.info({ requestId: id, method, status, reason: result.errors?.[0]?.message }, 'refused');
}
