import type { Server } from 'node:http';
import { GatewayError } from '../../base/error.ts';

/** Binds the port and tells which one it is. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(cannotListen(error, port, host));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, port: number, host: string): GatewayError {
  const message =
    error.code === 'EADDRINUSE'
      ? `Port ${port} of ${host} is in use: stop what listens there, or choose another port.`
      : error.code === 'EACCES'
        ? `Port ${port} of ${host} may not be used by this user: choose one above 1023.`
        : `Cannot listen on port ${port} of ${host} (${error.code ?? error.message}).`;
  return new GatewayError('INTERNAL_SERVER_ERROR', message, { cause: error });
}
