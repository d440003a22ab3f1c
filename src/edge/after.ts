import type { Handled, OperationResult } from './handler.ts';

/** Goes on with what a handler came to: at once where it is there already. */
export function after(handled: Handled, go: (done: OperationResult) => OperationResult): Handled {
  return handled instanceof Promise ? handled.then(go) : go(handled);
}
