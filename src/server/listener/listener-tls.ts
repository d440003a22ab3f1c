import { createServer as createPlainServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { isForged } from '../client/client-certificate.ts';

/** TLS of the listener. Files that the configuration names were read when it was: these are PEM texts. */
export interface ListenerTls {
  /** With those that lead to the authority. */
  readonly cert: string;
  readonly key: string;
  /** The authorities whose client certificates are believed. Absent: clients are asked for none. */
  readonly clientCa?: string;
  /** `required`: a client without a certificate gets no connection. Default `optional`. */
  readonly clientCertificates: 'optional' | 'required';
}

/** Milliseconds. */
const handshakeTimeout = 5_000;

/** A server of HTTP/1.1, over TLS (1.2 or later) where it has a certificate. */
export function httpServer(options: ServerOptions, tls: ListenerTls | undefined, listener: RequestListener): Server {
  if (!tls) return createPlainServer(options, listener);
  const { cert, key, clientCa, clientCertificates } = tls;
  const asking = clientCa === undefined ? {} : { ca: clientCa, requestCert: true };
  const server = createTlsServer(
    {
      ...options,
      cert,
      key,
      ...asking,
      rejectUnauthorized: clientCa !== undefined && clientCertificates === 'required',
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout,
    },
    listener,
  );
  // First of all who listen: a request may have come with the end of the handshake.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (clientCa !== undefined && isForged(socket)) socket.destroy();
  });
  // What is not TLS is told nothing: there is no one to read it.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
