import { errors, Pool } from 'undici';
import { GatewayError } from '../base/error.ts';
import type { StopSignal } from '../base/stop.ts';
import type { Source, TlsOptions } from '../source/source.ts';
import type { CallContext } from './adapter.ts';
import { HttpExchange, type HttpResponse } from './http-exchange.ts';
import { type CallName, upstreamError } from './upstream-error.ts';

export type { HttpResponse } from './http-exchange.ts';

export interface HttpRequest {
  readonly method: string;
  /** Absolute; the path and query are sent as they stand. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
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

  request(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpResponse> {
    const { timeout, maxResponse } = this.#source.options;
    return new Promise((resolve, reject) => {
      const { signal } = context;
      const left = Math.max(0, Math.min(timeout, context.deadline - performance.now()));
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      const exchange = new HttpExchange(request.method, maxResponse, {
        resolve(response) {
          end();
          resolve(response);
        },
        reject(error) {
          end();
          reject(failureOf(error, call));
        },
      });
      const expire = () => exchange.abort(upstreamError('UPSTREAM_TIMEOUT', call));
      const stop = () => exchange.abort(stoppedBy(signal, call));
      const timer = setTimeout(expire, left);
      if (left === 0) return expire();
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        this.#dispatch(request, exchange);
      } catch (error) {
        exchange.abort(error instanceof Error ? error : new TypeError(String(error)));
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map(pool => pool.destroy()));
    this.#pools.clear();
  }

  #dispatch(request: HttpRequest, exchange: HttpExchange): void {
    const { url } = request;
    const authority = authorityOf(url);
    this.#pool(authority).dispatch(
      {
        method: request.method as 'GET', // undici's type lists the registered methods; others are legal (RFC 9110, 9.1)
        path: pathOf(url, authority.length),
        headers: { 'accept-encoding': 'gzip, deflate, br', ...request.headers },
        body: request.body ?? null,
      },
      exchange,
    );
  }

  #pool(authority: string): Pool {
    const existing = this.#pools.get(authority);
    if (existing) return existing;
    const { origin } = new URL(authority);
    if (this.#closed) throw new errors.ClientDestroyedError('the source was withdrawn');
    const { timeout, concurrency, tls } = this.#source.options;
    const pool = new Pool(origin, {
      connections: concurrency,
      connectTimeout: timeout,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      ...(typeof tls === 'object' ? { connect: tlsSettings(tls) } : {}),
    });
    this.#pools.set(authority, pool);
    return pool;
  }
}

/** Scheme, host and port, as written. */
function authorityOf(url: string): string {
  const start = url.indexOf('://') + 3;
  let end = start;
  while (end < url.length && !'/?#'.includes(url.charAt(end))) end += 1;
  return url.slice(0, end);
}

/** Path and query exactly as written: `URL` would resolve dot segments that were meant as data. */
function pathOf(url: string, authorityLength: number): string {
  const hash = url.indexOf('#', authorityLength);
  const path = url.slice(authorityLength, hash < 0 ? url.length : hash);
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

/** The error that the client gets where the request was ended from above. */
function stoppedBy({ reason }: StopSignal, call: CallName): GatewayError {
  return reason instanceof GatewayError ? reason : upstreamError('UPSTREAM_TIMEOUT', call, { cause: reason });
}

function failureOf(error: unknown, call: CallName): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (timedOut.has(code)) return upstreamError('UPSTREAM_TIMEOUT', call, { cause: error });
  if (unreachable.has(code) || isTlsFailure(code)) return upstreamError('UPSTREAM_UNREACHABLE', call, { cause: error });
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: error });
}

function isTlsFailure(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
}
