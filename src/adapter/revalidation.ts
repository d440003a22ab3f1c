import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { HttpRequest, HttpResponse } from './http-client.ts';

/** An answer, and what it is asked for again with (RFC 9110, 8.8). */
interface Kept extends HttpResponse {
  readonly validators: Readonly<Record<string, string>>;
}

/** Of the bodies and headers that are kept for one source. */
const maxBytes = 8 * 1024 * 1024;
/** Larger ones would leave no room for others. */
const maxBodyBytes = maxBytes / 8;
const maxAnswers = 10_000;

/**
 * Asks whether answers changed instead of asking for them again (RFC 9111, 4.3). The backend is asked each time: it alone says that what was
 * kept is still the answer, to the very same request, signed in the same way. What has no validator, or may not be kept, is not.
 */
export class Revalidation {
  readonly #kept = new LRUCache<string, Kept>({
    max: maxAnswers,
    maxSize: maxBytes,
    sizeCalculation: ({ body, headers }) => body.length + JSON.stringify(headers).length + 1,
  });

  /** `ask` is called once. */
  async request(request: HttpRequest, ask: (request: HttpRequest) => Promise<HttpResponse>): Promise<HttpResponse> {
    if (!isSafe(request)) return ask(request);
    const key = keyOf(request);
    const kept = this.#kept.get(key);
    if (!kept) return this.#keep(key, await ask(request));
    const answered = await ask({ ...request, headers: { ...request.headers, ...kept.validators } });
    if (answered.status !== 304) return this.#keep(key, answered);
    const { status, body } = kept;
    return this.#keep(key, { status, headers: updated(kept, answered), body }, body);
  }

  /** `body`: a copy, where there is one. What came from a socket is a part of something larger. */
  #keep(key: string, response: HttpResponse, body?: Buffer): HttpResponse {
    const validators = validatorsOf(response);
    if (!validators) this.#kept.delete(key);
    else this.#kept.set(key, { ...response, body: body ?? Buffer.from(response.body), validators });
    return response;
  }
}

/** Of a GET for the whole of it, which sets no condition of its own (RFC 9110, 13.1 and 14.2). */
function isSafe({ method, headers, body }: HttpRequest): boolean {
  return method === 'GET' && body === undefined && !conditions.some(name => headers[name] !== undefined);
}

const conditions = ['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'range'];

/** All that is sent, credentials among it, but for what is different each time: whatever an answer varies by (RFC 9111, 4.1) is in it. */
function keyOf({ url, target, headers }: HttpRequest): string {
  const sent = Object.entries(headers).filter(([name]) => name !== 'x-request-id');
  const text = JSON.stringify([url, target ?? '', sent.sort(([one], [other]) => (one < other ? -1 : 1))]);
  return createHash('sha256').update(text).digest('base64');
}

/** Undefined where the answer may not be kept (RFC 9111, 3), or could not be asked for again. */
function validatorsOf({ status, headers, body }: HttpResponse): Readonly<Record<string, string>> | undefined {
  if (status !== 200 || body.length > maxBodyBytes) return undefined;
  const control = (headers['cache-control'] ?? '').toLowerCase().split(',');
  if (control.some(directive => /^(no-store|private)\b/.test(directive.trim()))) return undefined;
  if ((headers['vary'] ?? '').includes('*')) return undefined;
  const { etag, 'last-modified': modified } = headers;
  if (etag !== undefined && /^(W\/)?"[\x21\x23-\x7e]*"$/.test(etag)) return { 'if-none-match': etag };
  return modified !== undefined && /^[\x20-\x7e]{1,40}$/.test(modified) ? { 'if-modified-since': modified } : undefined;
}

/** RFC 9111, 3.2: the newer headers, without those that speak of the body that did not come. */
function updated(kept: Kept, { headers }: HttpResponse): HttpResponse['headers'] {
  const newer = Object.entries(headers).filter(([name]) => !/^content-(length|encoding|type|range)$/.test(name));
  return { ...kept.headers, ...Object.fromEntries(newer) };
}
