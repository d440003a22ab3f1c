import { makeExecutableSchema } from '@graphql-tools/schema';
import { getIntrospectionQuery } from 'graphql';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import type { RequestContext } from '../../src/adapter/request-context.ts';
import { GatewayError } from '../../src/base/error.ts';
import { createCore } from '../../src/edge/core.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { order } from '../../src/edge/order.ts';
import { servedSchema } from '../support/served-schema.ts';

const secret = 'secret-10.0.0.1';

const schema = makeExecutableSchema({
  typeDefs: /* GraphQL */ `
    type Query {
      ok: String
      tree: Tree
      echo(text: String! = "x", filter: Filter): String
      cap(n: Int! = 1): Int
      count(numbers: [Int!]!): Int
      fault(kind: String!): String
      faults: [String]
      int: Int
      list: [String]
      strict: Tree!
      slow: String
      deaf: String
      spend(times: Int!): Int
    }
    type Tree {
      tree: Tree
      leaf: String!
      a: String
      b: String
    }
    input Filter {
      constructor: String
      name: String
    }
    type Mutation {
      set: String
    }
    type Subscription {
      tick: Int
    }
  `,
  resolvers: {
    Query: {
      ok: () => 'ok',
      tree: () => ({ leaf: null }),
      strict: () => null,
      echo: (_: unknown, args: object) => JSON.stringify(args),
      cap: (_: unknown, { n }: { n: number }) => n,
      fault(_: unknown, { kind }: { kind: string }) {
        const cause = new Error(secret, { cause: { body: `${secret} body` } });
        if (kind === 'bug') throw cause;
        if (kind === 'thrown text') throw secret;
        if (kind === 'internal') throw new GatewayError('INTERNAL_SERVER_ERROR', secret, { cause });
        if (kind === 'several') throw new AggregateError([upstream('shop'), upstream('stock')], secret);
        if (kind === 'not found')
          throw new GatewayError('NOT_FOUND', 'No such thing.', { cause, details: { source: 'shop' } });
        throw upstream('shop');
      },
      faults: () => Array.from({ length: 5 }, () => shared),
      int: () => secret,
      list: () => secret,
      slow: (_: unknown, __: unknown, { call }: RequestContext) =>
        new Promise((_resolve, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason))),
      deaf: () => new Promise(() => {}),
      spend(_: unknown, { times }: { times: number }, { budget }: RequestContext) {
        for (let n = 0; n < times; n += 1) if (!budget.spend()) throw budget.refusal();
        return times;
      },
    },
    Tree: { tree: () => ({ leaf: 'leaf' }) },
    Mutation: { set: () => 'set' },
  },
});

const shared = upstream('shop');

function upstream(source: string): GatewayError {
  const details = { source, operation: 'GET /x', http: { status: 500 } };
  return new GatewayError('UPSTREAM_ERROR', `The source "${source}" failed.`, { cause: new Error(secret), details });
}

function coreOf(options: { loaded?: boolean; deadline?: number; backendCalls?: number } = {}) {
  const logged: Record<string, unknown>[] = [];
  const handler = createCore({
    supergraph: () => (options.loaded === false ? undefined : servedSchema(schema)),
    lane: 'reference',
    limits: { ...defaultLimits, backendCalls: options.backendCalls ?? defaultLimits.backendCalls },
    deadline: options.deadline ?? 60_000,
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
  });
  const ask = async (query: string | undefined, request: Partial<OperationRequest> = {}) => {
    const done = await handler({
      id: 'id-1',
      ...(query === undefined ? {} : { query }),
      method: 'POST',
      headers: {},
      signal: new AbortController().signal,
      ...request,
    });
    return {
      ...done,
      text: JSON.stringify(done.result),
      codes: done.result.errors?.map(error => error.extensions['code']),
    };
  };
  return { ask, logged };
}

const { ask } = coreOf();

describe('what is refused before execution', () => {
  const deep = (levels: number) => `${'{tree'.repeat(levels - 1)}{leaf}${'}'.repeat(levels - 1)}`;
  const wide = (fields: number) => `{ ${Array.from({ length: fields }, (_, n) => `f${n}: ok`).join(' ')} }`;
  const doubling = `{ tree { ...F0 } } ${Array.from({ length: 12 }, (_, n) => `fragment F${n} on Tree { a: tree { ...F${n + 1} } b: tree { ...F${n + 1} } }`).join(' ')} fragment F12 on Tree { leaf }`;

  const rows: [
    name: string,
    query: string | undefined,
    request: Partial<OperationRequest>,
    status: number,
    code: string | undefined,
  ][] = [
    ['no document', undefined, {}, 400, 'BAD_REQUEST'],
    ['an empty document', '', {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a syntax error', '{ ok', {}, 400, 'GRAPHQL_PARSE_FAILED'],
    ['64 KiB', `{ ok }${' '.repeat(64 * 1024 - 6)}`, {}, 200, undefined],
    ['64 KiB and a byte', `{ ok }${' '.repeat(64 * 1024 - 5)}`, {}, 400, 'DOCUMENT_TOO_LARGE'],
    ['5,001 tokens', `{ ${'ok '.repeat(4_999)}}`, {}, 400, 'DOCUMENT_TOO_LARGE'],
    ['14 levels', deep(14), {}, 200, undefined],
    ['15 levels', deep(15), {}, 200, undefined],
    ['16 levels', deep(16), {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['200 levels', deep(200), {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['2,000 levels', deep(2_000), {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['10,000 levels of a literal', `{ echo(text: ${'['.repeat(10_000)}`, {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['30 root fields', wide(30), {}, 200, undefined],
    ['31 root fields', wide(31), {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['32,768-fold doubling in 700 bytes', doubling, {}, 400, 'OPERATION_TOO_COMPLEX'],
    [
      'a circle of fragments',
      '{ tree { ...A } } fragment A on Tree { tree { ...A } }',
      {},
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'another operation of the document is too deep',
      `query A { ok } query B ${deep(16)}`,
      { operationName: 'A' },
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    ['an unknown field', '{ nope }', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a reserved name', '{ _selvage_key: ok }', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['2,400 fields that must be compared in pairs', `{ ${'ok '.repeat(2_400)}}`, {}, 400, 'OPERATION_TOO_COMPLEX'],
    ['an unknown operation', 'query A { ok }', { operationName: 'B' }, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['no choice among operations', 'query A { ok } query B { ok }', {}, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['no operation', 'fragment A on Tree { leaf }', {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription where no stream is taken', 'subscription { tick }', {}, 406, 'BAD_REQUEST'],
    ['a mutation by GET', 'mutation { set }', { method: 'GET' }, 405, 'BAD_REQUEST'],
    ['a mutation by POST', 'mutation { set }', {}, 200, undefined],
    [
      'a variable of the wrong type',
      'query ($n: Int!) { cap(n: $n) }',
      { variables: { n: 'x' } },
      400,
      'BAD_USER_INPUT',
    ],
    ['a variable that is missing', 'query ($n: Int!) { cap(n: $n) }', {}, 400, 'BAD_USER_INPUT'],
    [
      'variables that nest 100,000 levels',
      '{ ok }',
      { variables: JSON.parse(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) },
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    ['60,000 values of variables', '{ ok }', { variables: { a: Array(60_000).fill(0) } }, 400, 'OPERATION_TOO_COMPLEX'],
    ["GraphiQL's introspection", getIntrospectionQuery({ inputValueDeprecation: true }), {}, 200, undefined],
    [
      'introspection without end',
      '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
      {},
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      '1,001 fields of introspection',
      `{ __schema { ${Array.from({ length: 1_001 }, (_, n) => `f${n}: description`).join(' ')} } }`,
      {},
      400,
      'OPERATION_TOO_COMPLEX',
    ],
  ];
  test.each(rows)('%s', async (_, query, request, status, code) => {
    const done = await ask(query, request);
    expect({ status: done.status, code: done.codes?.[0] }).toEqual({ status, code });
  });

  test('at most five violations, the last of which says that there are more', async () => {
    const { codes } = await ask(`{ ${Array.from({ length: 30 }, (_, n) => `x${n}`).join(' ')} }`);
    expect(codes).toHaveLength(5);
  });

  test('at most five faults of variables, the last of which says that there are more', async () => {
    const { codes } = await ask('query ($n: [Int!]!) { count(numbers: $n) }', {
      variables: { n: Array(100).fill('x') },
    });
    expect(codes).toHaveLength(5);
  });

  test('locations are told', async () => {
    const { result } = await ask('{\n  nope\n}');
    expect(result.errors?.[0]?.locations).toEqual([{ line: 2, column: 3 }]);
  });

  test('before a schema is loaded', async () => {
    const { status, codes, headers } = await coreOf({ loaded: false }).ask('{ ok }');
    expect({ status, codes, headers }).toEqual({ status: 503, codes: ['OVERLOADED'], headers: { 'retry-after': '5' } });
  });
});

describe('how an error of the execution leaves', () => {
  const rows: [name: string, query: string, extensions: object][] = [
    [
      'a fault of a backend',
      '{ fault(kind: "upstream") }',
      { code: 'UPSTREAM_ERROR', source: 'shop', operation: 'GET /x', http: { status: 500 }, correlationId: 'id-1' },
    ],
    [
      'a backend that does not know',
      '{ fault(kind: "not found") }',
      { code: 'NOT_FOUND', source: 'shop', correlationId: 'id-1' },
    ],
    [
      'several faults at one place',
      '{ fault(kind: "several") }',
      { code: 'UPSTREAM_ERROR', source: 'shop', operation: 'GET /x', http: { status: 500 }, correlationId: 'id-1' },
    ],
    ['our own bug', '{ fault(kind: "bug") }', { code: 'INTERNAL_SERVER_ERROR', correlationId: 'id-1' }],
    [
      'our own bug, as the adapters report it',
      '{ fault(kind: "internal") }',
      { code: 'INTERNAL_SERVER_ERROR', correlationId: 'id-1' },
    ],
    [
      'something thrown that is no error',
      '{ fault(kind: "thrown text") }',
      { code: 'INTERNAL_SERVER_ERROR', correlationId: 'id-1' },
    ],
    ['a value that is no Int', '{ int }', { code: 'UPSTREAM_MALFORMED', correlationId: 'id-1' }],
    ['a value that is no list', '{ list }', { code: 'UPSTREAM_MALFORMED', correlationId: 'id-1' }],
    ['null where it cannot be', '{ tree { leaf } }', { code: 'UPSTREAM_MALFORMED', correlationId: 'id-1' }],
    ['null in the place of everything', '{ strict { leaf } }', { code: 'UPSTREAM_MALFORMED', correlationId: 'id-1' }],
    [
      'an argument that only its variable makes wrong',
      'query ($n: Int = 1) { cap(n: $n) }',
      { code: 'BAD_USER_INPUT' },
    ],
    ['more calls than allowed', '{ spend(times: 501) }', { code: 'OPERATION_TOO_COMPLEX' }],
  ];
  test.each(rows)('%s', async (_, query, extensions) => {
    const { status, result, text } = await ask(query, { variables: { n: null } });
    expect(status).toBe(200);
    expect(result.errors?.[0]?.extensions).toEqual(extensions);
    expect(result.errors?.[0]?.path).toBeDefined();
    expect(text).not.toContain('secret');
    expect(text).not.toContain('stack');
  });

  test('several faults at one place are all told', async () => {
    const { result } = await ask('{ fault(kind: "several") }');
    expect(result.errors?.map(error => [error.path, error.extensions['source']])).toEqual([
      [['fault'], 'shop'],
      [['fault'], 'stock'],
    ]);
  });

  test('what lies behind an error is in the log, once, with its causes, under the id that the client has', async () => {
    const { ask, logged } = coreOf();
    await ask('{ faults fault(kind: "bug") }');
    const errors = logged.filter(line => line['error'] !== undefined);
    expect(errors).toMatchObject([
      {
        level: 40,
        requestId: 'id-1',
        code: 'UPSTREAM_ERROR',
        error: { type: 'GatewayError', cause: { message: secret } },
      },
      { level: 50, requestId: 'id-1', code: 'INTERNAL_SERVER_ERROR', error: { type: 'Error', message: secret } },
    ]);
    expect(JSON.stringify(errors[1])).toContain(`${secret} body`);
    expect(errors[1]?.['error']).toHaveProperty('stack');
  });

  test("a client's own mistake is no line of an error", async () => {
    const { ask, logged } = coreOf();
    await ask('{ nope }');
    expect(logged).toMatchObject([{ level: 30, msg: 'operation', status: 400, errors: ['GRAPHQL_VALIDATION_FAILED'] }]);
  });
});

describe('the deadline', () => {
  test('what was fetched by then is answered, what was not is told', async () => {
    const { result, status } = await coreOf({ deadline: 50 }).ask('{ ok slow }');
    expect(status).toBe(200);
    expect(result.data).toEqual({ ok: 'ok', slow: null });
    expect(result.errors).toMatchObject([{ path: ['slow'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });

  test('what does not stop is left behind', async () => {
    const { result, status } = await coreOf({ deadline: 50 }).ask('{ ok deaf }');
    expect({ status, data: result.data }).toEqual({ status: 200, data: null });
    expect(result.errors).toMatchObject([
      { message: 'The operation took longer than its 50 ms.', extensions: { code: 'UPSTREAM_TIMEOUT' } },
    ]);
  });

  test('a client that leaves ends its calls', async () => {
    const gone = new AbortController();
    const { ask, logged } = coreOf();
    const done = ask('{ slow }', { signal: gone.signal });
    gone.abort();
    expect((await done).codes).toEqual(['UPSTREAM_TIMEOUT']);
    expect(logged.at(-1)).toMatchObject({ msg: 'operation', clientGone: true });
  });
});

test('variables may be named like what every object has', async () => {
  const { result } = await ask('query ($filter: Filter) { echo(filter: $filter) }', {
    variables: JSON.parse('{"filter":{"name":"x"},"__proto__":{"a":1}}'),
  });
  expect(result).toEqual({ data: { echo: '{"text":"x","filter":{"name":"x"}}' } });
});

test('calls to backends are counted in the line of the operation', async () => {
  const { ask, logged } = coreOf();
  await ask('query Spend { spend(times: 3) }', { operationName: 'Spend' });
  expect(logged).toMatchObject([
    { msg: 'operation', operationName: 'Spend', backendCalls: 3, status: 200, errors: [] },
  ]);
});

test('THE order', () => {
  expect(order.map(place => `${place.phase}: ${place.name}`)).toEqual([
    'request: trace',
    'request: access-log',
    'request: own-responses',
    'request: shape-errors',
    'request: admission',
    'request: direct-responses',
    'request: deadline',
    'request: address-limit',
    'request: authenticate',
    'request: trusted-documents',
    'request: document-limits',
    'request: variable-limits',
    'operation: operation-limits',
    'operation: visibility',
    'operation: validation',
    'operation: operation-cost',
    'operation: operation-kind',
    'operation: operation-responses',
    'operation: authorize',
    'operation: rate-limit',
    'operation: open-subscriptions',
  ]);
});
