import { once } from 'node:events';
import pino from 'pino';
import { WebSocket } from 'ws';
import { createCore } from '../../src/edge/core.ts';
import { Counters } from '../../src/edge/counters.ts';
import { sha256, type TrustedDocumentsOptions } from '../../src/edge/documents/trusted-documents.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits, type Limits } from '../../src/edge/limits/limits.ts';
import { defaultWebSockets } from '../../src/edge/subscriptions/subscriptions-options.ts';
import { createServer } from '../../src/server/server.ts';
import { source, supergraph } from '../supergraph/harness.ts';

/** A small shop of trees, whose calls are counted. */
export const forest = source(
  'forest',
  /* GraphQL */ `
    type Query {
      tree: Tree
      trees(first: Int): [Tree]
      many: [Tree]
      lists: [[Int]]
      echo(text: String, numbers: [Int!], kind: Kind, by: Filter): String
      secret: String
    }
    type Mutation { plant(name: String): Tree }
    type Tree { name: String tree: Tree trees: [Tree] hidden: String }
    enum Kind { OAK HIDDEN_KIND }
    input Filter { name: String hiddenInput: String }
  `,
  {
    tree: () => ({ name: 'oak', tree: null, trees: [] }),
    trees: () => [],
    many: () => [],
    lists: () => [],
    echo: ({ text }) => String(text),
    secret: () => 'secret',
    plant: ({ name }) => ({ name }),
  },
);

export const woods = supergraph(
  [forest],
  /* GraphQL */ `
    extend type Query {
      trees(first: Int): [Tree] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
      secret: String @inaccessible
    }
    extend type Tree { hidden: String @inaccessible }
    extend enum Kind { HIDDEN_KIND @inaccessible }
    extend input Filter { hiddenInput: String @inaccessible }
  `,
);

export interface World {
  readonly limits?: Partial<Limits>;
  readonly trustedDocuments?: Partial<TrustedDocumentsOptions>;
  readonly introspection?: boolean;
}

/** The core in front of it. */
export function coreOf({ limits, trustedDocuments, introspection = true }: World = {}) {
  const counters = new Counters();
  const logged: Record<string, unknown>[] = [];
  const all: Limits = { ...defaultLimits, ...limits };
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const trusted: TrustedDocumentsOptions = {
    mode: 'off',
    client: { by: 'header', name: 'client' },
    documents: [],
    ...trustedDocuments,
  };
  const handler = createCore({
    supergraph: () => woods,
    limits: all,
    introspection,
    edge: { trustedDocuments: trusted, admission: { inFlight: 2_000, loopDelay: 60_000 } },
    deadline: 20_000,
    log,
    counters,
  });
  const ask = async (request: Partial<OperationRequest>) => {
    const done = await handler({
      id: 'r',
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      ...request,
    });
    return {
      ...done,
      codes: done.result.errors?.map(error => error.extensions['code']) ?? [],
      messages: done.result.errors?.map(error => error.message) ?? [],
    };
  };
  return { ask, handler, counters, logged, limits: all, log };
}

/** Every way in that there is: through which door, by which method, in full or by the id of a registered document. */
export const transports = [
  { name: 'POST, thin door', door: 'both', method: 'POST', persisted: false },
  { name: 'POST, yoga', door: 'yoga', method: 'POST', persisted: false },
  { name: 'GET', door: 'both', method: 'GET', persisted: false },
  { name: 'persisted, POST, thin door', door: 'both', method: 'POST', persisted: true },
  { name: 'persisted, POST, yoga', door: 'yoga', method: 'POST', persisted: true },
  { name: 'persisted, GET', door: 'both', method: 'GET', persisted: true },
  { name: 'server-sent events', door: 'both', method: 'POST', persisted: false, streams: 'events' },
  { name: 'WebSocket', door: 'both', method: 'POST', persisted: false, streams: 'socket' },
] as const;

export type Transport = (typeof transports)[number];

/** The server in front of it; `documents` are registered where the transport asks by ids. */
export async function serverOf(
  { door, method, persisted, ...rest }: Transport,
  documents: readonly string[],
  world: World = {},
) {
  const trustedDocuments: Partial<TrustedDocumentsOptions> = persisted
    ? { mode: 'only', documents: documents.map(text => ({ client: null, id: sha256(text), text })) }
    : {};
  const { handler, counters, limits, log } = coreOf({ ...world, trustedDocuments });
  const webSockets = { ...defaultWebSockets, message: 4 * 1024 * 1024 }; // the document's own limits are what is asked
  const place = { port: 0, host: '127.0.0.1', webSockets };
  const server = await createServer({ handler, ready: () => true, limits, log, counters, ...place, door });
  const ask = async (query: string, { variables, ...more }: Params = {}) => {
    const params = { ...(persisted ? { documentId: sha256(query) } : { query }), ...more };
    const inUrl = new URLSearchParams(Object.entries({ ...params, ...(variables === undefined ? {} : { variables }) }));
    const plain = JSON.stringify(params);
    const body = variables === undefined ? plain : `${plain.slice(0, -1)},"variables":${variables}}`;
    if ('streams' in rest && rest.streams === 'socket') return overSocket(`${server.url}/graphql`, body);
    const isEvents = 'streams' in rest;
    const url = `${server.url}/graphql${method === 'GET' ? `?${inUrl}` : ''}`;
    const response = await fetch(url, {
      method,
      headers: {
        accept: isEvents ? 'text/event-stream' : 'application/graphql-response+json',
        'content-type': 'application/json',
      },
      ...(method === 'POST' ? { body } : {}),
    });
    const text = await response.text();
    const [, event] = /^event: next\ndata: (.*)$/m.exec(text) ?? [];
    return shown(JSON.parse(event ?? text) as Answer, event === undefined ? response.status : undefined);
  };
  return { server, counters, ask };
}

/** An event and a message have no status: theirs is what the request would have had. */
function shown(answer: Answer, status?: number) {
  const codes = [...new Set(answer.errors?.map(error => error.extensions.code))];
  return { status: status ?? (answer.data === undefined ? 400 : 200), answer, codes };
}

async function overSocket(url: string, payload: string) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  socket.send(`{"type":"subscribe","id":"1","payload":${payload}}`);
  const answer = await new Promise<Answer>((resolve, reject) => {
    socket.on('close', code => reject(new Error(`closed: ${code}`)));
    socket.on('message', data => {
      const { type, payload: told } = JSON.parse(String(data));
      if (type === 'next') resolve(told);
      if (type === 'error') resolve({ errors: told });
    });
  });
  socket.terminate();
  return shown(answer);
}

export interface Params {
  /** JSON text. */
  readonly variables?: string;
  readonly operationName?: string;
}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}
