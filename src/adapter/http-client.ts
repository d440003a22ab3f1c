import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { errors, Pool } from 'undici';
import { GatewayError } from '../base/error.ts';
import type { Source, TlsOptions } from '../source/source.ts';
import type { CallContext } from './adapter.ts';
import { type CallName, upstreamError } from './upstream-error.ts';

export interface HttpRequest {
  readonly method: string;
  /** Absolute; the path and query are sent as they stand. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Decoded. */
  readonly body: Buffer;
}

/**
 * The one HTTP client of a source: a pool for each origin, a deadline for the whole of a call, no redirects, and answers that are
 * bounded by their decoded size. Failures are GatewayErrors: UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_MALFORMED.
 */
export class HttpClient {
  readonly #source: Source;
  readonly #pools = new Map<string, Pool>();
  #closed = false;

  constructor(source: Source) {
    this.#source = source;
  }

  async request(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpResponse> {
    const { origin } = new URL(request.url);
    const deadline = deadlineOf(context, this.#source.options.timeout, call);
    try {
      const response = await this.#pool(origin).request({
        method: request.method as 'GET', // undici's type lists the registered methods; others are legal (RFC 9110, 9.1)
        path: pathOf(request.url),
        headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers },
        body: request.body ?? null,
        signal: deadline.signal,
      });
      const { statusCode: status, headers } = response;
      const isEmpty =
        request.method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0';
      const codings = isEmpty ? [] : codingsOf(headers);
      const body = await readBody(response.body, codings, this.#source.options.maxResponse);
      return { status, headers, body };
    } catch (error) {
      throw failureOf(error, deadline.signal, call);
    } finally {
      deadline.clear();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map(pool => pool.destroy()));
    this.#pools.clear();
  }

  #pool(origin: string): Pool {
    const existing = this.#pools.get(origin);
    if (existing) return existing;
    if (this.#closed) throw new errors.ClientDestroyedError('the source was withdrawn');
    const { timeout, concurrency, tls } = this.#source.options;
    const pool = new Pool(origin, {
      connections: concurrency,
      connectTimeout: timeout,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      ...(typeof tls === 'object' ? { connect: tlsSettings(tls) } : {}),
    });
    this.#pools.set(origin, pool);
    return pool;
  }
}

/** Path and query exactly as written: `URL` would resolve dot segments that were meant as data. */
function pathOf(url: string): string {
  const [, path = ''] = /^[^:]+:\/\/[^/?#]*([^#]*)/.exec(url) ?? [];
  return path.startsWith('/') ? path : `/${path}`;
}

function tlsSettings(tls: TlsOptions) {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}

/** What is left of the request's time or the source's own, whichever is shorter; aborts with the error that the client gets. */
function deadlineOf(context: CallContext, timeout: number, call: CallName) {
  const controller = new AbortController();
  const left = Math.max(0, Math.min(timeout, context.deadline - performance.now()));
  const expire = () => controller.abort(upstreamError('UPSTREAM_TIMEOUT', call));
  const stop = () => controller.abort(context.signal.reason);
  const timer = setTimeout(expire, left);
  if (left === 0) expire();
  else if (context.signal.aborted) stop();
  else context.signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    milliseconds: left,
    clear() {
      clearTimeout(timer);
      context.signal.removeEventListener('abort', stop);
    },
  };
}

const ratioFreeBytes = 1024 * 1024;
const maxRatio = 100;
const maxLayers = 2;

class AnswerTooLarge extends Error {}
class AnswerUndecodable extends Error {}

async function readBody(body: Readable, codings: readonly string[], maxBytes: number): Promise<Buffer> {
  try {
    return await readDecoded(body, decodersOf(codings), maxBytes);
  } catch (error) {
    body.on('error', () => {}); // what is torn down here has been told already
    body.destroy();
    throw error;
  }
}

/** Bounded twice: what arrives, since it can decode to nothing for ever, and what it decodes to. */
async function readDecoded(body: Readable, decoders: readonly Transform[], maxBytes: number): Promise<Buffer> {
  let received = 0;
  let stream: Readable = body;
  if (decoders.length > 0) {
    body.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) body.destroy(new AnswerTooLarge(`more than ${maxBytes} bytes`));
    });
  }
  for (const decoder of decoders) {
    const source = stream;
    source.on('error', error => decoder.destroy(error));
    decoder.on('close', () => source.destroy());
    stream = source.pipe(decoder);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLarge(`more than ${maxBytes} bytes when decoded`);
    if (decoders.length > 0 && size > ratioFreeBytes && size > received * maxRatio) {
      throw new AnswerTooLarge(`decodes to more than ${maxRatio} times its size`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** RFC 9110, 8.4: the content codings in the order they were applied. */
function codingsOf(headers: IncomingHttpHeaders): readonly string[] {
  return String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map(coding => coding.trim())
    .filter(coding => coding !== '' && coding !== 'identity');
}

/** Undone from the last. */
function decodersOf(codings: readonly string[]): Transform[] {
  if (codings.length > maxLayers) throw new AnswerUndecodable(`${codings.length} content codings`);
  return codings.toReversed().map(coding => {
    if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
    if (coding === 'deflate') return createInflate();
    if (coding === 'br') return createBrotliDecompress();
    throw new AnswerUndecodable(`content coding "${coding}"`);
  });
}

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT',
]);
const timedOut: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

function failureOf(error: unknown, signal: AbortSignal, call: CallName): GatewayError {
  if (signal.aborted && signal.reason instanceof GatewayError) return signal.reason;
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (signal.aborted || timedOut.has(code)) return upstreamError('UPSTREAM_TIMEOUT', call, { cause: error });
  if (unreachable.has(code) || isTlsFailure(code)) return upstreamError('UPSTREAM_UNREACHABLE', call, { cause: error });
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: error });
}

function isTlsFailure(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
}
