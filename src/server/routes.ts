import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Receive } from '../base/inbound.ts';
import { answerOf, setCommonHeaders, writeAnswer } from './answer.ts';
import { goneSignal } from './client/gone.ts';
import { peerOf } from './client/peer.ts';
import type { Cors } from './cors.ts';
import { type Door, type DoorOptions, inOwnWords, notServed, refused } from './doors/door.ts';
import { hooksDoor, isHook } from './doors/hooks-door.ts';
import type { Graphiql } from './graphiql.ts';
import { headersOf } from './operation-of.ts';

interface RoutesOptions extends DoorOptions {
  readonly graphiql: Graphiql;
  readonly cors: Cors | undefined;
  /** Is there something to serve? */
  ready(): boolean;
  /** Is the port about to be closed? */
  closing(): boolean;
  readonly receiver?: (source: string) => Receive | undefined;
}

type Route = (request: IncomingMessage, response: ServerResponse, id: string) => Promise<void>;

/** Leads each request that the thin door did not take to what answers it. */
export function routes(options: RoutesOptions): Route {
  const { graphiql, cors, responses, receiver } = options;
  const yoga = yogaDoorOf(options);
  const hooks = receiver && hooksDoor({ ...options, receiver });
  return async (request, response, id) => {
    setCommonHeaders(response, id);
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const isOperation = path === '/graphql' && !(reads && wantsPage(request)); // the core answers these directly itself
    if (isOperation && cors?.answerPreflight(request, response)) return;
    if (path === '/livez' && reads) return report(response, 200, { live: true });
    if (path === '/readyz' && reads) {
      const ready = options.ready() && !options.closing();
      return report(response, ready ? 200 : 503, { ready });
    }
    const direct = isOperation ? undefined : directAnswer(options, request, path);
    if (direct) return writeAnswer(response, answerOf(refused(options, direct, id, request.method), undefined));
    if (path === '/graphql') {
      if (!isOperation) return graphiql.page(response);
      return yoga(request, response, { id, search: new URLSearchParams(query), signal: goneSignal(response) });
    }
    if (hooks && isHook(path)) return hooks(request, response, id, path);
    if (reads && (await graphiql.file(path, request, response))) return;
    writeAnswer(response, answerOf(inOwnWords(notServed(404), responses), undefined));
  };
}

/** What the configuration answers to such a request, whatever is asked. */
function directAnswer({ responses, clientAddress }: DoorOptions, request: IncomingMessage, path: string) {
  return responses?.().direct({
    path,
    of: {
      get headers() {
        return headersOf(request);
      },
      peer: peerOf(request, clientAddress),
    },
  });
}

/** Yoga is imported by the first request that needs it: a gateway that is only posted to starts without. */
function yogaDoorOf(options: DoorOptions): Door {
  let door: Promise<Door> | undefined;
  return async (request, response, visit) => {
    door ??= import('./doors/yoga-door.ts').then(({ yogaDoor }) => yogaDoor(options));
    return (await door)(request, response, visit);
  };
}

function report(response: ServerResponse, status: number, body: Readonly<Record<string, boolean>>): void {
  writeAnswer(response, {
    status,
    type: 'application/json; charset=utf-8',
    headers: undefined,
    body: JSON.stringify(body),
  });
}

function wantsPage(request: IncomingMessage): boolean {
  return /\btext\/html\b/i.test(request.headers.accept ?? '');
}
