import type { IncomingMessage } from 'node:http';
import { refusal } from '../edge/errors/refusal.ts';
import type { OperationRequest, OperationResult } from '../edge/handler.ts';
import type { Limits } from '../edge/limits/limits.ts';
import { answerType, eventWish, isFormData, isJson } from './media-type.ts';
import { type Body, readBody } from './read-body.ts';
import { jsonOf, paramsOf, paramsOfUrl, type RequestParams } from './request-params.ts';
import type { ComingFiles, Refusal } from './uploads/multipart-params.ts';

/**
 * Whether an HTTP request may be a GraphQL request at all, told by its head alone: nothing is read or executed of what is refused here.
 * Only what a browser cannot send across origins without asking first is taken (a JSON body), so no page can make a visitor's browser
 * run an operation; a GET that carries cookies, and a POST with files, must say by a header of its own that it is no such forgery.
 */
export function refusedByHead({ method, headers }: IncomingMessage): OperationResult | undefined {
  const contentType = headers['content-type'];
  if (method !== 'GET' && method !== 'POST') {
    return refusal('BAD_REQUEST', 'GraphQL is spoken here by GET and POST.', {
      status: 405,
      headers: { allow: 'GET, POST' },
    });
  }
  if (answerType(headers.accept) === undefined && !eventWish(headers.accept)) {
    const message = 'The answer is application/graphql-response+json, application/json or text/event-stream, in UTF-8.';
    return refusal('BAD_REQUEST', message, { status: 406 });
  }
  if (headers['content-encoding'] !== undefined) {
    return refusal('BAD_REQUEST', 'A body with a content-encoding is not accepted.', { status: 415 });
  }
  if (contentType === undefined ? method === 'POST' : !isJson(contentType)) {
    if (method !== 'POST' || contentType === undefined || !isFormData(contentType))
      return refusal('BAD_REQUEST', 'The content-type must be application/json, in UTF-8.', { status: 415 });
    if (!isPreflighted(headers)) return refusal('BAD_REQUEST', filesNeedHeader, { status: 415 });
  }
  if (method === 'GET' && headers.cookie !== undefined && contentType === undefined && !isPreflighted(headers)) {
    return refusal('BAD_REQUEST', 'A GET with cookies needs a header "x-selvage-csrf" (with any value), or use POST.');
  }
  return undefined;
}

const filesNeedHeader =
  'The content-type must be application/json, in UTF-8; an operation with files (multipart/form-data) needs a header "x-selvage-csrf" (with any value).';

/** Does it bring files? */
export function bringsFiles({ headers: { 'content-type': contentType = '' } }: IncomingMessage): boolean {
  return contentType !== 'application/json' && isFormData(contentType);
}

/** The parameters of a request that `refusedByHead` let pass. `files`: those that come with it, which may not have come yet. */
export async function paramsFrom(
  request: IncomingMessage,
  search: URLSearchParams,
  limits: Limits,
): Promise<(RequestParams & { readonly files?: ComingFiles }) | Refusal> {
  if (request.method === 'GET') return asRefusal(orRefusal(paramsOfUrl(search)));
  if (bringsFiles(request)) {
    if (limits.uploads === 0)
      return { refusal: refusal('BAD_REQUEST', 'Files are not accepted here.', { status: 415 }) };
    const { paramsOfMultipart } = await import('./uploads/multipart-params.ts'); // most gateways never need it
    return paramsOfMultipart(request, limits);
  }
  return new Promise((resolve, reject) => {
    readBody(request, limits.body, body => resolve(asRefusal(paramsOfBody(body, limits.body))), reject);
  });
}

function asRefusal(params: RequestParams | OperationResult): RequestParams | Refusal {
  return 'status' in params ? { refusal: params } : params;
}

export function paramsOfBody(body: Body, maxBody: number): RequestParams | OperationResult {
  if (body === 'too-large') {
    return refusal('DOCUMENT_TOO_LARGE', `The body has more than the ${maxBody} bytes that are allowed.`, {
      status: 413,
    });
  }
  if (body === 'not-utf-8') return refusal('BAD_REQUEST', 'The body is not UTF-8.');
  const json = jsonOf(body.text);
  return json === undefined ? refusal('BAD_REQUEST', 'The body is not JSON.') : orRefusal(paramsOf(json));
}

/** The request's headers, for the sources' allow-lists: own properties only, names in lower case. */
export function headersOf({ headers }: IncomingMessage): OperationRequest['headers'] {
  const plain: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

function isPreflighted(headers: IncomingMessage['headers']): boolean {
  return headers['x-selvage-csrf'] !== undefined || headers['apollo-require-preflight'] !== undefined;
}

export function orRefusal(params: RequestParams | string): RequestParams | OperationResult {
  return typeof params === 'string' ? refusal('BAD_REQUEST', params) : params;
}
