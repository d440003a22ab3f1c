import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/openapi/send.ts';
import { answeringBackend, body, operations, replying } from './answering-backend.ts';
import { describeDocument, source } from './describe-document.ts';

const pet = { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, name: { type: 'string' } } };
const job = { type: 'object', required: ['jobId'], properties: { jobId: { type: 'string' } } };
const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const xml = 'application/xml';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

async function backend(...args: Parameters<typeof answeringBackend>) {
  const made = await answeringBackend(...args);
  opened.push(made);
  return made;
}

/** The type of an operation with these responses, and what it comes to. */
async function result(responses: object, selection: string, ...answer: Parameters<typeof replying>) {
  const { ask, sdl } = await backend(
    operations({ 'GET /x': { operationId: 'getX', responses } }, { schemas: { Pet: pet, Job: job } }),
    replying(...answer),
  );
  const { data, errors } = await ask(`{ getX ${selection} }`);
  return { type: /getX: (.*?) }/.exec(sdl('Query'))?.[1], value: data?.['getX'], errors };
}

const petBody = body({ $ref: '#/components/schemas/Pet' });
const jobBody = body({ $ref: '#/components/schemas/Job' });
const formBody = body({ $ref: '#/components/schemas/Pet' }, form);
const petXml = body({ $ref: '#/components/schemas/Pet' }, xml);
const petAnyhow = { description: '', content: { ...formBody.content, ...petXml.content, ...petBody.content } };
const petReference = { $ref: '#/components/schemas/Pet' };
const count = { $ref: '#/components/schemas/Pet/properties/id' };
const pets = { type: 'array', items: petReference };
const lists = { oneOf: [pets, { type: 'array', items: { type: 'integer' } }] };
/** A response of several contents, by their media types. */
const among = (schemas: Readonly<Record<string, object | undefined>>) => ({
  description: '',
  content: Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, schema ? { schema } : {}])),
});
const type = (contentType: string) => ({ 'content-type': contentType });

describe('A7: the type of a success', () => {
  it.each([
    ['one answer', { 200: petBody }, 'Pet'],
    ['the same twice', { 200: petBody, 201: petBody }, 'Pet'],
    ['several answers', { 200: petBody, 202: jobBody }, 'GetXResponse'],
    ['no content alone', { 204: { description: '' } }, 'Boolean'],
    ['no content and a body', { 200: petBody, 204: { description: '' } }, 'Pet'],
    ['no content that has a body all the same', { 204: petBody }, 'Boolean'],
    ['a 205 with a body', { 205: petBody }, 'Pet'],
    ['2XX', { '2XX': petBody }, 'Pet'],
    ['2xx, as some write it', { '2xx': petBody }, 'Pet'],
    ['default where no success is named', { 404: jobBody, default: petBody }, 'Pet'],
    ['a success beside default', { 200: petBody, default: jobBody }, 'Pet'],
    ['nothing', {}, 'Boolean'],
    ['JSON before other types', { 200: { content: { 'text/csv': {}, [json]: { schema: pet } } } }, 'GetXResponse'],
    [
      'vendor JSON',
      { 200: body({ $ref: '#/components/schemas/Pet' }, 'application/vnd.shop.pet+json; version=2') },
      'Pet',
    ],
    ['JSON of which a range says more', { 200: { content: { '*/*': { schema: pet }, [json]: {} } } }, 'GetXResponse'],
    ['what is no media type', { 200: body({ $ref: '#/components/schemas/Pet' }, 'Pet') }, 'Pet'],
    ['what is no media type and a text', { 200: body({ type: 'string' }, 'csv') }, 'String'],
    ['what is no media type and bytes', { 200: body({ type: 'string' }, 'pdf') }, 'HttpFile'],
    ['text', { 200: body({ type: 'string' }, 'text/plain') }, 'String'],
    ['a text of any other type', { 200: body({ type: 'string' }, 'application/vnd.shop.rules') }, 'String'],
    ['a text that is XML', { 200: body({ type: 'string' }, xml) }, 'String'],
    ['a text that can only be bytes', { 200: body({ type: 'string' }, 'application/pdf') }, 'HttpFile'],
    ['bytes', { 200: body({ type: 'string', format: 'binary' }, 'application/yaml') }, 'HttpFile'],
    ['what may be bytes', { 200: { content: { 'application/yaml': {} } } }, 'HttpFile'],
    ['a form', { 200: body({ $ref: '#/components/schemas/Pet' }, form) }, 'Pet'],
    ['a form of which nothing is said', { 200: { description: '', content: { [form]: {} } } }, 'JSON'],
    ['a form that is a list', { 200: body({ type: 'array', items: pet }, form) }, 'HttpFile'],
    ['a list as XML or a form', { 200: among({ [form]: pets, [xml]: pets }) }, '[Pet!]'],
    [
      'a text as text or a form',
      { 200: among({ [form]: { type: 'string' }, 'text/plain': { type: 'string' } }) },
      'String',
    ],
    [
      'a form of which nothing is said beside text',
      { 200: among({ [form]: undefined, 'text/plain': { type: 'string' } }) },
      'String',
    ],
    ['a form of which nothing is said beside XML', { 200: among({ [form]: undefined, [xml]: petReference }) }, 'Pet'],
    ['JSON of which nothing is said beside XML', { 200: among({ [json]: undefined, [xml]: petReference }) }, 'Pet'],
    [
      'JSON of which nothing is said beside text',
      { 200: among({ [json]: undefined, 'text/plain': { type: 'string' } }) },
      'JSON',
    ],
    ['another type', { 200: { content: { 'image/png': {} } } }, 'HttpFile'],
  ])('%s', async (_, responses, expected) => {
    expect((await result(responses, '{ __typename }', 204)).type).toBe(expected);
  });
});

it.each([
  ['a list', pets, xml, xml],
  ['a choice of lists', lists, xml, xml],
  ['an object', petReference, xml, form],
  ['a text', { type: 'string' }, 'text/plain', 'text/plain'],
])('A7: of %s, a form is asked for only where it can hold it', async (_, schema, other, accept) => {
  const responses = { 200: among({ [form]: schema, [other]: schema }) };
  const { ask, seen, diagnostics } = await backend(
    operations({ 'GET /x': { operationId: 'getX', responses } }, { schemas: { Pet: pet } }),
    replying(204),
  );
  await ask('{ getX { __typename } }');
  await ask('{ getX }');
  expect([seen.map(({ headers }) => headers.accept), diagnostics]).toEqual([[accept], []]);
});

describe('A7: the value of a success', () => {
  it.each([
    [
      'one of several, by its status',
      { 200: petBody, 202: jobBody },
      '{ ... on Job { jobId } }',
      [202, '{"jobId":"j"}', type(json)],
      { jobId: 'j' },
    ],
    ['no content among several', { 200: petBody, 204: { description: '' } }, '{ id }', [204], null],
    ['no content alone', { 204: { description: '' } }, '', [204], true],
    ['a 205 with a body', { 205: petBody }, '{ id }', [205, '{"id":3}', type(json)], { id: 3 }],
    ['a 205 without a body', { 205: petBody }, '{ id }', [205], null],
    ['a status that nobody named', { 200: petBody }, '{ id }', [203, '{"id":3}', type(json)], { id: 3 }],
    ['2XX', { '2XX': petBody }, '{ id }', [206, '{"id":3}', type(json)], { id: 3 }],
    ['default', { default: petBody }, '{ id }', [200, '{"id":3}', type(json)], { id: 3 }],
    [
      'vendor JSON with parameters',
      { 200: petBody },
      '{ id }',
      [200, '{"id":3}', type('application/vnd.x+json;v=2')],
      { id: 3 },
    ],
    ['JSON that says nothing of itself', { 200: petBody }, '{ id }', [200, '{"id":3}'], { id: 3 }],
    ['JSON that says it is a page', { 200: petBody }, '{ id }', [200, '{"id":3}', type('text/html')], { id: 3 }],
    ['JSON with a byte order mark', { 200: petBody }, '{ id }', [200, '\ufeff{"id":3}', type(json)], { id: 3 }],
    ['an empty body', { 200: petBody }, '{ id }', [200, '', type(json)], null],
    ['a form', { 200: formBody }, '{ id name }', [200, 'id=3&name=a+b', type(form)], { id: 3, name: 'a b' }],
    ['a form that comes as JSON', { 200: formBody }, '{ id }', [200, '{"id":3}', type(json)], { id: 3 }],
    ['XML that comes as JSON', { 200: petXml }, '{ id }', [200, '{"id":3}', type(json)], { id: 3 }],
    [
      'XML that comes as JSON and says it is text',
      { 200: petXml },
      '{ id }',
      [200, ' {"id":3}', type('text/plain')],
      { id: 3 },
    ],
    ['XML that says nothing of itself', { 200: petXml }, '{ id }', [200, '<Pet><id>3</id></Pet>'], { id: 3 }],
    [
      'XML in the place of JSON',
      { 200: petAnyhow },
      '{ id }',
      [200, '<Pet><id>3</id></Pet>', type('text/xml')],
      { id: 3 },
    ],
    ['a form in the place of JSON', { 200: petAnyhow }, '{ id }', [200, 'id=3', type(form)], { id: 3 }],
    ['JSON that says it is XML, either allowed', { 200: petAnyhow }, '{ id }', [200, '{"id":3}', type(xml)], { id: 3 }],
    ['JSON that says it is the only XML', { 200: petXml }, '{ id }', [200, '\ufeff {"id":3}', type(xml)], { id: 3 }],
    ['JSON that says it is a form', { 200: formBody }, '{ id }', [200, '{"id":3}', type(form)], { id: 3 }],
    ['JSON that begins late', { 200: petXml }, '{ id }', [200, `${' '.repeat(100)}{"id":3}`], { id: 3 }],
    ['XML that says it is JSON', { 200: petXml }, '{ id }', [200, '<Pet><id>3</id></Pet>', type(json)], { id: 3 }],
    ['XML in the place of JSON, of no type', { 200: petAnyhow }, '{ id }', [200, '<Pet><id>3</id></Pet>'], { id: 3 }],
    [
      'XML in UTF-16 that says it is JSON',
      { 200: petAnyhow },
      '{ id }',
      [200, Buffer.from('\ufeff<Pet><id>3</id></Pet>', 'utf16le'), type(json)],
      { id: 3 },
    ],
    ['a number that says it is XML', { 200: among({ [json]: count, [xml]: count }) }, '', [200, '3', type(xml)], 3],
    ['JSON in its own place', { 200: petAnyhow }, '{ id }', [200, '{"id":3}', type('text/html')], { id: 3 }],
    [
      'text in another charset',
      { 200: body({ type: 'string' }, 'text/plain') },
      '',
      [200, Buffer.from('f\xfcr', 'latin1'), type('text/plain; charset=iso-8859-1')],
      'für',
    ],
    [
      'text of a type of its own in another charset',
      { 200: body({ type: 'string' }, 'application/yaml') },
      '',
      [200, Buffer.from('a: f\xfcr', 'latin1'), type('application/yaml; charset=iso-8859-1')],
      'a: für',
    ],
    [
      'a file',
      { 200: { content: { 'image/png': {} } } },
      '{ contentType size base64 }',
      [200, Buffer.from([1, 2]), type('image/png')],
      { contentType: 'image/png', size: 2, base64: 'AQI=' },
    ],
  ] as const)('%s', async (_, responses, selection, answer, expected) => {
    const { value, errors } = await result(responses, selection, answer[0], answer[1], answer[2]);
    expect([value, errors]).toEqual([expected, undefined]);
  });
});

it('A7: a body of a 204 is told', async () => {
  const { diagnostics } = await describeDocument(operations({ 'GET /x': { responses: { 204: body(pet) } } }));
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: 'CONSTRUCT_NOT_SUPPORTED', at: ['/api.json', '/paths/~1x/get/responses/204'] }),
  );
});

it.each(['<html><body>Busy</body></html>', '<!DOCTYPE html><html/>'])('A7: a page is no XML: %s', async page => {
  const { value, errors } = await result({ 200: petAnyhow }, '{ name }', 200, page, type('text/html'));
  expect([value, errors]).toMatchObject([null, [{ extensions: { code: 'UPSTREAM_MALFORMED' } }]]);
});

it('A7: what the document does not name is none of its syntaxes', async () => {
  const answer = [200, '<Pet><id>3</id></Pet>', type(xml)] as const;
  const { value, errors } = await result({ 200: petBody }, '{ id }', ...answer);
  expect([value, errors]).toMatchObject([null, [{ extensions: { code: 'UPSTREAM_MALFORMED' } }]]);
});

it('A7: a failure in a form is read as a success is', async () => {
  const document = operations({ 'GET /x': { operationId: 'getX', responses: { 200: petBody, 400: formBody } } });
  const { ask } = await backend(
    { ...document, components: { schemas: { Pet: pet } } },
    replying(400, 'id=3', type(form)),
    { errors: 'UNION' },
  );
  expect(await ask('{ getX { ... on GetX400 { body { id } } } }')).toEqual({ data: { getX: { body: { id: 3 } } } });
});

describe('A3: methods', () => {
  it('HEAD tells whether there is something: 2xx true, 404 false, all else an error', async () => {
    const document = operations({ 'HEAD /x': { operationId: 'hasX', responses: { 200: { description: '' } } } });
    let status = 200;
    const { ask, sdl } = await backend(document, (_, response) => response.writeHead(status).end());
    expect(sdl('Query')).toBe('type Query { hasX: Boolean }');
    expect(await ask('{ hasX }')).toEqual({ data: { hasX: true } });
    status = 404;
    expect(await ask('{ hasX }')).toEqual({ data: { hasX: false } });
    status = 503;
    expect(await ask('{ hasX }')).toMatchObject({
      data: { hasX: null },
      errors: [{ path: ['hasX'], extensions: { code: 'UPSTREAM_ERROR', http: { status: 503 } } }],
    });
  });

  it('OPTIONS, TRACE and a HEAD beside a GET are left out, and that is told', async () => {
    const none = { responses: { 204: { description: '' } } };
    const document = operations({ 'GET /x': none, 'HEAD /x': none, 'OPTIONS /x': none, 'TRACE /x': none });
    const { description, diagnostics } = await describeDocument(document, source({}, 'http://shop.test'));
    expect(Object.keys(description.blueprint.calls)).toEqual(['Query.getX']);
    expect(diagnostics.map(({ severity, code, at }) => [severity, code, at[1]])).toEqual([
      ['note', 'OPERATION_NOT_SUPPORTED', '/paths/~1x/options'],
      ['note', 'OPERATION_NOT_SUPPORTED', '/paths/~1x/trace'],
      ['note', 'OPERATION_NOT_SUPPORTED', '/paths/~1x/head'],
    ]);
  });

  it('QUERY asks with its body, additionalOperations with their own method', async () => {
    const none = { responses: { 200: body({ type: 'string' }) } };
    const requestBody = { content: { [json]: { schema: pet } } };
    const document = {
      openapi: '3.2.0',
      paths: {
        '/x': {
          query: { operationId: 'findX', requestBody, ...none },
          additionalOperations: { COPY: { operationId: 'copyX', ...none }, 'B AD': none, CONNECT: none },
        },
      },
    };
    // Node.js 20 knows no QUERY as a server: so this one reads the bytes.
    const heads: string[] = [];
    const server = createServer(socket => {
      let came = '';
      socket.on('data', data => {
        came += data.toString('latin1');
        const [head = '', ...rest] = came.split('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (rest.length === 0 || rest.join('').length < length) return;
        heads.push(came);
        came = '';
        socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\n"ok"');
      });
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const from = source({}, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const { description, call, diagnostics } = await describeDocument(document, from);
    const subschema = connect(description.blueprint, from);
    const context = {
      signal: new AbortController().signal,
      deadline: performance.now() + 60_000,
      headers: {},
      requestId: 'r',
    };
    expect(Object.keys(description.blueprint.calls)).toEqual(['Query.findX', 'Mutation.copyX']);
    expect(await subschema.send(call('findX'), [{ args: { input: { id: 1 } } }], context)).toEqual([{ value: 'ok' }]);
    expect(await subschema.send(call('copyX'), [{ args: {} }], context)).toEqual([{ value: 'ok' }]);
    await subschema.close();
    await new Promise(resolve => server.close(resolve));
    expect(heads[0]).toMatch(/^QUERY \/x HTTP\/1\.1\r\n[\s\S]*\r\n\r\n\{"id":1\}$/);
    expect(heads[1]).toMatch(/^COPY \/x HTTP\/1\.1\r\n/);
    const refused = diagnostics.filter(({ code }) => code === 'OPERATION_NOT_SUPPORTED');
    expect(refused.map(({ severity, at }) => [severity, at[1]])).toEqual([
      ['warning', '/paths/~1x/additionalOperations/B AD'],
      ['warning', '/paths/~1x/additionalOperations/CONNECT'],
    ]);
  });

  it.each([
    ['a GET', 'get', {}, 'Query'],
    ['a POST', 'post', {}, 'Mutation'],
    ['a POST that the source says reads', 'post', { id: 'searchAll' }, 'Query'],
    ['a POST that the document says reads', 'post', { kind: 'query' }, 'Query'],
    [
      "a POST of the source's glob that the document says changes something",
      'post',
      { id: 'searchAll', kind: 'Mutation' },
      'Mutation',
    ],
    ['a GET that the document says changes something', 'get', { kind: 'mutation' }, 'Mutation'],
    ['a word that says neither', 'get', { kind: 'subscribe' }, 'Query'],
  ])('%s', async (_, method, { id = 'x', kind }: { id?: string; kind?: string }, root) => {
    const operation = {
      operationId: id,
      ...(kind ? { 'x-graphql-operation': kind } : {}),
      responses: { 204: { description: '' } },
    };
    const document = {
      openapi: '3.0.0',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/x': { [method]: operation } },
    };
    const { description, diagnostics } = await describeDocument(document, source({ queries: ['search*'] }));
    expect(Object.keys(description.blueprint.calls)).toEqual([`${root}.${id}`]);
    expect(diagnostics.map(({ code }) => code)).toEqual(kind === 'subscribe' ? ['DOCUMENT_INVALID'] : []);
  });

  it('takes conditions as arguments, and never what the answer is to be', async () => {
    const parameter = (name: string) => ({ name, in: 'header', schema: { type: 'string' } });
    const document = operations({
      'PUT /x': {
        operationId: 'putX',
        parameters: ['If-Match', 'Accept', 'Content-Type', 'Authorization'].map(parameter),
        responses: { 204: { description: '' } },
      },
    });
    const { ask, sdl, seen } = await backend(document, replying(412));
    expect(sdl('Mutation')).toBe('type Mutation { putX(If_Match: String): Boolean }');
    const answer = await ask('mutation { putX(If_Match: "\\"v1\\"") }');
    expect(seen[0]?.headers).toMatchObject({ 'if-match': '"v1"', accept: '*/*' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'PRECONDITION_FAILED', http: { status: 412 } });
  });
});
