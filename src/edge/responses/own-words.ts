import type { ErrorCode } from '../../base/error.ts';
import type { AnswerError, OperationResult } from '../handler.ts';
import { WrittenAnswer } from '../written-answer.ts';
import type { ResponsesOptions } from './responses-options.ts';

export type Rewording = (done: OperationResult) => OperationResult;

/** Puts the configuration's words for a code in the place of ours. Direct responses have their own already. Undefined: there are none. */
export function rewordingOf(codes: ResponsesOptions['codes']): Rewording | undefined {
  const words = new Map(Object.entries(codes));
  if (words.size === 0) return undefined;
  const reworded = (error: AnswerError): AnswerError => {
    const message = words.get(codeOf(error))?.message;
    if (message === undefined) return error;
    const { locations, path, extensions } = error;
    return { message, locations, path, extensions };
  };
  return done => {
    const { errors } = done.result;
    const [first] = errors ?? [];
    if (done.direct || !errors || !first) return done;
    const changed = errors.map(reworded);
    const result =
      done.result instanceof WrittenAnswer
        ? new WrittenAnswer(done.result.text, changed)
        : { ...done.result, errors: changed };
    const whole = done.lane === undefined ? words.get(codeOf(first)) : undefined; // else it was executed: a part failed
    if (!whole) return { ...done, result };
    return { ...done, result, status: whole.status ?? done.status, headers: { ...done.headers, ...whole.headers } };
  };
}

function codeOf({ extensions }: AnswerError): ErrorCode {
  return extensions['code'] as ErrorCode; // written by shapeError or by `refusal`
}
