import type { IncomingMessage } from 'node:http';
import type { Peer } from '../edge/handler.ts';
import { clientCertificate } from './client-certificate.ts';

/** Who is at the other end of a request's connection. An address that ended is told as empty. */
export function peerOf({ socket }: IncomingMessage): Peer {
  const address = socket.remoteAddress ?? '';
  const certificate = clientCertificate(socket);
  return certificate ? { address, certificate } : { address };
}
