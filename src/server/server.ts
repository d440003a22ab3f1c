import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Receive } from '../base/inbound.ts';
import type { Counters } from '../edge/counters.ts';
import { errorReport } from '../edge/errors/error-report.ts';
import { refusal } from '../edge/errors/refusal.ts';
import type { Handler, OperationResult } from '../edge/handler.ts';
import type { Limits } from '../edge/limits/limits.ts';
import { requestId } from '../edge/request/request-id.ts';
import type { DoorResponses } from '../edge/responses/door-responses.ts';
import type { WebSocketOptions } from '../edge/subscriptions/subscriptions-options.ts';
import { answerOf, writePlainAnswer } from './answer.ts';
import { clientAddressBehind } from './client/client-address.ts';
import { type CorsOptions, corsOf } from './cors.ts';
import { inOwnWords } from './doors/door.ts';
import { thinDoor } from './doors/thin-door.ts';
import { loadGraphiql } from './graphiql.ts';
import { type Connections, defaultConnections, httpOptionsOf, maxHeaderSize } from './listener/connections.ts';
import { Drain } from './listener/drain.ts';
import { listen } from './listener/listen.ts';
import { httpServer, type ListenerTls } from './listener/listener-tls.ts';
import { routes } from './routes.ts';
import { webSocketDoor } from './web-sockets/web-socket-door.ts';

export interface ServerOptions {
  readonly handler: Handler;
  /** Is there something to serve? Asked by `/readyz`. */
  ready(): boolean;
  readonly limits: Limits;
  readonly log: Logger;
  readonly counters?: Counters;
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** Absent: plain HTTP. */
  readonly tls?: ListenerTls;
  /** Milliseconds between `/readyz` saying no and the port being closed, for load balancers to notice. Default 0. */
  readonly drainDelay?: number;
  /** Milliseconds for requests under way to finish once the port is closed. Default 10,000. */
  readonly drainTimeout?: number;
  /** `query` stands in the editor at the first visit; `folder` holds what `npm run build:graphiql` made. */
  readonly graphiql?: { readonly query?: string; readonly folder?: URL };
  /** Addresses and networks of the proxies in front. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** Default: `defaultConnections`. */
  readonly connections?: Connections;
  /** Absent: no page of another origin may read an answer. */
  readonly cors?: CorsOptions;
  /** `yoga`: all requests go through graphql-yoga, also those that the thin door takes by default. */
  readonly door?: 'both' | 'yoga';
  /** Milliseconds: see `SubscriptionsOptions`. */
  readonly heartbeat?: number;
  /** Absent: no sockets are opened. */
  readonly webSockets?: WebSocketOptions;
  /** The configuration's answers to what never becomes an operation, as they are now. Default: ours. */
  readonly responses?: () => DoorResponses;
  /** Who takes in what the backend of a source sends by itself, as it is now. Default: nobody, and `/hooks/` is not there. */
  readonly receiver?: (source: string) => Receive | undefined;
  /** Is no more taken now? Asked before anything of a request is read. Default: everything is. */
  overloaded?(): boolean;
}

export interface RunningServer {
  /** Without a path: `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly port: number;
  /** Says so at `/readyz`, stops accepting, lets what is under way finish, and ends every connection. */
  close(): Promise<void>;
}

/** Starts the HTTP server. Rejects with a GatewayError that says what to do where it cannot listen; its `cause` has the system's code. */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const graphiql = await loadGraphiql(options.graphiql);
  const { connections = defaultConnections, drainDelay = 0, drainTimeout = 10_000 } = options;
  const cors = options.cors && corsOf(options.cors);
  const doors = { ...options, clientAddress: clientAddressBehind(options.trustedProxies ?? []) };
  const server = httpServer(httpOptionsOf(connections), options.tls, (request, response) => {
    const id = requestId(headerOf(request, 'x-request-id'));
    cors?.mark(request, response);
    if (thin?.(request, response, id)) return;
    drain.admit(response);
    route(request, response, id).catch(error => failed(response, id, error));
  });
  const drain = new Drain(server, drainDelay, drainTimeout);
  const closing = () => drain.started;
  const route = routes({ ...doors, graphiql, cors, closing });
  const failed = (response: ServerResponse, id: string, error: unknown): void => {
    options.log.error({ requestId: id, error: errorReport(error) }, 'internal error');
    if (response.headersSent) response.destroy();
    else {
      const answer = answerOf(inOwnWords(broken(id), options.responses), undefined);
      writePlainAnswer(response, id, answer, closing() || undefined);
    }
  };
  const thin = options.door === 'yoga' ? undefined : thinDoor({ ...doors, closing, failed });
  server.maxRequestsPerSocket = connections.requests;
  server.maxConnections = connections.max;
  server.on('clientError', refuseConnection);
  const sockets = options.webSockets && (await webSocketDoor(server, doors, options.webSockets));
  const end = async () => {
    const drained = drain.run();
    await sockets?.close(drainTimeout);
    await drained;
  };
  let ended: Promise<void> | undefined;
  const close = () => {
    ended ??= end();
    return ended;
  };
  const port = await listen(server, options.port, options.host);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `${options.tls ? 'https' : 'http'}://${host}:${port}`, port, close };
}

function broken(id: string): OperationResult {
  return refusal('INTERNAL_SERVER_ERROR', `Internal server error (x-request-id ${id}).`);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** What is no HTTP, too slow or too large in its head is answered on the bare socket, and the connection ends. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', `The request's head has more than ${maxHeaderSize} bytes.`]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'The request was not sent in time.']
        : ['400 Bad Request', 'This is not an HTTP/1.1 request.'];
  const { body } = answerOf(refusal('BAD_REQUEST', message), undefined);
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
