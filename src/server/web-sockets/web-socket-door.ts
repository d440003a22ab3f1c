import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusal } from '../../edge/errors/refusal.ts';
import { requestId } from '../../edge/request/request-id.ts';
import { defaultSubscriptions, type WebSocketOptions } from '../../edge/subscriptions/subscriptions-options.ts';
import { answerOf } from '../answer.ts';
import { peerOf } from '../client/peer.ts';
import { type DoorOptions, refused } from '../doors/door.ts';
import { headersOf } from '../operation-of.ts';
import { Connection } from './connection.ts';

const protocol = 'graphql-transport-ws';

/** The way in for sockets. */
export interface WebSocketDoor {
  /** Resolves when no socket is left: what is under way is answered first, in so many milliseconds. */
  close(patience: number): Promise<void>;
}

/**
 * GraphQL over WebSocket (`graphql-transport-ws`), beside HTTP on the same port and path. A socket is opened only for pages of known
 * origins, and for clients that are no browsers: whatever cookies or certificates a browser adds, no other page uses them (RFC 6455, 10.2).
 */
export async function webSocketDoor(
  server: Server,
  options: DoorOptions,
  sockets: WebSocketOptions,
): Promise<WebSocketDoor> {
  const { WebSocketServer } = await import('ws');
  const upgrading = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: sockets.message,
    perMessageDeflate: false,
    handleProtocols: () => protocol,
  });
  const open = new Set<Connection>();
  let closing = false;
  const { heartbeat = defaultSubscriptions.heartbeat } = options;

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = closing ? stopping : refusalOf(request, sockets);
    if (refusal) {
      const id = requestId(undefined);
      const { status, type, body } = answerOf(refused(options, refusal, id, 'UPGRADE'), undefined);
      const head = `HTTP/1.1 ${status} Refused\r\nconnection: close\r\nx-request-id: ${id}\r\ncontent-type: ${type}`;
      socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body.toString()}`);
      return;
    }
    const peer = peerOf(request, options.clientAddress);
    const headers = ofOperations(headersOf(request));
    upgrading.handleUpgrade(request, socket, head, opened => {
      const connection = new Connection(opened, { door: options, sockets, peer, headers, heartbeat });
      open.add(connection);
      opened.once('close', () => open.delete(connection));
    });
  });
  return {
    async close(patience) {
      closing = true;
      await Promise.all([...open].map(connection => connection.close(patience)));
    },
  };
}

const stopping = refusal('OVERLOADED', 'The gateway is about to stop.', { headers: { 'retry-after': '1' } });

/** RFC 6455, 4.2.1 and 10.2. (What else a handshake must have, `ws` knows.) */
function refusalOf(request: IncomingMessage, { origins }: WebSocketOptions) {
  const { origin, host, 'sec-websocket-protocol': offered = '' } = request.headers;
  if ((request.url ?? '').split('?', 1)[0] !== '/graphql')
    return refusal('BAD_REQUEST', 'Sockets are opened at /graphql.', { status: 404 });
  if (!offered.split(',').some(each => each.trim() === protocol))
    return refusal('BAD_REQUEST', `The subprotocol here is ${protocol}.`);
  if (origin !== undefined && !origins.includes(origin) && hostOf(origin) !== host?.toLowerCase())
    return refusal('FORBIDDEN', 'Pages of this origin open no sockets here.');
  return undefined;
}

/** What a handshake says of the socket is none of its operations' affair. */
function ofOperations(headers: ReturnType<typeof headersOf>): ReturnType<typeof headersOf> {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('sec-websocket-'));
  return Object.assign(Object.create(null), Object.fromEntries(kept)); // no prototype, as there
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
