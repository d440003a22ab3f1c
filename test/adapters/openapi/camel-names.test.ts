import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { isLegalName } from '../../../src/base/names.ts';
import { answeringBackend, body, operations } from './answering-backend.ts';
import { answering, describeDocument, source, taking } from './describe-document.ts';

const text = { type: 'string' };
const camel = { naming: 'CAMEL' } as const;

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

describe('naming: CAMEL', () => {
  it.each([
    ['created_at', 'createdAt'],
    ['Created-At', 'createdAt'],
    ['createdAt', 'createdAt'],
    ['ID', 'id'],
    ['HTTPStatus', 'httpStatus'],
    ['X-Rate-Limit', 'xRateLimit'],
    ['_links', '_links'],
    ['_first_page', '_firstPage'],
    ['+1', 'plus1'],
    ['2fa', '_2fa'],
    ['__proto__', '_proto'],
    ['ü', '_'],
  ])('calls %s %s', async (wire, name) => {
    const { description } = await describeDocument(
      taking({ type: 'object', properties: { [wire]: text } }),
      source(camel),
    );
    const type = Object.values(description.blueprint.model.types)[0];
    expect(type?.kind === 'object' && type.fields.map(field => [field.wire, field.name])).toEqual([[wire, name]]);
  });

  it('tells apart what would be called alike, but for what is called so by itself, and says so', async () => {
    const schema = { type: 'object', properties: { created_at: text, createdAt: text, 'created-at': text } };
    const { sdl, diagnostics } = await describeDocument(answering({ x: schema }), source(camel, 'http://shop.test'));
    expect(sdl('XResponse')).toMatch(
      /^type XResponse \{ createdAt_[0-9a-f]{4}: String createdAt: String createdAt_[0-9a-f]{4}: String \}$/,
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['NAME_COLLISION', 'NAME_COLLISION']);
  });

  it('sends and reads the document’s own names', async () => {
    const user = {
      type: 'object',
      required: ['user_id'],
      properties: { user_id: text, 'home-town': { type: 'object', properties: { zip_code: text } } },
    };
    const document = operations({
      'POST /users/{user_id}': {
        operationId: 'putUser',
        parameters: [
          { name: 'user_id', in: 'path', required: true, schema: text },
          { name: 'X-Page-Size', in: 'header', schema: { type: 'integer' } },
        ],
        requestBody: { required: true, content: { 'application/json': { schema: user } } },
        responses: {
          200: body(user, 'application/json', {
            links: { same_user: { operationId: 'getUser', parameters: { user_id: '$response.body#/user_id' } } },
          }),
        },
      },
      'GET /user': {
        operationId: 'getUser',
        parameters: [{ name: 'user_id', in: 'query', schema: text }],
        responses: { 200: body(user) },
      },
    });
    const made = await answeringBackend(
      document,
      (_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"user_id":"7","home-town":{"zip_code":"8"}}'),
      camel,
    );
    opened.push(made);
    const query =
      'mutation { putUser(userId: "1", xPageSize: 2, input: { userId: "3", homeTown: { zipCode: "4" } }) { userId homeTown { zipCode } } }';
    expect(await made.ask(query)).toEqual({ data: { putUser: { userId: '7', homeTown: { zipCode: '8' } } } });
    expect(made.seen.map(({ url, headers }) => [url, headers['x-page-size']])).toEqual([['/users/1', '2']]);
    const { description } = await describeDocument(document, source(camel, 'http://shop.test'));
    expect(description.blueprint.links?.map(({ field, args }) => [field.name.value, args])).toEqual([
      ['sameUser', { userId: '$parent.userId' }],
    ]);
  });

  it.each(['CAMEL', 'WRITTEN'] as const)('loses no property, whatever it is called (%s)', async naming => {
    const keys = fc.uniqueArray(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z_-]{1,6}$/)), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(keys, async wires => {
        const properties = Object.fromEntries(wires.map(wire => [wire, text]));
        const { description, call } = await describeDocument(
          taking({ type: 'object', properties }),
          source({ naming }),
        );
        const { model } = description.blueprint;
        const type = Object.values(model.types).find(({ kind }) => kind === 'object');
        const fields = type?.kind === 'object' ? type.fields : [];
        expect(fields.filter(({ name }) => !isLegalName(name))).toEqual([]);
        const input = Object.fromEntries(fields.map(({ name }, index) => [name, `v${index}`]));
        const sent = prepare(call('put'), { input }, new Encoder(model)).body;
        const expected = Object.fromEntries(fields.map(({ wire }, index) => [wire, `v${index}`]));
        expect(JSON.parse(String(sent))).toEqual(expected);
        expect(Object.keys(expected).sort()).toEqual(Object.keys(properties).sort());
      }),
      { numRuns: 100 },
    );
  });
});
