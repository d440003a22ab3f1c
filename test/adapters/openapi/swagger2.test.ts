import { expect, it } from 'vitest';
import { describeDocument } from './describe-document.ts';

const document = {
  swagger: '2.0',
  host: 'shop.test',
  basePath: '/v1',
  schemes: ['http'],
  consumes: ['application/json'],
  produces: ['application/json'],
  securityDefinitions: { key: { type: 'apiKey', in: 'query', name: 'api_key' } },
  parameters: { Limit: { name: 'limit', in: 'query', type: 'integer', format: 'int32', default: 20 } },
  responses: { Pets: { description: '', schema: { type: 'array', items: { $ref: '#/definitions/Pet' } } } },
  definitions: {
    Pet: {
      type: 'object',
      required: ['id', 'tag'],
      properties: { id: { type: 'integer', format: 'int64' }, tag: { type: 'string', 'x-nullable': true } },
    },
  },
  paths: {
    '/pets': {
      parameters: [{ $ref: '#/parameters/Limit' }],
      get: {
        operationId: 'listPets',
        parameters: [
          { name: 'csv', in: 'query', type: 'array', items: { type: 'string' } },
          { name: 'multi', in: 'query', type: 'array', collectionFormat: 'multi', items: { type: 'string' } },
          { name: 'pipes', in: 'query', type: 'array', collectionFormat: 'pipes', items: { type: 'string' } },
          { name: 'tsv', in: 'query', type: 'array', collectionFormat: 'tsv', items: { type: 'string' } },
          { name: 'api_key', in: 'query', type: 'string' },
        ],
        responses: { 200: { $ref: '#/responses/Pets' } },
      },
      post: {
        operationId: 'addPet',
        parameters: [{ name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } }],
        responses: { 201: { description: '', schema: { $ref: '#/definitions/Pet' } } },
      },
    },
    '/pets/{id}': {
      put: {
        operationId: 'renamePet',
        consumes: ['application/x-www-form-urlencoded'],
        parameters: [
          { name: 'id', in: 'path', required: true, type: 'integer', format: 'int64' },
          { name: 'name', in: 'formData', required: true, type: 'string' },
          { name: 'tags', in: 'formData', type: 'array', items: { type: 'string' } },
        ],
        responses: { 200: { description: '' } },
      },
    },
    '/pets/{id}/photo': {
      get: {
        operationId: 'photo',
        produces: ['image/png'],
        parameters: [{ name: 'id', in: 'path', required: true, type: 'string' }],
        responses: { 200: { description: '', schema: { type: 'file' } } },
      },
      post: {
        operationId: 'upload',
        consumes: ['multipart/form-data'],
        parameters: [
          { name: 'id', in: 'path', required: true, type: 'string' },
          { name: 'file', in: 'formData', required: true, type: 'file' },
        ],
        responses: { 200: { description: '' } },
      },
    },
  },
};

it('is read in the terms of OpenAPI 3', async () => {
  const { sdl, call, description, diagnostics } = await describeDocument(document);
  expect(sdl('Query')).toBe(
    'type Query { listPets(limit: Int = 20, csv: [String!], multi: [String!], pipes: [String!], tsv: [String!]): [Pet!] photo(id: String!): HttpFile }',
  );
  expect(sdl('Mutation')).toBe(
    'type Mutation { addPet(limit: Int = 20, input: PetInput!): Pet renamePet(id: Int64!, input: RenamePetInput!): Boolean upload(id: String!, input: UploadInput!): Boolean }',
  );
  expect(sdl('Pet')).toBe('type Pet { id: Int64! tag: String }');
  expect(sdl('RenamePetInput')).toBe('input RenamePetInput { name: String! tags: [String!] }');
  expect(call('listPets').server).toBe('http://shop.test/v1');
  expect(call('listPets').parameters.map(({ name, style, explode }) => [name, style, explode])).toEqual([
    ['limit', 'form', false],
    ['csv', 'form', false],
    ['multi', 'form', true],
    ['pipes', 'pipeDelimited', false],
    ['tsv', 'tabDelimited', false],
  ]);
  expect(call('renamePet').body).toMatchObject({ kind: 'form', mediaType: 'application/x-www-form-urlencoded' });
  expect(sdl('UploadInput')).toBe('input UploadInput { file: File! }');
  expect(call('upload').body).toMatchObject({ kind: 'multipart', mediaType: 'multipart/form-data' });
  expect(description.operations).toEqual({ total: 5, imported: 5 });
  expect(diagnostics).toEqual([]);
});

it('has one body for an operation: what else is said to be one is told', async () => {
  const parameter = (place: string, name: string) => ({ in: place, name, type: 'string', schema: { type: 'string' } });
  const parameters = [parameter('formData', 'a'), parameter('body', 'b'), parameter('body', 'c')];
  const { sdl, diagnostics } = await describeDocument({
    swagger: '2.0',
    host: 'shop.test',
    paths: { '/put': { post: { operationId: 'put', parameters, responses: { 204: {} } } } },
  });
  expect(sdl('Mutation')).toBe('type Mutation { put(input: String): Boolean }');
  expect(diagnostics.map(({ code, at }) => [code, at[1]])).toEqual([
    ['DOCUMENT_INVALID', '/paths/~1put/post/parameters/2'],
    ['DOCUMENT_INVALID', '/paths/~1put/post/parameters/0'],
  ]);
});

it("has the operation's own body rather than that of its path, whatever they are called", async () => {
  const body = (name: string, type: string) => ({ in: 'body', name, schema: { type } });
  const field = (name: string) => ({ in: 'formData', name, type: 'string' });
  const operation = (operationId: string, ...parameters: readonly object[]) => ({
    operationId,
    parameters,
    responses: { 204: {} },
  });
  const { sdl, diagnostics } = await describeDocument({
    swagger: '2.0',
    host: 'shop.test',
    paths: {
      '/a': { parameters: [body('a', 'string')], put: operation('other', body('b', 'integer')) },
      '/b': { parameters: [body('a', 'string')], put: operation('same', body('a', 'integer')) },
      '/c': { parameters: [body('a', 'string')], put: operation('form', field('b')), post: operation('inherited') },
      '/d': {
        parameters: [field('a')],
        put: operation('both', field('b')),
        post: operation('whole', body('b', 'integer')),
      },
    },
  });
  expect(sdl('Mutation').match(/\w+\(.*?\)/g)).toEqual([
    'other(input: Int)',
    'same(input: Int)',
    'form(input: FormInput)',
    'inherited(input: String)',
    'both(input: BothInput)',
    'whole(input: Int)',
  ]);
  expect(sdl('FormInput')).toBe('input FormInput { b: String }');
  expect(sdl('BothInput')).toBe('input BothInput { a: String b: String }');
  expect(diagnostics.map(({ code, at }) => [code, at[1]])).toEqual([
    ['DOCUMENT_INVALID', '/paths/~1a/parameters/0'],
    ['DOCUMENT_INVALID', '/paths/~1c/parameters/0'],
    ['DOCUMENT_INVALID', '/paths/~1d/parameters/0'],
  ]);
});
