import type { BodyPieces } from '../../../adapter/piecewise-body.ts';
import type { GatewayError } from '../../../base/error.ts';
import { isRecord } from '../../../base/json.ts';
import { writeJson } from '../answer/json-text.ts';
import type { CallParameter, OpenApiCall } from '../call/call.ts';
import { isForm, isJson } from '../document/media-types.ts';
import { inputFault } from '../fault.ts';
import type { Encoder } from './encode.ts';
import { formPairs, formText } from './form-body.ts';
import { asciiJson } from './in-charset.ts';
import { withJoinedLists } from './joined-lists.ts';
import {
  cookiePairs,
  encodeStrictly,
  headerText,
  isTorn,
  type Pair,
  pathText,
  queryPairs,
  torn,
} from './parameters.ts';
import { writeBody } from './write-body.ts';

type Args = Readonly<Record<string, unknown>>;

/** A call with its arguments, before the source adds what is its own. */
export interface PreparedRequest {
  /** Path and query, encoded. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Uint8Array | BodyPieces | undefined;
}

/**
 * Pure. What cannot be sent without changing the request around it, or losing a part, is BAD_USER_INPUT, with the way to it. `ours` are the
 * query parameters and cookies that the source itself sets: no argument's data takes their place.
 */
export function prepare(
  call: OpenApiCall,
  args: Args,
  encoder: Encoder,
  ours: ReadonlySet<string> = nothing,
): PreparedRequest {
  const values: unknown[] = []; // by the parameter's place in the call
  const query: Pair[] = [];
  const cookies: Pair[] = [];
  let whole: string | undefined;
  const headers: Record<string, string> = Object.create(null);
  for (const parameter of call.parameters) {
    const { argument, within } = parameter;
    const encoded = encoder.encode(parameter.shape, args[argument], argument);
    const value = within ? withJoinedLists(encoded, within, argument) : encoded;
    values.push(value);
    if (parameter.content === undefined && isTorn(value, parameter, parameter.in)) throw refuse(parameter, torn);
    if (value === undefined || value === null || parameter.in === 'path') continue;
    if (parameter.in === 'query') query.push(...inPlace(pairsOf(parameter, value), parameter, value, call, ours));
    else if (parameter.in === 'querystring') whole = wholeQuery(parameter, value);
    else if (parameter.in === 'cookie')
      cookies.push(...inPlace(cookiesOf(parameter, value), parameter, value, call, ours));
    else {
      const text = headerOf(parameter, value);
      if (text !== '' || typeof value === 'string') headers[parameter.name.toLowerCase()] = text; // of an empty list or object there is nothing to say
    }
  }
  const target = withQuery(pathOf(routeOf(call), values), whole, query);
  // Last of all: from here on whoever sends the files must read them.
  const written = call.body && writeBody(call.body, args[call.body.argument], encoder);
  if (written) headers['content-type'] = written.contentType;
  headers['accept'] = call.accept;
  return {
    target,
    headers,
    cookies: cookies.map(([name, value]) => `${name}=${value}`),
    body: written?.body,
  };
}

const nothing: ReadonlySet<string> = new Set();

/** The members of an object that is written out (`explode`) are parameters by themselves: none may be what another parameter is. */
function inPlace(
  pairs: readonly Pair[],
  parameter: CallParameter,
  value: unknown,
  call: OpenApiCall,
  ours: ReadonlySet<string>,
): readonly Pair[] {
  if (!parameter.explode || parameter.style === 'deepObject' || !isRecord(value)) return pairs;
  for (const [name] of pairs) {
    const isAnothers = call.parameters.some(
      other =>
        other !== parameter && other.in === parameter.in && [other.name, encodeStrictly(other.name)].includes(name),
    );
    if (isAnothers || ours.has(name))
      throw refuse(parameter, `must not hold ${JSON.stringify(name)}: it is another parameter`);
  }
  return pairs;
}

/** A part of a path: text as it is sent, or the place of a parameter's value. */
type RoutePart = string | { readonly parameter: CallParameter; readonly index: number };

/** A path's template, taken apart once. */
interface Route {
  readonly segments: readonly (readonly RoutePart[])[];
  /** What the template itself has behind the first `?`. */
  readonly query: string;
}

const routes = new WeakMap<OpenApiCall, Route>();

function routeOf(call: OpenApiCall): Route {
  const known = routes.get(call);
  if (known) return known;
  const byName = new Map<string, RoutePart>();
  for (const [index, parameter] of call.parameters.entries())
    if (parameter.in === 'path') byName.set(parameter.name, { parameter, index });
  const [template = ''] = call.path.split('#', 1);
  const [path = '', ...query] = template.split('?');
  const segments = path.split('/').map(segment => {
    const parts: RoutePart[] = [];
    for (const [literal, name] of segment.matchAll(/\{([^{}]*)\}|[^{}]+|[{}]/g)) {
      parts.push(byName.get(name ?? '') ?? encodeURI(literal).replaceAll('%25', '%'));
    }
    return parts;
  });
  const route = { segments, query: query.map(part => `?${part}`).join('') };
  routes.set(call, route);
  return route;
}

function pathOf({ segments, query }: Route, values: readonly unknown[]): string {
  let path = '';
  for (const [index, parts] of segments.entries()) {
    if (index > 0) path += '/';
    path += segmentText(parts, values);
  }
  return path + query;
}

function segmentText(parts: readonly RoutePart[], values: readonly unknown[]): string {
  let text = '';
  let first: CallParameter | undefined;
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      first ??= part.parameter;
      text += segmentOf(part.parameter, values[part.index]);
    }
  }
  if (first && (text === '.' || text === '..')) throw refuse(first, 'would change the path');
  return text;
}

/**
 * Encoded, a value stays in its place; yet a backend that decodes before it routes could still see `..` in it, so such values, empty ones
 * and control characters are refused.
 */
function segmentOf(parameter: CallParameter, value: unknown): string {
  if (value === undefined || value === null) throw refuse(parameter, 'must have a value');
  const encoded =
    parameter.content === undefined
      ? pathText(parameter.name, value, parameter)
      : encodeStrictly(contentText(parameter, value));
  if (encoded === '') throw refuse(parameter, 'must not be empty');
  const isDot = value === '.' || value === '..';
  if (isDot || climbs(encoded) || (typeof value === 'string' && climbs(value)))
    throw refuse(parameter, 'must not contain control characters or the path segments "." and ".."');
  return encoded;
}

const mostDecodings = 4;

function climbs(encoded: string): boolean {
  if (/^[\w~-]*$/.test(encoded)) return false; // the plainest values
  let text = encoded;
  for (let round = 0; round < mostDecodings; round++) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    if (/[\u0000-\u001f\u007f]/.test(text)) return true;
    const segments = text.split(/[\\/]/).map(segment => segment.split(';', 1)[0]);
    const isWhole = segments.length === 1 && round === 0;
    if (!isWhole && segments.some(segment => segment === '.' || segment === '..')) return true;
    const decoded = decodedOnce(text);
    if (decoded === text) return false;
    text = decoded;
  }
  return false;
}

function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, run => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

function pairsOf(parameter: CallParameter, value: unknown): Pair[] {
  if (parameter.content === undefined) return queryPairs(parameter.name, value, parameter);
  return [[encodeStrictly(parameter.name), encodeStrictly(contentText(parameter, value))]];
}

/** A parameter that is a text of a media type: text as it is, a form as one, everything else as JSON. */
function contentText({ content = '', encoding, argument }: CallParameter, value: unknown): string {
  if (isForm(content) && isRecord(value)) return formText(formPairs(value, encoding, argument));
  return typeof value === 'string' && !isJson(content) ? value : writeJson(value);
}

/** OpenAPI 3.2, 4.12.1: the whole query, of the media type that the document says. */
function wholeQuery(parameter: CallParameter, value: unknown): string {
  const { content = '', encoding, argument } = parameter;
  if (isJson(content) || !isRecord(value)) return encodeStrictly(contentText(parameter, value));
  return formText(formPairs(value, encoding, argument));
}

/** A header's ends are trimmed on the way (RFC 9110, 5.5). */
function headerOf(parameter: CallParameter, value: unknown): string {
  const text = parameter.content === undefined ? headerText(value, parameter) : inHeader(parameter, value);
  if (text === undefined) throw refuse(parameter, 'holds a part with what separates parts in a header');
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) throw refuse(parameter, 'holds characters that a header cannot carry');
  if (/^[\t ]|[\t ]$/.test(text)) throw refuse(parameter, 'must not begin or end with a space in a header');
  return text;
}

/** JSON can escape what a header cannot carry; in a form all is escaped. */
function inHeader(parameter: CallParameter, value: unknown): string {
  const text = contentText(parameter, value);
  if (typeof value === 'string' && !isJson(parameter.content ?? '')) return text;
  return asciiJson(text);
}

function cookiesOf(parameter: CallParameter, value: unknown): readonly Pair[] {
  const pairs =
    parameter.content === undefined
      ? cookiePairs(parameter.name, value, parameter)
      : [[parameter.name, encodeStrictly(contentText(parameter, value))] as const];
  if (!pairs) throw refuse(parameter, 'holds a part with what separates parts in a cookie');
  for (const pair of pairs.flat()) {
    if (!/^[\x21\x23-\x3a\x3c-\x7e]*$/.test(pair))
      throw refuse(parameter, 'holds characters that a cookie cannot carry');
  }
  return pairs;
}

function withQuery(path: string, whole: string | undefined, pairs: readonly Pair[]): string {
  const parts = [...(whole ? [whole] : []), ...pairs.map(([name, value]) => `${name}=${value}`)];
  return parts.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

function refuse(parameter: CallParameter, reason: string): GatewayError {
  return inputFault(parameter.argument, reason);
}
