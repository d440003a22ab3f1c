import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** The body as text; or why there is none: it is larger than allowed (and was read no further), or it is not UTF-8. */
export type Body = { readonly text: string } | 'too-large' | 'not-utf-8';

/** Calls `done` once, or `failed` where the client left before it had sent its body. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Body) => void,
  failed: (error: Error) => void,
): void {
  readBytes(request, maxBytes, body => done(body === 'too-large' ? body : textOf(body)), failed);
}

/** The same, with the body as it came. */
export function readBytes(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | 'too-large') => void,
  failed: (error: Error) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    done('too-large');
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  const take = (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    over = true;
    request.off('data', take);
    request.pause();
    done('too-large');
  };
  request.on('data', take);
  request.on('end', () => {
    if (!over) done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
  });
  // node:http tells here that the connection ended before the body did
  request.on('error', error => {
    if (!over && !request.complete) failed(error);
    over = true;
  });
}

function textOf(body: Buffer): Body {
  if (!isUtf8(body)) return 'not-utf-8';
  const text = body.toString('utf8');
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}
