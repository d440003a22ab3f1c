/**
 * A body's text: by its byte order mark, else by the charset of its media type, else by its XML declaration, else UTF-8 (RFC 7303, 3).
 * Undefined where the encoding is not known or the bytes are not in it.
 */
export function decodeXml(body: Uint8Array, contentType: string | undefined): string | undefined {
  try {
    return new TextDecoder(encodingOf(body, contentType), { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function encodingOf(body: Uint8Array, contentType: string | undefined): string {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8';
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le';
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be';
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  if (charset !== undefined) return charset;
  const beginning = Buffer.from(body.subarray(0, 200)).toString('latin1');
  return /^<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']/.exec(beginning)?.[1] ?? 'utf-8';
}
