import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorded {
  readonly method: string;
  /** As it came over the wire. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly bytes: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string | Buffer;
}

/** A backend that writes down what it is asked, and answers what it was told to. */
export async function startRecorder() {
  let recorded: Recorded[] = [];
  let reply: Reply = { status: 204, contentType: undefined, body: '' };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: target = '', headers } = request;
    const bytes = Buffer.concat(chunks);
    recorded.push({ method, target, headers, bytes, body: bytes.toString('utf8') });
    response.writeHead(reply.status, reply.contentType === undefined ? {} : { 'content-type': reply.contentType });
    if (request.method === 'HEAD') response.end();
    else inTwo(response, Buffer.from(reply.body));
  };
  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = 0; // a connection that is closed just when it is used again would be a request that did not arrive
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`,
    /** From now on. */
    answer(next: Reply): void {
      reply = next;
      recorded = [];
    },
    recorded: (): readonly Recorded[] => recorded,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Readers must not care how a body is cut. */
function inTwo(response: ServerResponse, body: Buffer): void {
  const half = body.length >> 1;
  if (half > 0) response.write(body.subarray(0, half));
  response.end(body.subarray(half));
}
