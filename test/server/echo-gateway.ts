import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import type { Handler, Lane } from '../../src/edge/handler.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { createServer, type RunningServer } from '../../src/server/server.ts';

const document = {
  openapi: '3.0.3',
  info: { title: 'Echo', version: '1' },
  paths: {
    '/echo/{word}': {
      get: {
        operationId: 'echo',
        parameters: [{ name: 'word', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'What came',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Echo' } } },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      Echo: {
        type: 'object',
        required: ['word', 'authorization', 'padding'],
        properties: { word: { type: 'string' }, authorization: { type: 'string' }, padding: { type: 'string' } },
      },
    },
  },
};

/** What the upstream was asked: the request line, and its header lines as they came. */
interface Seen {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A whole gateway before a REST backend that tells what it was asked, and sets headers that no client may see. */
export interface EchoGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** The backend answers nothing from now on, until what is returned is called. */
  hold(): () => void;
  /** Lines of the log, as they were written. */
  readonly lines: string[];
  /** A server of its own before the same gateway, whose handler is wrapped. */
  through(wrap: (handler: Handler) => Handler, door: 'both' | 'yoga'): Promise<RunningServer>;
  close(): Promise<void>;
}

interface EchoOptions {
  /** Lines of the source's options, and of the gateway's. */
  readonly source?: string;
  readonly gateway?: string;
  readonly door?: 'both' | 'yoga';
  readonly lane?: Lane;
}

export async function echoGateway({
  source = '',
  gateway: settings = '',
  ...options
}: EchoOptions): Promise<EchoGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-echo-'));
  await writeFile(join(folder, 'echo.json'), JSON.stringify(document));
  const seen: Seen[] = [];
  let released: Promise<void> | undefined;
  const upstream = createHttpServer(async (request, response) => {
    seen.push({ path: request.url ?? '', headers: linesOf(request) });
    const word = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    const { authorization = 'none' } = request.headers;
    await released;
    // more than a kilobyte: what is shorter is not recalled
    const body = JSON.stringify({ word, authorization, padding: 'x'.repeat(1_500) });
    response.writeHead(200, {
      'content-type': 'application/json',
      'set-cookie': 'session=of-the-backend',
      'x-powered-by': 'backend 1.2.3',
      'access-control-allow-origin': '*',
      'x-selvage-principal': 'forged',
      location: 'http://10.1.2.3/',
    });
    response.end(body);
  });
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo; // it listens on a port
  const yaml = `gateway:
  port: 0
  ${settings}
sources:
  echo:
    protocol: openapi
    document: echo.json
    endpoint: http://127.0.0.1:${port}
    ${source}
`;
  const config = await readConfig(yaml, join(folder, 'selvage.yaml'), {});
  if (!config.ok) throw new TypeError(JSON.stringify(config.diagnostics));
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const gateway = await createGateway({ config: config.value, log, report: () => undefined, ...options });
  const running = await gateway.listen();
  const others: RunningServer[] = [];
  return {
    gateway,
    ...running,
    seen,
    hold() {
      const gate: { open?: () => void } = {};
      released = new Promise(resolve => {
        gate.open = resolve;
      });
      return () => gate.open?.();
    },
    lines,
    async through(wrap, door) {
      const { limits } = config.value.gateway;
      const handler = wrap(gateway.handler);
      const server = await createServer({ handler, ready: () => true, limits, log, port: 0, host: '127.0.0.1', door });
      others.push(server);
      return server;
    },
    async close() {
      await Promise.all(others.map(server => server.close()));
      await gateway.close();
      upstream.closeAllConnections();
      await new Promise(resolve => upstream.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function linesOf({ rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );
}
