import type { IncomingMessage } from 'node:http';
import type { Peer } from '../../edge/handler.ts';
import type { ClientAddress } from './client-address.ts';
import { clientCertificate } from './client-certificate.ts';

/** Who is at the other end of a request, as far as the connection and the trusted proxies tell. */
export function peerOf(request: IncomingMessage, clientAddress: ClientAddress): Peer {
  const address = clientAddress(request);
  const certificate = clientCertificate(request.socket);
  return certificate ? { address, certificate } : { address };
}
