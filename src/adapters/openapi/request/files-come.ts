import type { CallItem } from '../../../adapter/adapter.ts';
import { uploadsIn } from '../../../adapter/uploads-in.ts';
import type { OpenApiCall } from '../call/call.ts';

/**
 * Waits for what must be known of the files that a call sends: a body that is a file needs its type, and each is sent with its Content-Length
 * where all of it is soon here. Undefined where the call sends none.
 */
export function filesCome({ body }: OpenApiCall, { args }: CallItem): Promise<void> | undefined {
  if (body?.kind !== 'file' && body?.kind !== 'multipart') return undefined;
  const uploads = uploadsIn(args[body.argument]);
  if (uploads.length === 0) return undefined;
  return (async () => {
    for (const { file } of uploads) {
      if (body.kind === 'file') await file.begun();
      await file.settled();
    }
  })();
}
