import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { errorReport } from '../error-report.ts';
import { shapeError } from '../error-shape.ts';
import type { Gate, OperationRequest, OperationResult } from '../handler.ts';
import { statusOf } from '../refusal.ts';

/**
 * Every error leaves with a code of the closed list and with nothing of a backend; what was behind it goes to the log under the
 * correlation id, once for each cause however many fields it failed.
 */
export function shapeErrors(log: Logger): Gate {
  return next => async request => {
    try {
      const done = await next(request);
      if (!done.result.errors) return done;
      const errors = shape(done.result.errors, request, log);
      return { ...done, result: { ...done.result, errors } };
    } catch (error) {
      return failure(shape([error], request, log));
    }
  };
}

function shape(errors: readonly unknown[], request: OperationRequest, log: Logger): GraphQLError[] {
  const told = new Set<unknown>();
  return errors
    .flatMap(error => shapeError(error, request.id))
    .map(({ shown, code, root, clientFault }) => {
      if (!clientFault && !told.has(root)) {
        told.add(root);
        const line = { requestId: request.id, code, path: shown.path, error: errorReport(root) };
        if (code === 'INTERNAL_SERVER_ERROR') log.error(line, 'internal error');
        else log.warn(line, 'upstream error');
      }
      return shown;
    });
}

/** The operation as a whole failed: where its code says so, there is data, and it is null. */
function failure(errors: readonly GraphQLError[]): OperationResult {
  const status = statusOf(codeOf(errors[0]));
  return { status, result: status === 200 ? { errors, data: null } : { errors } };
}

function codeOf(error: GraphQLError | undefined): Parameters<typeof statusOf>[0] {
  return error?.extensions['code'] as Parameters<typeof statusOf>[0]; // written by shapeError
}
