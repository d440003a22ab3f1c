import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Lane } from '../../src/edge/handler.ts';
import { createGateway } from '../../src/gateway.ts';

const json = { 'application/json': { schema: { type: 'object', properties: { got: { type: 'string' } } } } };
const answers = { responses: { 200: { description: '', content: json } } };
const binary = { type: 'string', format: 'binary' };

const document = {
  openapi: '3.0.3',
  info: { title: 'Uploads', version: '1' },
  paths: {
    '/parts': {
      post: {
        operationId: 'parts',
        requestBody: {
          required: true,
          content: {
            'multipart/form-data': {
              schema: {
                type: 'object',
                properties: {
                  title: { type: 'string' },
                  file: binary,
                  files: { type: 'array', items: binary },
                  password: { type: 'string' },
                },
              },
            },
          },
        },
        ...answers,
      },
    },
    '/bytes': {
      post: {
        operationId: 'bytes',
        requestBody: { required: true, content: { 'application/octet-stream': {} } },
        ...answers,
      },
    },
    '/look': {
      post: {
        operationId: 'look',
        'x-graphql-operation': 'query',
        requestBody: { content: { 'image/*': {} } },
        ...answers,
      },
    },
    '/any': {
      post: { operationId: 'any', requestBody: { content: { 'application/json': { schema: {} } } }, ...answers },
    },
    '/download': {
      get: { operationId: 'download', responses: { 200: { description: '', content: { 'application/pdf': {} } } } },
    },
  },
};

/** A request as the backend got it. */
interface Got {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  readonly body: Buffer<ArrayBuffer>;
}

/** A file of a test, as a client sends it. */
export interface Sent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly type: string;
}

interface Options {
  readonly lane?: Lane;
  readonly limits?: Readonly<Record<string, number | string>>;
  /** Lines of the configuration. */
  readonly more?: string;
  /** More of its `gateway`. */
  readonly settings?: string;
  /** More of the source. */
  readonly source?: string;
  /** What the backend answers `/download` with. */
  readonly download?: Buffer;
  /** Instead of the backend that keeps all it is sent. */
  readonly backend?: RequestListener;
  readonly door?: 'both' | 'yoga';
}

/** A gateway before a backend that keeps what it was sent. */
export async function uploadWorld(options: Options = {}) {
  const { lane, limits = {}, more = '', settings = '', source = '', download = Buffer.alloc(0), door } = options;
  const folder = await mkdtemp(join(tmpdir(), 'selvage-uploads-'));
  await writeFile(join(folder, 'uploads.json'), JSON.stringify(document));
  const got: Got[] = [];
  const keeping: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    const path = request.url ?? '';
    got.push({ path, contentType, contentLength, body: Buffer.concat(chunks) });
    if (path === '/download') {
      response.writeHead(200, {
        'content-type': 'application/pdf',
        'content-disposition': 'attachment; filename="a.pdf"',
      });
      response.end(download);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"got":"it"}');
  };
  const backend = createServer(options.backend ?? keeping);
  await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo; // it listens on a port
  const config = join(folder, 'selvage.yaml');
  await writeFile(
    config,
    `gateway: { port: 0, admin: { port: 0 }, limits: ${JSON.stringify(limits)}${settings === '' ? '' : `, ${settings}`} }
${more}
sources:
  uploads: { protocol: openapi, document: uploads.json, endpoint: "http://127.0.0.1:${port}", timeout: 60s${source === '' ? '' : `, ${source}`} }
`,
  );
  const lines: string[] = [];
  const gateway = await createGateway({
    config,
    env: {},
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
    report: () => undefined,
    ...(lane ? { lane } : {}),
    ...(door ? { door } : {}),
  });
  const { url } = await gateway.listen();
  return {
    gateway,
    url: `${url}/graphql`,
    /** The configuration that it was made of. */
    config,
    got,
    lines,
    /** As the GraphQL multipart request specification says. */
    upload: (
      operations: unknown,
      map: unknown,
      files: Readonly<Record<string, Sent>>,
      headers: Record<string, string> = { 'x-selvage-csrf': '1' },
    ) => {
      const form = new FormData();
      form.set('operations', JSON.stringify(operations));
      form.set('map', JSON.stringify(map));
      for (const [name, { bytes, name: filename, type }] of Object.entries(files))
        form.append(name, new File([bytes], filename, { type }));
      return fetch(`${url}/graphql`, { method: 'POST', body: form, headers });
    },
    async close() {
      await gateway.close();
      backend.closeAllConnections();
      await new Promise(resolve => backend.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
