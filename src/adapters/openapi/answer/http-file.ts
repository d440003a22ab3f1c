import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectTypeDefinitionNode } from 'graphql';
import { field, objectType } from '../../../adapter/definitions.ts';
import type { ScalarShape } from '../call/shape.ts';
import { typeOf } from '../types/type-of.ts';
import { headersField } from './response-headers.ts';

const text: ScalarShape = { kind: 'scalar', scalar: 'String' };
const fields: readonly (readonly [name: string, shape: ScalarShape, description: string])[] = [
  ['contentType', text, 'The media type that the backend names.'],
  ['filename', text, 'The name that the backend suggests.'],
  ['size', { kind: 'scalar', scalar: 'Int', nonNull: true }, 'In bytes.'],
  ['base64', { kind: 'scalar', scalar: 'Base64', nonNull: true }, 'The content.'],
  ['text', text, 'The content as text; null where it is not UTF-8.'],
];

/** The type of an answer that is neither JSON nor text. */
export function httpFileType(): ObjectTypeDefinitionNode {
  const definitions = fields.map(([name, shape, description]) => field(name, typeOf(shape), { description }));
  const remarks = { description: 'A file that the backend answered with.' };
  return objectType('HttpFile', [...definitions, headersField()], remarks); // the same for all sources
}

/** The content is only turned into text where that is selected: whoever goes through the members does not come upon it. */
export function httpFile(headers: IncomingHttpHeaders, body: Buffer): Readonly<Record<string, unknown>> {
  const file = {
    __typename: 'HttpFile',
    contentType: headers['content-type'] ?? null,
    filename: filenameOf(headers['content-disposition']),
    size: body.length,
  };
  return Object.defineProperties(file, {
    base64: { get: () => body.toString('base64') },
    text: { get: () => utf8(body) ?? null },
  });
}

export function utf8(body: Buffer, charset = 'utf-8'): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** RFC 6266, 4.3; only the last part of a path. */
function filenameOf(disposition: string | undefined): string | null {
  if (disposition === undefined) return null;
  const extended = /filename\*\s*=\s*utf-8'[^']*'([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(disposition);
  const written =
    (extended && percentDecoded(extended.trim())) ?? plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2]?.trim();
  return written?.split(/[\\/]/).at(-1) || null;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
