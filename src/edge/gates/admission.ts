import type { AdmissionOptions } from '../admission/admission-options.ts';
import type { Gate, OperationResult } from '../handler.ts';
import { refusal } from '../refusal.ts';

/** Whether the gateway is late is asked of `delay`, in milliseconds. */
interface Delay {
  readonly milliseconds: number;
}

/** With fewer under way a loop that is late is late by somebody else's doing: to refuse them would relieve nothing. */
const several = 8;

/**
 * Refuses what the gateway cannot do in time, at once and without a queue: a client that is told so can go elsewhere, one that waits
 * makes everyone wait. What is under way goes on. (Health endpoints are answered by the server, before any gate.)
 */
export function admission({ inFlight, loopDelay }: AdmissionOptions, delay: Delay): Gate {
  let underWay = 0;
  return next => request => {
    if (underWay >= inFlight) return overloaded;
    if (underWay >= several && delay.milliseconds > loopDelay) return overloaded;
    underWay += 1;
    const done = (result: OperationResult) => {
      underWay -= 1;
      return result;
    };
    try {
      const handled = next(request);
      if (!(handled instanceof Promise)) return done(handled);
      return handled.then(done, (error: unknown) => {
        underWay -= 1;
        throw error;
      });
    } catch (error) {
      underWay -= 1;
      throw error;
    }
  };
}

const overloaded = refusal('OVERLOADED', 'The gateway is overloaded; try again in a moment.', {
  headers: { 'retry-after': '1' },
});
