import { after } from '../after.ts';
import type { Gate, OperationRequest, OperationResult } from '../handler.ts';
import { withTrace } from '../request/derived-request.ts';
import { secretNames } from '../trace/secret-names.ts';
import { Trace } from '../trace/trace.ts';
import type { TraceOptions } from '../trace/trace-options.ts';
import type { Traces } from '../trace/traces.ts';
import { WrittenAnswer } from '../written-answer.ts';

/**
 * Keeps what becomes of each request, and tells a caller who has the scope of his own: in `extensions.trace`, where he asks for it. Whoever
 * has it not gets the same answer as without asking.
 */
export function trace(options: TraceOptions | undefined, traces: Traces): Gate {
  traces.keep(options?.keep ?? 0);
  if (!options) return next => next;
  const { scope, mask } = options;
  const isSecret = secretNames(mask);
  return next => request => {
    const kept = new Trace(request, isSecret);
    traces.add(kept);
    return after(next(withTrace(request, kept)), done => {
      kept.done(done);
      done.stream?.whenEnded(end => kept.ended(end));
      const isTold = scope !== undefined && asksFor(request) && kept.scopes.has(scope);
      return isTold ? told(done, kept) : done;
    });
  };
}

function asksFor({ headers }: OperationRequest): boolean {
  return headers['x-selvage-trace'] === '1';
}

function told(done: OperationResult, kept: Trace): OperationResult {
  const { result } = done;
  const extensions = { ...result.extensions, trace: kept };
  if (result instanceof WrittenAnswer)
    return { ...done, result: new WrittenAnswer(result.text, result.errors, extensions) };
  return { ...done, result: { ...result, extensions } };
}
