import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../adapters/backends/traffic.ts';

/** One stream that the gateway has opened at the backend. */
export interface BackendStream {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Has the gateway ended the connection? */
  readonly closed: boolean;
  /** Sends an event; false where it is not taken from the backend at once. */
  send(data: unknown): boolean;
  /** Ends the stream as such streams are ended. */
  done(): void;
}

/** A REST backend whose streams the test writes, and which counts everything. */
export interface EventBackend {
  readonly endpoint: string;
  readonly streams: BackendStream[];
  readonly open: number;
  /** Paths of the calls that were no streams. */
  readonly calls: string[];
  /** The stream of that number, once it is opened. */
  stream(index?: number): Promise<BackendStream>;
  close(): Promise<void>;
}

/** Ticks, and the products that they are of. */
export const document = {
  openapi: '3.1.0',
  info: { title: 'Ticks', version: '1' },
  paths: {
    '/ticks': {
      get: {
        operationId: 'ticks',
        parameters: [{ name: 'room', in: 'query', schema: { type: 'string' } }],
        responses: {
          200: {
            description: '',
            content: {
              'text/event-stream': { schema: { $ref: '#/components/schemas/Tick' } },
              'application/json': { schema: { $ref: '#/components/schemas/Tick' } },
            },
          },
        },
      },
    },
    '/products': {
      get: {
        operationId: 'products',
        parameters: [
          { name: 'ids', in: 'query', required: true, schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: {
          200: {
            description: '',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Product' } } },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Tick: {
        type: 'object',
        required: ['id', 'tags'],
        properties: {
          id: { type: 'integer' },
          room: { type: 'string' },
          productId: { type: 'string' },
          secret: { type: 'string' },
          tags: { type: 'array', items: { type: 'string' } },
        },
      },
      Product: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' }, name: { type: 'string' } },
      },
    },
  },
} as const;

export async function startEventBackend(): Promise<EventBackend> {
  const streams: BackendStream[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://backend.test');
    if (request.headers.accept?.includes('text/event-stream')) {
      streams.push(streamOf(request, response));
      return;
    }
    calls.push(`${url.pathname}${url.search}`);
    const ids = url.searchParams.getAll('ids');
    const body =
      url.pathname === '/products'
        ? ids.filter(id => id !== 'none').map(id => ({ id, name: `name of ${id}` }))
        : { id: 0, tags: ['json'], productId: 'p0', room: url.searchParams.get('room') };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    endpoint: `http://127.0.0.1:${port}`,
    streams,
    calls,
    get open() {
      return streams.filter(({ closed }) => !closed).length;
    },
    async stream(index = 0) {
      await until(() => streams.length > index);
      return streams[index]!;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function streamOf(request: IncomingMessage, response: ServerResponse): BackendStream {
  let closed = false;
  response.on('close', () => {
    closed = true;
  });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  return {
    request,
    response,
    get closed() {
      return closed;
    },
    send: data => response.write(`data: ${JSON.stringify(data)}\n\n`),
    done: () => void response.end('data: [DONE]\n\n'),
  };
}
