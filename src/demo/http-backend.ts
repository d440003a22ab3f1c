import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Backend } from './backend.ts';

export interface HttpQuestion {
  readonly method: string;
  readonly url: URL;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Serves HTTP on a free port of the loopback interface; `path` is appended to the endpoint. */
export async function serveHttp(answer: (question: HttpQuestion) => Promise<HttpAnswer>, path = ''): Promise<Backend> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await text(request);
    const {
      status,
      type,
      body: content,
    } = await answer({ method: request.method ?? 'GET', url, headers: request.headers, body });
    response.writeHead(status, { 'content-type': type }).end(content);
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
