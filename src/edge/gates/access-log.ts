import type { Logger } from 'pino';
import type { Gate } from '../handler.ts';

const maxName = 100;

/** One line for each operation. What a client sent stands in it only as a JSON value. */
export function accessLog(log: Logger): Gate {
  return next => async request => {
    const start = performance.now();
    const done = await next(request);
    const codes = new Set((done.result.errors ?? []).map(error => error.extensions['code']));
    log.info(
      {
        requestId: request.id,
        method: request.method,
        operationName: request.operationName?.slice(0, maxName),
        status: done.status,
        errors: [...codes],
        ...(done.lane ? { lane: done.lane } : {}),
        ...(done.coalesced ? { coalesced: true } : {}),
        backendCalls: done.backendCalls ?? 0,
        milliseconds: Math.round((performance.now() - start) * 10) / 10,
        ...((request.clientGone ?? request.signal.aborted) ? { clientGone: true } : {}),
      },
      'operation',
    );
    return done;
  };
}
