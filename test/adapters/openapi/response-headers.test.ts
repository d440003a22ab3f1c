import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/openapi/send.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { answeringBackend, body, operations, replying } from './answering-backend.ts';
import { describeDocument, source } from './describe-document.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

const pet = { type: 'object', properties: { id: { type: 'integer' }, friend: { $ref: '#/components/schemas/Pet' } } };
const petRef = { $ref: '#/components/schemas/Pet' };
const text = { schema: { type: 'string' } };
const document = operations(
  {
    'GET /pet': {
      operationId: 'getPet',
      responses: {
        200: body(petRef, 'application/json', { headers: { ETag: text, 'X-Rate-Limit': text, 'Set-Cookie': text } }),
      },
    },
    'GET /pets': {
      operationId: 'listPets',
      responses: { 200: body({ type: 'array', items: petRef }, 'application/json', { headers: { Link: text } }) },
    },
  },
  { schemas: { Pet: pet } },
);

const sent = {
  'content-type': 'application/json',
  etag: '"v1"',
  'x-rate-limit': ['10', '20'],
  'set-cookie': ['sid=1', 'b=2'],
  'x-internal': 'i',
  link: '</pets?page=2>; rel=next',
};

async function backend(options: Partial<SourceOptions> = {}, from: object = document) {
  const made = await answeringBackend(
    from,
    ({ url }, response) =>
      response
        .writeHead(200, sent)
        .end(url === '/pets' ? '[{"id":1}]' : '{"id":1,"friend":{"id":2,"_headers":"not ours"},"_headers":"not ours"}'),
    options,
  );
  opened.push(made);
  return made;
}

describe('_headers', () => {
  it('are those that the document declares, each as often as it came, and never a cookie', async () => {
    const { ask, sdl } = await backend();
    expect(sdl('Pet')).toBe('type Pet { id: Int friend: Pet _headers: [HttpHeader!] }');
    expect(sdl('HttpHeader')).toBe('type HttpHeader { name: String! value: String! }');
    expect(await ask('{ getPet { id _headers { name value } } }')).toEqual({
      data: {
        getPet: {
          id: 1,
          _headers: [
            { name: 'etag', value: '"v1"' },
            { name: 'x-rate-limit', value: '10' },
            { name: 'x-rate-limit', value: '20' },
          ],
        },
      },
    });
  });

  it('are those of a file, too, and null where the document declares none', async () => {
    const file = (headers: object) => ({ 200: { description: '', headers, content: { 'image/png': {} } } });
    const files = operations({
      'GET /pet': { operationId: 'photo', responses: file({ ETag: text }) },
      'GET /pets': { operationId: 'plain', responses: file({}) },
    });
    const { ask, sdl } = await backend({}, files);
    expect(sdl('HttpFile')).toContain('_headers: [HttpHeader!]');
    expect(await ask('{ photo { size _headers { name value } } plain { _headers { name } } }')).toEqual({
      data: { photo: { size: 70, _headers: [{ name: 'etag', value: '"v1"' }] }, plain: { _headers: null } },
    });
  });

  it('are null of an object that is no whole answer, whatever the body says', async () => {
    const { ask } = await backend();
    expect(await ask('{ getPet { friend { id _headers { name } } } listPets { id _headers { name } } }')).toEqual({
      data: { getPet: { friend: { id: 2, _headers: null } }, listPets: [{ id: 1, _headers: null }] },
    });
  });

  it.each([
    ['a name', ['x-internal'], ['etag', 'x-rate-limit', 'x-rate-limit', 'x-internal']],
    ['a glob, which lets out no cookie', ['x-*', 'set-*'], ['etag', 'x-rate-limit', 'x-rate-limit', 'x-internal']],
    ['a cookie by its own name', ['set-cookie'], ['etag', 'x-rate-limit', 'x-rate-limit', 'set-cookie', 'set-cookie']],
    [
      'a header of the connection',
      ['connection', 'transfer-encoding', 'keep-alive'],
      ['etag', 'x-rate-limit', 'x-rate-limit'],
    ],
  ])('responseHeaders adds %s', async (_, responseHeaders, names) => {
    const { ask } = await backend({ responseHeaders });
    const { data } = await ask('{ getPet { _headers { name } } }');
    const answered = data?.['getPet'] as { _headers: { name: string }[] } | undefined;
    expect(answered?._headers.map(({ name }) => name)).toEqual(names);
  });

  it('are on no type of a document that declares none', async () => {
    const plain = operations(
      { 'GET /pet': { operationId: 'getPet', responses: { 200: body(petRef) } } },
      { schemas: { Pet: pet } },
    );
    const { sdl, has } = await backend({}, plain);
    expect([sdl('Pet'), has('HttpHeader')]).toEqual(['type Pet { id: Int friend: Pet }', false]);
  });

  it('cannot stand on a list: that is told, and an envelope gives them a place', async () => {
    const plain = await backend();
    expect(plain.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'CONSTRUCT_NOT_SUPPORTED',
        at: ['/api.json', '/paths/~1pets/get'],
        hint: expect.stringContaining('envelope: ["listPets"]'),
      }),
    );
    const { ask, sdl, diagnostics } = await backend({ envelope: ['list*'] });
    expect(diagnostics).toEqual([]);
    expect(sdl('ListPetsAnswer')).toBe('type ListPetsAnswer { value: [Pet!] _headers: [HttpHeader!] }');
    expect(await ask('{ listPets { value { id } _headers { name value } } }')).toEqual({
      data: { listPets: { value: [{ id: 1 }], _headers: [{ name: 'link', value: sent.link }] } },
    });
  });

  it('leave a property of the name in its place', async () => {
    const own = { type: 'object', properties: { _headers: { type: 'string' } } };
    const from = operations({
      'GET /pet': {
        operationId: 'getPet',
        responses: { 200: body(own, 'application/json', { headers: { ETag: text } }) },
      },
    });
    const { ask, diagnostics } = await backend({}, from);
    expect(await ask('{ getPet { _headers } }')).toEqual({ data: { getPet: { _headers: 'not ours' } } });
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'NAME_COLLISION' }));
  });

  it('stand on failures that are data, too', async () => {
    const from = operations(
      {
        'GET /pet': {
          operationId: 'getPet',
          responses: { 200: body(pet), 404: { description: '', headers: { 'X-Rate-Limit': text } } },
        },
      },
      { schemas: { Pet: pet } },
    );
    const made = await answeringBackend(from, replying(404, '', { 'x-rate-limit': '0' }), { errors: 'UNION' });
    opened.push(made);
    expect(await made.ask('{ getPet { ... on GetPet404 { status _headers { name value } } } }')).toEqual({
      data: { getPet: { status: 404, _headers: [{ name: 'x-rate-limit', value: '0' }] } },
    });
  });

  it('cost nothing where they are not asked for: an answer that comes again is the same value', async () => {
    const long = `{"id":1,"more":"${'x'.repeat(2_000)}"}`;
    let version = 0;
    const made = await answeringBackend(document, (_, response) => {
      version += 1;
      response.writeHead(200, { 'content-type': 'application/json', etag: `"v${version}"` }).end(long);
    });
    opened.push(made);
    const from = source({}, made.endpoint);
    const { description, call } = await describeDocument(document, from);
    const subschema = connect(description.blueprint, from);
    const ask = async (selection?: string) => {
      const context = {
        signal: new AbortController().signal,
        deadline: performance.now() + 60_000,
        headers: {},
        requestId: 'r',
        onlyReads: true,
      };
      const selectionSet = { kind: 'SelectionSet', selections: [] } as never; // it only matters that there is one
      const item = selection ? { args: {}, selection: { selectionSet, variables: {} } } : { args: {} };
      const [outcome] = await subschema.send(call('getPet'), [item], context);
      return outcome && 'value' in outcome ? (outcome.value as Record<string, unknown>) : undefined;
    };
    const [first, second, third, fourth] = [await ask(), await ask(), await ask('_headers'), await ask('_headers')];
    await subschema.close();
    expect(second).toBe(first);
    expect(Object.keys(first ?? {})).toEqual(['id', 'more', 'friend']);
    expect([third?.['_headers'], fourth?.['_headers']]).toEqual([
      [{ name: 'etag', value: '"v3"' }],
      [{ name: 'etag', value: '"v4"' }],
    ]);
    expect(made.seen).toHaveLength(4);
  });
});
