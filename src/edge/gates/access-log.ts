import type { Logger } from 'pino';
import type { ErrorCode } from '../../base/error.ts';
import { after } from '../after.ts';
import type { Counters } from '../counters.ts';
import type { Gate, OperationRequest, OperationResult } from '../handler.ts';
import { perAnswer, type ResponseStream } from '../subscriptions/response-stream.ts';

const maxName = 100;
const noCodes: readonly unknown[] = [];

/** One line for each operation, and its time or its refusal in the counts. What a client sent stands in it only as a JSON value. */
export function accessLog(log: Logger, counters: Counters): Gate {
  return next => request => {
    const start = performance.now();
    return after(next(request), done => {
      const milliseconds = performance.now() - start;
      count(done, milliseconds, counters);
      log.info(lineOf(request, done, milliseconds), 'operation');
      return done.stream ? watched(done, done.stream, request, start, { log, counters }) : done;
    });
  };
}

/** A subscription has a second line when it has ended. */
function watched(
  done: OperationResult,
  stream: ResponseStream,
  { id, operationName }: OperationRequest,
  start: number,
  { log, counters }: { readonly log: Logger; readonly counters: Counters },
): OperationResult {
  counters.count('subscriptions', 'opened');
  stream.whenEnded(({ by, events }) => {
    counters.count('subscriptions', by);
    const line = { requestId: id, operationName: operationName?.slice(0, maxName), endedBy: by, events };
    log.info({ ...line, milliseconds: Math.round(performance.now() - start) }, 'subscription ended');
  });
  return perAnswer(done, each => {
    counters.count('subscriptionEvents', each.result.errors ? 'errors' : 'whole');
    return each;
  });
}

function count({ lane, result, stream }: OperationResult, milliseconds: number, counters: Counters): void {
  if (stream) return; // counted by itself: how long it took to open says nothing
  if (lane) {
    counters.durations[lane].add(milliseconds);
    return;
  }
  const codes = new Set(result.errors?.map(error => error.extensions['code'] as ErrorCode)); // written by shapeErrors
  for (const code of codes) counters.count('rejected', code);
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
  if (done.via !== undefined) line['via'] = done.via;
  if (done.lane) line['lane'] = done.lane;
  if (done.stream) line['subscription'] = 'opened';
  if (done.coalesced) line['coalesced'] = true;
  if (done.cost) line['cost'] = done.cost;
  line['backendCalls'] = done.backendCalls ?? 0;
  line['milliseconds'] = Math.round(milliseconds * 10) / 10;
  if (request.clientGone ?? request.signal.aborted) line['clientGone'] = true;
  return line;
}
