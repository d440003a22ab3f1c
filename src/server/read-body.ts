import type { IncomingMessage } from 'node:http';

/** The body as text; or why there is none: it is larger than allowed (and was read no further), or it is not UTF-8. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ text: string } | 'too-large' | 'not-utf-8'> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return 'too-large';
    chunks.push(chunk);
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks, size)) };
  } catch {
    return 'not-utf-8';
  }
}
