import { afterEach, describe, expect, it } from 'vitest';
import type { SourceOptions } from '../../../src/source/source.ts';
import { answeringBackend, body, operations, replying } from './answering-backend.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

const pet = { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, name: { type: 'string' } } };
const problem = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    detail: { type: 'string' },
    fields: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
};
const failure = body(problem, 'application/problem+json');
const document = operations({
  'GET /x': {
    operationId: 'getX',
    responses: {
      200: body(pet),
      404: failure,
      409: body({ type: 'object', properties: { message: { type: 'string' } } }),
      410: body(
        {
          type: 'object',
          xml: { name: 'fault' },
          properties: {
            code: { type: 'integer', xml: { attribute: true } },
            message: { type: 'string', xml: { name: 'Reason' } },
            seen: { type: 'string' },
          },
        },
        'application/xml',
      ),
      418: { description: '', content: { 'text/plain': {} } },
      '5XX': failure,
    },
  },
});

async function fail(
  status: number,
  text: string | Buffer,
  contentType: string,
  options: Partial<SourceOptions> = {},
  headers: Record<string, string> = {},
) {
  const made = await answeringBackend(
    document,
    replying(status, text, { 'content-type': contentType, ...headers }),
    options,
  );
  opened.push(made);
  return { made, error: (await made.ask('{ getX { __typename } }')).errors?.[0] };
}

const problemText = JSON.stringify({
  type: 'https://example.com/probs/no-pet',
  title: 'No pet',
  status: 404,
  detail: 'Rex is gone',
  instance: 7,
  fields: [{ name: 'id', inner: 'hidden' }],
  trace: 'at db.internal',
});

describe('exposeErrors', () => {
  it('NONE (the default) tells the status, and nothing of the body', async () => {
    const { error } = await fail(404, problemText, 'application/problem+json', {}, { 'retry-after': '3' });
    expect(error).toMatchObject({ message: 'The source "shop" does not know what was asked for.', path: ['getX'] });
    expect(error?.extensions).toEqual({
      code: 'NOT_FOUND',
      source: 'shop',
      operation: 'getX',
      http: { status: 404, retryAfter: 3 },
    });
  });

  it('PROBLEM tells the members of RFC 9457 that are of their type, and what they say', async () => {
    const { error } = await fail(404, problemText, 'application/problem+json; charset=utf-8', {
      exposeErrors: 'PROBLEM',
    });
    expect(error?.message).toBe('No pet: Rex is gone');
    expect(error?.extensions).toEqual({
      code: 'NOT_FOUND',
      source: 'shop',
      operation: 'getX',
      http: { status: 404 },
      problem: { type: 'https://example.com/probs/no-pet', title: 'No pet', status: 404, detail: 'Rex is gone' },
    });
  });

  it('PROBLEM tells nothing of another body', async () => {
    const { error } = await fail(409, '{"message":"taken"}', 'application/json', { exposeErrors: 'PROBLEM' });
    expect(error?.message).toBe('The source "shop" found a conflict.');
    expect(Object.keys(error?.extensions ?? {})).toEqual(['code', 'source', 'operation', 'http']);
  });

  it('BODY tells what the document declares of the body, and no more', async () => {
    const { error } = await fail(503, problemText, 'application/problem+json', { exposeErrors: 'BODY' });
    expect(error?.extensions).toMatchObject({
      code: 'UPSTREAM_ERROR',
      body: { title: 'No pet', detail: 'Rex is gone', fields: [{ name: 'id' }] },
    });
    expect(JSON.stringify(error)).not.toMatch(/hidden|db\.internal/);
  });

  const fault =
    '<fault code="9007199254740993"><Reason>gone &amp; away</Reason><seen>Bearer t0ken-t0ken</seen><inner>x</inner></fault>';

  it('BODY tells what the document declares of a body in XML, under the names that it has in JSON, and nothing secret', async () => {
    const options = { exposeErrors: 'BODY', headers: { authorization: 'Bearer t0ken-t0ken' } } as const;
    const { error } = await fail(410, fault, 'application/xml; charset=utf-8', options);
    expect(error?.message).toBe('gone & away');
    expect(error?.extensions['body']).toEqual({
      code: '9007199254740993',
      message: 'gone & away',
      seen: '[redacted]',
    });
  });

  it.each([
    ['PROBLEM', fault, 'application/xml'],
    ['NONE', fault, 'application/xml'],
    ['BODY', '<fault><Reason>no end', 'application/xml'],
    [
      'BODY',
      `<!DOCTYPE fault [<!ENTITY x SYSTEM "file:///etc/passwd">]><fault><Reason>&x;</Reason></fault>`,
      'text/xml',
    ],
    ['BODY', `<fault><Reason>${'y'.repeat(70_000)}</Reason></fault>`, 'application/xml'],
  ] as const)('%s tells nothing of %s', async (exposeErrors, text, contentType) => {
    const { error } = await fail(410, text, contentType, { exposeErrors });
    expect(error?.message).toBe('The source "shop" failed.');
    expect(Object.keys(error?.extensions ?? {})).toEqual(['code', 'source', 'operation', 'http']);
  });

  it.each([
    [
      'the message of a declared body',
      409,
      '{"message":"taken","more":1}',
      'application/json',
      'taken',
      { message: 'taken' },
    ],
    [
      'a body that nobody declared, as it is',
      400,
      '{"error":{"message":"bad"},"n":[1]}',
      'application/json',
      'bad',
      { error: { message: 'bad' }, n: [1] },
    ],
    ['plain text that nobody declared', 400, 'too long\n', 'text/plain', 'too long', 'too long\n'],
    ['no page', 400, '<h1>Oops</h1>', 'text/html', 'The source "shop" did not accept the input.', undefined],
    [
      'nothing of what was declared as no JSON',
      418,
      '{"a":1}',
      'application/json',
      'The source "shop" failed.',
      undefined,
    ],
    [
      'of a body of more than 4 KB what it says',
      400,
      JSON.stringify({ pad: 'y'.repeat(5_000), message: 'x' }),
      'application/json',
      'x',
      undefined,
    ],
    [
      'of a large body what it says where the document declares it',
      404,
      JSON.stringify({ title: 'No pet', message: 'x', detail: 'y'.repeat(5_000) }),
      'application/json',
      'The source "shop" does not know what was asked for.',
      undefined,
    ],
    [
      'of a large body in XML what it says',
      410,
      `<fault><seen>${'y'.repeat(5_000)}</seen><Reason>gone</Reason></fault>`,
      'application/xml',
      'gone',
      undefined,
    ],
    [
      'of a long text how it begins',
      400,
      `too long: ${'y'.repeat(5_000)}`,
      'text/plain',
      `too long: ${'y'.repeat(290)}…`,
      undefined,
    ],
    [
      'nothing of more than 64 KB',
      400,
      JSON.stringify({ message: 'x', pad: 'y'.repeat(65_536) }),
      'application/json',
      'The source "shop" did not accept the input.',
      undefined,
    ],
    [
      'nothing of what is no JSON',
      409,
      '{"message":',
      'application/json',
      'The source "shop" found a conflict.',
      undefined,
    ],
    ['nothing where there is nothing', 409, '', 'application/json', 'The source "shop" found a conflict.', undefined],
  ])('BODY tells %s', async (_, status, text, contentType, message, expected) => {
    const { error } = await fail(status, text, contentType, { exposeErrors: 'BODY' });
    expect([error?.message, error?.extensions?.['body']]).toEqual([message, expected]);
  });

  it('BODY tells the members and the words of a large problem, and leaves out the problem itself', async () => {
    const text = JSON.stringify({ title: 'No pet', detail: 'Rex is gone', fields: [{ name: 'y'.repeat(5_000) }] });
    const { error } = await fail(404, text, 'application/problem+json', { exposeErrors: 'BODY' });
    expect(error?.message).toBe('No pet: Rex is gone');
    expect(error?.extensions).toMatchObject({ problem: { title: 'No pet', detail: 'Rex is gone' } });
    expect(error?.extensions).not.toHaveProperty('body');
  });

  it.each([
    ['small', ''],
    ['large', 'y'.repeat(5_000)],
  ])(
    'never tells of a %s body what the source was signed in with, was sent or where it is, though the backend repeats it',
    async (_, pad) => {
      const made = await answeringBackend(
        document,
        ({ headers, url }, response) => {
          const text = JSON.stringify({
            pad,
            message: `token ${headers.authorization} of ${headers['x-internal']} for http://${headers.host}${url}`,
            [`key ${headers.authorization?.slice(7)}`]: Buffer.from('user:pass word').toString('base64'),
          });
          response.writeHead(400, { 'content-type': 'application/json' }).end(text);
        },
        { exposeErrors: 'BODY', credential: { bearer: 'very-secret-token' }, headers: { 'X-Internal': 'tenant-9' } },
      );
      opened.push(made);
      const { errors } = await made.ask('{ getX { id } }');
      const told = JSON.stringify(errors);
      expect(told).not.toMatch(/very-secret|tenant-9|127\.0\.0\.1/);
      expect(errors?.[0]?.message).toBe('token [redacted] of [redacted] for [redacted]/x');
    },
  );

  it('adds no type to the schema, and conflicts with none of another source', async () => {
    const { made } = await fail(409, '{}', 'application/json', { exposeErrors: 'BODY' });
    expect(made.has('GetX404Body')).toBe(false);
    expect(made.sdl('Query')).toBe('type Query { getX: GetXResponse }');
  });

  it('looks at each value of a body once, however many types it could be of', async () => {
    // A tree of alternatives that lead back to themselves: tried one by one, they would be 2^60 ways.
    const node = { oneOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] };
    const either = (name: string) => ({ type: 'object', properties: { [name]: { type: 'string' }, child: node } });
    const deep = operations(
      { 'GET /x': { operationId: 'getX', responses: { 200: body(pet), 409: body(node) } } },
      { schemas: { A: either('a'), B: either('b') } },
    );
    const text = `${'{"child":'.repeat(60)}{"a":"x"}${'}'.repeat(60)}`;
    const made = await answeringBackend(deep, replying(409, text, { 'content-type': 'application/json' }), {
      exposeErrors: 'BODY',
    });
    opened.push(made);
    const { errors } = await made.ask('{ getX { id } }');
    expect(JSON.stringify(errors?.[0]?.extensions?.['body'])).toBe(text);
  });
});

describe('errors: UNION', () => {
  const union = { errors: 'UNION' } as const;

  it('makes declared failures members of the result, named by operation and status', async () => {
    const { made } = await fail(404, problemText, 'application/problem+json', union);
    expect(made.sdl('Query')).toBe('type Query { getX: GetXResult }');
    expect(made.sdl('GetXResult')).toBe(
      'union GetXResult = GetXResponse | GetX404 | GetX409 | GetX410 | GetX418 | GetX5XX',
    );
    expect(made.sdl('GetX404')).toBe('type GetX404 { status: Int! retryAfter: Int body: GetX404Body }');
    expect(made.sdl('GetX418')).toBe('type GetX418 { status: Int! retryAfter: Int body: String }');
  });

  it.each([
    [200, '{"id":1}', { __typename: 'GetXResponse', id: 1 }],
    [404, problemText, { __typename: 'GetX404', status: 404, retryAfter: 9, body: { title: 'No pet' } }],
    [503, problemText, { __typename: 'GetX5XX', status: 503, body: { title: 'No pet' } }],
    [404, '', { __typename: 'GetX404', status: 404, retryAfter: 9, body: null }],
  ])('answers %i as data: %s', async (status, text, expected) => {
    const { made } = await fail(status, text, 'application/json', union, { 'retry-after': '9' });
    const selection =
      '{ getX { __typename ... on GetXResponse { id } ... on GetX404 { status retryAfter body { title } } ... on GetX5XX { status body { title } } } }';
    expect(await made.ask(selection)).toEqual({ data: { getX: expected } });
  });

  it('tells of a body that is not what it should be, and the status all the same', async () => {
    const { made } = await fail(404, '<html>', 'text/html', union);
    expect(await made.ask('{ getX { ... on GetX404 { status body { title } } } }')).toMatchObject({
      data: { getX: { status: 404, body: null } },
      errors: [{ path: ['getX', 'body'], extensions: { code: 'UPSTREAM_MALFORMED' } }],
    });
  });

  it('leaves what nobody declared an error, and a refused credential in any case', async () => {
    const declared = operations({
      'GET /x': { operationId: 'getX', responses: { 200: body(pet), 401: failure, '4XX': failure, default: failure } },
    });
    const made = await answeringBackend(declared, replying(401, problemText), union);
    opened.push(made);
    expect(made.sdl('GetXResult')).toBe('union GetXResult = GetXResponse | GetX4XX | GetXDefault');
    expect((await made.ask('{ getX { __typename } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'UPSTREAM_ERROR',
      http: { status: 401 },
    });
    const { error } = await fail(400, problemText, 'application/json', union);
    expect(error?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', http: { status: 400 } });
  });

  it('gives a success without a body one in the union', async () => {
    const deletion = operations({
      'DELETE /x': { operationId: 'dropX', responses: { 204: { description: '' }, 404: failure } },
    });
    let status = 204;
    const made = await answeringBackend(deletion, (_, response) => response.writeHead(status).end(), union);
    opened.push(made);
    const drop = 'mutation { dropX { ... on BooleanValue { value } ... on DropX404 { status } } }';
    expect(await made.ask(drop)).toEqual({ data: { dropX: { value: true } } });
    status = 404;
    expect(await made.ask(drop)).toEqual({ data: { dropX: { status: 404 } } });
  });

  it('keeps the names of types when another operation is added', async () => {
    const more = {
      ...document,
      paths: { '/a': { get: { operationId: 'getA', responses: { 200: body(pet), 404: failure } } }, ...document.paths },
    };
    const made = await answeringBackend(more, replying(404), union);
    opened.push(made);
    expect(made.sdl('GetXResult')).toBe(
      'union GetXResult = GetXResponse | GetX404 | GetX409 | GetX410 | GetX418 | GetX5XX',
    );
  });

  it('goes with exposeErrors: what is no member is told in the error', async () => {
    const both = { errors: 'UNION', exposeErrors: 'BODY' } as const;
    const { error } = await fail(400, '{"message":"bad"}', 'application/json', both);
    expect(error?.extensions?.['body']).toEqual({ message: 'bad' });
  });

  it('hides in members, too, what the source was signed in with', async () => {
    const made = await answeringBackend(
      document,
      ({ headers }, response) => response.writeHead(404).end(JSON.stringify({ title: `no ${headers.authorization}` })),
      { ...union, credential: { bearer: 'very-secret-token' } },
    );
    opened.push(made);
    const { data } = await made.ask('{ getX { ... on GetX404 { body { title } } } }');
    expect(data).toEqual({ getX: { body: { title: 'no [redacted]' } } });
  });
});

/** Issue 5, "Bad input": a backend's answer that breaks its contract. */
describe('an answer that breaks the contract', () => {
  const contract = operations({
    'GET /x': {
      operationId: 'getX',
      responses: {
        200: body({
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'string' },
            count: { type: 'integer' },
            big: { type: 'integer', format: 'int64' },
            price: { type: 'number' },
            on: { type: 'boolean' },
            state: { type: 'string', enum: ['new', 'used'] },
            tags: { type: 'array', items: { type: 'string' } },
            owner: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
            any: {
              oneOf: [
                { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
                { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
              ],
            },
          },
        }),
      },
    },
    'GET /ping': { operationId: 'ping', responses: { 200: body({ type: 'string' }, 'text/plain') } },
  });
  const all = '{ ping getX { id count big price on state tags owner { name } any { __typename } } }';
  const good = {
    id: 'x',
    count: 1,
    big: 2,
    price: 1.5,
    on: true,
    state: 'new',
    tags: ['a'],
    owner: { name: 'o' },
    any: { a: 'a' },
  };
  const secret = 'ORA-00942 at 10.1.2.3';

  async function answering(
    text: string | Buffer,
    contentType = 'application/json',
    options: Partial<SourceOptions> = {},
  ) {
    const made = await answeringBackend(
      contract,
      ({ url }, response) => {
        if (url === '/ping') response.writeHead(200, { 'content-type': 'text/plain' }).end('pong');
        else response.writeHead(200, { 'content-type': contentType }).end(text);
      },
      options,
    );
    opened.push(made);
    return made.ask(all);
  }

  it.each([
    ['an object where text was promised', 'id', { secret }, ['getX', 'id'], null],
    ['nothing where text was promised', 'id', null, ['getX', 'id'], null],
    ['text where an integer was promised', 'count', secret, ['getX', 'count'], 'part'],
    ['an integer of more than 32 bits', 'count', 3e9, ['getX', 'count'], 'part'],
    ['a fraction where an integer was promised', 'big', 1.5, ['getX', 'big'], 'part'],
    ['text where a number was promised', 'price', secret, ['getX', 'price'], 'part'],
    ['text where a boolean was promised', 'on', 'true', ['getX', 'on'], 'part'],
    ['an enum value that nobody knows', 'state', secret, ['getX', 'state'], 'part'],
    ['text where a list was promised', 'tags', secret, ['getX', 'tags'], 'part'],
    ['an object in a list of texts', 'tags', [{ secret }], ['getX', 'tags', 0], 'part'],
    ['a list where an object was promised', 'owner', [secret], ['getX', 'owner'], 'part'],
    ['an object without what it needs', 'owner', { secret }, ['getX', 'owner', 'name'], 'part'],
    ['an object that is none of several', 'any', { secret }, ['getX', 'any'], 'part'],
  ])('%s', async (_, field, value, path, left) => {
    const { data, errors } = await answering(JSON.stringify({ ...good, [field]: value }));
    expect(errors?.map(error => [error.path, error.extensions?.['code']])).toEqual([[path, 'UPSTREAM_MALFORMED']]);
    expect(data?.['ping']).toBe('pong');
    const rest = data?.['getX'] as Record<string, unknown> | null;
    expect(rest === null).toBe(left === null);
    expect(
      Object.entries(rest ?? { id: 1 }).filter(([, each]) => each === null || JSON.stringify(each) === '[null]').length,
    ).toBe(left === null ? 0 : 1);
    expect(JSON.stringify([errors, data])).not.toContain('ORA');
  });

  it.each([
    ['no JSON', secret, 'application/json', {}],
    ['a page', `<html>${secret}</html>`, 'text/html', {}],
    ['JSON that ends early', '{"id":"x","count":', 'application/json', {}],
    ['more than one JSON', '{"id":"x"}{"id":"y"}', 'application/json', {}],
    ['a scalar for the whole', '"text"', 'application/json', {}],
    ['a list for the whole', '[]', 'application/json', {}],
    [
      'more than the source may answer',
      JSON.stringify({ id: 'x'.repeat(10_000) }),
      'application/json',
      { maxResponse: 4_000 },
    ],
    ['a million brackets', '['.repeat(1_000_000), 'application/json', {}],
  ])('%s', async (_, text, contentType, options) => {
    const { data, errors } = await answering(text, contentType, options);
    expect(data).toEqual({ ping: 'pong', getX: null });
    expect(errors?.map(({ path, extensions }) => [path, extensions?.['code']])).toEqual([
      [['getX'], 'UPSTREAM_MALFORMED'],
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/ORA|10\.1|127\.0/);
  });

  it('a connection that ends within the body', async () => {
    const made = await answeringBackend(contract, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":');
      setImmediate(() => response.socket?.destroy());
    });
    opened.push(made);
    const { errors } = await made.ask('{ getX { id } }');
    expect(errors?.[0]?.extensions?.['code']).toMatch(/^UPSTREAM_(UNREACHABLE|MALFORMED)$/);
  });

  it('names of prototypes are data, and no more', async () => {
    const { data, errors } = await answering('{"__proto__":{"id":"p"},"constructor":{"name":"c"},"id":"x"}');
    expect(errors).toBeUndefined();
    expect(data?.['getX']).toMatchObject({ id: 'x', owner: null });
    expect(({} as Record<string, unknown>)['id']).toBeUndefined();
  });
});
