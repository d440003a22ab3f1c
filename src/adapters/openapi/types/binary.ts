import type { ScalarShape } from '../call/shape.ts';
import { isOfBytes, isTextual } from '../document/media-types.ts';
import { typesOf, valuesOf } from '../schemas/scalar-shapes.ts';
import type { FilePlace } from './manner.ts';

type Keywords = Readonly<Record<string, unknown>>;

export const fileShape: ScalarShape = { kind: 'scalar', scalar: 'File' };

/**
 * Are the values of the schema bytes? Swagger 2.0 has `type: file`, OpenAPI 3.0 `format: binary`, 3.1 a `contentMediaType` that is not
 * encoded as text (3.2, 4.24.4.2).
 */
export function isBinary(keywords: Keywords): boolean {
  const types = typesOf(keywords);
  if (types[0] === 'file') return true;
  if (types.length > 1 || (types.length === 1 && types[0] !== 'string')) return false;
  if (keywords['format'] === 'binary') return true;
  const { contentMediaType, contentEncoding } = keywords;
  return contentEncoding === undefined && typeof contentMediaType === 'string' && !isTextual(contentMediaType);
}

/** Is a body of that type the text that its schema says it is? Not where it is known to be of bytes, or where the text encodes bytes. */
export function isWritten(keywords: Keywords, mediaType: string): boolean {
  const { contentEncoding, format } = keywords;
  const isEncoded = contentEncoding !== undefined || /^(byte|base64|base64url)$/.test(String(format));
  return typesOf(keywords).join() === 'string' && !isEncoded && !isBinary(keywords) && !isOfBytes(mediaType);
}

/** As `isBinary`, of a part of a multipart body, where a schema that says nothing allows any bytes (OpenAPI 3.2, 4.15.1.1). */
export function isBinaryPart(keywords: Keywords, place: FilePlace): boolean {
  if (place === 'parts' || place === 'nested') return false;
  if (place === 'text' || isBinary(keywords)) return isBinary(keywords);
  if (!Object.keys(keywords).some(keyword => !annotations.has(keyword) && !keyword.startsWith('x-'))) return true;
  const isPlainText = typesOf(keywords).join() === 'string' && !valuesOf(keywords);
  return place === 'file' && isPlainText && keywords['contentEncoding'] === undefined;
}

const annotations: ReadonlySet<string> = new Set([
  'title',
  'description',
  'example',
  'examples',
  'deprecated',
  'externalDocs',
  '$comment',
  'contentMediaType',
  'nullable',
  'writeOnly',
]);
