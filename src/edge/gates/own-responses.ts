import { after } from '../after.ts';
import type { Gate } from '../handler.ts';
import { rewordingOf } from '../responses/own-words.ts';
import type { ResponsesOptions } from '../responses/responses-options.ts';

/** Errors leave with the configuration's message, status and headers for their code. */
export function ownResponses({ codes }: ResponsesOptions): Gate {
  const reword = rewordingOf(codes);
  if (!reword) return next => next;
  return next => request => after(next(request), reword);
}
