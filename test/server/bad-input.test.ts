import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { type Lexer as GraphqlLexer, Lexer } from 'graphql';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createCore } from '../../src/edge/core.ts';
import { Counters } from '../../src/edge/counters.ts';
import type { Lane, Served } from '../../src/edge/handler.ts';
import { defaultLimits, type Limits } from '../../src/edge/limits/limits.ts';
import { createServer, type RunningServer } from '../../src/server/server.ts';
import { source, supergraph } from '../supergraph/harness.ts';
import { rawRequest } from './raw-request.ts';

const mebibyte = 1024 * 1024;

const shop = source(
  'shop',
  `type Query { tree(n: Int, kinds: [Kind!]): Tree part: Part } enum Kind { OAK }
   type Mutation { plant(name: String!): Planted }
   type Planted { name: String query: Query }
   type Tree { name: String tree: Tree }
   interface Part { parts: [Part] } type Leaf implements Part { parts: [Part] } type Root implements Part { parts: [Part] }`,
  {
    part: () => ({ __typename: 'Leaf', parts: null }),
    tree: () => ({ name: 'oak', tree: null }),
    plant: ({ name }) => ({ name, query: null }),
  },
);
const graph = supergraph([shop]);

type Way = { readonly lane: Lane; readonly door: 'both' | 'yoga' };

const ways: readonly Way[] = [
  { lane: 'plan', door: 'both' },
  { lane: 'plan', door: 'yoga' },
  { lane: 'reference', door: 'both' },
  { lane: 'reference', door: 'yoga' },
];

let open: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(open.map(server => server.close()));
  open = [];
});

async function start(way: Way, { limits = defaultLimits, served = graph }: { limits?: Limits; served?: Served } = {}) {
  const counters = new Counters();
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const { lane } = way;
  const handler = createCore({ supergraph: () => served, limits, deadline: 20_000, log, counters, lane });
  const place = { port: 0, host: '127.0.0.1' };
  const server = await createServer({ handler, ready: () => true, limits, log, counters, ...place, door: way.door });
  open.push(server);
  const ask = async (query: string, more: object = {}) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, ...more }),
    });
    return { status: response.status, answer: (await response.json()) as Answer };
  };
  return { server, counters, logged, ask };
}

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** What is done meanwhile, counted: tokens that graphql-js reads, and calls that a backend gets. */
async function counted<T>(work: () => Promise<T>): Promise<{ tokens: number; calls: number; result: T }> {
  const { advance } = Lexer.prototype;
  const before = shop.sent.length;
  let tokens = 0;
  Lexer.prototype.advance = function (this: GraphqlLexer) {
    tokens += 1;
    return advance.call(this);
  };
  try {
    const result = await work();
    return { tokens, calls: shop.sent.length - before, result };
  } finally {
    Lexer.prototype.advance = advance;
  }
}

/** 2 to the power of `levels` places, each of which has the field. */
function doubling(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment F${level} on Tree { a: tree { ...F${level + 1} } b: tree { ...F${level + 1} } }`,
  );
  return `{ tree { ...F0 } } ${fragments.join('\n')} fragment F${levels} on Tree { name }`;
}

/** Which of the fragments X apply at the end depends on every type on the way there: a plan has a place for each way. */
function multiplying(levels: number): string {
  const numbers = Array.from({ length: levels }, (_, level) => level);
  const ways = numbers.map(
    i =>
      `fragment L${i} on Part { ... on Leaf { parts { ...L${i + 1} ...X${i}_${i + 1} } } ... on Root { parts { ...L${i + 1} } } }`,
  );
  const chains = numbers.flatMap(start => [
    ...numbers.filter(i => i > start).map(i => `fragment X${start}_${i} on Part { parts { ...X${start}_${i + 1} } }`),
    `fragment X${start}_${levels} on Part { __typename }`,
  ]);
  return ['{ part { ...L0 } }', ...ways, ...chains, `fragment L${levels} on Part { __typename }`].join('\n');
}

interface Bad {
  readonly name: string;
  readonly query: string;
  readonly more?: object;
  readonly status: number;
  readonly code: string;
  /** At most. Those of a document that is parsed are counted once for each request. */
  readonly tokens: number;
}

const wide = `{ ${'name '.repeat(9_000)}}`;
const bad: readonly Bad[] = [
  {
    name: 'a variable of the wrong type',
    query: 'query ($n: Int, $kinds: [Kind!]) { tree(n: $n, kinds: $kinds) { name } }',
    more: { variables: { n: '1', kinds: ['ELM'] } },
    status: 400,
    code: 'BAD_USER_INPUT',
    tokens: 40,
  },
  {
    name: 'an unknown operation name',
    query: 'query A { tree { name } }',
    more: { operationName: 'B' },
    status: 400,
    code: 'OPERATION_RESOLUTION_FAILURE',
    tokens: 10,
  },
  { name: 'a syntax error', query: '{ tree { name }', status: 400, code: 'GRAPHQL_PARSE_FAILED', tokens: 8 },
  {
    name: 'a document of 100 KB',
    query: `{ tree { name } } #${' '.repeat(100_000)}`,
    status: 400,
    code: 'DOCUMENT_TOO_LARGE',
    tokens: 0,
  },
  {
    name: 'a document of 9,000 fields',
    query: wide,
    status: 400,
    code: 'DOCUMENT_TOO_LARGE',
    tokens: defaultLimits.tokens + 1,
  },
  {
    name: '2,000 levels of nesting',
    query: `${'{tree'.repeat(2_000)}${'}'.repeat(2_000)}`,
    status: 400,
    code: 'OPERATION_TOO_COMPLEX',
    tokens: 0,
  },
  {
    name: '32,768-fold doubling of fragments',
    query: doubling(15),
    status: 400,
    code: 'OPERATION_TOO_COMPLEX',
    tokens: 500,
  },
];

describe.each(ways)('bad input, $lane lane, door $door', way => {
  it.each(bad)('$name', async ({ query, more, status, code, tokens }) => {
    const { ask, counters } = await start(way);
    const work = await counted(() => ask(query, more));
    const { answer } = work.result;
    expect([work.result.status, answer.errors?.[0]?.extensions.code]).toEqual([status, code]);
    expect(answer).not.toHaveProperty('data'); // a request error (GraphQL October 2021, 7.1.2)
    expect(work.tokens).toBeLessThanOrEqual(tokens);
    expect(work.calls).toBe(0);
    expect(counters.of('rejected')).toEqual(new Map([[code, 1]]));
    expect(counters.of('operations').size).toBe(0);
    expect(await ask('{ tree { name } }')).toMatchObject({ status: 200, answer: { data: { tree: { name: 'oak' } } } });
  });

  it('a body of 10 MB, of which no more is read than is allowed', async () => {
    const { server, ask, counters } = await start(way);
    const work = await counted(() => sendChunks(server.port, 10 * mebibyte));
    expect(work.result.answer).toMatch(/^HTTP\/1.1 413 .*"DOCUMENT_TOO_LARGE"/s);
    expect(work.result.bytesRead).toBeLessThan(1.25 * mebibyte);
    expect([work.tokens, work.calls]).toEqual([0, 0]);
    expect(counters.of('rejected')).toEqual(new Map([['DOCUMENT_TOO_LARGE', 1]]));
    expect((await ask('{ tree { name } }')).status).toBe(200);
  });

  it('a document of 10 MB in a body that is allowed: it is measured, and not parsed', async () => {
    const { ask } = await start(way, { limits: { ...defaultLimits, body: 16 * mebibyte } });
    const work = await counted(() => ask(`{ ${'name '.repeat(2 * mebibyte)} }`));
    expect([work.result.status, work.result.answer.errors?.[0]?.extensions.code]).toEqual([400, 'DOCUMENT_TOO_LARGE']);
    expect([work.tokens, work.calls]).toEqual([0, 0]);
    expect((await ask('{ tree { name } }')).status).toBe(200);
  });

  it('a body of 10 MB that says so: nothing of it is read', async () => {
    const { server, ask } = await start(way);
    const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${10 * mebibyte}\r\n\r\n`;
    expect(await rawRequest(server.port, head)).toMatch(/^HTTP\/1.1 413 .*"DOCUMENT_TOO_LARGE"/s);
    expect((await ask('{ tree { name } }')).status).toBe(200);
  });
});

/** Sends until the server has had enough. `bytesRead` is what the server took from its socket until it answered. */
async function sendChunks(port: number, total: number): Promise<{ answer: string; bytesRead: number }> {
  const finished = channel('http.server.response.finish');
  let bytesRead = Number.POSITIVE_INFINITY;
  const note = (message: unknown) => {
    bytesRead = (message as { readonly request: IncomingMessage }).request.socket.bytesRead; // as Node.js documents the channel
  };
  finished.subscribe(note);
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', text => {
    answer += text;
  });
  socket.on('error', () => {}); // the server hangs up while we send
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
  for (let sent = 0; sent < total; sent += 0x10000) socket.write(chunk);
  await new Promise(resolve => socket.once('close', resolve));
  finished.unsubscribe(note);
  return { answer, bytesRead };
}

const generous: Limits = {
  ...defaultLimits,
  depth: 1_000,
  aliases: 10_000_000,
  expandedFields: 10_000_000,
  tokens: 100_000,
  cost: Number.MAX_SAFE_INTEGER,
};

describe.each(ways.filter(({ lane }) => lane === 'plan'))('what cannot be planned, door $door', way => {
  it.each([
    ['too-large', multiplying(14), { part: { parts: null } }],
    [
      'introspection',
      '{ tree { name } __type(name: "Tree") { name } }',
      { tree: { name: 'oak' }, __type: { name: 'Tree' } },
    ],
    [
      'nested-root-type',
      'mutation { plant(name: "elm") { name query { tree { name } } } }',
      { plant: { name: 'elm', query: null } },
    ],
  ])('falls back, once, and counts the reason: %s', async (reason, query, data) => {
    const { ask, counters } = await start(way, { limits: generous });
    for (const times of [1, 2]) {
      const work = await counted(() => ask(query));
      expect(work.result).toEqual({ status: 200, answer: { data } });
      expect(work.calls).toBe(1);
      expect(counters.of('fallbacks')).toEqual(new Map([[reason, times]]));
      expect(counters.of('operations')).toEqual(new Map([['reference', times]]));
    }
    expect(counters.of('rejected').size).toBe(0);
  });

  it('fragments that double are planned where they are allowed, each selection once', async () => {
    const { ask, counters } = await start(way, { limits: generous });
    const work = await counted(() => ask(doubling(15)));
    expect(work.result).toEqual({ status: 200, answer: { data: { tree: { a: null, b: null } } } });
    expect(work.calls).toBe(1);
    expect(counters.of('operations')).toEqual(new Map([['plan', 1]]));
  });

  it('a mistake in the compiler is a fallback, too, which the log tells once', async () => {
    const broken: Served['origins'] = {
      members: graph.origins.members,
      namespaces: new Map(),
      rootField: () => {
        throw new TypeError('broken');
      },
      link: (...at) => graph.origins.link(...at),
      entities: type => graph.origins.entities(type),
    };
    const { ask, counters, logged } = await start(way, { served: { ...graph, origins: broken } });
    for (const name of ['elm', 'elm']) {
      const work = await counted(() => ask(`mutation { plant(name: "${name}") { name } }`));
      expect(work.result).toEqual({ status: 200, answer: { data: { plant: { name } } } });
      expect(work.calls).toBe(1);
    }
    expect(counters.of('fallbacks')).toEqual(new Map([['compiler-error', 2]]));
    expect(logged.filter(({ detail }) => detail === 'broken')).toHaveLength(1);
  });
});
