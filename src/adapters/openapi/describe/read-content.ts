import type { CallResponse } from '../call/call.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import { isAny, isInRange, isJson, isPlainJson, isStream, isText, isXml, preferred } from '../document/media-types.ts';
import type { Content, OperationSite, Response } from '../document/operation.ts';
import { xmlRootOf } from '../schemas/describe-xml.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { typesOf } from '../schemas/scalar-shapes.ts';
import { isBinary } from '../types/binary.ts';
import type { TypeBuilder } from '../types/type-builder.ts';

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };
const fileShape: Shape = { kind: 'type', name: 'HttpFile' };

function isOther(mediaType: string): boolean {
  return !isStream(mediaType);
}

/** mapping A5 and A7: what is asked for where the document lets the client choose. */
const preference = [isPlainJson, isJson, isXml, isAny, isText, isOther];

/**
 * The content that is taken of several; undefined where all of them are without an end. One that says nothing but examples is what is said of
 * the range that it is in: documents that were made of Swagger 2.0 are written so.
 */
export function contentOf({ contents }: Response): Content | undefined {
  const found = preferred(contents, preference);
  if (!found || found.schema) return found;
  const range = contents.find(({ mediaType, schema }) => schema && isInRange(found.mediaType, mediaType));
  return range ? { ...found, schema: range.schema } : found;
}

/** How an answer or an event of this content is read, and the type that it is. `name`: of the type, where its schema has none. */
export function readContent(
  content: Content,
  { at }: Pick<OperationSite, 'at'>,
  name: string,
  builder: TypeBuilder,
): Pick<CallResponse, 'kind' | 'xml'> & { readonly shape: Shape } {
  const { mediaType, schema } = content;
  const keywords = schema ? keywordsOf(builder.normal.reduce(schema).schema) : {};
  const types = typesOf(keywords);
  const isData =
    types.some(type => type !== 'string' && type !== 'file') ||
    Object.hasOwn(keywords, 'allOf') ||
    Object.hasOwn(keywords, 'oneOf') ||
    Object.hasOwn(keywords, 'anyOf');
  if (isBinary(keywords)) return { kind: 'file', shape: fileShape };
  if (isJson(mediaType) || (isAny(mediaType) && (isData || !schema)) || (isText(mediaType) && isData)) {
    if (!schema) return { kind: 'json', shape: { kind: 'scalar', scalar: 'JSON', open: true } };
    return {
      kind: 'json',
      shape: builder.read(schema, { direction: 'output', called: () => name, whole: true }).shape,
    };
  }
  if (schema && isData && isXml(mediaType)) {
    const { shape } = builder.read(schema, { direction: 'output', called: () => name, whole: true });
    return { kind: 'xml', shape, xml: xmlRootOf(schema, builder) };
  }
  if (isText(mediaType) || isAny(mediaType)) return { kind: 'text', shape: stringShape };
  if (isData) {
    builder.report({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: `The type of what comes as ${mediaType} cannot be read from it: it is given as a file.`,
      at,
    });
  }
  return { kind: 'file', shape: fileShape };
}
