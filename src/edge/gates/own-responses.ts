import type { Gate } from '../handler.ts';
import { rewordingOf } from '../responses/own-words.ts';
import type { ResponsesOptions } from '../responses/responses-options.ts';
import { eachAnswer } from '../subscriptions/response-stream.ts';

/** Errors leave with the configuration's message, status and headers for their code. */
export function ownResponses({ codes }: ResponsesOptions): Gate {
  const reword = rewordingOf(codes);
  if (!reword) return next => next;
  return next => request => eachAnswer(next(request), reword);
}
