import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readExpression } from '../../../src/adapters/openapi/document/runtime-expression.ts';
import { answeringBackend, body, operations } from './answering-backend.ts';
import { describeDocument, source } from './describe-document.ts';

const text = { type: 'string' };
const user = {
  type: 'object',
  properties: {
    id: text,
    'boss-id': text,
    tags: { type: 'array', items: text },
    home: { type: 'object', properties: { city: text } },
    any: {},
    taken: text,
  },
};
const parameter = (name: string, place: string, schema: object = text) => ({
  name,
  in: place,
  schema,
  ...(place === 'path' ? { required: true } : {}),
});
const target = {
  operationId: 'getCity',
  parameters: [
    parameter('q', 'query'),
    parameter('X-Q', 'header'),
    parameter('many', 'query', { type: 'array', items: text }),
    parameter('n', 'query', { type: 'integer' }),
    parameter('flag', 'query', { type: 'boolean' }),
    parameter('kind', 'query', { type: 'string', enum: ['in-town', 'out'] }),
  ],
  responses: { 200: body({ type: 'object', properties: { name: text } }) },
};

async function linked(links: object, more: object = {}, response: object = user) {
  const document = operations(
    {
      'PUT /users/{id}': {
        operationId: 'putUser',
        parameters: [
          parameter('id', 'path'),
          parameter('X-Tenant', 'header'),
          parameter('filter', 'query', { type: 'object', properties: { a: text } }),
        ],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  city: { type: 'object', properties: { 'zip-code': text } },
                  list: { type: 'array', items: user },
                },
              },
            },
          },
        },
        responses: { 200: body(response, 'application/json', { links }) },
        ...more,
      },
      'GET /city': target,
      'POST /city': { operationId: 'addCity', responses: { 204: { description: '' } } },
    },
    { schemas: {} },
  );
  const { description, diagnostics, call, sdl } = await describeDocument(document, source({}, 'http://shop.test'));
  return { ...description.blueprint, diagnostics, carried: call('putUser').carried, sdl };
}

const to = (parameters: object) => ({ operationId: 'getCity', parameters });

describe('a link of a document', () => {
  it.each([
    ['the body', '$response.body#/id', '$parent.id', undefined],
    ['the body, written as in a URL', '{$response.body#/id}', '$parent.id', undefined],
    ['a property under another name', '$response.body#/boss-id', '$parent.boss_id', undefined],
    ['an object in the body', '$response.body#/home/city', '$parent.home.city', undefined],
    [
      'a header of the answer',
      '$response.header.X-City',
      '$parent._carried_header_x_city_b2f4',
      { of: { header: 'x-city' } },
    ],
    ['the status', '$statusCode', '$parent._carried_status', { of: { status: true } }],
    ['the path', '$request.path.id', '$parent._carried_path_id', { of: { argument: 'id', path: [] } }],
    [
      'a header of the request',
      '$request.header.x-tenant',
      '$parent._carried_header_x_tenant_5d0e',
      { of: { argument: 'X_Tenant', path: [] } },
    ],
    [
      'the body of the request',
      '$request.body#/city/zip-code',
      '$parent._carried_body_city_zip_code_1234',
      { of: { argument: 'input', path: ['city', 'zip_code'] } },
    ],
    ['the method', '$method', 'PUT', undefined],
    ['a constant', 'Ulm', 'Ulm', undefined],
    ['a constant that looks like a hole', '5$', '5$', undefined],
  ])('reads %s', async (_, expression, template, carried) => {
    const found = await linked({ city: to({ q: expression }) });
    const given = String(found.links?.[0]?.args['q']);
    expect(given.replace(/_[0-9a-f]{4}$/, '')).toBe(template.replace(/_[0-9a-f]{4}$/, ''));
    const name = given.replace('$parent.', '');
    expect(found.carried).toEqual(carried && [{ name, ...carried }]);
    expect(found.hidden).toEqual(carried && [`PutUserResponse.${name}`]);
    expect(found.onRequest).toEqual(found.hidden);
    expect(found.diagnostics).toEqual([]);
  });

  it('is a field with the arguments that it does not give, and what is hidden stands on the type', async () => {
    const { links, sdl } = await linked({
      city: {
        ...to({ q: '$request.path.id', n: 3, kind: 'in-town', many: '$response.body#/tags' }),
        description: 'Where.',
      },
    });
    expect(links?.map(({ type, field, call, args }) => [type, print(field), call, args])).toEqual([
      [
        'PutUserResponse',
        '"""Where."""\ncity(X_Q: String, flag: Boolean): GetCityResponse',
        'getCity',
        {
          q: '$parent._carried_path_id',
          n: 3,
          kind: 'in_town',
          many: '$parent.tags',
          X_Q: '$args.X_Q',
          flag: '$args.flag',
        },
      ],
    ]);
    expect(sdl('PutUserResponse')).toContain('_carried_path_id: String }');
  });

  it('is a list where the operation that it asks answers with one', async () => {
    const more = {
      'GET /cities': { ...target, operationId: 'cities', responses: { 200: body({ type: 'array', items: text }) } },
    };
    const document = operations({
      'GET /user': {
        operationId: 'user',
        responses: {
          200: body(user, 'application/json', {
            links: { around: { operationId: 'cities', parameters: { q: '$response.body#/id' } } },
          }),
        },
      },
      ...more,
    });
    const { description, diagnostics } = await describeDocument(document, source({}, 'http://shop.test'));
    const [link] = description.blueprint.links ?? [];
    expect(link && [link.type, print(link.field.type), link.args['q']]).toEqual([
      'UserResponse',
      '[String!]',
      '$parent.id',
    ]);
    expect(diagnostics).toEqual([]);
  });

  it.each([
    [
      'a constant',
      { city: 'Ulm', near: { km: 5, kind: 'in-town' } },
      { city: 'Ulm', near: { km: 5, kind: 'in_town' } },
      undefined,
    ],
    [
      'a constant that lacks what is required',
      { near: {} },
      undefined,
      'the body: the constant is no value of its type.',
    ],
    [
      'a constant with more than is known',
      { city: 'x', y: 1 },
      undefined,
      'the body: the constant is no value of its type.',
    ],
    ['the whole of another body', '$response.body', undefined, 'the body: a body as a whole is no value.'],
  ])('may give the operation that it asks a body: %s', async (_, requestBody, input, problem) => {
    const near = {
      type: 'object',
      properties: { km: { type: 'integer' }, kind: { type: 'string', enum: ['in-town', 'out'] } },
    };
    const document = operations({
      'GET /user': {
        operationId: 'user',
        responses: {
          200: body(user, 'application/json', { links: { found: { operationId: 'search', requestBody } } }),
        },
      },
      'POST /search': {
        operationId: 'search',
        'x-graphql-operation': 'query',
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: { type: 'object', required: ['city'], properties: { city: text, near } } },
          },
        },
        responses: { 200: body({ type: 'array', items: text }) },
      },
    });
    const { description, diagnostics } = await describeDocument(document, source({}, 'http://shop.test'));
    expect(description.blueprint.links?.map(({ args }) => args)).toEqual(input && [{ input }]);
    expect(diagnostics.map(({ message }) => message)).toEqual(
      problem ? [`The link "found" is no field: ${problem}`] : [],
    );
  });

  it('carries a flag as one', async () => {
    const { links, sdl } = await linked({ city: to({ flag: '$request.header.X-Tenant' }) });
    const name = String(links?.[0]?.args['flag']).replace('$parent.', '');
    expect(sdl('PutUserResponse')).toContain(`${name}: Boolean }`);
  });

  it.each([
    ['leads to no operation', { operationId: 'nobody' }, 'it names no operation that is served (nobody).'],
    ['names nothing', {}, 'it names no operation that is served (none at all).'],
    ['names a mutation', { operationId: 'addCity' }, 'addCity is a mutation, and links only read.'],
    [
      'names a server',
      { ...to({}), server: { url: 'http://evil.test' } },
      'it names a server, and only the configuration does that.',
    ],
    ['gives a body to what takes none', { ...to({}), requestBody: 'x' }, 'it gives a body, and getCity takes none.'],
    ['gives a parameter that there is not', to({ z: '1' }), 'getCity has no parameter "z" that is an argument.'],
    [
      "gives the backend's address",
      to({ q: '$url' }),
      'the parameter "q": $url is the backend\'s address, which does not leave the gateway.',
    ],
    ['gives an object', to({ q: '$response.body#/home' }), 'the parameter "q": "/home" is no single value.'],
    ['gives what has no type', to({ q: '$response.body#/any' }), 'the parameter "q": "/any" is no single value.'],
    ['gives the whole body', to({ q: '$response.body' }), 'the parameter "q": a body as a whole is no value.'],
    [
      "gives a list's item",
      to({ q: '$response.body#/tags/0' }),
      'the parameter "q": nothing is known of "0" in what is there.',
    ],
    [
      'gives what the body has not',
      to({ q: '$response.body#/none' }),
      'the parameter "q": nothing is known of "none" in PutUserResponse.',
    ],
    [
      'gives an object of the request',
      to({ q: '$request.query.filter' }),
      'the parameter "q": the parameter "filter" of putUser is no single value.',
    ],
    [
      'gives what the request has not',
      to({ q: '$request.query.none' }),
      'the parameter "q": putUser has no argument for its parameter "none" (query).',
    ],
    [
      "gives a text with the backend's address in it",
      to({ q: 'x-{$url}' }),
      'the parameter "q": $url is the backend\'s address, which does not leave the gateway.',
    ],
    [
      'gives a text with what is no expression in it',
      to({ q: 'x-{$response.id}' }),
      'the parameter "q": "x-{$response.id}" is no runtime expression.',
    ],
    [
      'gives what is no expression',
      to({ q: '$response.id' }),
      'the parameter "q": "$response.id" is no runtime expression.',
    ],
    [
      'gives an enum value that there is not',
      to({ kind: 'else' }),
      'the parameter "kind": the constant is no value of its type.',
    ],
  ])('that %s is no field, and that is told', async (_, link, problem) => {
    const { links, hidden, diagnostics } = await linked({ city: link });
    expect([links, hidden]).toEqual([undefined, undefined]);
    const at = ['/api.json', '/paths/~1users~1{id}/put/responses/200/links/city'];
    const told = diagnostics.find(diagnostic => diagnostic.code === 'CONSTRUCT_NOT_SUPPORTED');
    expect(told).toMatchObject({ severity: 'note', at, message: `The link "city" is no field: ${problem}` });
  });

  it('leaves a property of its name in its place', async () => {
    const { links, diagnostics } = await linked({ taken: to({ q: '$response.body#/id' }) });
    expect([links, diagnostics[0]?.message]).toEqual([
      undefined,
      'The link "taken" is no field: PutUserResponse has a property of the name.',
    ]);
  });

  it('needs an object to stand on', async () => {
    const { links, diagnostics } = await linked({ city: to({}) }, {}, { type: 'array', items: user });
    expect([links, diagnostics[0]?.message]).toEqual([
      undefined,
      'The link "city" is no field: the answer is no object of a type of its own.',
    ]);
  });

  it('of one name and type is one where it is alike, and the first where it is not', async () => {
    const ref = { $ref: '#/components/schemas/User' };
    const answer = (q: string) => ({
      200: body(ref, 'application/json', { links: { city: to({ q }), house: to({ q: '$request.path.id' }) } }),
    });
    const get = (path: string, q: string) => ({
      parameters: [parameter('id', 'path')],
      operationId: path,
      responses: answer(q),
    });
    const document = operations(
      {
        'GET /a/{id}': get('a', '$response.body#/id'),
        'GET /b/{id}': get('b', '$response.body#/boss-id'),
        'GET /city': target,
      },
      { schemas: { User: user } },
    );
    const { description, diagnostics, call } = await describeDocument(document, source({}, 'http://shop.test'));
    expect(description.blueprint.links?.map(({ type, field, args }) => [type, field.name.value, args['q']])).toEqual([
      ['User', 'city', '$parent.id'],
      ['User', 'house', '$parent._carried_path_id'],
    ]);
    expect([call('a').carried, call('b').carried]).toEqual(
      Array(2).fill([{ name: '_carried_path_id', of: { argument: 'id', path: [] } }]),
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'The link "city" is no field: another link of User has the name.',
    ]);
  });
});

describe('what links read', () => {
  const document = operations({
    'GET /users/{id}': {
      operationId: 'getUser',
      parameters: [parameter('id', 'path'), parameter('n', 'query', { type: 'integer' })],
      responses: {
        200: body(user, 'application/json', {
          links: {
            a: to({
              q: 'u:{$request.path.id}/{$response.body#/home/city}/{$method}/{$statusCode}/{$response.header.x-a}',
            }),
            b: to({ q: '$response.header.X-A', n: '$request.query.n' }),
          },
        }),
      },
    },
    'GET /city': target,
  });

  it('stands on the answer: of the request, the headers, the status and the body, and null where a part has no value', async () => {
    let headers: Record<string, string> = { 'x-a': 'h' };
    const answer: Parameters<typeof answeringBackend>[1] = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end('{"home":{"city":"Ulm"}}');
    await using backend = await answeringBackend(document, answer);
    const names = [...backend.sdl('GetUserResponse').matchAll(/_carried\w+/g)].map(([name]) => name);
    expect(names).toHaveLength(3);
    const ask = async () =>
      (await backend.ask(`{ getUser(id: "u 1", n: 7) { ${names.join(' ')} } }`)).data?.['getUser'];
    expect(Object.values((await ask()) ?? {})).toEqual(['u:u 1/Ulm/GET/200/h', 'h', '7']);
    headers = {};
    expect(Object.values((await ask()) ?? {})).toEqual([null, null, '7']);
  });

  it('stands on each object type that an answer can be, where it can be read', async () => {
    const either = {
      oneOf: [
        { type: 'object', required: ['id'], properties: { id: text } },
        { type: 'object', required: ['no'], properties: { no: text } },
      ],
    };
    const { links, diagnostics } = await linked({ x: to({ q: '$response.body#/id' }), y: to({}) }, {}, either);
    expect(links?.map(({ type, field }) => `${type}.${field.name.value}`)).toEqual([
      'PutUserResponseOption1.x',
      'PutUserResponseOption1.y',
      'PutUserResponseOption2.y',
    ]);
    expect(diagnostics).toEqual([]);
  });
});

describe('a runtime expression', () => {
  it.each([
    ['Ulm', undefined],
    [7, undefined],
    ['$url', { from: 'url' }],
    ['$response.body#/a~1b/c%20d', { from: 'answer', pointer: ['a/b', 'c d'] }],
    ['$request.body#', { from: 'body', pointer: [] }],
    ['$request.query.a.b', { from: 'parameter', in: 'query', name: 'a.b' }],
    ['a{$url}b{c}', ['a', { from: 'url' }, 'b', '{', 'c}']],
    ['{a}', undefined],
    ['$response.query.a', 'malformed'],
    ['$request.header.', 'malformed'],
    ['$request.body/a', 'malformed'],
    ['$5', 'malformed'],
  ])('%s', (written, expression) => {
    expect(readExpression(written)).toEqual(expression);
  });
});
