import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Counters } from '../edge/counters.ts';
import { errorReport } from '../edge/errors/error-report.ts';
import { Traces } from '../edge/trace/traces.ts';
import { Drain } from './listener/drain.ts';
import { listen } from './listener/listen.ts';
import { metricsOf } from './metrics.ts';
import type { RunningServer } from './server.ts';

interface AdminOptions {
  readonly counters: Counters;
  /** Is there something to serve? Asked by `/readyz`. */
  ready(): boolean;
  readonly log: Logger;
  /** 0: any free port. */
  readonly port: number;
  /** Of this machine alone: nobody is asked who he is. */
  readonly host: string;
  /** Read at `/traces`. Default: there are none. */
  readonly traces?: Traces;
}

/** Milliseconds and bytes. */
const httpOptions = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 8 * 1024 };
const drainTimeout = 1_000;

/** A name that a browser could be made to resolve to this machine is not ours (DNS rebinding). */
const ownNames = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * What operators and their machines read, apart from what clients ask: `/metrics`, `/livez`, `/readyz`, and `/traces` with
 * `/traces/<request id>`. Rejects as `createServer` does where it cannot listen.
 */
export async function createAdminServer(options: AdminOptions): Promise<RunningServer> {
  const metrics = metricsOf(options.counters);
  const { traces = new Traces() } = options;
  const answerTo = async ({ url = '', method, headers }: IncomingMessage): Promise<AdminAnswer> => {
    const [path = ''] = url.split('?', 1);
    if (!ownNames.test(headers.host ?? ''))
      return [421, text, 'This listener serves its own machine, by its own names.\n'];
    if (method !== 'GET' && method !== 'HEAD') return [405, text, 'This listener is only read.\n'];
    if (path === '/livez') return [200, json, '{"live":true}'];
    if (path === '/readyz') return options.ready() ? [200, json, '{"ready":true}'] : [503, json, '{"ready":false}'];
    if (path === '/traces') return [200, json, JSON.stringify(traces.list().map(trace => trace.summary))];
    if (path.startsWith('/traces/')) {
      const trace = traces.find(path.slice('/traces/'.length));
      return trace
        ? [200, json, JSON.stringify(trace)]
        : [404, text, 'There is no trace of this request: none was kept, or it has given way to later ones.\n'];
    }
    if (path !== '/metrics') return [404, text, 'There are /metrics, /traces, /livez and /readyz.\n'];
    const exposition = await metrics();
    return [200, exposition.contentType, exposition.text];
  };
  const server = createHttpServer(httpOptions, (request, response) => {
    drain.admit(response);
    answerTo(request).then(
      answer => write(response, answer),
      (error: unknown) => {
        options.log.error({ error: errorReport(error) }, 'internal error');
        write(response, [500, text, 'Internal server error.\n']);
      },
    );
  });
  const drain = new Drain(server, 0, drainTimeout);
  const port = await listen(server, options.port, options.host);
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { url: `http://${host}:${port}`, port, close: () => drain.run() };
}

type AdminAnswer = readonly [status: number, contentType: string, body: string];

const text = 'text/plain; charset=utf-8';
const json = 'application/json; charset=utf-8';

function write(response: ServerResponse, [status, contentType, body]: AdminAnswer): void {
  const isBodyLeft = !response.req.complete;
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(isBodyLeft ? { connection: 'close' } : {}),
  });
  response.end(body);
}
