import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

interface Scripted {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly gzip?: boolean;
  /** The connection is reset behind the body. */
  readonly reset?: boolean;
  /** The answer has no end. */
  readonly open?: boolean;
}

/** A server that gives these answers in turn. */
export interface ScriptedBackend {
  readonly endpoint: string;
  readonly answers: Scripted[];
  readonly requests: IncomingMessage[];
  /** Connections that are open. */
  readonly open: number;
  close(): Promise<void>;
}

export async function startScriptedBackend(): Promise<ScriptedBackend> {
  const answers: Scripted[] = [];
  const requests: IncomingMessage[] = [];
  const sockets = new Set<object>();
  const server = createServer((request, response) => {
    requests.push(request);
    const { status, headers, body, gzip, reset, open } = answers.shift() ?? { status: 599, headers: {}, body: '' };
    response.writeHead(status, { ...headers, ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
    const bytes = gzip ? gzipSync(body) : Buffer.from(body);
    if (reset) response.write(bytes, () => setTimeout(() => request.socket.destroy(), 20));
    else if (open) response.write(bytes);
    else response.end(bytes);
    if (reset && bytes.length === 0) request.socket.destroy();
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    endpoint: `http://127.0.0.1:${port}`,
    answers,
    requests,
    get open() {
      return sockets.size;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
