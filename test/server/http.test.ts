import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve();
});
afterAll(() => server.close());
beforeEach(() => {
  server.ran.length = 0;
});

const query = '{ greet }';
const json = JSON.stringify({ query });

async function codeOf(response: Response): Promise<unknown> {
  const body = (await response.json()) as { errors?: { extensions: { code: string } }[] }; // every answer of GraphQL's
  return body.errors?.[0]?.extensions.code;
}

describe('which requests are GraphQL requests', () => {
  const rows: [contentType: string | undefined, body: string, status: number][] = [
    ['application/json', json, 200],
    ['Application/JSON', json, 200],
    ['application/json; charset=utf-8', json, 200],
    ['application/json;charset="UTF-8"', json, 200],
    ['application/json; charset=utf-16', json, 415],
    ['application/json, text/plain', json, 415],
    ['text/plain; application/json', json, 415],
    ['text/plain', json, 415],
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(query)}`, 415],
    [
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`,
      415,
    ],
    ['application/graphql', query, 415],
    ['application/graphql+json', json, 415],
    ['application/octet-stream', json, 415],
    ['', json, 415],
  ];
  test.each(rows)('H1: POST with the content-type %j', async (contentType, body, status) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType };
    const response = await fetch(server.endpoint, { method: 'POST', headers, body: Buffer.from(body) });
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe(status === 200 ? undefined : 'BAD_REQUEST');
    expect(server.ran).toHaveLength(status === 200 ? 1 : 0);
  });

  const others: [name: string, path: string, init: RequestInit, status: number, code: string | undefined][] = [
    ['GET', '?query={greet}', {}, 200, undefined],
    ['GET with variables', '?query=query($n:String!){greet(name:$n)}&variables={"n":"x"}', {}, 200, undefined],
    ['GET with variables that are no JSON', '?query={greet}&variables={', {}, 400, 'BAD_REQUEST'],
    [
      'GET with a content-type of a form',
      '?query={greet}',
      { headers: { 'content-type': 'text/plain' } },
      415,
      'BAD_REQUEST',
    ],
    ['GET with cookies', '?query={greet}', { headers: { cookie: 'a=b' } }, 400, 'BAD_REQUEST'],
    [
      'GET with cookies and a header of its own',
      '?query={greet}',
      { headers: { cookie: 'a=b', 'x-selvage-csrf': '1' } },
      200,
      undefined,
    ],
    ['GET without a query', '', {}, 400, 'BAD_REQUEST'],
    ['GET of a mutation', '?query=mutation{set(value:"x")}', {}, 405, 'BAD_REQUEST'],
    ['PUT', '', { method: 'PUT', body: json }, 405, 'BAD_REQUEST'],
    ['OPTIONS', '', { method: 'OPTIONS' }, 405, 'BAD_REQUEST'],
    ['DELETE', '', { method: 'DELETE' }, 405, 'BAD_REQUEST'],
    ['an answer in XML', '?query={greet}', { headers: { accept: 'text/xml' } }, 406, 'BAD_REQUEST'],
    [
      'an answer in UTF-16',
      '?query={greet}',
      { headers: { accept: 'application/json; charset=utf-16' } },
      406,
      'BAD_REQUEST',
    ],
    ['no JSON answer at all', '?query={greet}', { headers: { accept: 'application/json;q=0' } }, 406, 'BAD_REQUEST'],
  ];
  test.each(others)('H1: what is asked as %s', async (_, path, init, status, code) => {
    const response = await fetch(server.endpoint + path, init);
    expect({ status: response.status, code: await codeOf(response) }).toEqual({ status, code });
    expect(server.ran).toHaveLength(status === 200 ? 1 : 0);
  });

  const bodies: [name: string, body: string | Uint8Array<ArrayBuffer>, status: number][] = [
    ['a batch', `[${json}]`, 400],
    ['no JSON', '{"query":', 400],
    ['null', 'null', 400],
    ['a text', '"{ greet }"', 400],
    ['no UTF-8', Uint8Array.from(Buffer.from('7b227175657279223a22ff227d', 'hex')), 400],
    ['a query in the prototype', '{"__proto__":{"query":"{ greet }"}}', 400],
    ['parameters that we do not know', `{"query":"{ greet }","id":"x","doc_id":1}`, 200],
  ];
  test.each(bodies)('a body of %s', async (_, body, status) => {
    const response = await fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(server.ran).toHaveLength(status === 200 ? 1 : 0);
  });

  test('H4: a body with a content-encoding is not unpacked', async () => {
    const response = await server.post(json, { headers: { 'content-encoding': 'gzip' } });
    expect({ status: response.status, code: await codeOf(response) }).toEqual({ status: 415, code: 'BAD_REQUEST' });
  });
});

describe('the status under the media type that the client takes', () => {
  const modern = 'application/graphql-response+json';
  const rows: [name: string, accept: string, body: object, status: number, type: string][] = [
    ['no choice', '*/*', { query }, 200, 'application/json'],
    ['the better of two', `application/json;q=0.5, ${modern}`, { query }, 200, modern],
    ['the first of equals', `${modern}, application/json`, { query }, 200, modern],
    ['a syntax error', 'application/json', { query: '{' }, 200, 'application/json'],
    ['a syntax error', modern, { query: '{' }, 400, modern],
    ['an unknown field', 'application/json', { query: '{ nope }' }, 200, 'application/json'],
    ['an unknown field', modern, { query: '{ nope }' }, 400, modern],
    [
      'too many levels',
      'application/json',
      { query: `${'{tree'.repeat(16)}{leaf}${'}'.repeat(16)}` },
      400,
      'application/json',
    ],
    ['partial data', modern, { query: '{ greet fails(code: "x") }' }, 200, modern],
    ['no data is left', modern, { query: '{ missing }' }, 200, modern],
  ];
  test.each(rows)('%s, %s', async (_, accept, body, status, type) => {
    const response = await server.post(body, { headers: { accept } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
  });
});

describe('every answer', () => {
  const rows: [path: string, status: number][] = [
    ['/graphql?query={greet}', 200],
    ['/graphql?query={nope', 200],
    ['/graphql', 400],
    ['/livez', 200],
    ['/readyz', 200],
    ['/nope', 404],
    ['/graphql/', 404],
    ['/graphql/assets/nope.js', 404],
    ['/graphql/assets/..%2f..%2fpackage.json', 404],
    ['/health', 404],
  ];
  test.each(rows)('H2, H8: GET %s is told to its own origin, and kept by nobody', async (path, status) => {
    const response = await fetch(server.url + path, { headers: { origin: 'https://evil.example' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect([...response.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([]);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toBeTypeOf('object');
  });

  test.each([
    ['abc-1.2_3', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['a b', false],
    ['{"level":60}', false],
  ])("H11: the client's own id %s: kept %s", async (id, kept) => {
    const response = await server.post({ query }, { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id') === id).toBe(kept);
  });

  test('the id of an internal error is the one in the header and in the log', async () => {
    const response = await server.post(
      { query: '{ fails(code: "PLAIN") }' },
      { headers: { 'x-request-id': 'call-7' } },
    );
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ message: 'Internal server error.', extensions: { correlationId: 'call-7' } }],
    });
    expect(text).not.toContain('secret');
    expect(server.logged).toContainEqual(expect.objectContaining({ requestId: 'call-7', level: 50 }));
  });
});

describe('what no client library sends', () => {
  const rows: [name: string, request: string, answer: RegExp][] = [
    [
      'H12: a header named __proto__',
      `POST /graphql HTTP/1.1\r\nhost: x\r\n__proto__: y\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\nconnection: close\r\n\r\n${json}`,
      /^HTTP\/1.1 200 /,
    ],
    [
      'a host that is none',
      'GET /graphql?query={greet} HTTP/1.1\r\nhost: a/b?c#d\r\nconnection: close\r\n\r\n',
      /^HTTP\/1.1 200 .*Hello/s,
    ],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1.1 400 .*"BAD_REQUEST"/s],
    [
      'a head of 20,000 bytes',
      `GET / HTTP/1.1\r\nhost: x\r\na: ${'a'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1.1 431 .*"BAD_REQUEST"/s,
    ],
    [
      'H5: two lengths',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      /^HTTP\/1.1 400 /,
    ],
    [
      'H5: a length and chunks',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1.1 400 /,
    ],
    ['H3: a head that never ends', 'GET / HTTP/1.1\r\nhost: x\r\n', /^HTTP\/1.1 408 .*"BAD_REQUEST"/s],
  ];
  test.concurrent.each(rows)('%s', async (_, request, answer) => {
    expect(await rawRequest(server.port, request)).toMatch(answer);
  });

  test('what is refused at the door has its line too, and its body is not read to the end', async () => {
    const response = await server.post('x'.repeat(300_000), { headers: { 'content-type': 'text/plain' } });
    expect(response.headers.get('connection')).toBe('close');
    expect(server.logged.at(-1)).toMatchObject({ msg: 'refused', method: 'POST', status: 415 });
  });

  test('H11: text in the log is data: one line for each request, whatever is in it', async () => {
    const before = server.logged.length;
    await server.post({ query, operationName: '\n{"level":60,"msg":"forged"}' });
    expect(server.logged.slice(before)).toMatchObject([
      { msg: 'operation', operationName: '\n{"level":60,"msg":"forged"}' },
    ]);
  });
});
