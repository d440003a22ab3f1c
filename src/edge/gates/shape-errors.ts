import type { Logger } from 'pino';
import { errorReport } from '../errors/error-report.ts';
import { type ShapedError, shapeError, shapeFaults } from '../errors/error-shape.ts';
import { statusOf } from '../errors/refusal.ts';
import type { AnswerError, Gate, OperationRequest, OperationResult } from '../handler.ts';
import { perAnswer } from '../subscriptions/response-stream.ts';
import { WrittenAnswer } from '../written-answer.ts';

/**
 * Every error leaves with a code of the closed list and with nothing of a backend; what was behind it goes to the log under the
 * correlation id, once for each cause however many fields it failed.
 */
export function shapeErrors(log: Logger): Gate {
  return next => request => {
    const failed = (error: unknown) => failure(tell(shapeError(error, request.id), request, log));
    const settled = (done: OperationResult): OperationResult => {
      try {
        return perAnswer(done, each => shaped(each, request, log), failed);
      } catch (error) {
        return failed(error);
      }
    };
    try {
      const handled = next(request);
      return handled instanceof Promise ? handled.then(settled, failed) : settled(handled);
    } catch (error) {
      return failed(error);
    }
  };
}

function shaped(done: OperationResult, request: OperationRequest, log: Logger): OperationResult {
  if (done.result instanceof WrittenAnswer && !done.faults?.length) return done;
  const { result, faults = [], ...rest } = done;
  if (result instanceof WrittenAnswer) {
    const errors = tell(shapeFaults(faults, request.id), request, log);
    return { ...rest, result: new WrittenAnswer(result.text, errors, result.extensions) };
  }
  if (!result.errors) return done;
  const errors = tell(
    result.errors.flatMap(error => shapeError(error, request.id)),
    request,
    log,
  );
  return { ...rest, result: { ...result, errors } };
}

/** Of one operation: where every item of a list fails by itself, the first few causes tell what there is to know. */
const maxTold = 5;

function tell(errors: readonly ShapedError[], request: OperationRequest, log: Logger): readonly AnswerError[] {
  const told = new Set<unknown>();
  for (const { shown, code, root, clientFault } of errors) {
    if (clientFault || told.has(root)) continue;
    told.add(root);
    if (told.size > maxTold) continue;
    const line = { requestId: request.id, code, path: shown.path, error: errorReport(root) };
    if (code === 'INTERNAL_SERVER_ERROR') log.error(line, 'internal error');
    else log.warn(line, 'upstream error');
  }
  if (told.size > maxTold)
    log.warn({ requestId: request.id, causes: told.size }, `more upstream errors than the ${maxTold} told`);
  return errors.map(({ shown }) => shown);
}

/** The operation as a whole failed: where its code says so, there is data, and it is null. */
function failure(errors: readonly AnswerError[]): OperationResult {
  const status = statusOf(codeOf(errors[0]));
  return { status, result: status === 200 ? { errors, data: null } : { errors } };
}

function codeOf(error: AnswerError | undefined): Parameters<typeof statusOf>[0] {
  return error?.extensions['code'] as Parameters<typeof statusOf>[0]; // written by shapeError
}
