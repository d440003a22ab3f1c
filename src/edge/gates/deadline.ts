import type { Gate, OperationResult } from '../handler.ts';
import { TimedRequest } from '../request/timed-request.ts';

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
    const timed = new TimedRequest(request, until - now, until);
    try {
      const handled = next(timed);
      if (handled instanceof Promise) return orLeft(handled, timed);
      timed.done();
      return handled;
    } catch (error) {
      timed.done();
      throw error;
    }
  };
}

function orLeft(handled: Promise<OperationResult>, timed: TimedRequest): Promise<OperationResult> {
  return new Promise((resolve, reject) => {
    let giveUp: NodeJS.Timeout | undefined;
    timed.whenStopped(reason => {
      giveUp = setTimeout(() => reject(reason), grace);
    });
    const end = () => {
      clearTimeout(giveUp);
      timed.done();
    };
    handled.then(
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
}
