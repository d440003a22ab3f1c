import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve();
});
afterAll(() => server.close());

const post = (body: string, more = '') =>
  `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const asked = (query: string, more: object = {}) => JSON.stringify({ query, ...more });
const nested = (open: string, close: string, levels: number) => `${open.repeat(levels)}${close.repeat(levels)}`;

describe.each(['both', 'yoga'] as const)('what clients make up, door %s', door => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve({ door });
  });
  afterAll(() => server.close());

  const doubling = Array.from(
    { length: 60 },
    (_, n) => `fragment F${n} on Tree { tree { ...F${n + 1} } t: tree { ...F${n + 1} } }`,
  );
  const rows: [name: string, body: string, status: number, code: string | undefined][] = [
    ['a body of 100,000 brackets', '['.repeat(100_000), 400, 'BAD_REQUEST'],
    ['a batch in a batch', '[[]]', 400, 'BAD_REQUEST'],
    [
      'variables of 100,000 levels',
      `{"query":"{greet}","variables":{"a":${nested('[', ']', 100_000)}}}`,
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    ['variables of a prototype', '{"query":"{greet}","variables":{"__proto__":{"polluted":1}}}', 200, undefined],
    ['keys given twice: the last holds', '{"query":"{nope}","query":"{greet}"}', 200, undefined],
    ['a null byte in the document', asked('{ greet\u0000 }'), 200, 'GRAPHQL_PARSE_FAILED'],
    ['a null byte in a value', asked('{ greet(name: "\\u0000") }'), 200, undefined],
    [
      'an operation name of 500,000 characters',
      asked('{ greet }', { operationName: 'x'.repeat(500_000) }),
      200,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['2,000 levels', asked(nested('{tree', '}', 2_000)), 400, 'OPERATION_TOO_COMPLEX'],
    ['30,000 levels', asked(nested('{a', '}', 30_000).slice(0, 60_000)), 400, 'OPERATION_TOO_COMPLEX'],
    [
      'a fragment that doubles 60 times',
      asked(`{ tree { ...F0 } } ${doubling.join(' ')} fragment F60 on Tree { leaf }`),
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'a circle of fragments',
      asked('{ tree { ...A } } fragment A on Tree { ...B } fragment B on Tree { ...A }'),
      200,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      '2,400 aliases',
      asked(`{ ${Array.from({ length: 2_400 }, (_, n) => `a${n}:greet`).join(' ')} }`),
      400,
      'DOCUMENT_TOO_LARGE',
    ],
    ['900 directives', asked(`{ greet ${'@skip(if:0)'.repeat(900)} }`), 400, 'DOCUMENT_TOO_LARGE'],
    [
      'introspection in circles',
      asked(`{ __schema { ${'types { fields { type { '.repeat(12)} name ${'} } } '.repeat(12)} } }`),
      400,
      'OPERATION_TOO_COMPLEX',
    ],
    ['one field 4,000 times', asked(`{ ${'greet '.repeat(4_000)} }`), 400, 'OPERATION_TOO_COMPLEX'],
  ];
  test.each(rows)('%s', async (_, body, status, code) => {
    const response = await server.post(body);
    const answer = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    expect({ status: response.status, code: answer.errors?.[0]?.extensions.code }).toEqual({ status, code });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

test('H5: a connection lives on after a refusal, and pipelined requests are answered in order', async () => {
  const wrong = post('{"query":');
  const right = post(asked('{ greet(name: "2nd") }'));
  const last = post(asked('{ greet(name: "3rd") }'), 'connection: close\r\n');
  const answer = await rawRequest(server.port, wrong + right + last);
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200', 'HTTP/1.1 200']);
  expect(answer.indexOf('2nd')).toBeLessThan(answer.indexOf('3rd'));
});

test('a HEAD has no body, and asks nothing', async () => {
  server.ran.length = 0;
  const answer = await rawRequest(
    server.port,
    'HEAD /graphql?query={greet} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1.1 405 [\s\S]*\r\n\r\n$/);
  expect(server.ran).toEqual([]);
});

test('a client that hangs up ends the calls that it caused', async () => {
  server.logged.length = 0;
  const socket = connect(server.port, '127.0.0.1', () => socket.write(post(asked('{ slow(ms: 20000) }'))));
  await expect.poll(() => server.ran).toContain('slow');
  socket.destroy();
  await expect
    .poll(() => server.logged)
    .toContainEqual(expect.objectContaining({ msg: 'operation', clientGone: true }));
});
