import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { describeDocument, taking, withParameters } from './describe-document.ts';

const string = { type: 'string' };
const strings = { type: 'array', items: string };

async function requestOf(document: object, args: Record<string, unknown>, field = 'find') {
  const { description, call } = await describeDocument(document);
  return prepare(call(field), args, new Encoder(description.blueprint.model));
}

/** Values that would lead elsewhere in some router, with or without decoding it once more. */
const climbing: readonly string[] = [
  '',
  '.',
  '..',
  '../admin',
  '../../admin',
  'a/../b',
  'a/..',
  'a\\..\\b',
  '..\\admin',
  './x',
  '..;/admin',
  'x/..;y=1/admin',
  '%2e%2e%2fadmin',
  '%2e%2e/x',
  '..%2fadmin',
  '..%5cadmin',
  '%252e%252e%252fadmin',
  'x\r\nx-injected: 1',
  'a\nb',
  'a\u0000b',
  'a%00b',
  'a%0d%0ab',
];

/** Values that look odd and are only data. */
const plain: readonly (readonly [value: string, written: string])[] = [
  ['a/b', 'a%2Fb'],
  ['a\\b', 'a%5Cb'],
  ['a;b=c', 'a%3Bb%3Dc'],
  ['a?b=c#d', 'a%3Fb%3Dc%23d'],
  ['?admin=true', '%3Fadmin%3Dtrue'],
  ['100%', '100%25'],
  ['%20', '%2520'],
  ['...', '...'],
  ['.hidden', '.hidden'],
  ['a..b', 'a..b'],
  ['//host', '%2F%2Fhost'],
  ['http://host/', 'http%3A%2F%2Fhost%2F'],
  ['@host', '%40host'],
  ['{id}', '%7Bid%7D'],
  ['ünï ☃', '%C3%BCn%C3%AF%20%E2%98%83'],
  ["!'()*", '%21%27%28%29%2A'],
];

describe('a value in a path', () => {
  const styles = ['simple', 'label', 'matrix'].flatMap(style => [true, false].map(explode => ({ style, explode })));
  const one = { name: 'id', in: 'path', required: true, schema: string };

  it.each(climbing)('never leads elsewhere: %j', async value => {
    for (const how of styles.filter(({ style }) => value !== '' || style === 'simple')) {
      const attempt = requestOf(withParameters('/items/{id}/parts', { ...one, ...how }), { id: value });
      await expect(attempt).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'id' } });
      const list = requestOf(withParameters('/items/{id}/parts', { ...one, ...how, schema: strings }), {
        id: ['x', value, 'y'],
      });
      const segments = await list.then(
        ({ target }) => target.split('/').length,
        () => 4,
      );
      expect(segments).toBe(4);
    }
  });

  it.each(plain)('is data, whatever it looks like: %j', async (value, written) => {
    const { target } = await requestOf(withParameters('/items/{id}/parts', one), { id: value });
    expect(target).toBe(`/items/${written}/parts`);
  });

  it('never makes a dot segment with its neighbours', async () => {
    const label = { ...one, style: 'label' };
    await expect(requestOf(withParameters('/items/{id}', label), { id: '' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(requestOf(withParameters('/items/.{id}', label), { id: '' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('arrives as that value in that place, or not at all', async () => {
    const { description, call } = await describeDocument(
      withParameters('/items/{id}/parts', one, { name: 'q', in: 'query', schema: string }),
    );
    const encoder = new Encoder(description.blueprint.model);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (id, q) => {
        let target: string;
        try {
          target = prepare(call('find'), { id, q }, encoder).target;
        } catch {
          return true;
        }
        const url = new URL(target, 'http://shop.test');
        const [, items, segment, parts, ...rest] = url.pathname.split('/');
        return (
          items === 'items' &&
          parts === 'parts' &&
          rest.length === 0 &&
          decodeURIComponent(segment!) === id &&
          url.searchParams.get('q') === q &&
          [...url.searchParams].length === 1
        );
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});

describe('a header and a cookie', () => {
  const header = { name: 'X-Trace', in: 'header', schema: string };
  const cookie = { name: 'sid', in: 'cookie', schema: string, style: 'cookie' };

  it.each(['a\r\nb', 'a\nb', 'a\u0000b', '☃'])('refuse what would end them: %j', async value => {
    await expect(requestOf(withParameters('/x', header), { X_Trace: value })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(requestOf(withParameters('/x', cookie), { sid: value })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it.each(['a; admin=1', 'a,b"'])('a cookie is one cookie: %j', async value => {
    await expect(requestOf(withParameters('/x', cookie), { sid: value })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'Cookie',
    'Accept',
    'Content-Type',
    'Authorization',
    'bad name',
  ])('%s is no argument', async name => {
    const { sdl } = await describeDocument(withParameters('/x', { name, in: 'header', schema: string }));
    expect(sdl('Query')).toBe('type Query { find: Boolean }');
  });
});

describe('parameters', () => {
  it('are left out where they are absent or null', async () => {
    const parameters = ['query', 'header', 'cookie'].map(place => ({ name: place, in: place, schema: string }));
    const { target, headers, cookies } = await requestOf(withParameters('/x', ...parameters), {
      query: null,
      header: null,
    });
    expect([target, Object.keys(headers), cookies]).toEqual(['/x', ['accept'], []]);
  });

  it('of a media type are texts of it', async () => {
    const content = { 'application/json': { schema: { type: 'object', properties: { a: { type: 'integer' } } } } };
    const { target } = await requestOf(withParameters('/x', { name: 'filter', in: 'query', content }), {
      filter: { a: 1 },
    });
    expect(target).toBe('/x?filter=%7B%22a%22%3A1%7D');
  });

  it('of a whole query are a form', async () => {
    const content = { 'application/x-www-form-urlencoded': { schema: { properties: { a: string, b: strings } } } };
    const { target } = await requestOf(withParameters('/x', { name: 'all', in: 'querystring', content }), {
      all: { a: '1 2', b: ['x', 'y'] },
    });
    expect(target).toBe('/x?a=1%202&b=x&b=y');
  });

  it('that the document forgets are texts of the path', async () => {
    const document = withParameters('/x/{id}');
    const { diagnostics } = await describeDocument(document);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: 'DOCUMENT_INVALID', at: ['/api.json', '/paths/~1x~1{id}/get'] }),
    );
    expect(await requestOf(document, { id: 'a b' })).toMatchObject({ target: '/x/a%20b' });
  });

  it.each([
    ['{;id*}', 'matrix', '/items/;id=1;id=2'],
    ['{.id}', 'label', '/items/.1,2'],
    ['{id+}', 'simple', '/items/1,2'],
    ['{id:[0-9]+}', 'simple', '/items/1,2'],
    [':id', 'simple', '/items/1,2'],
  ])('are told by the name in a placeholder: %s', async (placeholder, style, target) => {
    const schema = { type: 'array', items: { type: 'integer' } };
    const explode = placeholder.includes('*');
    const id = { name: 'id', in: 'path', required: true, style, explode, schema };
    const { call, diagnostics, description } = await describeDocument(withParameters(`/items/${placeholder}`, id));
    expect(diagnostics).toEqual([]);
    expect(prepare(call('find'), { id: [1, 2] }, new Encoder(description.blueprint.model)).target).toBe(target);
  });

  it('that stand nowhere are told and left out', async () => {
    const parameters = [{ name: 'a', in: 'formData' }, { in: 'query' }];
    const { call, diagnostics } = await describeDocument(withParameters('/items', ...parameters));
    expect(call('find').parameters).toEqual([]);
    const at = (index: number) => ['/api.json', `/paths/~1items/get/parameters/${index}`];
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'DOCUMENT_INVALID', at: at(0) },
      { severity: 'warning', code: 'DOCUMENT_INVALID', at: at(1) },
    ]);
  });

  it('stand beside a query of the template', async () => {
    const document = withParameters('/x?action=find#top', { name: 'q', in: 'query', schema: string });
    expect(await requestOf(document, { q: '1' })).toMatchObject({ target: '/x?action=find&q=1' });
  });

  it('are what a query of the template has placeholders for, wherever they are declared', async () => {
    const path = '/x/{id}?action=find&q={term}&from={from}&to={to}';
    const declared = [
      { name: 'id', in: 'path', required: true, schema: string },
      { name: 'from', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'to', in: 'query', schema: { type: 'integer' } },
    ];
    const document = withParameters(path, ...declared);
    const { sdl, diagnostics } = await describeDocument(document);
    expect(sdl('Query')).toBe('type Query { find(id: String!, to: Int, q: String!, from: Int!): Boolean }');
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'DOCUMENT_INVALID' }]);
    const args = { id: 'a/b', q: 'c&d', from: 1 };
    expect(await requestOf(document, args)).toMatchObject({ target: '/x/a%2Fb?action=find&q=c%26d&from=1' });
  });

  it('are written as they are declared, by the name that the query has for them, once', async () => {
    const ids = { name: 'ids', in: 'path', required: true, schema: { type: 'array', items: string } };
    const document = withParameters('/x?filter%5Bid%5D={ids}&a={b}&a={c}', ids);
    const { sdl } = await describeDocument(document);
    expect(sdl('Query')).toBe('type Query { find(filter_id_: [String!]!, a: String!): Boolean }');
    const args = { filter_id_: ['1', '2'], a: '3' };
    expect(await requestOf(document, args)).toMatchObject({ target: '/x?filter%5Bid%5D=1,2&a=3' });
  });
});

describe('a body', () => {
  const properties = {
    name: string,
    tags: strings,
    owner: { properties: { id: { type: 'integer' } } },
    rows: { type: 'array', items: { properties: { a: string } } },
  };
  const input = { name: 'a b', tags: ['x', 'y'], owner: { id: 1 }, rows: [{ a: '1' }] };

  it('of a form repeats lists and puts objects in brackets', async () => {
    const { body, headers } = await requestOf(
      taking({ properties }, {}, 'application/x-www-form-urlencoded'),
      { input },
      'put',
    );
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toBe('name=a%20b&tags=x&tags=y&owner%5Bid%5D=1&rows%5B0%5D%5Ba%5D=1');
  });

  it('of a form follows its encoding', async () => {
    const encoding = { tags: { style: 'form', explode: false }, owner: { contentType: 'application/json' } };
    const content = { 'application/x-www-form-urlencoded': { schema: { properties }, encoding } };
    const paths = { '/put': { post: { operationId: 'put', requestBody: { required: true, content }, responses: {} } } };
    const { body } = await requestOf(
      { openapi: '3.1.0', paths },
      { input: { tags: ['x', 'y'], owner: { id: 1 } } },
      'put',
    );
    expect(body).toBe('tags=x,y&owner=%7B%22id%22%3A1%7D');
  });

  const deep = { a: { b: ['c', 'd'] }, e: 'f g' };
  it.each([
    ['lists', { style: 'form', explode: true }, ['a', 'b&c'], 'p=a&p=b%26c'],
    ['lists in one', { style: 'form', explode: false }, ['a', 'b&c'], 'p=a,b%26c'],
    ['lists between spaces', { style: 'spaceDelimited' }, ['a', 'b'], 'p=a%20b'],
    ['lists between pipes', { style: 'pipeDelimited', explode: false }, ['a', 'b'], 'p=a%7Cb'],
    ['objects as fields of the form', { style: 'form', explode: true }, { a: '1', b: '2' }, 'a=1&b=2'],
    ['objects in one', { explode: false }, { a: '1', b: '2' }, 'p=a,1,b,2'],
    [
      'objects in brackets',
      { style: 'deepObject', explode: true },
      deep,
      'p%5Ba%5D%5Bb%5D=c&p%5Ba%5D%5Bb%5D=d&p%5Be%5D=f%20g',
    ],
    ['objects in brackets where nothing is said', {}, deep, 'p%5Ba%5D%5Bb%5D=c&p%5Ba%5D%5Bb%5D=d&p%5Be%5D=f%20g'],
    ['reserved characters', { allowReserved: true }, 'a/b?c&d=e', 'p=a/b?c%26d%3De'],
    ['JSON', { contentType: 'application/json' }, deep, `p=${encodeURIComponent(JSON.stringify(deep))}`],
    ['text as JSON', { contentType: 'application/json; charset=utf-8' }, 'a"b', 'p=%22a%5C%22b%22'],
    ['text that is only called text', { contentType: 'text/plain' }, 'a b', 'p=a%20b'],
    [
      'a style, whatever content type stands beside it',
      { style: 'form', contentType: 'application/json' },
      ['a'],
      'p=a',
    ],
    ['nothing of null', { style: 'form' }, null, ''],
  ])('of a form writes %s', async (_, encoding, value, expected) => {
    const schema = { properties: { p: {} } };
    const content = { 'application/x-www-form-urlencoded': { schema, encoding: { p: encoding } } };
    const paths = { '/put': { post: { operationId: 'put', requestBody: { content }, responses: {} } } };
    const { body } = await requestOf({ openapi: '3.1.0', paths }, { input: { p: value } }, 'put');
    expect(body).toBe(expected);
  });

  it('of a form carries any text in its own field', async () => {
    const document = taking(
      { properties: { a: string, list: strings, o: { properties: { b: string } } } },
      {},
      'application/x-www-form-urlencoded',
    );
    const { description, call } = await describeDocument(document);
    const encoder = new Encoder(description.blueprint.model);
    const text = fc.string({ unit: 'binary' }).filter(value => !/\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(text, fc.array(text), text, (a, list, b) => {
        const { body } = prepare(call('put'), { input: { a, list, o: { b } } }, encoder);
        // Read by the URL Standard's own parser.
        expect([...new URLSearchParams(String(body))]).toEqual([
          ['a', a],
          ...list.map(item => ['list', item]),
          ['o[b]', b],
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('of JSON sends null and leaves out what is absent', async () => {
    const { body } = await requestOf(taking({ properties }), { input: { name: null } }, 'put');
    expect(body).toBe('{"name":null}');
  });

  it('of text is the text', async () => {
    const { body, headers } = await requestOf(taking(string, {}, 'text/plain'), { input: 'hello' }, 'put');
    expect([body, headers['content-type']]).toEqual(['hello', 'text/plain']);
  });

  it('gives way to a parameter called input', async () => {
    const { paths } = taking({ properties });
    const parameters = [{ name: 'input', in: 'query', schema: string }];
    const document = { openapi: '3.1.0', paths: { '/put': { post: { ...paths['/put'].post, parameters } } } };
    const { body, target } = await requestOf(document, { input: 'q', body: { name: 'b' } }, 'put');
    expect([target, body]).toEqual(['/put?input=q', '{"name":"b"}']);
  });
});

describe('JSON texts one behind the other', () => {
  const line = { type: 'object', properties: { id: { type: 'integer', format: 'int64' }, text: string } };
  const input = [{ id: '9007199254740993', text: 'a\nb' }, { id: '2' }];

  it.each([
    ['application/x-ndjson', '{"id":9007199254740993,"text":"a\\nb"}\n{"id":2}\n'],
    ['application/json-seq', '\u001e{"id":9007199254740993,"text":"a\\nb"}\n\u001e{"id":2}\n'],
  ])('%s has each in its place, and every digit', async (mediaType, written) => {
    const { headers, body } = await requestOf(taking(line, {}, mediaType), { input }, 'put');
    expect([headers['content-type'], body]).toEqual([mediaType, written]);
  });

  it('are none of an empty list, and one of a value that stands for its list', async () => {
    const document = taking({ type: 'array', items: line }, {}, 'application/jsonl');
    expect((await requestOf(document, { input: [] }, 'put')).body).toBe('');
    expect((await requestOf(document, { input: { id: '1' } }, 'put')).body).toBe('{"id":1}\n');
  });

  it('are the items of whichever list is given, and null where they may be', async () => {
    const numbers = { type: 'array', items: { type: ['integer', 'null'] } };
    const either = taking({ oneOf: [{ type: 'array', items: line }, numbers] }, {}, 'application/jsonl');
    const { sdl } = await describeDocument(either);
    const [, lines, ints] = /\{ (\w+): \[.*\] (\w+): \[Int\] \}/.exec(sdl('PutInput')) ?? [];
    expect((await requestOf(either, { input: { [lines!]: [{ id: '1' }, { id: '2' }] } }, 'put')).body).toBe(
      '{"id":1}\n{"id":2}\n',
    );
    expect((await requestOf(either, { input: { [ints!]: [1, null] } }, 'put')).body).toBe('1\nnull\n');
  });
});

describe('a charset that the document gives a body', () => {
  const pet = { type: 'object', xml: { name: 'pet' }, properties: { name: string } };
  const big = (text: string) => Buffer.from(text, 'utf16le').swap16();

  it.each<[string, object, unknown, string | Buffer]>([
    ['text/plain; charset=iso-8859-1', string, 'für', Buffer.from('f\xfcr', 'latin1')],
    ['text/plain; charset="Latin1"; format=flowed', string, 'für', Buffer.from('f\xfcr', 'latin1')],
    ['text/plain;charset=US-ASCII', string, 'fur', Buffer.from('fur')],
    ['text/plain; charset=utf-16le', string, 'f☃', Buffer.from('f☃', 'utf16le')],
    ['text/plain; charset=utf-16be', string, 'f☃', big('f☃')],
    ['text/plain; charset=utf-16', string, 'f☃', Buffer.from('\ufefff☃', 'utf16le')],
    ['text/plain; charset=UTF8', string, 'f☃', 'f☃'],
    ['application/yaml; charset=iso-8859-1', string, 'a: für', Buffer.from('a: f\xfcr', 'latin1')],
    [
      'application/xml; charset=iso-8859-1',
      pet,
      { name: 'für' },
      Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?>\n<pet><name>f\xfcr</name></pet>', 'latin1'),
    ],
    [
      'application/json; charset=iso-8859-1',
      pet,
      { name: 'ü☃💧' },
      Buffer.from('{"name":"\\u00fc\\u2603\\ud83d\\udca7"}'),
    ],
    ['application/json; charset=utf-16le', pet, { name: '☃' }, Buffer.from('{"name":"☃"}', 'utf16le')],
    ['application/json; charset=utf-8', pet, { name: '☃' }, '{"name":"☃"}'],
    ['application/jsonl; charset=us-ascii', pet, [{ name: '☃' }], Buffer.from('{"name":"\\u2603"}\n')],
  ])('%s is what is sent', async (mediaType, schema, input, written) => {
    const { headers, body } = await requestOf(taking(schema, {}, mediaType), { input }, 'put');
    expect([headers['content-type'], body]).toEqual([mediaType, written]);
  });

  it.each<[string, object, unknown]>([
    ['text/plain; charset=iso-8859-1', string, 'price: 5 €'],
    ['text/plain; charset=us-ascii', string, 'für'],
    ['text/xml; charset=iso-8859-1', pet, { name: '☃' }],
  ])('%s does not have all characters, and nothing is sent', async (mediaType, schema, input) => {
    await expect(requestOf(taking(schema, {}, mediaType), { input }, 'put')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'input' },
    });
  });

  it.each<[string, object, unknown, string, string]>([
    ['text/plain; charset=shift_jis; x=1', string, '☃', 'text/plain; charset=utf-8; x=1', '☃'],
    ['application/json; charset=windows-1252', pet, { name: '€' }, 'application/json; charset=utf-8', '{"name":"€"}'],
    [
      'application/x-www-form-urlencoded; charset=iso-8859-1',
      pet,
      { name: 'ü' },
      'application/x-www-form-urlencoded; charset=utf-8',
      'name=%C3%BC',
    ],
  ])('%s is not, which the label says, and the operator is told', async (mediaType, schema, input, label, written) => {
    const document = taking(schema, {}, mediaType);
    const { headers, body } = await requestOf(document, { input }, 'put');
    expect([headers['content-type'], body]).toEqual([label, written]);
    const { diagnostics } = await describeDocument(document);
    expect(diagnostics).toMatchObject([
      { severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', at: ['/api.json', '/paths/~1put/post'] },
    ]);
  });

  it('is none where the document has a range: the plainest in it is sent', async () => {
    const typeSent = async (range: string, schema: object, input: unknown) =>
      (await requestOf(taking(schema, {}, range), { input }, 'put')).headers['content-type'];
    expect(await typeSent('text/*', string, 'x')).toBe('text/plain');
    expect(await typeSent('application/*+json', pet, {})).toBe('application/json');
  });
});
