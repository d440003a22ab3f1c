import type { BodySyntax, CallAnswer } from '../call/call.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { formEncodings } from '../document/form-encodings.ts';
import { isAny, isForm, isJson, isStream, isText, isXml } from '../document/media-types.ts';
import type { Content, OperationSite, Response } from '../document/operation.ts';
import { xmlRootOf } from '../schemas/describe-xml.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { openShape, typesOf } from '../schemas/scalar-shapes.ts';
import { isBinary, isWritten } from '../types/binary.ts';
import type { TypeBuilder } from '../types/type-builder.ts';

type Keywords = Readonly<Record<string, unknown>>;
type ContentSyntax = 'json' | 'form' | 'xml' | 'text' | 'file';

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };
const fileShape: Shape = { kind: 'type', name: 'HttpFile' };

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
    const kind = syntaxOf(other, builder);
    if (kind !== 'xml' && kind !== 'form') continue;
    const { shape: _, ...syntax } = readContent(other, site, response.name ?? name, builder);
    others.set(kind, syntax);
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
  const kind = syntaxOf(content, builder);
  if (kind === 'text') return { kind, shape: stringShape };
  if (kind === 'file') {
    const keywords = keywordsOfReduced(schema, builder);
    if (!isBinary(keywords) && isData(keywords)) {
      builder.report({
        severity: 'note',
        code: 'CONSTRUCT_NOT_SUPPORTED',
        message: `The type of what comes as ${mediaType} cannot be read from it: it is given as a file.`,
        at,
      });
    }
    return { kind, shape: fileShape };
  }
  const shape = schema
    ? builder.read(schema, { direction: 'output', called: () => name, whole: true }).shape
    : openShape;
  if (kind === 'xml' && schema) return { kind, shape, xml: xmlRootOf(schema, builder) };
  const encoding = kind === 'form' ? formEncodings(content) : [];
  return { kind, shape, ...(encoding.length > 0 ? { encoding } : {}) };
}

/** What an answer or an event of this content is written in, as far as its schema can be read from that. */
export function syntaxOf({ mediaType, schema }: Content, builder: TypeBuilder): ContentSyntax {
  const keywords = keywordsOfReduced(schema, builder);
  if (isBinary(keywords)) return 'file';
  const holdsData = isData(keywords);
  if (isJson(mediaType) || (isAny(mediaType) && (holdsData || !schema)) || (isText(mediaType) && holdsData))
    return 'json';
  if (isForm(mediaType) && holdsNames(schema, builder)) return 'form';
  if (schema && holdsData && isXml(mediaType)) return 'xml';
  return isText(mediaType) || isAny(mediaType) || isWritten(keywords, mediaType) ? 'text' : 'file';
}

function keywordsOfReduced(schema: Located | undefined, { normal }: TypeBuilder): Keywords {
  return schema ? keywordsOf(normal.reduce(schema).schema) : {};
}

function isData(keywords: Keywords): boolean {
  return (
    typesOf(keywords).some(type => type !== 'string' && type !== 'file') ||
    Object.hasOwn(keywords, 'allOf') ||
    Object.hasOwn(keywords, 'oneOf') ||
    Object.hasOwn(keywords, 'anyOf')
  );
}

/** A form is names and values: neither a list nor a scalar, nor what can only be one of these. */
function holdsNames(schema: Located | undefined, { normal }: TypeBuilder): boolean {
  const met = new Set<unknown>();
  const holds = (part: Located): boolean =>
    normal.conjuncts(part).every(conjunct => {
      if (met.has(conjunct.value)) return true;
      met.add(conjunct.value);
      const branches = normal.alternatives(conjunct);
      return (
        typesOf(keywordsOf(conjunct)).every(type => type === 'object') &&
        (branches.length === 0 || branches.some(holds))
      );
    });
  return !schema || holds(normal.reduce(schema).schema);
}
