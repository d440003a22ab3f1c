import { isBinary } from './binary.ts';
import type { CallResponse } from './call.ts';
import { xmlRootOf } from './describe-xml.ts';
import { isAny, isJson, isPlainJson, isStream, isText, isXml, preferred } from './media-types.ts';
import { keywordsOf } from './normal-form.ts';
import type { Content, Operation, OperationSite, Response } from './operation.ts';
import { printedShape, typesOf } from './scalar-shapes.ts';
import type { ScalarShape, Shape } from './shape.ts';
import type { TypeBuilder } from './type-builder.ts';

interface Result {
  /** The type of the root field. */
  readonly shape: Shape;
  readonly accept: string;
  readonly responses: readonly CallResponse[];
}

const booleanShape: ScalarShape = { kind: 'scalar', scalar: 'Boolean' };
const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };
const fileShape: Shape = { kind: 'type', name: 'HttpFile' };

/** What the operation answers with where it succeeds; undefined where no answer of it ends. */
export function describeResult(
  site: OperationSite,
  operation: Operation,
  name: string,
  builder: TypeBuilder,
): Result | undefined {
  if (site.method === 'HEAD') return { shape: booleanShape, accept: '*/*', responses: [] };
  const all = successesOf(operation.responses);
  const successes = all.filter(({ contents }) => contents.length === 0 || contents.some(isEnding));
  if (successes.length < all.length && successes.every(({ contents }) => contents.length === 0)) return undefined;
  const isOne = successes.filter(({ contents }) => contents.length > 0).length < 2;
  const responses = successes.map(response =>
    readResponse(response, site, `${name}Response${isOne ? '' : response.status.toUpperCase()}`, builder),
  );
  const accept = acceptOf(successes);
  const valued = responses.filter(response => response.shape !== undefined);
  const shapes = new Map(valued.map(response => [printedShape(response.shape!), response.shape!]));
  if (shapes.size === 0)
    return { shape: booleanShape, accept, responses: responses.length > 0 ? responses : [noContent] };
  if (shapes.size === 1) return { shape: [...shapes.values()][0]!, accept, responses };
  return { ...unite(responses, [...shapes.values()], site, name, builder), accept };
}

/** What the operation answers with where it succeeds, as the document has it. */
export function successfulContents({ responses }: Operation): readonly Content[] {
  return successesOf(responses).flatMap(({ contents }) => contents);
}

const noContent: CallResponse = { status: 'default', kind: 'none' };

/** Every 2xx; without any, the answer to whatever is not named. */
function successesOf(responses: readonly Response[]): Response[] {
  const successes = responses.filter(({ status }) => /^2(\d\d|XX)$/i.test(status));
  return successes.length > 0 ? successes : responses.filter(({ status }) => status === 'default');
}

function readResponse(response: Response, site: OperationSite, name: string, builder: TypeBuilder): CallResponse {
  const status = response.status.toUpperCase() === '2XX' ? '2XX' : response.status;
  const content = preferred(response.contents, preference) ?? response.contents[0];
  if (!content || status === '204' || status === '205') return { status, kind: 'none' };
  return { status, ...readContent(content, site, response.name ?? name, builder) };
}

function isEnding({ mediaType }: Content): boolean {
  return !isStream(mediaType);
}
/** mapping A5 and A7: what is asked for where the document lets the client choose. */
const preference = [isPlainJson, isJson, isXml, isAny, isText, isOther];

function isOther(mediaType: string): boolean {
  return !isStream(mediaType);
}

function readContent(
  content: Content,
  site: OperationSite,
  name: string,
  builder: TypeBuilder,
): Pick<CallResponse, 'kind' | 'shape' | 'xml'> {
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
    return { kind: 'json', shape: builder.read(schema, { direction: 'output', name, whole: true }).shape };
  }
  if (schema && isData && isXml(mediaType)) {
    const { shape } = builder.read(schema, { direction: 'output', name, whole: true });
    return { kind: 'xml', shape, xml: xmlRootOf(schema, builder.normal) };
  }
  if (isText(mediaType) || isAny(mediaType)) return { kind: 'text', shape: stringShape };
  if (isData) {
    builder.report({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: `The answer's type cannot be read from ${mediaType}: it is given as a file.`,
      at: site.at,
    });
  }
  return { kind: 'file', shape: fileShape };
}

function acceptOf(successes: readonly Response[]): string {
  const wanted = successes.flatMap(({ contents }) => {
    const content = preferred(contents, preference);
    return content ? [content.mediaType] : [];
  });
  const types = [...new Set(wanted)].filter(type => /^[\x20-\x7e]+$/.test(type));
  return types.length > 0 ? types.join(', ') : '*/*';
}

/** Statuses that answer with different types: a union, whose members the statuses are. */
function unite(
  responses: readonly CallResponse[],
  shapes: readonly Shape[],
  site: OperationSite,
  name: string,
  builder: TypeBuilder,
): { readonly shape: Shape; readonly responses: readonly CallResponse[] } {
  const united = builder.alternatives.unite(
    shapes,
    { value: {}, address: site.at[0], pointer: `${site.at[1]}/responses` },
    `${name}Response`,
  );
  return {
    shape: united.shape,
    responses: responses.map(response => {
      const member = response.shape && united.members.get(printedShape(response.shape));
      return member === undefined ? response : { ...response, member };
    }),
  };
}
