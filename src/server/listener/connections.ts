import type { ServerOptions } from 'node:http';

/** How much of the listener one client, or all of them, may take. Milliseconds and counts. */
export interface Connections {
  /** Open at once; one more is closed as soon as it is made. Default 10,000. */
  readonly max: number;
  /** From the first byte of a request to the end of its head. Default 5 s. */
  readonly headers: number;
  /** From the first byte of a request to the end of its body; never less than `headers`. Default 15 s. */
  readonly request: number;
  /** Between two requests. Default 5 s. */
  readonly idle: number;
  /** Requests of one connection, after which it is closed. Default 10,000. */
  readonly requests: number;
}

export const defaultConnections: Connections = {
  max: 10_000,
  headers: 5_000,
  request: 15_000,
  idle: 5_000,
  requests: 10_000,
};

/** Bytes of a request's head. */
export const maxHeaderSize = 16 * 1024;

/** Node.js looks for what is late as often as this. */
const mostBetweenChecks = 1_000;

/** Hardened against slow and endless clients: a request that dawdles loses its connection. */
export function httpOptionsOf({ headers, request, idle }: Connections): ServerOptions {
  return {
    headersTimeout: headers,
    requestTimeout: request,
    connectionsCheckingInterval: Math.min(mostBetweenChecks, headers),
    keepAliveTimeout: idle,
    maxHeaderSize,
  };
}
