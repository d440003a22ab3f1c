import { describe, expect, it } from 'vitest';
import type { BodyPieces } from '../../../src/adapter/piecewise-body.ts';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { readMultipart } from '../../round-trip/multipart-reader.ts';
import { pairsOf, type Read, readHeader, readPath, readQuery } from '../../round-trip/style-decoder.ts';
import { describeDocument } from './describe-document.ts';

/** Swagger 2.0, `collectionFormat`: the style that the same is since OpenAPI 3, and what separates the items. */
const formats = {
  csv: ['form', ','],
  ssv: ['spaceDelimited', ' '],
  tsv: ['tabDelimited', '\t'],
  pipes: ['pipeDelimited', '|'],
} as const;

type Format = keyof typeof formats;
type Place = 'query' | 'path' | 'header' | 'formData';

const inner = Object.keys(formats) as Format[]; // its own keys
const cases = (['query', 'path', 'header', 'formData'] as const).flatMap(place =>
  [...inner, ...(place === 'query' || place === 'formData' ? (['multi'] as const) : [])].flatMap(outer =>
    inner.map(within => ({ place, outer, within })),
  ),
);

const values = [
  [['1', '2'], ['3']],
  [['one']],
  [['a,b', 'c'], ['d']],
  [['a b'], ['c']],
  [['a|b'], ['c', 'd']],
  [['a\tb', 'c']],
  [['x&y=z'], ['%2C', '%7C', '+']],
  [['ü']],
];

function documentOf(place: Place, items: object, format: string, consumes = 'application/x-www-form-urlencoded') {
  const path = place === 'path' ? '/x/{lists}' : '/x';
  const parameter = { name: 'lists', in: place, required: true, type: 'array', collectionFormat: format, items };
  const post = { operationId: 'put', consumes: [consumes], parameters: [parameter], responses: { 204: {} } };
  return { swagger: '2.0', host: 'shop.test', paths: { [path]: { post } } };
}

async function requestFor(place: Place, document: object, lists: unknown) {
  const { description, call } = await describeDocument(document);
  const args = place === 'formData' ? { input: { lists } } : { lists };
  return prepare(call('put'), args, new Encoder(description.blueprint.model));
}

/** As a backend reads the list itself: its items are texts. */
function outerTexts(place: Place, format: Format | 'multi', sent: Awaited<ReturnType<typeof requestFor>>): Read {
  const explode = format === 'multi';
  const style = explode ? 'form' : formats[format][0];
  const how = { style: style === 'form' && (place === 'path' || place === 'header') ? 'simple' : style, explode };
  if (place === 'path') return readPath(sent.target.slice('/x/'.length), 'lists', 'array', how);
  if (place === 'header') return readHeader(sent.headers['lists'], 'array', how);
  const pairs = pairsOf(place === 'query' ? sent.target.slice('/x?'.length) : String(sent.body));
  return readQuery(pairs, 'lists', 'array', how, new Set()).value;
}

const read = (texts: Read, separator: string) =>
  Array.isArray(texts) ? texts.map(text => text.split(separator)) : texts;

describe('lists in a list of Swagger 2.0', () => {
  it.each(cases)('in a $place: $within within $outer', async ({ place, outer, within }) => {
    const [, separator] = formats[within];
    const around = outer === 'multi' ? undefined : formats[outer][1];
    for (const value of values) {
      const document = documentOf(place, { type: 'array', collectionFormat: within, items: { type: 'string' } }, outer);
      const outcome = await requestFor(place, document, value).then(
        sent => read(outerTexts(place, outer, sent), separator),
        ({ code }) => code,
      );
      // A comma around is told from one within by its encoding; in a header nothing is encoded.
      const isPlain = around !== undefined && (around !== ',' || place === 'header');
      const texts = value.map(list => list.join(separator));
      const isTorn =
        value.flat().some(text => text.includes(separator)) || (isPlain && texts.some(text => text.includes(around)));
      const isRefused = isTorn || (place === 'path' && texts.join(around).includes('\t')); // no control character is in a path
      expect(outcome).toEqual(isRefused ? 'BAD_USER_INPUT' : value);
    }
  });

  it('is csv by default, and goes deeper', async () => {
    const deepest = { type: 'array', collectionFormat: 'ssv', items: { type: 'integer', format: 'int64' } };
    const items = { type: 'array', items: deepest };
    const lists = [[['9007199254740993', '2'], ['3']], [['4']]];
    const { target } = await requestFor('query', documentOf('query', items, 'pipes'), lists);
    expect(target).toBe('/x?lists=9007199254740993%202%2C3%7C4');
  });

  it('leaves out what is null, and keeps what is empty', async () => {
    const items = { type: 'array', 'x-nullable': true, items: { type: 'string', 'x-nullable': true } };
    const { target } = await requestFor('query', documentOf('query', items, 'pipes'), [['a', null], null, [], ['b']]);
    expect(target).toBe('/x?lists=a%7C%7Cb');
  });

  it.each([
    ['multi', ['1,2', '3']],
    ['pipes', ['1,2|3']],
    ['tsv', ['1,2\t3']],
  ])('in the parts of a form: csv within %s', async (format, texts) => {
    const items = { type: 'array', items: { type: 'string' } };
    const document = documentOf('formData', items, format, 'multipart/form-data');
    const { body, headers } = await requestFor('formData', document, [['1', '2'], ['3']]);
    const { pieces } = body as BodyPieces; // of multipart, all are
    const bytes = Buffer.concat(pieces.filter(piece => piece instanceof Uint8Array));
    const parts = readMultipart(bytes, headers['content-type'] ?? '');
    expect(parts.map(({ name, bytes }) => [name, bytes.toString()])).toEqual(texts.map(text => ['lists', text]));
  });

  it('tells where what separates stands in a part', async () => {
    const document = documentOf('query', { type: 'array', items: { type: 'string' } }, 'pipes');
    await expect(requestFor('query', document, [['a'], ['b,c']])).rejects.toMatchObject({
      details: { argument: 'lists.1' },
    });
  });
});
