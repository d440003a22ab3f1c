import { afterEach, describe, expect, it } from 'vitest';
import { answeringBackend, body, operations } from '../adapters/openapi/answering-backend.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

const pet = { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } };
const none = { schema: { type: 'string' } };
const document = operations({
  'GET /pet': {
    operationId: 'getPet',
    parameters: [
      { name: 'q', in: 'query', ...none },
      { name: 'If-None-Match', in: 'header', ...none },
    ],
    responses: { 200: body(pet, 'application/json', { headers: { Age: none, ETag: none } }) },
  },
  'POST /pet': { operationId: 'postPet', responses: { 200: body(pet) } },
});

/** A backend that answers 304 where the condition holds. Each row is how it was asked, and what it said. */
async function backend(
  headers: Record<string, string>,
  options: object = { cache: 'REVALIDATE', forward: ['authorization'] },
) {
  const told: [condition: string | undefined, status: number][] = [];
  const made = await answeringBackend(
    document,
    (request, response) => {
      const condition = request.headers['if-none-match'] ?? request.headers['if-modified-since'];
      const holds =
        condition !== undefined && (condition === headers['etag'] || condition === headers['last-modified']);
      told.push([condition, holds ? 304 : 200]);
      const sent = { 'content-type': 'application/json', age: String(told.length), ...headers };
      if (holds) response.writeHead(304, { age: sent.age }).end();
      else
        response
          .writeHead(200, sent)
          .end(JSON.stringify({ id: told.length, name: request.headers.authorization ?? 'nobody' }));
    },
    options,
  );
  opened.push(made);
  return { told, ...made };
}

const query = '{ getPet { id name _headers { name value } } }';
const idOf = ({ data }: { data?: Record<string, unknown> | null }) => (data?.['getPet'] as { id: number } | null)?.id;

describe('cache: REVALIDATE', () => {
  it.each([
    ['an ETag', { etag: '"v1"' }, '"v1"'],
    ['a weak ETag', { etag: 'W/"v1"' }, 'W/"v1"'],
    ['a date', { 'last-modified': 'Thu, 26 Nov 2026 10:00:00 GMT' }, 'Thu, 26 Nov 2026 10:00:00 GMT'],
    ['an ETag before a date', { etag: '"v1"', 'last-modified': 'Thu, 26 Nov 2026 10:00:00 GMT' }, '"v1"'],
  ])('asks on the condition of %s, and what has not changed is the answer again', async (_, headers, condition) => {
    const { ask, told } = await backend(headers);
    expect([idOf(await ask(query)), idOf(await ask(query))]).toEqual([1, 1]);
    expect(told).toEqual([
      [undefined, 200],
      [condition, 304],
    ]);
  });

  it('tells the newer headers of the answer that was kept', async () => {
    const { ask } = await backend({ etag: '"v1"' });
    await ask(query);
    const { data } = await ask(query);
    expect(data?.['getPet']).toEqual({
      id: 1,
      name: 'nobody',
      _headers: [
        { name: 'age', value: '2' },
        { name: 'etag', value: '"v1"' },
      ],
    });
  });

  it.each([
    ['without a validator', {}],
    ['that is not to be stored', { etag: '"v1"', 'cache-control': 'no-store' }],
    ['that is for one alone', { etag: '"v1"', 'cache-control': 'max-age=60, private' }],
    ['that varies by everything', { etag: '"v1"', vary: '*' }],
    ['with a validator that is none', { etag: 'v1' }],
  ])('keeps no answer %s', async (_, headers) => {
    const { ask, told } = await backend(headers);
    expect([idOf(await ask(query)), idOf(await ask(query))]).toEqual([1, 2]);
    expect(told).toEqual([
      [undefined, 200],
      [undefined, 200],
    ]);
  });

  it('keeps apart what is sent differently: by whom, and for what', async () => {
    const { ask, told } = await backend({ etag: '"v1"' });
    const as = (who: string, text = query) => ask(text, { headers: { authorization: who } });
    const answers = [
      await as('ann'),
      await as('bob'),
      await as('ann'),
      await as('ann', query.replace('getPet', 'getPet(q: "x")')),
    ];
    expect(answers.map(idOf)).toEqual([1, 2, 1, 4]);
    expect(told.map(([, status]) => status)).toEqual([200, 200, 304, 200]);
    expect(JSON.stringify(answers[2])).toContain('ann');
  });

  it('leaves a condition to the client that sets one', async () => {
    const { ask, told } = await backend({ etag: '"v1"' });
    await ask(query);
    const { errors } = await ask('{ getPet(If_None_Match: "\\"v1\\"") { id } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'PRECONDITION_FAILED', http: { status: 304 } });
    expect(told).toHaveLength(2);
  });

  it('is for what only reads', async () => {
    const { ask, told } = await backend({ etag: '"v1"' });
    await ask('mutation { postPet { id } }');
    await ask('mutation { postPet { id } }');
    expect(told).toEqual([
      [undefined, 200],
      [undefined, 200],
    ]);
  });

  it('is off by default', async () => {
    const { ask, told } = await backend({ etag: '"v1"' }, {});
    expect([idOf(await ask(query)), idOf(await ask(query))]).toEqual([1, 2]);
    expect(told).toHaveLength(2);
  });
});
