import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDocument } from './open-document.ts';
import { startRecorder } from './recorder.ts';
import { decodeForm, pairsOf, readCookie, readHeader, readPath } from './style-decoder.ts';

const string = { type: 'string' };
const long = { type: 'integer', format: 'int64' };
const decimal = { type: 'number', format: 'decimal' };
const numbers = {
  type: 'object',
  properties: {
    long,
    decimal,
    text: { type: 'string', format: 'int64' },
    list: { type: 'array', items: long },
    map: { type: 'object', additionalProperties: decimal },
    any: {},
  },
};
const json = { 'application/json': { schema: numbers } };
const parameter = (name: string, place: string, schema: object, more: object = {}) => ({
  name,
  in: place,
  required: place === 'path',
  schema,
  ...more,
});

const document = {
  openapi: '3.2.0',
  info: { title: 'numbers and texts', version: '1' },
  paths: {
    '/items/{id}/parts/{part}': {
      get: {
        operationId: 'texts',
        parameters: [
          parameter('id', 'path', string),
          parameter('part', 'path', string, { style: 'matrix' }),
          parameter('q', 'query', string),
          parameter('r', 'query', string),
          parameter('X-Text', 'header', string),
          parameter('form', 'cookie', string),
          parameter('raw', 'cookie', string, { style: 'cookie' }),
        ],
        responses: { 204: { description: '' } },
      },
    },
    '/numbers/{id}': {
      post: {
        operationId: 'numbers',
        parameters: [
          parameter('id', 'path', long),
          parameter('q', 'query', { type: 'array', items: long }),
          parameter('X-Number', 'header', decimal),
          parameter('c', 'cookie', long),
        ],
        requestBody: { required: true, content: json },
        responses: { 200: { description: '', content: json } },
      },
    },
  },
};

let folder: string;
let recorder: Awaited<ReturnType<typeof startRecorder>>;
let gateway: Awaited<ReturnType<typeof openDocument>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-properties-'));
  await writeFile(join(folder, 'api.json'), JSON.stringify(document));
  recorder = await startRecorder();
  gateway = await openDocument(join(folder, 'api.json'), recorder.url);
});
afterAll(async () => {
  await gateway.close();
  await recorder.close();
  await rm(folder, { recursive: true });
});

const textQuery = `query ($id: String!, $part: String!, $q: String, $r: String, $header: String, $form: String, $raw: String) {
  texts(id: $id, part: $part, q: $q, r: $r, X_Text: $header, form: $form, raw: $raw)
}`;

/** What looks like something else to some reader. */
const odd = [
  '../admin',
  '%2e%2e/x',
  '?admin=1',
  '#top',
  'a&q=2',
  'a;b=c',
  '{id}',
  '%00',
  '%',
  '+',
  ' ',
  '//host',
  'a,b',
  '"',
  '\\',
  '\r\nx: y',
  '..',
  '.',
];
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  fc.constantFrom(...odd),
  fc.tuple(fc.constantFrom(...odd), fc.string({ maxLength: 4 })).map(parts => parts.join('')),
);

/** What no path, header or cookie can carry; everything else arrives. */
const isRefusable = {
  path: (text: string) =>
    text === '' ||
    /(^|[\\/]|%(25)*(2f|5c))\.\.?($|[;\\/%])|^(%(25)*2e){1,2}|\p{Cc}|%(25)*[01][0-9a-f]|%(25)*7f/iu.test(text),
  header: (text: string) => /[^\t\x20-\x7e\x80-\xff]|^[\t ]|[\t ]$/.test(text),
  raw: (text: string) => !/^[\x21\x23-\x3a\x3c-\x7e]*$/.test(text),
};

describe('any text, as any parameter', () => {
  it.each(['id', 'part', 'q', 'r', 'header', 'form', 'raw'] as const)(
    '%s arrives in exactly that parameter of the same route, or is refused before anything is sent',
    async name => {
      await fc.assert(
        fc.asyncProperty(anyText, async text => {
          const sent = { id: 'i', part: 'p', q: 'q', r: 'r', header: 'h', form: 'f', raw: 'w', [name]: text };
          recorder.answer({ status: 204, contentType: undefined, body: '' });
          const { errors } = await gateway.ask(textQuery, sent);
          const recorded = recorder.recorded();
          const place =
            name === 'id' || name === 'part'
              ? 'path'
              : name === 'header'
                ? 'header'
                : name === 'raw'
                  ? 'raw'
                  : undefined;
          if (errors) {
            expect([errors[0]!.extensions['code'], recorded.length, place && isRefusable[place](text)]).toEqual([
              'BAD_USER_INPUT',
              0,
              true,
            ]);
            return;
          }
          const { target, headers } = recorded[0]!;
          const [path = '', query = ''] = target.split('?');
          const [, base, items, id, parts, part, ...rest] = path.split('/');
          const cookie = String(headers['cookie']);
          expect([recorded.length, base, items, parts, rest]).toEqual([1, 'base', 'items', 'parts', []]);
          expect({
            id: readPath(id!, 'id', 'scalar', { style: 'simple', explode: false }),
            part: readPath(part!, 'part', 'scalar', { style: 'matrix', explode: false }),
            query: pairsOf(query).map(([key, value]) => [decodeForm(key), decodeForm(value)]),
            header: readHeader(String(headers['x-text']), 'scalar', { style: 'simple', explode: false }),
            form: readCookie(cookie, 'form', 'scalar', { style: 'form', explode: true }, new Set()),
            raw: readCookie(cookie, 'raw', 'scalar', { style: 'cookie', explode: true }, new Set()),
            cookies: cookie.split('; ').length,
          }).toEqual({
            id: sent.id,
            part: sent.part,
            query: [
              ['q', sent.q],
              ['r', sent.r],
            ],
            header: sent.header,
            form: sent.form,
            raw: sent.raw,
            cookies: 2,
          });
        }),
        { numRuns: 120, seed: 11 },
      );
    },
  );
});

const numberQuery = `mutation ($id: Int64!, $q: [Int64!], $header: Decimal, $c: Int64, $body: NumbersInput!) {
  numbers(id: $id, q: $q, X_Number: $header, c: $c, input: $body) { long decimal text list map { key value } any }
}`;

const int64 = fc
  .oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, 0n, -1n),
  )
  .map(String);
/** Zeros at the end of a JSON number say nothing, and may be lost. */
const digits = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 30n }), fc.stringMatching(/^(\.\d{0,24}[1-9])?$/), fc.boolean())
  .map(([whole, fraction, isNegative]) => `${isNegative ? '-' : ''}${whole}${fraction}`);

describe('any number', () => {
  it('arrives digit for digit, in parameters and bodies, and comes back so', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(int64, { minLength: 4, maxLength: 6 }),
        digits,
        digits,
        async ([id, c, long, text, ...q], header, price) => {
          const input = { long, decimal: price, text, list: q, map: [{ key: 'a', value: price }] };
          const reply = `{"long":${long},"decimal":${price},"text":"${text}","list":[${q.join(',')}],"map":{"a":${price}},"any":{"n":${long}}}`;
          recorder.answer({ status: 200, contentType: 'application/json', body: reply });
          const { data, errors } = await gateway.ask(numberQuery, { id, q, header, c, body: input });
          expect(errors).toBeUndefined();
          const { target, headers, body } = recorder.recorded()[0]!;
          const query = q.length === 0 ? '' : `?${q.map(each => `q=${each}`).join('&')}`;
          expect([target, headers['x-number'], headers['cookie']]).toEqual([
            `/base/numbers/${id}${query}`,
            header,
            `c=${c}`,
          ]);
          expect(body).toBe(
            `{"long":${long},"decimal":${price},"text":"${text}","list":[${q.join(',')}],"map":{"a":${price}}}`,
          );
          const any = String(Number(long)) === long ? Number(long) : long;
          expect(data?.['numbers']).toEqual({ ...input, any: { n: any } });
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });

  it.each([
    ['Int64', { id: 2 ** 60 }],
    ['Decimal', { header: 0.1 + 0.2 }],
    ['JSON', { body: { any: { n: 2 ** 60 } } }],
  ])('that lost digits on the way here is refused: %s', async (_, variables) => {
    recorder.answer({ status: 200, contentType: 'application/json', body: '{}' });
    const { errors } = await gateway.ask(numberQuery, { id: '1', body: {}, ...variables });
    expect([errors?.[0]?.extensions['code'], recorder.recorded().length]).toEqual(['BAD_USER_INPUT', 0]);
  });
});
