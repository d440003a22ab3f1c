import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyPieces } from '../../../src/adapter/piecewise-body.ts';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { Upload } from '../../../src/base/upload.ts';
import { wholeFile } from '../../support/whole-file.ts';
import { describeDocument, taking } from './describe-document.ts';

const string = { type: 'string' };
const binary = { type: 'string', format: 'binary' };

function upload(bytes: Uint8Array, filename = 'a.bin', contentType = 'application/octet-stream'): Upload {
  return new Upload(wholeFile(bytes, filename, contentType), 'variables.file');
}

/** A document whose one operation takes this multipart body. */
function takingParts(properties: object, encoding?: object, mediaType = 'multipart/form-data', more: object = {}) {
  const schema = { type: 'object', properties, ...more };
  const document = taking(schema, {}, mediaType);
  Object.assign(document.paths['/put'].post.requestBody.content[mediaType]!, encoding ? { encoding } : {});
  return document;
}

/** The request's body as bytes, and its content type. */
async function sent(document: object, input: unknown) {
  const { description, call } = await describeDocument(document);
  const { body, headers } = prepare(call('put'), { input }, new Encoder(description.blueprint.model));
  const { size, pieces } = body as BodyPieces; // of multipart, all are; what is whole has no other pieces
  const bytes = Buffer.concat(pieces as readonly Uint8Array[]);
  expect(bytes.length).toBe(size);
  return { bytes, contentType: headers['content-type'] ?? '' };
}

/** What another reader than ours makes of it: Node.js's own (undici). */
async function parsed(document: object, input: unknown): Promise<[string, string | File][]> {
  const { bytes, contentType } = await sent(document, input);
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  return [...form.entries()] as [string, string | File][]; // Node.js's types call the class by another name
}

describe('a multipart body', () => {
  it('writes each part in the charset that its document gives it, or says that it is UTF-8', async () => {
    const encoding = {
      latin: { contentType: 'text/plain; charset=iso-8859-1' },
      json: { contentType: 'application/json; charset=us-ascii' },
      unknown: { contentType: 'text/plain; charset=windows-1252' },
      file: { contentType: 'text/csv; charset=windows-1252' },
    };
    const meta = { type: 'object', properties: { a: string } };
    const document = takingParts({ latin: string, json: meta, unknown: string, file: binary }, encoding);
    const file = upload(Buffer.from([0x80]), 'a.csv', 'text/csv');
    const { bytes } = await sent(document, { latin: 'ü', json: { a: 'ü' }, unknown: 'ü', file });
    const [latin, json, unknown, csv] = bytes.toString('latin1').split('\r\n--selvage-');
    expect(latin).toMatch(/text\/plain; charset=iso-8859-1\r\n\r\n\xfc$/);
    expect(json).toMatch(/application\/json; charset=us-ascii\r\n\r\n\{"a":"\\u00fc"\}$/);
    expect(unknown).toMatch(/text\/plain; charset=utf-8\r\n\r\n\xc3\xbc$/);
    expect(csv).toMatch(/text\/csv; charset=windows-1252\r\n\r\n\x80$/);
    const { diagnostics } = await describeDocument(document);
    expect(diagnostics.map(({ at }) => at[1])).toEqual([
      '/paths/~1put/post/requestBody/content/multipart~1form-data/encoding/unknown',
    ]);
    await expect(sent(document, { latin: '☃' })).rejects.toMatchObject({ details: { argument: 'input.latin' } });
  });

  it('has a part for each property: text, numbers, JSON, repeated items and files', async () => {
    const document = takingParts({
      title: string,
      count: { type: 'integer' },
      ratio: { type: 'number' },
      big: { type: 'integer', format: 'int64' },
      ok: { type: 'boolean' },
      state: { type: 'string', enum: ['in-progress', 'done'] },
      tags: { type: 'array', items: string },
      meta: { type: 'object', properties: { a: string, n: { type: 'integer' } } },
      places: { type: 'array', items: { type: 'object', properties: { x: { type: 'integer' } } } },
      file: binary,
      more: { type: 'array', items: binary },
      absent: string,
    });
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const form = await parsed(document, {
      title: 'ünï ☃\r\n--x',
      count: 7,
      ratio: 1.5,
      big: '9223372036854775807',
      ok: false,
      state: 'in_progress',
      tags: ['a', 'b,c'],
      meta: { a: '"', n: 1 },
      places: [{ x: 1 }, { x: 2 }],
      file: upload(bytes, 'cat.png', 'image/png'),
      more: [upload(Buffer.from('1'), 'one.txt', 'text/plain'), upload(new Uint8Array(), '')],
      absent: null,
    });
    const texts = form.filter(([, value]) => typeof value === 'string');
    expect(texts).toEqual([
      ['title', 'ünï ☃\r\n--x'],
      ['count', '7'],
      ['ratio', '1.5'],
      ['big', '9223372036854775807'],
      ['ok', 'false'],
      ['state', 'in-progress'],
      ['tags', 'a'],
      ['tags', 'b,c'],
      ['meta', '{"a":"\\"","n":1}'],
      ['places', '{"x":1}'],
      ['places', '{"x":2}'],
    ]);
    const files = await Promise.all(
      form.flatMap(([name, value]) =>
        typeof value === 'string'
          ? []
          : [value.arrayBuffer().then(buffer => [name, value.name, value.type, Buffer.from(buffer).toString('hex')])],
      ),
    );
    expect(files).toEqual([
      ['file', 'cat.png', 'image/png', Buffer.from(bytes).toString('hex')],
      ['more', 'one.txt', 'text/plain', '31'],
      ['more', 'blob', 'application/octet-stream', ''],
    ]);
  });

  it('is written part by part as the document encodes it', async () => {
    const { bytes } = await sent(
      takingParts(
        {
          note: string,
          list: { type: 'array', items: string },
          range: { type: 'object', properties: { from: string, to: string } },
          deep: { type: 'object', properties: { a: { type: 'object', properties: { b: string } } } },
          picture: string,
          pet: {
            type: 'object',
            xml: { name: 'pet' },
            properties: { id: { type: 'integer', xml: { attribute: true } } },
          },
          quoted: string,
        },
        {
          note: {
            contentType: 'text/markdown',
            headers: { 'X-Kind': { schema: { const: 'note' } }, 'Content-Type': {} },
          },
          list: { style: 'spaceDelimited', explode: false },
          range: { style: 'form', explode: true },
          deep: { style: 'deepObject', explode: true },
          picture: { contentType: 'image/png, image/jpeg' },
          pet: { contentType: 'application/xml' },
          quoted: { contentType: 'application/json' },
        },
      ),
      {
        note: '# x',
        list: ['a', 'b&c'],
        range: { from: '1%', to: '2' },
        deep: { a: { b: 'c d' } },
        picture: upload(Buffer.from('GIF'), 'x.jpg', 'image/jpeg'),
        pet: { id: 5 },
        quoted: 'a"b',
      },
    );
    expect(bytes.toString().replaceAll(/--selvage-[0-9a-f-]{36}/g, '--')).toBe(
      [
        '--',
        'Content-Disposition: form-data; name="note"',
        'Content-Type: text/markdown',
        'X-Kind: note',
        '',
        '# x',
        '--',
        'Content-Disposition: form-data; name="list"',
        '',
        'a b&c',
        '--',
        'Content-Disposition: form-data; name="from"',
        '',
        '1%',
        '--',
        'Content-Disposition: form-data; name="to"',
        '',
        '2',
        '--',
        'Content-Disposition: form-data; name="deep[a][b]"',
        '',
        'c d',
        '--',
        'Content-Disposition: form-data; name="picture"; filename="x.jpg"',
        'Content-Type: image/jpeg',
        '',
        'GIF',
        '--',
        'Content-Disposition: form-data; name="pet"',
        'Content-Type: application/xml',
        '',
        '<?xml version="1.0" encoding="UTF-8"?>',
      ].join('\r\n') +
        [
          '\n<pet id="5"/>',
          '--',
          'Content-Disposition: form-data; name="quoted"',
          'Content-Type: application/json',
          '',
          '"a\\"b"',
          '----',
          '',
        ].join('\r\n'),
    );
  });

  it.each([
    ['the file’s own, which the document allows', 'image/*', 'image/webp', 'image/webp'],
    ['the file’s own, of several', 'image/png, image/jpeg', 'image/jpeg', 'image/jpeg'],
    ['the document’s, where the file’s is another', 'image/png', 'application/pdf', 'image/png'],
    ['the document’s first, where the file’s is none of them', 'image/png, image/jpeg', 'text/html', 'image/png'],
    ['the file’s, where the document has only ranges', 'image/*', 'video/mp4', 'video/mp4'],
    ['of bytes, where the client says nothing that is one', 'audio/*', 'x\r\ny: z', 'application/octet-stream'],
  ])('has as a file’s type %s', async (_, contentType, own, type) => {
    const document = takingParts({ file: {} }, { file: { contentType } });
    const [[, file] = []] = await parsed(document, { file: upload(Buffer.from('x'), 'x', own) });
    expect((file as File).type).toBe(type);
  });

  it('takes any bytes, any name of a file and any text, and lets none of them out of its part', async () => {
    const document = takingParts({ before: string, file: {}, after: string });
    const text = fc.string({ unit: 'grapheme' }).filter(value => !/\p{Surrogate}/u.test(value));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), text, text, text, async (bytes, filename, before, after) => {
        const form = await parsed(document, { before, file: upload(bytes, filename), after });
        expect(form.map(([name]) => name)).toEqual(['before', 'file', 'after']);
        expect([form[0]?.[1], form[2]?.[1]]).toEqual([before, after]);
        const file = form[1]?.[1] as File;
        expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.from(bytes));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: of these only the escapes are left
        expect(file.name).toBe(filename.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, encodeURIComponent) || 'blob');
      }),
      { numRuns: 300 },
    );
  });

  it.each(['a"; x="b', 'a\r\nX-Injected: 1\r\n\r\n', 'a\u0000b', '\ud800'])('keeps %j in one header', async name => {
    const { bytes } = await sent(takingParts({ [name]: {} }), { [fieldOf(name)]: upload(Buffer.from('x'), name) });
    const head = bytes.toString().split('\r\n\r\n')[0]!.split('\r\n').slice(1);
    expect(head).toEqual([
      expect.stringMatching(/^Content-Disposition: form-data; name="[^"\r\n\0]*"; filename="[^"\r\n\0]*"$/),
      'Content-Type: application/octet-stream',
    ]);
  });

  function fieldOf(name: string): string {
    return name.replace(/[^_0-9A-Za-z]/g, '_');
  }
});

describe('parts that are told by their places', () => {
  const document = {
    openapi: '3.2.0',
    paths: {
      '/put': {
        post: {
          operationId: 'put',
          requestBody: {
            required: true,
            content: {
              'multipart/mixed': {
                schema: {
                  type: 'array',
                  minItems: 1,
                  prefixItems: [{ type: 'object', properties: { author: string } }, {}],
                  items: string,
                },
                prefixEncoding: [{}, { contentType: 'image/*' }],
                itemEncoding: { contentType: 'text/css' },
              },
            },
          },
          responses: { 204: { description: '' } },
        },
      },
    },
  };

  it('are an input with a field for each, and one for the rest', async () => {
    const { sdl } = await describeDocument(document);
    expect(sdl('PutInput')).toBe('input PutInput { part1: PutPart1Input! part2: File parts: [String!] }');
  });

  it('go in their order, without names', async () => {
    const picture = upload(Buffer.from('PNG'), 'a.png', 'image/png');
    const { bytes, contentType } = await sent(document, {
      parts: ['b {}', 'c {}'],
      part2: picture,
      part1: { author: 'x' },
    });
    expect(contentType).toMatch(/^multipart\/mixed; boundary=selvage-/);
    expect(
      bytes
        .toString()
        .replaceAll(/--selvage-[0-9a-f-]{36}/g, '--')
        .split('\r\n'),
    ).toEqual([
      '--',
      'Content-Type: application/json',
      '',
      '{"author":"x"}',
      '--',
      'Content-Disposition: attachment; filename="a.png"',
      'Content-Type: image/png',
      '',
      'PNG',
      '--',
      'Content-Type: text/css',
      '',
      'b {}',
      '--',
      'Content-Type: text/css',
      '',
      'c {}',
      '----',
      '',
    ]);
  });

  it('cannot be left out before others', async () => {
    const input = { part1: { author: 'x' }, parts: ['a'] };
    const error = await sent(document, input).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'input.part2' } });
  });
});

describe('a list or an object that stands in one text', () => {
  const list = { type: 'array', items: string };
  const object = { type: 'object', properties: { foo: string } };

  it.each([
    ['multipart/form-data', list, 'spaceDelimited', ['a b', 'c']],
    ['multipart/form-data', list, 'form', ['a,b', 'c']],
    ['multipart/form-data', object, 'pipeDelimited', { foo: 'a|b' }],
    ['application/x-www-form-urlencoded', list, 'spaceDelimited', ['a b', 'c']],
    ['application/x-www-form-urlencoded', object, 'pipeDelimited', { foo: 'a|b' }],
  ])('of %s is refused where it holds what separates its parts', async (mediaType, schema, style, value) => {
    const document = takingParts({ value: schema }, { value: { style, explode: false } }, mediaType);
    const { description, call } = await describeDocument(document);
    expect(() => prepare(call('put'), { input: { value } }, new Encoder(description.blueprint.model))).toThrow(
      'The argument "input.value" holds a part with what separates parts in its style.',
    );
  });

  it('may hold what its style encodes', async () => {
    const document = takingParts(
      { value: list },
      { value: { style: 'form', explode: false } },
      'application/x-www-form-urlencoded',
    );
    const { description, call } = await describeDocument(document);
    const { body } = prepare(call('put'), { input: { value: ['a,b', 'c'] } }, new Encoder(description.blueprint.model));
    expect(body).toBe('value=a%2Cb,c');
  });
});
