import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Ledger } from './ledger.ts';

export interface SpecBackend {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A real server that answers what the ledger lists, and 599 to anything else. */
export async function startHttpBackend(source: string, path: string, ledger: Ledger): Promise<SpecBackend> {
  const server = createServer(async (request, response) => {
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    const answer = ledger.answerTo(source, received);
    if (answer === undefined || answer.kind === 'grpc') response.writeHead(599).end();
    else if (answer.kind === 'hang up') request.socket.destroy();
    else if (answer.kind === 'http') response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    endpoint: `http://127.0.0.1:${port}${path}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
