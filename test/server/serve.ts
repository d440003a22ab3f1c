import { makeExecutableSchema } from '@graphql-tools/schema';
import pino from 'pino';
import type { RequestContext } from '../../src/adapter/request-context.ts';
import { GatewayError } from '../../src/base/error.ts';
import { createCore } from '../../src/edge/core.ts';
import { defaultLimits, type Limits } from '../../src/edge/limits/limits.ts';
import { createServer, type RunningServer, type ServerOptions } from '../../src/server/server.ts';
import { servedSchema } from '../support/served-schema.ts';

/** Starts a whole server around a schema made by hand, and keeps what it logged and which root fields ran. */
export interface TestServer extends RunningServer {
  readonly endpoint: string;
  /** Root fields in the order they ran. */
  readonly ran: string[];
  /** Lines of the log, parsed. */
  readonly logged: Record<string, unknown>[];
  post(body: unknown, init?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<Response>;
}

const typeDefs = /* GraphQL */ `
  type Query {
    greet(name: String = "world"): String!
    tree: Tree!
    slow(ms: Int!): String
    deaf(ms: Int!): String
    fails(code: String!): String
    headers: [String!]!
    wrong: Int
    missing: String!
  }
  type Tree {
    tree: Tree!
    leaf: String!
  }
  type Mutation {
    set(value: String!): String!
  }
  type Subscription {
    ticks: Int
  }
`;

export async function serve(
  options: Partial<ServerOptions> & { limits?: Limits; deadline?: number } = {},
): Promise<TestServer> {
  const ran: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const limits = options.limits ?? defaultLimits;
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const run = <T>(name: string, value: T): T => {
    ran.push(name);
    return value;
  };
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers: {
      Query: {
        greet: (_: unknown, { name }: { name: string }) => run('greet', `Hello, ${name}!`),
        tree: () => run('tree', {}),
        slow: (_: unknown, { ms }: { ms: number }, context: RequestContext) => run('slow', slow(ms, context)),
        deaf: (_: unknown, { ms }: { ms: number }) => run('deaf', new Promise(resolve => setTimeout(resolve, ms))),
        fails(_: unknown, { code }: { code: string }) {
          const cause = new Error('secret-cause at 10.0.0.1');
          if (code === 'PLAIN') throw cause;
          throw new GatewayError('UPSTREAM_ERROR', 'The source "shop" failed.', { cause, details: { source: 'shop' } });
        },
        headers: (_: unknown, __: unknown, context: RequestContext) =>
          Object.entries(context.call.headers).map(([name, value]) => `${name}: ${value}`),
        wrong: () => 'secret-value',
        missing: () => null,
      },
      Tree: { tree: () => ({}), leaf: () => 'leaf' },
      Mutation: { set: (_: unknown, { value }: { value: string }) => run('set', value) },
    },
  });
  const handler = createCore({
    supergraph: () => servedSchema(schema),
    lane: 'reference',
    limits,
    deadline: options.deadline ?? 60_000,
    log,
  });
  const server = await createServer({
    handler,
    ready: () => true,
    port: 0,
    host: '127.0.0.1',
    ...options,
    limits,
    log,
  });
  const endpoint = `${server.url}/graphql`;
  return {
    ...server,
    endpoint,
    ran,
    logged,
    post: (body, init = {}) =>
      fetch(endpoint, {
        method: 'POST',
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

/** Obeys the signal, as an adapter does. */
function slow(ms: number, { call }: RequestContext): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('done'), ms);
    const stop = () => {
      clearTimeout(timer);
      reject(call.signal.reason);
    };
    if (call.signal.aborted) stop();
    else call.signal.addEventListener('abort', stop, { once: true });
  });
}
