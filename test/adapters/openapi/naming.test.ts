import { describe, expect, it } from 'vitest';
import { enumValueName } from '../../../src/adapters/openapi/types/names.ts';
import { answering, describeDocument, source, taking, withParameters } from './describe-document.ts';

const none = { responses: { 204: { description: '' } } };

describe('groups', () => {
  const tagged = (...tags: unknown[]) => ({ get: { tags, ...none } });
  const groupsOf = async (paths: object, more: object = {}) => {
    const described = await describeDocument(
      { openapi: '3.0.3', paths, ...more },
      source({ namespace: 'TAG', ...taken }),
    );
    return { groups: described.description.blueprint.groups, diagnostics: described.diagnostics };
  };
  const taken = { operations: { include: ['*'], exclude: ['*Left*'] } };

  it('hold the queries that are served by their first tags, with what the document says of these', async () => {
    const paths = {
      '/a': { get: { tags: ['Pull requests', 'other'], ...none }, post: { tags: ['writes'], ...none } },
      '/b': tagged(' Pull requests '),
      '/left': tagged('left'),
      '/c': tagged(7),
      '/untagged': { get: none },
      '/odd': tagged({ name: 'x' }),
      '/blank': tagged(' '),
      '/no-list': { get: { tags: 'text', ...none } },
      '/proto': tagged('__proto__'),
      '/events': {
        get: { tags: ['events'], responses: { 200: { description: '', content: { 'text/event-stream': {} } } } },
      },
    };
    const { groups, diagnostics } = await groupsOf(paths, {
      tags: [{ name: 'Pull requests', description: 'To merge.' }, 3],
    });
    expect(groups).toEqual([
      { name: 'pullRequests', description: 'To merge.', queries: ['getA', 'getB'] },
      { name: '_7', queries: ['getC'] },
      { name: 'proto', queries: ['getProto'] },
    ]);
    expect(diagnostics.filter(({ code }) => code === 'NAME_COLLISION')).toEqual([]);
  });

  it('of one name are told apart, and stay when the document grows or fewer of its operations are taken', async () => {
    const paths = { '/a': tagged('code-scanning'), '/b': tagged('codeScanning'), '/left': tagged('code scanning') };
    const { groups, diagnostics } = await groupsOf(paths);
    expect(groups).toEqual([
      { name: expect.stringMatching(/^codeScanning_[0-9a-f]{4}$/), queries: ['getA'] },
      { name: 'codeScanning', queries: ['getB'] },
    ]);
    expect(diagnostics.filter(({ code }) => code === 'NAME_COLLISION')).toMatchObject([
      { severity: 'note', at: ['/api.json', '/tags'] },
      { severity: 'note', at: ['/api.json', '/tags'] },
    ]);
    expect((await groupsOf({ '/z': tagged('first'), ...paths })).groups).toEqual([
      { name: 'first', queries: ['getZ'] },
      ...(groups ?? []),
    ]);
  });

  it('are none where the source has no namespace', async () => {
    const { description } = await describeDocument({ openapi: '3.0.3', paths: { '/a': tagged('a') } });
    expect(description.blueprint).not.toHaveProperty('groups');
  });
});

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

  it('that make one name are told apart, but the one whose id is that name', async () => {
    const { description, diagnostics } = await describeDocument({
      openapi: '3.0.0',
      servers: [{ url: 'http://shop.test' }],
      paths: {
        '/a': { get: { operationId: 'list-pets', ...none } },
        '/b': { get: { operationId: 'listPets', ...none } },
      },
    });
    expect(Object.keys(description.blueprint.calls)).toEqual([
      expect.stringMatching(/^Query\.listPets_[0-9a-f]{4}$/),
      'Query.listPets',
    ]);
    expect(diagnostics).toMatchObject([
      { severity: 'note', code: 'NAME_COLLISION', at: ['/api.json', '/paths/~1a/get'] },
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
    const spaced = { openapi: '3.0.0', paths: { ' /items': { get: { operationId: 'items', responses: {} } } } };
    expect((await describeDocument(spaced)).call('items').path).toBe('/items');
  });

  it('of one path that is written in several ways are told apart, each of them', async () => {
    const own = { get: { operationId: 'own', ...none } };
    const { description } = await describeDocument({
      openapi: '3.0.0',
      paths: { '/a': { get: none }, a: { get: none }, ' /a': { get: none }, ' /b': own, '/b': { get: none } },
    });
    const names = Object.keys(description.blueprint.calls);
    expect(new Set(names).size).toBe(5);
    expect(names).toEqual([
      ...Array.from({ length: 3 }, () => expect.stringMatching(/^Query\.getA_[0-9a-f]{4}$/)),
      'Query.own',
      'Query.getB',
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

  it('are none at the end of a chain of references that no document has, which is told', async () => {
    const chain = Array.from({ length: 150 }, (_, index) => [
      `A${index}`,
      index < 149 ? { $ref: `#/components/pathItems/A${index + 1}` } : { get: { operationId: 'last', ...none } },
    ]);
    const { description, diagnostics } = await describeDocument({
      openapi: '3.1.0',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/far': { $ref: '#/components/pathItems/A0' }, '/near': { $ref: '#/components/pathItems/A100' } },
      components: { pathItems: Object.fromEntries(chain) },
    });
    expect(Object.keys(description.blueprint.calls)).toEqual(['Query.last']);
    expect(diagnostics).toMatchObject([{ code: 'REFERENCE_CYCLE', at: ['/api.json', '/paths/~1far'] }]);
  });

  it('have the parameters and the server of all path items that lead to them, the nearest first', async () => {
    const at = (place: string, name: string, type: string) => ({ name, in: place, schema: { type }, required: true });
    const server = (url: string) => ({ servers: [{ url }] });
    const { call, sdl, diagnostics } = await describeDocument({
      openapi: '3.1.0',
      ...server('http://shop.test'),
      paths: {
        '/{tenant}/a': { $ref: '#/components/pathItems/A', parameters: [at('path', 'tenant', 'integer')] },
        '/b': {
          $ref: '#/components/pathItems/C',
          ...server('http://shop.test/outer'),
          post: { operationId: 'add', ...none },
        },
      },
      components: {
        pathItems: {
          A: { $ref: '#/components/pathItems/B', parameters: [at('header', 'x-a', 'string')] },
          B: {
            ...server('http://shop.test/inner'),
            parameters: [at('path', 'tenant', 'string'), at('query', 'q', 'string')],
            get: { operationId: 'find', parameters: [at('query', 'q', 'boolean')], ...none },
          },
          C: { parameters: [at('query', 'c', 'string')], ...server('http://shop.test/inner') },
        },
      },
    });
    expect(sdl('Query')).toBe('type Query { find(tenant: Int!, q: Boolean!, x_a: String!): Boolean }');
    expect(sdl('Mutation')).toBe('type Mutation { add(c: String!): Boolean }');
    expect([call('find').server, call('add').server]).toEqual(['http://shop.test/inner', 'http://shop.test/outer']);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ['3.0.3', 'shared', 'shared'],
    ['3.1.0', 'own', 'shared'],
  ])('of %s describe what they refer to: %s', async (openapi, own, shared) => {
    const at = (name: string, more: object = {}) => ({ $ref: `#/components/${name}`, ...more });
    const description = 'shared';
    const { schema } = await describeDocument({
      openapi,
      paths: {
        '/a': {
          post: {
            ...{ operationId: 'a', ...none },
            parameters: [at('parameters/A', { description: 'own' }), at('parameters/B')],
            requestBody: at('requestBodies/C', { description: 'own' }),
          },
        },
      },
      components: {
        parameters: {
          A: { name: 'a', in: 'query', description, schema: { type: 'string' } },
          B: { name: 'b', in: 'query', description, schema: { type: 'string' } },
        },
        requestBodies: { C: { description, content: { 'text/plain': {} } } },
      },
    });
    const args = schema.getMutationType()?.getFields()['a']?.args ?? [];
    expect(args.map(each => each.description)).toEqual([own, shared, own]);
  });

  it('that are none are told', async () => {
    const paths = { '/a': null, '/b': { get: null, put: { operationId: 'b', ...none } } };
    const { description, diagnostics } = await describeDocument({
      openapi: '3.0.0',
      servers: [{ url: 'http://a.test' }],
      paths,
    });
    expect(Object.keys(description.blueprint.calls)).toEqual(['Mutation.b']);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'DOCUMENT_INVALID', at: ['/api.json', '/paths/~1a'] },
      { severity: 'warning', code: 'DOCUMENT_INVALID', at: ['/api.json', '/paths/~1b/get'] },
    ]);
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

  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

  it('of what several share are called by where it stands, whoever comes upon it first', async () => {
    const components = {
      Base: { type: 'object', properties: { owner: object, kind: { type: 'string', enum: ['a', 'b'] } } },
      One: { allOf: [ref('Base'), { properties: { one: { type: 'string' } } }] },
      Two: { allOf: [ref('Base'), { properties: { two: { type: 'string' } } }] },
    };
    const { sdl } = await describeDocument(answering({ a: ref('Two'), b: ref('One'), c: ref('Base') }, components));
    expect(sdl('Two')).toBe('type Two { owner: BaseOwner kind: BaseKind two: String }');
    expect(sdl('One')).toBe('type One { owner: BaseOwner kind: BaseKind one: String }');
    expect(sdl('Base')).toBe('type Base { owner: BaseOwner kind: BaseKind }');
  });

  it('of shared parameters are called by them, and of those of a path by the path', async () => {
    const sort = { type: 'string', enum: ['up', 'down'] };
    const get = { responses: {}, parameters: [{ $ref: '#/components/parameters/sort-order' }] };
    const { sdl } = await describeDocument({
      openapi: '3.1.0',
      components: { parameters: { 'sort-order': { name: 'sort', in: 'query', schema: sort } } },
      paths: {
        '/a/{id}': {
          parameters: [{ name: 'by', in: 'query', schema: sort }],
          get: { ...get, operationId: 'a' },
          delete: { ...get, operationId: 'b', parameters: [{ name: 'own', in: 'query', schema: sort }] },
        },
      },
    });
    expect(sdl('Query')).toBe('type Query { a(id: String!, by: AByIdBy, sort: SortOrder): Boolean }');
    expect(sdl('Mutation')).toBe('type Mutation { b(id: String!, by: AByIdBy, own: BOwn): Boolean }');
  });

  it('of components that are wrapped, or that a reference leads into, are called by them', async () => {
    const components = {
      Wrapped: { anyOf: [object, { type: 'null' }] },
      Whole: { type: 'object', properties: { part: object, list: { type: 'array', items: object } } },
    };
    const { sdl } = await describeDocument(
      answering(
        { a: ref('Wrapped'), b: ref('Whole/properties/part'), c: ref('Whole/properties/list/items'), d: ref('Whole') },
        components,
      ),
    );
    expect(sdl('Query')).toBe('type Query { a: Wrapped b: WholePart c: WholeListItem d: Whole }');
    expect(sdl('Whole')).toBe('type Whole { part: WholePart list: [WholeListItem!] }');
  });

  it('that want one name are told apart, each of them, and told of', async () => {
    const inline = { type: 'object', properties: { 'b-c': object, bC: object } };
    const { sdl, diagnostics } = await describeDocument(answering({ a: inline }));
    const [, one, other] = /^type AResponse { b_c: (\w+) bC: (\w+) }$/.exec(sdl('AResponse')) ?? [];
    expect([one, other]).toEqual(Array(2).fill(expect.stringMatching(/^AResponseBC_[0-9a-f]{4}$/)));
    expect(one).not.toBe(other);
    expect(diagnostics.filter(({ code }) => code === 'NAME_COLLISION')).toHaveLength(2);
  });

  it('that no component has to yield to are told apart from it, whether it is used or not', async () => {
    const { sdl, diagnostics } = await describeDocument(
      answering({ a: object }, { AResponse: object, 'a-response': object }),
    );
    expect(sdl('Query')).toMatch(/^type Query { a: AResponse_[0-9a-f]{4} }$/);
    expect(diagnostics.map(({ at }) => at[1])).toEqual([
      '/paths/~1a/get/responses/200/content/application~1json/schema',
    ]);
  });

  it('of components are told only where they come to be types', async () => {
    const date = { type: 'string', format: 'date' };
    const { diagnostics } = await describeDocument(
      answering({ a: ref('Date'), b: ref('Time') }, { Date: date, Time: object, 'in-put': object, InPut: object }),
    );
    expect(diagnostics).toMatchObject([{ code: 'NAME_COLLISION', at: ['/api.json', '/components/schemas/Time'] }]);
  });

  it('in inputs have a twin: a name that ends so is kept, and is none of what is answered', async () => {
    const components = { Pet: object, PetInput: { type: 'object', properties: { b: object } } };
    const both = {
      ...answering({ a: ref('Pet'), b: ref('PetInput') }, components),
      paths: { ...answering({ a: ref('Pet'), b: ref('PetInput') }).paths, ...taking(ref('PetInput')).paths },
    };
    const { sdl } = await describeDocument(both);
    expect(sdl('Query')).toBe('type Query { a: Pet b: PetInputOutput }');
    expect(sdl('Mutation')).toBe('type Mutation { put(input: PetInput!): Boolean }');
    const { sdl: alone } = await describeDocument(taking(ref('Pet'), components));
    expect(alone('Mutation')).toMatch(/^type Mutation { put\(input: PetInput_[0-9a-f]{4}!\): Boolean }$/);
  });

  it('are called as the document wishes, if no two wish alike', async () => {
    const wish = (name: string) => ({ ...object, 'x-graphql-type-name': name });
    const components = {
      Pet: object,
      animal: wish('Pet'),
      B: wish('Twice'),
      C: wish('Twice'),
      D: wish('no name'),
      E: wish('Only'),
    };
    const { schema, diagnostics } = await describeDocument(
      answering(Object.fromEntries(Object.keys(components).map(key => [`get${key}`, ref(key)])), components),
    );
    const type = (key: string) => String(schema.getQueryType()?.getFields()[`get${key}`]?.type);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        ...{ severity: 'warning', code: 'DOCUMENT_INVALID' },
        at: ['/api.json', '/components/schemas/D/x-graphql-type-name'],
      }),
    );
    expect([type('animal'), type('D'), type('E')]).toEqual(['Pet', 'D', 'Only']);
    expect([type('Pet'), type('B'), type('C')]).toEqual(
      [/^Pet_/, /^Twice_/, /^Twice_/].map(name => expect.stringMatching(name)),
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

it('tells of enum values that make one name', async () => {
  const { sdl, diagnostics, description } = await describeDocument(
    answering({ a: { type: 'string', enum: ['a-b', 'a.b', 'a_b'] } }),
  );
  expect(sdl('AResponse')).toMatch(/^enum AResponse { a_b_[0-9a-f]{4} a_b_[0-9a-f]{4} a_b }$/);
  expect(diagnostics.filter(({ code }) => code === 'NAME_COLLISION')).toHaveLength(2);
  const type = description.blueprint.model.types['AResponse'];
  expect(type?.kind === 'enum' && type.values.map(([, wire]) => wire)).toEqual(['a-b', 'a.b', 'a_b']);
});

it('gives arguments of one place names as everywhere, and the body one of its own', async () => {
  const parameter = (name: string, place = 'query') => ({ name, in: place, schema: { type: 'string' } });
  const requestBody = { content: { 'application/json': { schema: {} } } };
  const args = async (...parameters: readonly object[]) => {
    const { schema } = await describeDocument({
      openapi: '3.1.0',
      paths: { '/a': { post: { operationId: 'a', parameters, requestBody, responses: {} } } },
    });
    return schema
      .getMutationType()
      ?.getFields()
      ['a']?.args.map(({ name }) => name);
  };
  expect(await args(parameter('a-b'), parameter('a_b'))).toEqual([
    expect.stringMatching(/^a_b_[0-9a-f]{4}$/),
    'a_b',
    'input',
  ]);
  expect(await args(parameter('a_b'), parameter('a-b'))).toEqual([
    'a_b',
    expect.stringMatching(/^a_b_[0-9a-f]{4}$/),
    'input',
  ]);
  expect(await args(parameter('a'), parameter('a', 'header'), parameter('a_header', 'header'))).toEqual([
    'a',
    expect.stringMatching(/^a_[0-9a-f]{4}$/),
    'a_header',
    'input',
  ]);
  expect(await args(parameter('input'))).toEqual(['input', 'body']);
  expect(await args(parameter('input'), parameter('body'))).toEqual(['input', 'body', 'input_body']);
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
