import errors from 'undici/lib/core/errors.js';
import Client from 'undici/lib/dispatcher/client.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Source, TlsOptions } from '../source/source.ts';
import type { CallContext } from './adapter.ts';
import { HttpConnection } from './http-connection.ts';
import type { HttpExchange, HttpResponse } from './http-exchange.ts';
import { failureOf, stoppedBy } from './http-failure.ts';
import { type HttpStream, StreamExchange } from './http-stream.ts';
import { type BodyPieces, PiecewiseBody } from './piecewise-body.ts';
import { TimedExchange } from './timed-exchange.ts';
import { type CallName, upstreamError } from './upstream-error.ts';

export type { HttpResponse } from './http-exchange.ts';

/** The path and query are sent as they stand. */
export interface HttpRequest {
  readonly method: string;
  /** Absolute, without a fragment. Of a small number: what is known of each is kept. */
  readonly url: string;
  /** What comes behind it. Default: nothing. */
  readonly target?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | BodyPieces;
  /** Default: any of the source's. */
  readonly connection?: HttpConnection;
}

interface Base {
  readonly pool: Pool;
  readonly path: string;
}

/**
 * The one HTTP client of a source: a pool for each origin, a deadline for the whole of a call, no redirects, and answers that are
 * bounded by their decoded size. Failures are GatewayErrors: UPSTREAM_UNREACHABLE, UPSTREAM_TIMEOUT, UPSTREAM_MALFORMED.
 */
export class HttpClient {
  readonly #source: Source;
  readonly #pools = new Map<string, Pool>();
  readonly #bases = new Map<string, Base>();
  /** Beside the pools: of streams, and of connections that are signed in to. */
  readonly #clients = new Set<Client>();
  #closed = false;

  constructor(source: Source) {
    this.#source = source;
  }

  request(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpResponse> {
    const came = context.observer?.sent(this.#source, request);
    const exchanged = this.#exchange(request, call, context);
    if (!came) return exchanged;
    exchanged.then(came, came); // failures are errors
    return exchanged;
  }

  #exchange(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const exchange = new TimedExchange(request.method, this.#source, call, context, resolve, reject);
      const parts = sent(request, 'gzip, deflate, br');
      if (parts.body instanceof PiecewiseBody) exchange.sends(parts.body);
      if (!exchange.begins()) return;
      try {
        this.#dispatch(request, parts, exchange);
      } catch (error) {
        exchange.abort(error instanceof Error ? error : new TypeError(String(error)));
      }
    });
  }

  /**
   * Sends a request whose answer is read as it comes, over a connection of its own: streams take none of those that calls share. The
   * source's timeout is for the head of the answer; a body may take its time. Rejects as `request` does.
   */
  open(request: HttpRequest, call: CallName, context: CallContext): Promise<HttpStream> {
    const authority = authorityOf(request.url);
    const { timeout } = this.#source.options;
    const client = new Client(new URL(authority).origin, { ...this.#connectOptions(), bodyTimeout: 0 });
    this.#clients.add(client);
    const stop = () => exchange.abort(stoppedBy(context.signal, call));
    let parts: Sent | undefined;
    const exchange = new StreamExchange(() => {
      clearTimeout(timer);
      if (parts?.body instanceof PiecewiseBody) parts.body.destroy();
      context.signal.removeEventListener('abort', stop);
      this.#clients.delete(client);
      void client.destroy();
    });
    const timer = setTimeout(() => exchange.abort(upstreamError('UPSTREAM_TIMEOUT', call)), timeout);
    const came = context.observer?.sent(this.#source, request);
    const opened = exchange.opened.then(
      stream => {
        clearTimeout(timer);
        came?.({ status: stream.status, headers: stream.headers, body: Buffer.alloc(0) });
        return stream;
      },
      (error: unknown) => {
        const failure = failureOf(error, call);
        came?.(failure);
        throw failure;
      },
    );
    if (context.signal.aborted) stop();
    else if (this.#closed) exchange.abort(new errors.ClientDestroyedError('the source was withdrawn'));
    else {
      context.signal.addEventListener('abort', stop, { once: true });
      const path = pathOf(request.url, authority.length);
      parts = sent(request, 'identity');
      try {
        client.dispatch(dispatchOptions(request, path, parts), exchange);
      } catch (error) {
        exchange.abort(error instanceof Error ? error : new TypeError(String(error)));
      }
    }
    return opened;
  }

  /** A connection beside the pools', to the origin of a URL. It is opened by its first request, and closed with the source. */
  connection(url: string): HttpConnection {
    if (this.#closed) throw new errors.ClientDestroyedError('the source was withdrawn');
    const { timeout } = this.#source.options;
    const client = new Client(new URL(url).origin, { ...this.#connectOptions(), bodyTimeout: timeout });
    this.#clients.add(client);
    return new HttpConnection(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#clients].map(client => client.destroy()));
    await Promise.all([...this.#pools.values()].map(pool => pool.destroy()));
    this.#pools.clear();
    this.#bases.clear();
  }

  #dispatch(request: HttpRequest, parts: Sent, exchange: HttpExchange): void {
    if (request.connection) {
      const path = pathOf(request.url, authorityOf(request.url).length);
      request.connection.dispatcher.dispatch(dispatchOptions(request, path, parts), exchange);
      return;
    }
    const { pool, path } = this.#base(request.url);
    pool.dispatch(dispatchOptions(request, path, parts), exchange);
  }

  #base(url: string): Base {
    const known = this.#bases.get(url);
    if (known) return known;
    const authority = authorityOf(url);
    const base = { pool: this.#pool(authority), path: pathOf(url, authority.length) };
    this.#bases.set(url, base);
    return base;
  }

  #pool(authority: string): Pool {
    const existing = this.#pools.get(authority);
    if (existing) return existing;
    const { origin } = new URL(authority);
    if (this.#closed) throw new errors.ClientDestroyedError('the source was withdrawn');
    const { timeout, concurrency } = this.#source.options;
    const pool = new Pool(origin, { ...this.#connectOptions(), connections: concurrency, bodyTimeout: timeout });
    this.#pools.set(authority, pool);
    return pool;
  }

  #connectOptions() {
    const { timeout, tls } = this.#source.options;
    const connect = typeof tls === 'object' ? { connect: tlsSettings(tls) } : {};
    return { connectTimeout: timeout, headersTimeout: timeout, ...connect };
  }
}

function dispatchOptions({ method, target = '' }: HttpRequest, path: string, { headers, body }: Sent) {
  return {
    method: method as 'GET', // undici's type lists the registered methods; others are legal (RFC 9110, 9.1)
    path: path === '' && !target.startsWith('/') ? `/${target}` : path + target,
    headers,
    body,
  };
}

/** What undici is given. */
interface Sent {
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Uint8Array | PiecewiseBody | null;
}

/** `codings`: what the answer may be encoded in, where the request itself does not say. */
function sent({ headers: given, body }: HttpRequest, codings: string): Sent {
  const headers = given['accept-encoding'] === undefined ? ['accept-encoding', codings] : [];
  for (const name in given) headers.push(name, given[name]!);
  if (body === undefined) return { headers, body: null };
  if (typeof body === 'string' || !('pieces' in body)) return { headers, body };
  if (body.size === undefined) return { headers, body: new PiecewiseBody(body) };
  headers.push('content-length', String(body.size));
  return { headers, body: body.size === 0 ? '' : new PiecewiseBody(body) };
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
  return path === '' || path.startsWith('/') ? path : `/${path}`;
}

function tlsSettings(tls: TlsOptions) {
  return {
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
