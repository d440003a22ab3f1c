import { describe, expect, it } from 'vitest';
import { describeDocument, source, taking } from './describe-document.ts';

const string = { type: 'string' };
const binary = { type: 'string', format: 'binary' };
const pet = { type: 'object', properties: { name: string } };

/** A document with one POST that offers these contents. */
function offering(content: object, openapi = '3.1.0') {
  const post = {
    operationId: 'put',
    requestBody: { required: true, content },
    responses: { 204: { description: '' } },
  };
  return { openapi, servers: [{ url: 'http://shop.test' }], paths: { '/put': { post } } };
}

async function described(document: object, bodies: readonly string[] = []) {
  const { call, diagnostics, schema, sdl } = await describeDocument(document, source({ bodies }));
  const [input] = schema.getMutationType()!.getFields()['put']!.args;
  const { kind, mediaType } = call('put').body!;
  return { kind, mediaType, type: String(input?.type), diagnostics: diagnostics.map(({ code }) => code), sdl };
}

describe('of what an operation takes', () => {
  it('what is no media type is JSON, and that is told', async () => {
    const { kind, mediaType, diagnostics } = await described(offering({ '': { schema: pet } }));
    expect([kind, mediaType, diagnostics]).toEqual(['json', 'application/json', ['DOCUMENT_INVALID']]);
  });

  it.each([
    ['json', 'json', 'application/json'],
    ['XML', 'xml', 'application/xml'],
    ['multipart', 'multipart', 'multipart/form-data'],
  ])('%s is what people mean by it, and that is told', async (key, kind, mediaType) => {
    const found = await described(offering({ [key]: { schema: pet } }));
    expect(found).toMatchObject({ kind, mediaType, diagnostics: expect.arrayContaining(['DOCUMENT_INVALID']) });
  });

  it.each([
    ['JSON before all', ['multipart/form-data', 'application/xml', 'application/json'], 'application/json'],
    ['JSON by another name', ['application/xml', 'application/vnd.pet+json'], 'application/vnd.pet+json'],
    [
      'a form before parts',
      ['multipart/form-data', 'application/x-www-form-urlencoded'],
      'application/x-www-form-urlencoded',
    ],
    ['parts before XML', ['text/xml', 'multipart/form-data'], 'multipart/form-data'],
    ['XML before text', ['text/plain', 'application/xml'], 'application/xml'],
    ['text before bytes', ['application/octet-stream', 'text/plain'], 'text/plain'],
    ['bytes before anything', ['*/*', 'application/octet-stream'], 'application/octet-stream'],
  ])('%s is sent', async (_, types, mediaType) => {
    const content = Object.fromEntries(types.map(type => [type, { schema: pet }]));
    expect((await described(offering(content))).mediaType).toBe(mediaType);
  });

  it('parts are sent where only they can hold the files', async () => {
    const schema = { type: 'object', properties: { file: binary } };
    const content = {
      'application/json': { schema },
      'application/x-www-form-urlencoded': { schema },
      'multipart/form-data': { schema },
    };
    expect(await described(offering(content))).toMatchObject({ kind: 'multipart', diagnostics: [] });
  });

  it.each([
    [['multipart/form-data'], 'multipart/form-data'],
    [['multipart/*', 'text/xml'], 'multipart/form-data'],
    [['text/xml', 'multipart/*'], 'text/xml'],
    [['image/*'], 'application/json'],
  ])('%j of the source go before the rest', async (bodies, mediaType) => {
    const types = ['application/json', 'multipart/form-data', 'text/xml'];
    const content = Object.fromEntries(types.map(type => [type, { schema: pet }]));
    expect(await described(offering(content), bodies)).toMatchObject({ mediaType });
  });

  it('it is told where other contents could hold files, too', async () => {
    const schema = { type: 'object', properties: { file: binary } };
    const content = { 'application/json': { schema: pet }, 'multipart/form-data': { schema } };
    expect(await described(offering(content))).toMatchObject({
      kind: 'json',
      diagnostics: ['CONSTRUCT_NOT_SUPPORTED'],
    });
  });
});

describe('a body', () => {
  it.each([
    ['application/octet-stream', binary, 'file', 'File!'],
    ['application/octet-stream', undefined, 'file', 'File!'],
    ['image/png', {}, 'file', 'File!'],
    ['image/*', binary, 'file', 'File!'],
    ['*/*', binary, 'file', 'File!'],
    ['application/x-tar', string, 'file', 'File!'],
    ['application/octet-stream', string, 'file', 'File!'],
    ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', string, 'file', 'File!'],
    ['application/vnd.debian.binary-package', string, 'file', 'File!'],
    ['audio/mpeg', string, 'file', 'File!'],
    ['application/vnd.*', string, 'file', 'File!'],
    ['application/yaml', binary, 'file', 'File!'],
    ['application/yaml', { ...string, format: 'byte' }, 'file', 'File!'],
    ['application/yaml', { ...string, contentEncoding: 'base64' }, 'file', 'File!'],
    ['application/yaml', undefined, 'file', 'File!'],
    ['application/yaml', string, 'text', 'String!'],
    ['application/graphql; charset=utf-8', string, 'text', 'String!'],
    ['application/x-pem-file', { type: ['string', 'null'], maxLength: 9 }, 'text', 'String!'],
    ['application/vnd.shop.rules', { $ref: '#/components/schemas/Rules' }, 'text', 'String!'],
    ['application/pdf', { contentMediaType: 'application/pdf' }, 'file', 'File!'],
    ['text/csv', binary, 'file', 'File!'],
    ['image/svg+xml', binary, 'file', 'File!'],
    ['text/plain', string, 'text', 'String!'],
    ['text/html', undefined, 'text', 'String!'],
    ['application/xml', string, 'text', 'String!'],
    ['application/xml', pet, 'xml', 'PutInput!'],
    ['application/atom+xml', pet, 'xml', 'PutInput!'],
    ['*/*', pet, 'json', 'PutInput!'],
    ['application/x-ndjson', pet, 'sequence', '[PutItemInput!]!'],
    ['application/jsonl', { type: 'array', items: pet }, 'sequence', '[PutItemInput!]!'],
    ['application/x-ndjson', string, 'text', 'String!'],
    ['application/x-ndjson', binary, 'file', 'File!'],
    ['application/x-ndjson', undefined, 'file', 'File!'],
  ])('of %s with the schema %j is %s', async (mediaType, schema, kind, type) => {
    const components = { schemas: { Rules: string } };
    const document = { ...offering({ [mediaType]: schema === undefined ? {} : { schema } }), components };
    expect(await described(document)).toMatchObject({ kind, type });
  });

  it.each(['application/jsonl', 'application/json-seq', 'application/vnd.shop+json-seq'])(
    'of %s is a list of what its items are',
    async mediaType => {
      const found = await described(offering({ [mediaType]: { itemSchema: pet } }, '3.2.0'));
      expect(found).toMatchObject({ kind: 'sequence', type: '[PutItemInput!]!', diagnostics: [] });
    },
  );

  const numbers = { type: 'array', items: { type: 'integer' } };
  const pets = { type: 'array', items: pet };

  it.each<[string, object, string, string[]]>([
    ['items of which any may be null', { itemSchema: { type: ['string', 'null'] } }, '[String]!', []],
    ['items of a schema that allows null', { schema: { type: ['integer', 'null'] } }, '[Int]!', []],
    ['anything', { schema: {} }, '[JSON]!', []],
    [
      'a list of which more is said',
      { schema: { allOf: [pets, { type: 'array', items: pet }] } },
      '[PutItemInput!]!',
      [],
    ],
    ['one of several lists', { schema: { oneOf: [pets, numbers] } }, 'PutInput!', []],
    [
      'one of several lists of scalars',
      { schema: { oneOf: [numbers, { type: 'array', items: string }] } },
      'JSON!',
      ['CONSTRUCT_UNTYPED'],
    ],
    ['a list or a text', { schema: { type: ['string', 'array'], items: pet } }, 'PutInput!', ['DOCUMENT_INVALID']],
    ['a list or one item', { schema: { oneOf: [pet, pets] } }, 'PutInput!', ['DOCUMENT_INVALID']],
    [
      'a text or an object',
      { schema: { type: ['string', 'object'], properties: pet.properties } },
      '[PutItemInput!]!',
      [],
    ],
  ])('of a sequence of %s', async (_, content, type, diagnostics) => {
    const found = await described(offering({ 'application/jsonl': content }, '3.2.0'));
    expect(found).toMatchObject({ kind: 'sequence', type, diagnostics });
  });

  it('of a sequence of texts in any words is a text', async () => {
    const schema = { anyOf: [string, { type: 'string', format: 'uuid' }] };
    expect(await described(offering({ 'application/jsonl': { schema } }))).toMatchObject({ kind: 'text' });
  });

  it('of events is a file, and told', async () => {
    expect(await described(offering({ 'text/event-stream': { itemSchema: pet } }, '3.2.0'))).toMatchObject({
      kind: 'file',
      diagnostics: ['CONSTRUCT_UNTYPED'],
    });
  });

  it('that is a form has what is no form and no JSON in brackets, and that is told', async () => {
    const either = { oneOf: [pet, { type: 'object', properties: { id: string } }] };
    const schema = { type: 'object', properties: { pet, either, kind: string } };
    const [xml, plain] = ['application/xml', 'text/plain'].map(contentType => ({ contentType }));
    const encoding = { pet: xml, either: xml, kind: plain };
    const found = await described(offering({ 'application/x-www-form-urlencoded': { schema, encoding } }));
    expect(found).toMatchObject({
      kind: 'form',
      diagnostics: ['CONSTRUCT_NOT_SUPPORTED', 'CONSTRUCT_NOT_SUPPORTED'],
    });
  });

  it('of a type that its media type has no writing for is a file, and told', async () => {
    expect(await described(offering({ 'application/yaml': { schema: pet } }))).toMatchObject({
      kind: 'file',
      type: 'File!',
      diagnostics: ['CONSTRUCT_UNTYPED'],
    });
  });

  it('that the document does not say is refused where it is needed', async () => {
    const document = { ...offering({}), paths: { '/put': { get: offering({}).paths['/put'].post } } };
    const { schema, diagnostics } = await describeDocument(document);
    expect(schema.getQueryType()!.getFields()['put']).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toContain('OPERATION_NOT_SUPPORTED');
  });
});

describe('a part of a multipart body', () => {
  it.each([
    ['bytes', binary, undefined, 'File'],
    ['a schema that says nothing', {}, undefined, 'File'],
    ['a schema that says nothing of what is text', {}, 'text/plain', 'JSON'],
    ['a content media type', { type: 'string', contentMediaType: 'image/png' }, undefined, 'File'],
    ['a content media type of text', { type: 'string', contentMediaType: 'text/html' }, undefined, 'String'],
    [
      'bytes encoded as text',
      { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
      undefined,
      'Base64',
    ],
    ['text', string, undefined, 'String'],
    ['text that is encoded as a picture', string, 'image/png, image/jpeg', 'File'],
    ['files', { type: 'array', items: binary }, undefined, '[File]'],
    ['one file or several', { anyOf: [binary, { type: 'array', items: binary }] }, undefined, '[File]'],
    ['a file, or null', { anyOf: [binary, { type: 'null' }] }, undefined, 'File'],
    ['a file or a text', { oneOf: [binary, string] }, undefined, 'PutFileInput'],
    ['an object, which is JSON', { type: 'object', properties: { inner: binary } }, undefined, 'PutFileInput'],
  ])('%s', async (_, schema, contentType, type) => {
    const document = taking({ type: 'object', properties: { file: schema } }, {}, 'multipart/form-data');
    if (contentType !== undefined)
      Object.assign(document.paths['/put'].post.requestBody.content['multipart/form-data']!, {
        encoding: { file: { contentType } },
      });
    const { sdl } = await describeDocument(document);
    expect(sdl('PutInput').replaceAll('!', '')).toBe(`input PutInput { file: ${type} }`);
  });

  it('of several kinds is exactly one of them', async () => {
    const schema = { type: 'object', properties: { file: { oneOf: [binary, string] } } };
    const { sdl } = await describeDocument(taking(schema, {}, 'multipart/form-data'));
    expect(sdl('PutFileInput')).toBe('input PutFileInput @oneOf { file: File string: String }');
  });

  it('has no header whose value nobody knows, and that is told', async () => {
    const document = taking({ type: 'object', properties: { file: binary } }, {}, 'multipart/form-data');
    const headers = { 'X-Needed': { required: true, schema: string }, 'X-Known': { schema: { default: 'a' } } };
    Object.assign(document.paths['/put'].post.requestBody.content['multipart/form-data']!, {
      encoding: { file: { headers } },
    });
    const { call, diagnostics } = await describeDocument(document);
    expect(call('put').body).toMatchObject({ encoding: [{ property: 'file', headers: [['X-Known', 'a']] }] });
    expect(diagnostics).toMatchObject([
      { code: 'CONSTRUCT_NOT_SUPPORTED', message: expect.stringContaining('X-Needed') },
    ]);
  });
});

it('a type that is called File makes way for the scalar', async () => {
  const File = { type: 'object', properties: { id: string } };
  const document = taking(
    { type: 'object', properties: { file: binary, about: { $ref: '#/components/schemas/File' } } },
    { File },
    'multipart/form-data',
  );
  const { sdl } = await describeDocument(document);
  expect(sdl('PutInput')).toMatch(/^input PutInput \{ file: File about: File_[0-9a-f]{4}Input \}$/);
  expect(sdl('File')).toContain('scalar File');
});

it('Swagger 2.0 has files among the fields of a form', async () => {
  const parameters = [
    { name: 'file', in: 'formData', type: 'file', required: true },
    { name: 'tags', in: 'formData', type: 'array', items: string, collectionFormat: 'csv' },
    { name: 'note', in: 'formData', type: 'string' },
  ];
  const document = {
    swagger: '2.0',
    host: 'shop.test',
    paths: {
      '/put': { post: { operationId: 'put', consumes: ['multipart/form-data'], parameters, responses: { 204: {} } } },
    },
  };
  const { sdl, call } = await describeDocument(document);
  expect(sdl('PutInput')).toBe('input PutInput { file: File! tags: [String!] note: String }');
  expect(call('put').body).toMatchObject({ kind: 'multipart', mediaType: 'multipart/form-data' });
});
