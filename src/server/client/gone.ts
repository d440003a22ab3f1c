import type { ServerResponse } from 'node:http';
import { Stop, type StopSignal } from '../../base/stop.ts';

/** Has the connection ended before the answer did? */
export function isGone(response: ServerResponse): boolean {
  return response.destroyed && !response.writableFinished;
}

/** Aborts when the connection ends before the answer does. */
export function goneSignal(response: ServerResponse): StopSignal {
  const gone = new Stop();
  if (isGone(response)) gone.abort();
  else
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
  return gone;
}
