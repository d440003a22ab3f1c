import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import { pascalName } from '../../../base/names.ts';
import type { ParameterPlace, ParameterStyle } from '../call/call.ts';
import type { Located } from './document.ts';
import { isMultipart } from './media-types.ts';
import { oncePerPlace } from './once-per-place.ts';
import type { Body, Content, Operation, OperationSite, Parameter, Response } from './operation.ts';
import { described, descriptionOf, flag, parametersOf, text } from './operation-parts.ts';
import { child, children, type Resolver, referenceOf } from './resolver.ts';

/** Reads operations of OpenAPI 3.0, 3.1 or 3.2; what several of them share, once. */
export function operationReader3(resolver: Resolver): (site: OperationSite) => Operation {
  const parameterOf = oncePerPlace(parameter => readParameter(parameter, resolver));
  const answerOf = oncePerPlace(response => readAnswer(response, resolver));
  return site => {
    const { operation } = site;
    return {
      description: descriptionOf(operation.value),
      deprecated: flag(operation.value, 'deprecated'),
      parameters: parametersOf(site, places, resolver).map(parameterOf),
      body: readBody(child(operation, 'requestBody'), resolver),
      responses: children(child(operation, 'responses')).flatMap(written => {
        if (written.key.startsWith('x-')) return [];
        const response = resolver.deref(written);
        return { status: written.key, name: answerName(written), ...(response ? answerOf(response) : unknownAnswer) };
      }),
    };
  };
}

const places: ReadonlySet<string> = new Set(['path', 'query', 'header', 'cookie', 'querystring']);
const styles: Readonly<Record<ParameterPlace, ReadonlySet<string>>> = {
  path: new Set(['matrix', 'label', 'simple']),
  query: new Set(['form', 'spaceDelimited', 'pipeDelimited', 'deepObject']),
  header: new Set(['simple']),
  cookie: new Set(['form', 'cookie']),
  querystring: new Set(['form']),
};

/** OpenAPI 3.2, 4.12.2.1: the style where none is written. */
const usualStyle: Readonly<Record<ParameterPlace, ParameterStyle>> = {
  path: 'simple',
  query: 'form',
  header: 'simple',
  cookie: 'form',
  querystring: 'form',
};

function readParameter(parameter: Located, resolver: Resolver): Parameter {
  const where = text(parameter.value, 'in') as ParameterPlace; // one of the places
  const [content] = contentsOf(child(parameter, 'content'), resolver);
  const { style, explode } = serialisationOf(parameter.value, where);
  const written = text(parameter.value, 'style');
  if (written !== undefined && !content && written !== style) resolver.report(misfit(written, style, where, parameter));
  return {
    name: text(parameter.value, 'name') ?? '',
    in: where,
    required: where === 'path' || flag(parameter.value, 'required'),
    description: text(parameter.value, 'description'),
    deprecated: flag(parameter.value, 'deprecated'),
    schema: content ? content.schema : child(parameter, 'schema'),
    content: content?.mediaType,
    encoding: content?.encoding,
    style,
    explode,
    ...(mayReserve(where, style, resolver) && flag(parameter.value, 'allowReserved') ? { allowReserved: true } : {}),
  };
}

/** OpenAPI 3.2, 4.12.2.2: each style has places of its own. */
function misfit(
  written: string,
  style: ParameterStyle,
  place: ParameterPlace,
  { address, pointer }: Located,
): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `A parameter in the ${place} has no style ${JSON.stringify(written.slice(0, 40))}; it is written as ${style}.`,
    at: [address, `${pointer}/style`],
    hint: `There it is ${[...styles[place]].join(' or ')}.`,
  };
}

/** Before 3.2, only in queries; since then, wherever the style encodes (OpenAPI 3.2, 4.12.2.1). */
function mayReserve(place: ParameterPlace, style: ParameterStyle, { version }: Resolver): boolean {
  return place === 'query' || (version === '3.2' && (place === 'path' || style === 'form'));
}

/** Of a parameter, or of a property of a form (`encoding`). */
export function serialisationOf(value: unknown, place: ParameterPlace): { style: ParameterStyle; explode: boolean } {
  const written = text(value, 'style');
  const style = written !== undefined && styles[place].has(written) ? (written as ParameterStyle) : usualStyle[place]; // one of the place's
  const explode = isRecord(value) ? own(value, 'explode') : undefined;
  return {
    style,
    explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'cookie' || style === 'deepObject',
  };
}

function readBody(located: Located | undefined, resolver: Resolver): Body | undefined {
  const named = located && resolver.deref(located);
  if (!located || !named) return undefined;
  const body = described(named, located, resolver);
  return {
    required: flag(body.value, 'required'),
    description: text(body.value, 'description'),
    contents: contentsOf(child(body, 'content'), resolver),
    name: sharedName(located),
  };
}

/** What a response says, whichever operation and status it is the answer to. */
type Answer = Pick<Response, 'contents' | 'headers' | 'links'>;

function readAnswer(response: Located, resolver: Resolver): Answer {
  return {
    contents: contentsOf(child(response, 'content'), resolver),
    headers: headersOf(response),
    links: child(response, 'links'),
  };
}

function answerName(written: Located): string | undefined {
  const name = sharedName(written);
  return name === undefined || /Response$/.test(name) ? name : `${name}Response`;
}

function contentsOf(content: Located | undefined, resolver: Resolver): Content[] {
  return children(content).flatMap(entry => {
    const media = resolver.deref(entry); // 3.2 has media types in components
    if (!media) return [];
    const part = (key: string) => child(media, key);
    const itemSchema = part('itemSchema');
    const schema = part('schema');
    const mediaType = mediaTypeOf(entry, schema, resolver);
    const content = { mediaType, schema, itemSchema, encoding: part('encoding') };
    if (!isMultipart(mediaType)) return [content];
    const [prefixEncoding, itemEncoding] = ['prefixEncoding', 'itemEncoding'].map(part);
    return [{ ...content, positions: { prefixEncoding, itemEncoding } }];
  });
}

/** What people write for a media type. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['text', 'text/plain'],
  ['multipart', 'multipart/form-data'],
]);

/** A key that is no media type says nothing of what is there. Of a text it may still say what kind of file it is (`csv`). */
function mediaTypeOf(
  { key, address, pointer }: Located & { readonly key: string },
  schema: Located | undefined,
  { report }: Resolver,
): string {
  if (key.includes('/') || key === '*') return key;
  const meant = shortNames.get(key.toLowerCase()) ?? (text(schema?.value, 'type') === 'string' ? key : '*/*');
  report({
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `${JSON.stringify(key.slice(0, 40))} is no media type; it is taken as ${meant === key ? 'one' : meant}.`,
    at: [address, pointer],
    hint: 'JSON is `application/json`.',
  });
  return meant;
}

/** Names are in lower case; Content-Type has a place of its own (OpenAPI 3.2, 4.17.1). */
export function headersOf(response: Located | undefined): string[] {
  const declared = children(response && child(response, 'headers')).map(({ key }) => key.toLowerCase());
  return declared.filter(name => name !== 'content-type' && !name.startsWith('x-selvage-'));
}

/** Of a response whose reference leads to nothing. */
export const unknownContent: Content = { mediaType: 'application/json', schema: undefined, encoding: undefined };

const unknownAnswer: Answer = { contents: [unknownContent], headers: [], links: undefined };

/** The name of a shared response or body: its component's, or its file's. */
export function sharedName(located: Located): string | undefined {
  const reference = referenceOf(located.value);
  if (reference === undefined) return undefined;
  const last = reference
    .split(/[/#]/)
    .filter(part => part !== '')
    .at(-1);
  return last === undefined ? undefined : pascalName(last.replace(/\.(ya?ml|json)$/i, ''));
}
