import type { IncomingMessage } from 'node:http';
import type { Peer } from '../edge/handler.ts';

/** Who is at the other end of a request's connection. An address that ended is told as empty. */
export function peerOf({ socket }: IncomingMessage): Peer {
  return { address: socket.remoteAddress ?? '' };
}
