import type { Handler, OperationRequest, OperationResult } from '../handler.ts';

/** The gate, with what it decides told to the request's trace: what, why, and in how long. */
export function tracedGate<Outer extends OperationRequest, Inner extends OperationRequest>(
  name: string,
  gate: (next: Handler<Inner>) => Handler<Outer>,
): (next: Handler<Inner>) => Handler<Outer> {
  return next => {
    const passOn: Handler<Inner> = request => {
      request.trace?.passed(name, request.principal);
      return next(request);
    };
    return traced(name, gate(passOn));
  };
}

/** The same of a handler that passes nothing on. */
export function traced<R extends OperationRequest>(name: string, handler: Handler<R>): Handler<R> {
  return request => {
    const stage = request.trace?.entered(name);
    if (!stage) return handler(request);
    const settled = (done: OperationResult) => {
      stage.settle(done);
      return done;
    };
    const failed = (error: unknown): never => {
      stage.fail(error);
      throw error;
    };
    try {
      const handled = handler(request);
      return handled instanceof Promise ? handled.then(settled, failed) : settled(handled);
    } catch (error) {
      return failed(error);
    }
  };
}
