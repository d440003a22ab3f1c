import { expect, describe as group, it } from 'vitest';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe } from '../../../src/adapters/openapi/schema.ts';
import { describeDocument, memoryReader, source } from './describe-document.ts';

const user = {
  type: 'object',
  'x-selvage-authenticated': true,
  required: ['id'],
  properties: {
    id: { type: 'string' },
    ssn: { type: 'string', 'x-selvage-requires-scopes': [['pii']] },
    card: { $ref: '#/components/schemas/Card' },
    cards: { type: 'array', items: { $ref: '#/components/schemas/Card' } },
    level: { allOf: [{ $ref: '#/components/schemas/Level' }], 'x-selvage-policy': [['staff']] },
  },
};

function documentWith(changes: { operation?: object; schemas?: object; pathItem?: object } = {}) {
  const ok = { description: 'ok', content: { 'application/json': { schema: { $ref: '#/components/schemas/Admin' } } } };
  return {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    servers: [{ url: 'http://shop.invalid' }],
    paths: {
      '/admins/{id}': {
        get: {
          operationId: 'admin',
          'x-selvage-requiresScopes': [['admin']],
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: ok },
          ...changes.operation,
        },
        ...changes.pathItem,
      },
    },
    components: {
      schemas: {
        User: user,
        Admin: { allOf: [{ $ref: '#/components/schemas/User' }, { properties: { desk: { type: 'string' } } }] },
        Card: { type: 'string', 'x-selvage-authenticated': true },
        Level: { type: 'string', enum: ['a', 'b'] },
        ...changes.schemas,
      },
    },
  };
}

async function diagnosticsOf(document: unknown, options = {}) {
  const from = source(options);
  const loaded = await load(from, {
    reader: memoryReader({ '/api.json': document }),
    signal: new AbortController().signal,
  });
  if (!loaded.ok) throw new TypeError('It loads.');
  return describe(loaded.value, from).diagnostics.filter(({ code }) => code === 'DIRECTIVE_INVALID');
}

group('x-selvage-*', () => {
  it('belongs to the field, the type or the property it stands on, through allOf, lists and scalars', async () => {
    const { description } = await describeDocument(documentWith());
    expect(description.blueprint.annotations).toEqual([
      {
        element: 'Admin',
        directive: 'authenticated',
        value: true,
        at: ['/api.json', '/components/schemas/User/x-selvage-authenticated'],
      },
      {
        element: 'Query.admin',
        directive: 'requiresScopes',
        value: [['admin']],
        at: ['/api.json', '/paths/~1admins~1{id}/get/x-selvage-requiresScopes'],
      },
      {
        element: 'Admin.ssn',
        directive: 'requiresScopes',
        value: [['pii']],
        at: ['/api.json', '/components/schemas/User/properties/ssn/x-selvage-requires-scopes'],
      },
      ...['card', 'cards'].map(field => ({
        element: `Admin.${field}`,
        directive: 'authenticated',
        value: true,
        at: ['/api.json', '/components/schemas/Card/x-selvage-authenticated'],
      })),
      {
        element: 'Admin.level',
        directive: 'policy',
        value: [['staff']],
        at: ['/api.json', '/components/schemas/User/properties/level/x-selvage-policy'],
      },
    ]);
  });

  it('belongs to an object that several parts of an allOf write out, whichever says it', async () => {
    const desk = (name: string, said: object) => ({
      type: 'object',
      properties: { desk: { type: 'object', properties: { [name]: { type: 'string' } }, ...said } },
    });
    const Admin = {
      allOf: [desk('room', { 'x-selvage-authenticated': true }), desk('floor', { 'x-selvage-policy': [['staff']] })],
    };
    const { description, sdl } = await describeDocument(documentWith({ schemas: { Admin } }));
    expect(sdl('AdminDesk')).toBe('type AdminDesk { room: String floor: String }');
    const at = (part: number, said: string) => [
      '/api.json',
      `/components/schemas/Admin/allOf/${part}/properties/desk/x-selvage-${said}`,
    ];
    expect(description.blueprint.annotations?.filter(({ element }) => element === 'AdminDesk')).toEqual([
      { element: 'AdminDesk', directive: 'authenticated', value: true, at: at(0, 'authenticated') },
      { element: 'AdminDesk', directive: 'policy', value: [['staff']], at: at(1, 'policy') },
    ]);
  });

  it('speaks of the root field where the operation answers with no object', async () => {
    const schema = { type: 'array', items: { $ref: '#/components/schemas/Card' } };
    const responses = { 200: { description: 'ok', content: { 'application/json': { schema } } } };
    const { description } = await describeDocument(documentWith({ operation: { responses } }));
    const said = description.blueprint.annotations?.filter(({ directive }) => directive === 'authenticated');
    expect(said?.map(({ element }) => element)).toEqual(['Query.admin']);
  });

  it.each([
    ['a path item', { pathItem: { 'x-selvage-authenticated': true } }, '/paths/~1admins~1{id}'],
    [
      'a parameter',
      {
        operation: {
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' }, 'x-selvage-cost': 1 }],
        },
      },
      '/paths/~1admins~1{id}/get/parameters/0',
    ],
    [
      'a branch that is no object',
      {
        schemas: {
          Card: {
            oneOf: [
              { type: 'string', 'x-selvage-authenticated': true },
              { type: 'string', format: 'uuid' },
            ],
          },
        },
      },
      '/components/schemas/Card/oneOf/0',
    ],
  ])('is an error on %s, where it would protect nothing', async (_, changes, pointer) => {
    const diagnostics = await diagnosticsOf(documentWith(changes));
    expect(diagnostics.map(({ severity, at }) => [severity, at[1]])).toEqual([['error', pointer]]);
  });

  it('is a note on a schema that nothing is made of, and nothing on an operation that is left out', async () => {
    const schemas = {
      Unused: { type: 'object', properties: { a: { type: 'string', 'x-selvage-authenticated': true } } },
    };
    expect((await diagnosticsOf(documentWith({ schemas }))).map(({ severity, at }) => [severity, at[1]])).toEqual([
      ['note', '/components/schemas/Unused/properties/a'],
    ]);
    const excluded = await diagnosticsOf(documentWith(), { operations: { include: ['*'], exclude: ['admin'] } });
    expect(excluded.filter(({ at }) => at[1]?.startsWith('/paths'))).toEqual([]);
  });
});
