import { GatewayError } from '../../base/error.ts';
import type { Gate, OperationResult } from '../handler.ts';
import { TimedRequest } from '../timed-request.ts';

/** How long an operation whose time is up may still gather what it has: calls that obey the signal fail at once. */
const grace = 100;

/**
 * Ends the operation when its time is up or its client is gone: `signal` aborts, the calls under way fail, and what was fetched by
 * then is the answer. What does not stop even so is left behind. An operation that never asks for its signal waits for nobody.
 */
export function deadline(milliseconds: number): Gate {
  return next => request => {
    const now = performance.now();
    const until = Math.min(request.deadline ?? Number.POSITIVE_INFINITY, now + milliseconds);
    let giveUp: NodeJS.Timeout | undefined;
    return new Promise<OperationResult>((resolve, reject) => {
      const leaveBehind = <E>(reason: E): E => {
        giveUp = setTimeout(() => reject(reason), grace);
        return reason;
      };
      const timed = new TimedRequest(request, until, {
        tooLate: () => leaveBehind(tooLate(until - now)),
        clientGone: cause => leaveBehind(clientGone(cause)),
      });
      const end = () => {
        clearTimeout(giveUp);
        timed.done();
      };
      next(timed).then(
        done => {
          end();
          resolve(done);
        },
        (error: unknown) => {
          end();
          reject(error);
        },
      );
    });
  };
}

function tooLate(milliseconds: number): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `The operation took longer than its ${Math.round(milliseconds)} ms.`);
}

function clientGone(cause: unknown): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', 'The client left before the operation was done.', { cause });
}
