import type { Admission } from '../admission/admission.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, OperationResult } from '../handler.ts';

/**
 * Refuses what the gateway cannot do in time, at once and without a queue: a client that is told so can go elsewhere, one that waits
 * makes everyone wait. What is under way goes on. (Health endpoints are answered by the server, before any gate.)
 */
export function admission(state: Admission): Gate {
  return next => request => {
    if (state.isFull) return overloaded;
    state.enter();
    const done = (result: OperationResult) => {
      state.leave();
      return result;
    };
    try {
      const handled = next(request);
      if (!(handled instanceof Promise)) return done(handled);
      return handled.then(done, (error: unknown) => {
        state.leave();
        throw error;
      });
    } catch (error) {
      state.leave();
      throw error;
    }
  };
}

/** What is told to those who are refused. */
export const overloaded = refusal('OVERLOADED', 'The gateway is overloaded; try again in a moment.', {
  headers: { 'retry-after': '1' },
});
