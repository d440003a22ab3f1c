import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which pages of other origins may read what is answered (Fetch standard, 3.3). */
export interface CorsOptions {
  /** `https://shop.example.com`, exactly as browsers write it; `*` alone stands for all. */
  readonly origins: readonly string[];
  /** May they send cookies, client certificates and HTTP credentials along? Never where `origins` is `*`. Default false. */
  readonly credentials: boolean;
  /** Request headers that they may set beside the safelisted ones. Names in lower case. */
  readonly headers: readonly string[];
  /** Milliseconds that a browser may keep the answer to a preflight. Default 10 minutes. */
  readonly maxAge: number;
}

export const defaultCors: Omit<CorsOptions, 'origins'> = {
  credentials: false,
  headers: ['content-type', 'authorization', 'x-request-id', 'x-selvage-csrf'],
  maxAge: 10 * 60 * 1_000,
};

/** Response headers that a page may read beside the safelisted ones. */
const exposed = 'x-request-id, retry-after, ratelimit, ratelimit-policy';

export interface Cors {
  /** Sets what tells the browser whether the page may read the answer. Nothing is set for an origin that is not listed. */
  mark(request: IncomingMessage, response: ServerResponse): void;
  /** Answers a preflight of a listed origin; tells whether it did. */
  answerPreflight(request: IncomingMessage, response: ServerResponse): boolean;
}

export function corsOf({ origins, credentials, headers, maxAge }: CorsOptions): Cors {
  const listed = new Set(origins);
  const all = listed.has('*');
  const allowed = ({ headers: { origin } }: IncomingMessage) => {
    if (origin === undefined) return undefined;
    if (all) return '*';
    return listed.has(origin) ? origin : undefined;
  };
  return {
    mark(request, response) {
      response.setHeader('vary', 'Origin');
      const origin = allowed(request);
      if (origin === undefined) return;
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', exposed);
      if (credentials) response.setHeader('access-control-allow-credentials', 'true');
    },
    answerPreflight(request, response) {
      const isPreflight =
        request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
      if (!isPreflight || allowed(request) === undefined) return false;
      response.writeHead(204, {
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': headers.join(', '),
        'access-control-max-age': String(Math.floor(maxAge / 1_000)),
      });
      response.end();
      return true;
    },
  };
}
