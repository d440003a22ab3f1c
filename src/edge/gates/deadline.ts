import { setMaxListeners } from 'node:events';
import { GatewayError } from '../../base/error.ts';
import type { Gate, OperationResult } from '../handler.ts';

/** How long an operation whose time is up may still gather what it has: calls that obey the signal fail at once. */
const grace = 100;

/**
 * Ends the operation when its time is up or its client is gone: `signal` aborts, the calls under way fail, and what was fetched by
 * then is the answer. What does not stop even so is left behind.
 */
export function deadline(milliseconds: number): Gate {
  return next => async request => {
    const now = performance.now();
    const until = Math.min(request.deadline ?? Number.POSITIVE_INFINITY, now + milliseconds);
    const controller = new AbortController();
    setMaxListeners(0, controller.signal); // one listener for each call under way
    let giveUp: NodeJS.Timeout | undefined;
    const leftBehind = new Promise<OperationResult>((_, reject) => {
      controller.signal.addEventListener('abort', () => {
        giveUp = setTimeout(() => reject(controller.signal.reason), grace);
      });
    });
    const late = setTimeout(() => controller.abort(tooLate(until - now)), until - now);
    const gone = () => controller.abort(clientGone(request.signal.reason));
    if (request.signal.aborted) gone();
    else request.signal.addEventListener('abort', gone, { once: true });
    try {
      return await Promise.race([next({ ...request, deadline: until, signal: controller.signal }), leftBehind]);
    } finally {
      clearTimeout(late);
      clearTimeout(giveUp);
      request.signal.removeEventListener('abort', gone);
    }
  };
}

function tooLate(milliseconds: number): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The operation took longer than its ${Math.round(milliseconds)} ms.`);
}

function clientGone(cause: unknown): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', 'The client left before the operation was done.', { cause });
}
