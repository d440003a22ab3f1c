import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** The body as text; or why there is none: it is larger than allowed (and was read no further), or it is not UTF-8. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ text: string } | 'too-large' | 'not-utf-8'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve('too-large');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off('data', take);
      request.pause();
      resolve('too-large');
    };
    request.on('data', take);
    request.once('end', () => resolve(textOf(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The client left before it had sent its body.'));
    });
  });
}

function textOf(chunks: readonly Buffer[]): { text: string } | 'not-utf-8' {
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  if (!isUtf8(body)) return 'not-utf-8';
  const text = body.toString('utf8');
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}
