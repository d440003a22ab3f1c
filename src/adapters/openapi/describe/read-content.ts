import type { BodySyntax, CallAnswer } from '../call/call.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { formEncodings } from '../document/form-encodings.ts';
import {
  isAny,
  isForm,
  isInRange,
  isJson,
  isPlainJson,
  isStream,
  isText,
  isXml,
  preferred,
} from '../document/media-types.ts';
import type { Content, OperationSite, Response } from '../document/operation.ts';
import { xmlRootOf } from '../schemas/describe-xml.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { openShape, typesOf } from '../schemas/scalar-shapes.ts';
import { isBinary, isWritten } from '../types/binary.ts';
import type { TypeBuilder } from '../types/type-builder.ts';

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };
const fileShape: Shape = { kind: 'type', name: 'HttpFile' };

function isOther(mediaType: string): boolean {
  return !isStream(mediaType);
}

/** mapping A5 and A7: what is asked for where the document lets the client choose. */
export const preference = [isPlainJson, isJson, isForm, isXml, isAny, isText, isOther];

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

/** How an answer is read: as its content says, or as another of the same schema, if it comes so. */
export function readAnswer(
  response: Response,
  content: Content,
  site: Pick<OperationSite, 'at'>,
  name: string,
  builder: TypeBuilder,
): CallAnswer {
  const answer = readContent(content, site, response.name ?? name, builder);
  const others = new Map<BodySyntax['kind'], BodySyntax>();
  for (const other of response.contents) {
    if (other === content || !isOfOneType(other, content, builder)) continue;
    if (!isXml(other.mediaType) && !isForm(other.mediaType)) continue;
    const { shape: _, ...syntax } = readContent(other, site, response.name ?? name, builder);
    if (syntax.kind === 'xml' || syntax.kind === 'form') others.set(syntax.kind, syntax);
  }
  others.delete(answer.kind);
  return others.size === 0 ? answer : { ...answer, others: [...others.values()] };
}

/** Do both say the same of what comes? */
export function isOfOneType({ mediaType, schema }: Content, main: Content, { normal }: TypeBuilder): boolean {
  const typeOf = (each: Located | undefined) => each && normal.reduce(each).schema.value;
  return !isStream(mediaType) && typeOf(schema) === typeOf(main.schema);
}

/** How an answer or an event of this content is read, and the type that it is. `name`: of the type, where its schema has none. */
export function readContent(
  content: Content,
  { at }: Pick<OperationSite, 'at'>,
  name: string,
  builder: TypeBuilder,
): BodySyntax & { readonly shape: Shape } {
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
  if (isForm(mediaType) && holdsNames(schema, builder)) {
    const encoding = formEncodings(content);
    const shape = schema
      ? builder.read(schema, { direction: 'output', called: () => name, whole: true }).shape
      : openShape;
    return { kind: 'form', shape, ...(encoding.length > 0 ? { encoding } : {}) };
  }
  if (schema && isData && isXml(mediaType)) {
    const { shape } = builder.read(schema, { direction: 'output', called: () => name, whole: true });
    return { kind: 'xml', shape, xml: xmlRootOf(schema, builder) };
  }
  if (isText(mediaType) || isAny(mediaType) || isWritten(keywords, mediaType))
    return { kind: 'text', shape: stringShape };
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

/** A form is names and values: neither a list nor a scalar. */
function holdsNames(schema: Located | undefined, { normal }: TypeBuilder): boolean {
  const types = schema ? typesOf(keywordsOf(normal.reduce(schema).schema)) : [];
  return types.every(type => type === 'object');
}
