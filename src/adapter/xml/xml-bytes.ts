import { encodingOf } from '../../source/decode-text.ts';

/** A body's text; undefined where its encoding is not known or the bytes are not in it. */
export function decodeXml(body: Uint8Array, contentType: string | undefined): string | undefined {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1];
  try {
    return new TextDecoder(encodingOf(body, charset), { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
