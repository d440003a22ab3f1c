import { describe, expect, it } from 'vitest';
import { enumValueName } from '../../../src/adapters/openapi/names.ts';
import { answering, describeDocument, source, withParameters } from './describe-document.ts';

const none = { responses: { 204: { description: '' } } };

describe('operations', () => {
  it('are called by their operationId, else by method and path', async () => {
    const { description } = await describeDocument({
      openapi: '3.0.3',
      paths: {
        '/a': { get: { operationId: 'repos/list-for-user', ...none } },
        '/users/{id}/posts': { get: none, delete: none },
        '/head': { head: none },
      },
    });
    expect(Object.keys(description.blueprint.calls)).toEqual([
      'Query.reposListForUser',
      'Query.getUsersByIdPosts',
      'Mutation.deleteUsersByIdPosts',
      'Query.headHead',
    ]);
  });

  it('with one id are told apart by their place, and stay when others are added', async () => {
    const twice = { '/a': { get: { operationId: 'x', ...none } }, '/b': { get: { operationId: 'x', ...none } } };
    const names = async (paths: object) =>
      Object.keys((await describeDocument({ openapi: '3.0.0', paths })).description.blueprint.calls);
    const before = await names(twice);
    const after = await names({ '/0': { get: { operationId: 'y', ...none } }, ...twice });
    expect(new Set(before).size).toBe(2);
    expect(after.filter(name => name !== 'Query.y')).toEqual(before);
  });

  it('count as path x method, without OPTIONS, TRACE and a HEAD beside a GET', async () => {
    const paths = { '/a': { get: none, head: none, options: none, trace: none, put: none }, '/b': { head: none } };
    const { description } = await describeDocument({ openapi: '3.0.0', paths });
    expect(description.operations).toEqual({ total: 3, imported: 3 });
  });

  it('are none where their method is not in small letters, which is told', async () => {
    const { description, diagnostics } = await describeDocument({
      openapi: '3.0.3',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/a': { GET: none, Put: none, delete: none, summary: 'A' } },
    });
    expect(Object.keys(description.blueprint.calls)).toEqual(['Mutation.deleteA']);
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'DOCUMENT_INVALID',
        message: expect.stringContaining(': GET, Put.'),
        at: ['/api.json', '/paths/~1a'],
      },
    ]);
  });

  it('count where their path lacks its first slash, and are called with it', async () => {
    const { description, call, diagnostics } = await describeDocument({
      openapi: '3.0.3',
      servers: [{ url: 'http://shop.test' }],
      paths: { items: { get: { operationId: 'items', responses: {} } }, 'x-note': { get: {} } },
    });
    expect(description.operations).toEqual({ total: 1, imported: 1 });
    expect(call('items').path).toBe('/items');
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'DOCUMENT_INVALID', at: ['/api.json', '/paths/items'] },
    ]);
  });

  it('stand behind a reference and beside it', async () => {
    const shared = { get: { operationId: 'theirs', responses: {} }, put: { operationId: 'put', responses: {} } };
    const { schema } = await describeDocument({
      openapi: '3.1.0',
      paths: { '/a': { $ref: '#/components/pathItems/A', get: { operationId: 'ours', responses: {} } } },
      components: { pathItems: { A: shared } },
    });
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toEqual(['ours']);
    expect(Object.keys(schema.getMutationType()?.getFields() ?? {})).toEqual(['put']);
  });

  it('that are left out are noted with their address', async () => {
    const paths = {
      '/a': { get: { operationId: 'a', ...none } },
      '/b/{c}': { get: { operationId: 'adminB', ...none } },
    };
    const from = source({ operations: { include: ['*'], exclude: ['admin*'] } });
    const { description, diagnostics } = await describeDocument({ openapi: '3.0.0', paths }, from);
    expect(description.operations).toEqual({ total: 2, imported: 1 });
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        severity: 'note',
        code: 'OPERATION_EXCLUDED',
        at: ['/api.json', '/paths/~1b~1{c}/get'],
      }),
    );
  });

  it('are queries where they only read, or where the source or the document says so', async () => {
    const paths = {
      '/a': { post: { operationId: 'searchAll', ...none } },
      '/b': { post: { operationId: 'b', 'x-graphql-operation': 'query', ...none } },
      '/c': { query: { operationId: 'c', ...none }, additionalOperations: { COPY: { operationId: 'd', ...none } } },
    };
    const { description } = await describeDocument({ openapi: '3.2.0', paths }, source({ queries: ['search*'] }));
    expect(Object.keys(description.blueprint.calls)).toEqual(['Query.searchAll', 'Query.b', 'Query.c', 'Mutation.d']);
  });

  it('of a document without queries leave a field without a call', async () => {
    const { sdl } = await describeDocument({ openapi: '3.0.0', paths: { '/a': { post: none } } });
    expect(sdl('Query')).toBe('type Query { _empty: Boolean }');
  });
});

describe('types', () => {
  const object = { type: 'object', properties: { a: { type: 'string' } } };

  it('are called by their component, and keep that name whatever else there is', async () => {
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
    const { schema } = await describeDocument(
      answering(
        {
          a: ref('simple-user'),
          b: ref('SimpleUser'),
          c: ref('io.k8s.Pod'),
          d: ref('3d'),
          e: ref('Query'),
          f: ref('__proto__'),
        },
        JSON.parse(`{"simple-user": ${JSON.stringify(object)}, "SimpleUser": ${JSON.stringify(object)}, "io.k8s.Pod": ${JSON.stringify(object)},
          "3d": ${JSON.stringify(object)}, "Query": ${JSON.stringify(object)}, "__proto__": ${JSON.stringify(object)}}`),
      ),
    );
    const type = (field: string) => String(schema.getQueryType()?.getFields()[field]?.type);
    expect([type('b'), type('c'), type('d'), type('f')]).toEqual(['SimpleUser', 'IoK8sPod', '_3d', 'Proto']);
    expect(type('a')).toMatch(/^SimpleUser_[0-9a-f]{4}$/);
    expect(type('e')).toMatch(/^Query_[0-9a-f]{4}$/);
  });

  it('without a component are called by where they are', async () => {
    const inline = {
      type: 'object',
      properties: { owner: object, tags: { type: 'array', items: object }, kind: { type: 'string', enum: ['a', 'b'] } },
    };
    const { sdl } = await describeDocument(answering({ listPets: { type: 'array', items: inline } }));
    expect(sdl('ListPetsResponseItem')).toBe(
      'type ListPetsResponseItem { owner: ListPetsResponseItemOwner tags: [ListPetsResponseItemTagsItem!] kind: ListPetsResponseItemKind }',
    );
  });

  it('are called as the document wishes', async () => {
    const { sdl } = await describeDocument(answering({ a: { ...object, 'x-graphql-type-name': 'Wanted' } }));
    expect(sdl('Wanted')).toBe('type Wanted { a: String }');
  });
});

describe('fields', () => {
  it('keep legal names, and no two are one', async () => {
    const names = ['plain', 'with-dash', 'with_dash', '+1', '-1', '3d', '__meta', 'StartTime<', 'constructor', 'a.b'];
    const properties = Object.fromEntries(names.map(name => [name, { type: 'string' }]));
    const { description } = await describeDocument(answering({ a: { type: 'object', properties } }));
    const type = description.blueprint.model.types['AResponse'];
    const fields =
      type?.kind === 'object' ? Object.fromEntries(type.fields.map(field => [field.wire, field.name])) : {};
    expect(fields).toEqual({
      plain: 'plain',
      'with-dash': expect.stringMatching(/^with_dash_[0-9a-f]{4}$/),
      with_dash: 'with_dash',
      '+1': 'plus_1',
      '-1': 'minus_1',
      '3d': '_3d',
      __meta: '_meta',
      'StartTime<': 'StartTime_',
      constructor: 'constructor',
      'a.b': 'a_b',
    });
  });
});

it.each([
  ['plain', 'plain'],
  ['in-progress', 'in_progress'],
  ['+1', 'plus_1'],
  ['-1', 'minus_1'],
  ['1.0', '_1_0'],
  ['true', '_true'],
  ['null', '_null'],
  ['', '_EMPTY'],
  ['*', '_x2a'],
  ['<=', '_x3c3d'],
])('the enum value %j is called %s', (wire, name) => {
  expect(enumValueName(wire)).toBe(name);
});

it('tells arguments of one name apart by their place', async () => {
  const string = { type: 'string' };
  const { sdl } = await describeDocument(
    withParameters(
      '/x/{id}',
      { name: 'id', in: 'path', required: true, schema: string },
      { name: 'id', in: 'query', schema: string },
      { name: 'id', in: 'header', schema: string },
      { name: 'id', in: 'cookie', schema: string },
      { name: 'Authorization', in: 'header', schema: string },
    ),
  );
  expect(sdl('Query')).toBe(
    'type Query { find(id: String!, id_query: String, id_header: String, id_cookie: String): Boolean }',
  );
});
