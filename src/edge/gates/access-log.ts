import type { Logger } from 'pino';
import { after } from '../after.ts';
import type { Gate, OperationRequest, OperationResult } from '../handler.ts';

const maxName = 100;
const noCodes: readonly unknown[] = [];

/** One line for each operation. What a client sent stands in it only as a JSON value. */
export function accessLog(log: Logger): Gate {
  return next => request => {
    const start = performance.now();
    return after(next(request), done => {
      log.info(lineOf(request, done, performance.now() - start), 'operation');
      return done;
    });
  };
}

function lineOf(request: OperationRequest, done: OperationResult, milliseconds: number): object {
  const { errors } = done.result;
  const line: Record<string, unknown> = {
    requestId: request.id,
    method: request.method,
    operationName: request.operationName?.slice(0, maxName),
    status: done.status,
    errors: errors ? [...new Set(errors.map(error => error.extensions['code']))] : noCodes,
  };
  if (done.lane) line['lane'] = done.lane;
  if (done.coalesced) line['coalesced'] = true;
  line['backendCalls'] = done.backendCalls ?? 0;
  line['milliseconds'] = Math.round(milliseconds * 10) / 10;
  if (request.clientGone ?? request.signal.aborted) line['clientGone'] = true;
  return line;
}
