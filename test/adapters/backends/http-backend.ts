import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Traffic } from './traffic.ts';

interface HttpExchange {
  readonly method: string;
  /** As it came over the wire. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers one exchange. `hang` is kept open until the client goes; `reset` ends the connection. */
type Answerer = (exchange: HttpExchange, traffic: Traffic) => Promise<HttpAnswer | 'hang' | 'reset'>;

/** A real HTTP server on loopback that counts what it is asked. */
export async function startHttpBackend(answer: Answerer) {
  const traffic = new Traffic();
  const server = createServer((request, response) => void serve(request, response, traffic, answer));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on a port, not on a pipe
  return {
    traffic,
    url: `http://127.0.0.1:${port}`,
    connections: () => new Promise<number>(resolve => server.getConnections((_error, count) => resolve(count))),
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, traffic: Traffic, answer: Answerer) {
  const leave = traffic.enter();
  response.on('close', () => leave(response.writableFinished));
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const exchange = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
  traffic.wire.push({ path: exchange.path, headers: exchange.headers, body: exchange.body });
  const reply = await answer(exchange, traffic);
  if (reply === 'hang') return;
  if (reply === 'reset') {
    request.socket.destroy();
    return;
  }
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(reply.body);
}
