import { Stop, type StopSignal } from '../../base/stop.ts';
import type { OperationResult } from '../../edge/handler.ts';
import type { ComingFiles, Refusal } from './multipart-params.ts';

/**
 * Runs an operation whose files still come. Where something turns out to be wrong with them it is ended, and what became of it is not told:
 * the request was none.
 */
export async function whileFilesCome(
  files: ComingFiles,
  gone: StopSignal,
  run: (signal: StopSignal) => OperationResult | Promise<OperationResult>,
): Promise<OperationResult | Refusal> {
  const stop = new Stop();
  if (gone.aborted) stop.abort(gone.reason);
  else gone.addEventListener('abort', () => stop.abort(gone.reason), { once: true });
  files.onFailure(() => stop.abort());
  const done = await run(stop);
  return files.refused ?? done;
}
