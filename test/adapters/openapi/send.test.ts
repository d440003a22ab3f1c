import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CallContext, Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import type { OpenApiCall } from '../../../src/adapters/openapi/call/call.ts';
import type { Model } from '../../../src/adapters/openapi/call/shape.ts';
import { connect } from '../../../src/adapters/openapi/send.ts';
import type { ErrorCode } from '../../../src/base/error.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { describeDocument, source } from './describe-document.ts';

const json = (schema: unknown) => ({ description: '', content: { 'application/json': { schema } } });
const item = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'integer', format: 'int64' }, name: { type: 'string' } },
};
const withBody = {
  requestBody: {
    content: { 'application/json': { schema: { type: 'object', properties: { q: { type: 'string' } } } } },
  },
  responses: { 200: json({ type: 'string' }) },
};
const document = {
  openapi: '3.1.0',
  components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'key' } } },
  paths: {
    '/item': {
      get: {
        operationId: 'item',
        parameters: [
          { name: 'X-Tenant', in: 'header', schema: { type: 'string' } },
          { name: 'X-Static', in: 'header', schema: { type: 'string' } },
          { name: 'sid', in: 'cookie', schema: { type: 'string' } },
          { name: 'key', in: 'query', schema: { type: 'string' } },
        ],
        responses: { 200: json(item), 202: json({ type: 'string' }), 204: { description: '' } },
      },
    },
    '/there': { head: { operationId: 'there', responses: {} } },
    '/seek': {
      get: { operationId: 'seek', ...withBody },
      delete: { operationId: 'wipe', ...withBody },
    },
    '/gone': { delete: { operationId: 'gone', responses: { 204: { description: '' } } } },
    '/text': { get: { operationId: 'text', responses: { 200: { content: { 'text/plain': {} } } } } },
    '/file': { get: { operationId: 'file', responses: { 200: { content: { 'image/png': {} } } } } },
  },
};

let server: Server;
let endpoint: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let seen: IncomingMessage[] = [];
const opened: Subschema<OpenApiCall, Model>[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
});
afterEach(async () => {
  seen = [];
  await Promise.all(opened.splice(0).map(subschema => subschema.close()));
});
afterAll(() => new Promise(resolve => server.close(resolve)));

function context(): CallContext {
  return { signal: new AbortController().signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'r1' };
}

async function ask(
  field: string,
  args: Record<string, unknown> = {},
  options: Partial<SourceOptions> = {},
): Promise<Outcome> {
  const from = source(options, endpoint);
  const { description, call } = await describeDocument(document, from);
  const subschema = connect(description.blueprint, from);
  opened.push(subschema);
  const [outcome] = await subschema.send(call(field), [{ args }], context());
  return outcome!;
}

function replying(
  status: number,
  body: string | Buffer = '',
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  answer = (_, response) => response.writeHead(status, headers).end(body);
}

describe('an answer', () => {
  it.each([
    [
      'JSON',
      'item',
      200,
      '{"id":9007199254740993,"more":1}',
      { __typename: 'ItemResponse200', id: '9007199254740993', name: null },
    ],
    ['another status', 'item', 202, '"queued"', { __typename: 'StringValue', value: 'queued' }],
    ['no content', 'item', 204, '', null],
    ['a deletion', 'gone', 204, '', true],
    ['a head', 'there', 200, '', true],
    ['a head of nothing', 'there', 404, '', false],
    ['text', 'text', 200, 'plain ☃', 'plain ☃'],
    ['no content where text was promised', 'text', 204, '', null],
  ])('of %s', async (_, field, status, body, value) => {
    replying(status, body);
    const outcome = await ask(field);
    expect(outcome).toMatchObject({ value }); // what the document does not name may stand beside it
  });

  it('of a file', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0xff]);
    replying(200, bytes, {
      'content-type': 'image/png',
      'content-disposition': 'attachment; filename="../../cat.png"',
    });
    const outcome = await ask('file');
    const value = 'value' in outcome ? (outcome.value as Record<string, unknown>) : {};
    // What is in the file is read where it is asked for, and stands among no members.
    expect(value).toEqual({ __typename: 'HttpFile', contentType: 'image/png', filename: 'cat.png', size: 3 });
    expect([Object.hasOwn(value, 'base64'), value['base64'], value['text']]).toEqual([true, 'iVD/', null]);
  });
});

describe('a body', () => {
  it.each([
    ['seek', 'GET'],
    ['wipe', 'DELETE'],
  ])('goes with %s where the document says so, by %s', async (field, method) => {
    answer = async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(Buffer.concat(chunks).toString()));
    };
    expect(await ask(field, { input: { q: 'x' } })).toEqual({ value: '{"q":"x"}' });
    expect(seen.map(request => [request.method, request.headers['content-type']])).toEqual([
      [method, 'application/json'],
    ]);
  });

  it('is sent once, whatever becomes of it', async () => {
    answer = request => request.socket.destroy();
    expect(await ask('wipe', { input: { q: 'x' } })).toMatchObject({ fault: { code: 'UPSTREAM_UNREACHABLE' } });
    expect(seen).toHaveLength(1);
  });
});

describe('a fault', () => {
  const secret = 'ORA-00942 at 10.1.2.3 password=hunter2';
  const rows: readonly (readonly [status: number, code: ErrorCode, forwarded: boolean])[] = [
    [302, 'UPSTREAM_ERROR', false],
    [400, 'BAD_USER_INPUT', false],
    [401, 'UPSTREAM_ERROR', false],
    [401, 'UNAUTHENTICATED', true],
    [403, 'UPSTREAM_ERROR', false],
    [403, 'FORBIDDEN', true],
    [404, 'NOT_FOUND', false],
    [409, 'CONFLICT', false],
    [412, 'PRECONDITION_FAILED', false],
    [422, 'BAD_USER_INPUT', false],
    [429, 'RATE_LIMITED', false],
    [500, 'UPSTREAM_ERROR', false],
    [503, 'UPSTREAM_ERROR', false],
  ];

  it.each(rows)('of status %i is %s (identity forwarded: %s)', async (status, code, forwarded) => {
    replying(status, secret, { 'retry-after': '7', location: 'http://127.0.0.1:1/' });
    const outcome = await ask('item', {}, forwarded ? { forward: ['authorization'] } : {});
    const fault = 'fault' in outcome ? outcome.fault : undefined;
    expect(fault?.extensions).toEqual({ code, source: 'shop', operation: 'item', http: { status, retryAfter: 7 } });
    expect(JSON.stringify([fault?.message, fault?.extensions])).not.toMatch(/ORA|10\.1|hunter|127/);
    expect(JSON.stringify(fault?.cause)).toContain('ORA-00942');
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['no JSON', '<html>'],
    ['JSON that ends early', '{"id": 1'],
    ['JSON without a floor', '['.repeat(100_000)],
    ['another type', '"text"'],
  ])('of %s is UPSTREAM_MALFORMED', async (_, body) => {
    replying(200, body);
    expect(await ask('item')).toMatchObject({
      fault: { code: 'UPSTREAM_MALFORMED', details: { source: 'shop', operation: 'item' } },
    });
  });

  it('of no JSON keeps the words of the backend for the log, and for it alone', async () => {
    replying(200, `${secret} ${'ä'.repeat(3_000)}`, { 'content-type': 'text/html' });
    const outcome = await ask('item');
    const fault = 'fault' in outcome ? outcome.fault : undefined;
    expect(fault?.extensions).toEqual({ code: 'UPSTREAM_MALFORMED', source: 'shop', operation: 'item' });
    expect(JSON.stringify([fault?.message, fault?.extensions])).not.toMatch(/ORA|10\.1|hunter/);
    const body = `${secret} ${'ä'.repeat(1_999 - secret.length)}`;
    expect(fault?.cause).toEqual({ reason: expect.any(String), status: 200, contentType: 'text/html', body });
  });

  it('in a part harms only that part', async () => {
    replying(200, '{"id":1,"name":5}');
    expect(await ask('item')).toMatchObject({ value: { id: '1', name: { code: 'UPSTREAM_MALFORMED' } } });
  });

  it('of an answer that is too large is UPSTREAM_MALFORMED', async () => {
    replying(200, JSON.stringify({ id: 1, name: 'x'.repeat(10_000) }));
    expect(await ask('item', {}, { maxResponse: 1_000 })).toMatchObject({ fault: { code: 'UPSTREAM_MALFORMED' } });
  });

  it('of silence is UPSTREAM_TIMEOUT', async () => {
    answer = () => {};
    expect(await ask('item', {}, { timeout: 50 })).toMatchObject({ fault: { code: 'UPSTREAM_TIMEOUT' } });
  });
});

describe('a request', () => {
  it('carries what the configuration says before what a client says', async () => {
    replying(204);
    const options: Partial<SourceOptions> = {
      headers: { 'X-Static': 'ours' },
      credential: { apiKey: { in: 'query', name: 'key', value: 's&cret' } },
    };
    await ask('item', { X_Tenant: 't1', X_Static: 'theirs', sid: 'a' }, options);
    const sent = seen.find(({ headers }) => headers['x-tenant'] === 't1'); // one that was given up before may still come
    expect(sent?.url).toBe('/base/item?key=s%26cret');
    expect(sent?.headers).toMatchObject({
      'x-static': 'ours',
      cookie: 'sid=a',
      accept: 'application/json',
      'x-request-id': 'r1',
    });
  });

  it('goes nowhere where nobody says where', async () => {
    const from = source();
    const { description, call, diagnostics } = await describeDocument(document, from);
    const subschema = connect(description.blueprint, from);
    const [outcome] = await subschema.send(call('item'), [{ args: {} }], context());
    expect(outcome).toMatchObject({ fault: { code: 'UPSTREAM_UNREACHABLE' } });
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'CONFIG_MISSING_KEY' }));
  });
});
