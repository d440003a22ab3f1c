import { describe, expect, it } from 'vitest';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import type { SchemaOptions } from '../../../src/source/schema-options.ts';
import { pairsOf, type Read, readCookie, readHeader, readPath, readQuery } from '../../round-trip/style-decoder.ts';
import { describeDocument, source, withParameters } from './describe-document.ts';

const string = { type: 'string' };
const strings = { type: 'array', items: string };
const object = { type: 'object', properties: { R: { type: 'integer' }, G: string } };

async function requestFor(
  parameters: readonly object[],
  args: object,
  options: Partial<SchemaOptions> = {},
  path = '/x',
) {
  const { description, call } = await describeDocument(withParameters(path, ...parameters), source(options));
  return prepare(call('find'), { ...args }, new Encoder(description.blueprint.model));
}

/** Values that have what separates parts in them, or what a reader might take for it. */
const values = {
  scalar: ['blue', 'a,b', 'a.b', 'a;b=c', 'a b', 'a|b', 'a&b', '100%', '%2C', 'ü☃', "!'()*"],
  array: [['blue'], ['blue', 'black'], ['a,b', 'c'], ['a.b', 'c'], ['a b', 'c|d'], ['a;b=c', '=&'], ['%2C', 'ü']],
  object: [
    { R: 100, G: 'x' },
    { R: 1, G: 'a,b' },
    { R: 1, G: 'a.b=c' },
    { R: 1, G: 'a;b|c d&e' },
  ],
} as const;
const schemas = { scalar: string, array: strings, object };

type Kind = keyof typeof values;

function matrix(styles: readonly string[], kinds: readonly Kind[] = ['scalar', 'array', 'object']) {
  return styles.flatMap(style => [true, false].flatMap(explode => kinds.map(kind => ({ style, explode, kind }))));
}

const texts = (value: unknown): Read =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)]))
      : String(value);

describe('a parameter, read by the tables of the specification', () => {
  it.each(matrix(['simple', 'label', 'matrix']))(
    'in a path: $style explode=$explode $kind',
    async ({ style, explode, kind }) => {
      for (const value of values[kind]) {
        const color = { name: 'color', in: 'path', required: true, style, explode, schema: schemas[kind] };
        const { target } = await requestFor([color], { color: value }, {}, '/x/{color}/y');
        const [, x, segment, y, ...rest] = target.split('/');
        expect([x, y, rest]).toEqual(['x', 'y', []]);
        expect(readPath(segment!, 'color', kind, { style, explode })).toEqual(texts(value));
      }
    },
  );

  it.each([
    ...matrix(['form']),
    ...matrix(['spaceDelimited', 'pipeDelimited'], ['array', 'object']).filter(({ explode }) => !explode),
    { style: 'deepObject', explode: true, kind: 'object' as const },
  ])('in a query: $style explode=$explode $kind', async ({ style, explode, kind }) => {
    const other = { name: 'other', in: 'query', schema: string };
    for (const value of values[kind]) {
      const color = { name: 'color', in: 'query', style, explode, schema: schemas[kind] };
      const separator = { spaceDelimited: ' ', pipeDelimited: '|' }[style];
      const isTorn = separator !== undefined && Object.values(value).some(part => String(part).includes(separator));
      const outcome = await requestFor([color, other], { color: value, other: 'o' }).then(
        ({ target }) => {
          const pairs = pairsOf(target.slice('/x?'.length));
          const read = readQuery(pairs, 'color', kind, { style, explode }, new Set(['other']));
          return [read.value, pairs.filter(([name]) => !read.used.has(name))];
        },
        ({ code }) => code,
      );
      expect(outcome).toEqual(isTorn ? 'BAD_USER_INPUT' : [texts(value), [['other', 'o']]]);
    }
  });

  it.each(matrix(['simple']))('in a header: explode=$explode $kind', async ({ style, explode, kind }) => {
    for (const value of values[kind]) {
      const color = { name: 'X-Color', in: 'header', style, explode, schema: schemas[kind] };
      const outcome = await requestFor([color], { X_Color: value }).then(
        ({ headers }) => readHeader(headers['x-color'], kind, { style, explode }),
        ({ code }) => code,
      );
      const isRefused = JSON.stringify(value).includes('☃') || hasComma(value);
      expect(outcome).toEqual(isRefused ? 'BAD_USER_INPUT' : texts(value));
    }
  });

  it.each(matrix(['form', 'cookie']))(
    'in a cookie: $style explode=$explode $kind',
    async ({ style, explode, kind }) => {
      for (const value of values[kind]) {
        const color = { name: 'color', in: 'cookie', style, explode, schema: schemas[kind] };
        const outcome = await requestFor([color], { color: value }).then(
          ({ cookies }) => readCookie(cookies.join('; '), 'color', kind, { style, explode }, new Set()),
          ({ code }) => code,
        );
        expect(style === 'form' ? [texts(value)] : [texts(value), 'BAD_USER_INPUT']).toContainEqual(outcome);
      }
    },
  );
});

/** Of a list or an object: does a part hold a comma? */
function hasComma(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some(part => String(part).includes(','));
}

describe('nothing is told twice, or lost', () => {
  it.each([
    ['a comma in an item of a header', { name: 'h', in: 'header', schema: strings }, { h: ['a,b'] }],
    ['a comma in a member of a header', { name: 'h', in: 'header', schema: object }, { h: { G: 'a,b' } }],
    ['a space at the end of a header', { name: 'h', in: 'header', schema: string }, { h: 'a ' }],
    [
      'a comma in an item of a cookie',
      { name: 'c', in: 'cookie', style: 'cookie', explode: false, schema: strings },
      { c: ['a,b'] },
    ],
  ])('%s is refused', async (_, parameter, args) => {
    await expect(requestFor([parameter], args)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('a member of an object is not another parameter', async () => {
    const free = { name: 'filter', in: 'query', schema: { type: 'object', additionalProperties: string } };
    const admin = { name: 'admin', in: 'query', schema: string };
    await expect(requestFor([free, admin], { filter: [{ key: 'admin', value: '1' }] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { argument: 'filter' },
    });
    expect(await requestFor([free, admin], { filter: [{ key: 'a', value: '1' }], admin: '0' })).toMatchObject({
      target: '/x?a=1&admin=0',
    });
  });

  it('a member of an object is not what the source signs in with', async () => {
    const free = { name: 'filter', in: 'query', schema: { type: 'object', additionalProperties: string } };
    const { description, call } = await describeDocument(withParameters('/x', free));
    const args = { filter: [{ key: 'api_key', value: '1' }] };
    expect(() => prepare(call('find'), args, new Encoder(description.blueprint.model), new Set(['api_key']))).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
  });

  it('JSON in a header has only ASCII', async () => {
    const content = { 'application/json': { schema: { type: 'object', properties: { a: string } } } };
    const { headers } = await requestFor([{ name: 'h', in: 'header', content }], { h: { a: 'ü☃😀' } });
    expect(headers['h']).toBe('{"a":"\\u00fc\\u2603\\ud83d\\ude00"}');
    expect(JSON.parse(headers['h']!)).toEqual({ a: 'ü☃😀' });
  });

  it('digits of numbers within values stay', async () => {
    const rows = { type: 'array', items: { type: 'object', properties: { id: { type: 'integer', format: 'int64' } } } };
    const { target } = await requestFor([{ name: 'q', in: 'query', schema: rows }], {
      q: [{ id: '9007199254740993' }],
    });
    expect(decodeURIComponent(target)).toBe('/x?q={"id":9007199254740993}');
  });

  it('nothing is sent for empty lists and objects', async () => {
    const parameters = ['query', 'header', 'cookie'].map(place => ({ name: place, in: place, schema: strings }));
    const { target, headers, cookies } = await requestFor(parameters, { query: [], header: [], cookie: [] });
    expect([target, Object.keys(headers), cookies]).toEqual(['/x', ['accept'], []]);
    const objects = parameters.map(parameter => ({ ...parameter, schema: object }));
    const other = await requestFor(objects, { query: {}, header: {}, cookie: {} });
    expect([other.target, Object.keys(other.headers), other.cookies]).toEqual(['/x', ['accept'], []]);
  });
});

describe('allowReserved', () => {
  it('leaves reserved characters, but what separates the parts of a list', async () => {
    const q = { name: 'q', in: 'query', explode: false, allowReserved: true, schema: strings };
    expect((await requestFor([q], { q: ['a/b', 'c,d'] })).target).toBe('/x?q=a/b,c%2Cd');
  });

  it('in a path, leaves what cannot end the segment', async () => {
    const id = { name: 'id', in: 'path', required: true, allowReserved: true, schema: string };
    expect((await requestFor([id], { id: "a:b@c!$&'()*+,;=/?#[]" }, {}, '/x/{id}')).target).toBe(
      "/x/a:b@c!$&'()*+,;=%2F%3F%23%5B%5D",
    );
    await expect(requestFor([id], { id: '%2e%2e%2fadmin' }, {}, '/x/{id}')).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('deepLists', () => {
  const f = {
    name: 'f',
    in: 'query',
    style: 'deepObject',
    explode: true,
    schema: { type: 'object', properties: { a: strings } },
  };

  it.each([
    ['REPEAT', 'f[a]=1&f[a]=2'],
    ['BRACKETS', 'f[a][]=1&f[a][]=2'],
    ['INDICES', 'f[a][0]=1&f[a][1]=2'],
  ] as const)('%s: %s', async (deepLists, written) => {
    const { target } = await requestFor([f], { f: { a: ['1', '2'] } }, { deepLists });
    expect(decodeURIComponent(target)).toBe(`/x?${written}`);
  });
});

describe('a whole query', () => {
  const q = (mediaType: string, media: object) => [{ name: 'q', in: 'querystring', content: { [mediaType]: media } }];

  it('of JSON is the JSON', async () => {
    const parameters = q('application/json', { schema: object });
    expect((await requestFor(parameters, { q: { R: 1, G: 'ü' } })).target).toBe(
      '/x?%7B%22R%22%3A1%2C%22G%22%3A%22%C3%BC%22%7D',
    );
  });

  it('of text is the text', async () => {
    expect((await requestFor(q('text/plain', { schema: string }), { q: 'a=b&c' })).target).toBe('/x?a%3Db%26c');
  });

  it('of a form follows its encoding', async () => {
    const schema = { type: 'object', properties: { a: strings, b: object } };
    const encoding = { a: { explode: false }, b: { contentType: 'application/json' } };
    const parameters = q('application/x-www-form-urlencoded', { schema, encoding });
    expect(decodeURIComponent((await requestFor(parameters, { q: { a: ['1', '2'], b: { R: 1 } } })).target)).toBe(
      '/x?a=1,2&b={"R":1}',
    );
  });
});

describe('a parameter that is a text of a media type', () => {
  const media = (place: string, mediaType: string, more: object) => ({
    name: 'p',
    in: place,
    content: { [mediaType]: { schema: { type: 'object', properties: { a: strings, b: string } }, ...more } },
  });

  it('is a form where the media type is, in its encoding', async () => {
    const form = (place: string) =>
      media(place, 'application/x-www-form-urlencoded', { encoding: { a: { explode: false } } });
    const value = { a: ['1', '2'], b: 'x&y' };
    const { target } = await requestFor([form('query')], { p: value });
    expect(target).toBe('/x?p=a%3D1%2C2%26b%3Dx%2526y');
    const { headers } = await requestFor([form('header')], { p: value });
    expect(headers['p']).toBe('a=1,2&b=x%26y');
  });

  it('is taken as text where nothing of a type can be written so, and that is told', async () => {
    const written = withParameters('/x', media('query', 'application/xml', {}));
    const { sdl, diagnostics } = await describeDocument(written);
    expect(sdl('Query')).toBe('type Query { find(p: String): Boolean }');
    expect(diagnostics).toMatchObject([{ severity: 'note', code: 'CONSTRUCT_UNTYPED' }]);
    const { target } = await requestFor([media('query', 'application/xml', {})], { p: '<a>1</a>' });
    expect(target).toBe('/x?p=%3Ca%3E1%3C%2Fa%3E');
  });

  const named = (name: string) => ({ type: 'object', required: [name], properties: { [name]: string } });

  it.each([
    ['joined', { allOf: [named('a'), named('b')] }],
    ['joined with a reference', { $ref: '#/components/schemas/A', required: ['b'], properties: { b: string } }],
    ['one of several', { oneOf: [named('a'), named('b')] }],
    ['one of several, deeper', { anyOf: [string, { oneOf: [{ $ref: '#/components/schemas/A' }, named('b')] }] }],
    ['one of several that something is joined with', { allOf: [{ oneOf: [named('a'), named('b')] }, named('c')] }],
    ['a list or a text', { oneOf: [string, { allOf: [{ type: 'array' }, { items: named('a') }] }] }],
  ])('is so where the object is %s', async (_, schema) => {
    const parameter = { name: 'p', in: 'query', content: { 'application/xml': { schema } } };
    const components = { schemas: { A: named('a') } };
    const { sdl, diagnostics } = await describeDocument({ ...withParameters('/x', parameter), components });
    expect(sdl('Query')).toBe('type Query { find(p: String): Boolean }');
    expect(diagnostics).toMatchObject([{ severity: 'note', code: 'CONSTRUCT_UNTYPED' }]);
  });

  it('is not so where all that it may be is a scalar', async () => {
    const schema = { anyOf: [{ type: 'integer' }, { $ref: '#/components/schemas/Big' }] };
    const parameter = { name: 'p', in: 'query', content: { 'application/xml': { schema } } };
    const components = { schemas: { Big: { type: 'integer', format: 'int64' } } };
    const { sdl, diagnostics } = await describeDocument({ ...withParameters('/x', parameter), components });
    expect([sdl('Query'), diagnostics]).toEqual(['type Query { find(p: Int64): Boolean }', []]);
  });
});

describe('what a document says of parameters that cannot be so', () => {
  it.each([
    ['path', 'form', 'simple', 'matrix or label or simple'],
    ['query', 'simple', 'form', 'form or spaceDelimited or pipeDelimited or deepObject'],
    ['header', 'form', 'simple', 'simple'],
    ['cookie', 'deepObject', 'form', 'form or cookie'],
  ])('in the %s is no style %s: it is told what is written', async (place, style, written, hint) => {
    const parameter = { name: 'p', in: place, required: true, style, schema: string };
    const { call, diagnostics } = await describeDocument(withParameters('/x/{p}', parameter));
    expect(call('find').parameters.find(({ in: where }) => where === place)?.style).toBe(written);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'DOCUMENT_INVALID',
        at: ['/api.json', expect.stringMatching(/parameters\/0\/style$/)],
        hint: `There it is ${hint}.`,
      }),
    );
  });

  it('is told where a list has one twice, headers in any letters', async () => {
    const tenant = (name: string, type: string) => ({ name, in: 'header', schema: { type } });
    const { sdl, diagnostics } = await describeDocument(
      withParameters('/x', tenant('X-Tenant', 'string'), tenant('x-tenant', 'integer')),
    );
    expect(sdl('Query')).toBe('type Query { find(x_tenant: Int): Boolean }');
    expect(diagnostics).toMatchObject([{ code: 'DOCUMENT_INVALID', at: ['/api.json', '/paths/~1x/get/parameters/1'] }]);
  });

  it('is told where arguments would be called alike, but not where one name in two places is', async () => {
    const named = (name: string, place = 'query') => ({ name, in: place, schema: string });
    const { sdl, diagnostics } = await describeDocument(
      withParameters(
        '/x',
        ...[named('a_b'), named('a-b'), named('a_b', 'header')],
        ...[named('at<'), named('at>'), named('c_d'), named('c-d', 'header')],
      ),
    );
    expect(sdl('Query')).toBe(
      'type Query { find(a_b: String, a_b_d443: String, a_b_header: String, at__121a: String, at__fccd: String, c_d: String, c_d_header: String): Boolean }',
    );
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'NAME_COLLISION Several parameters come to the name a_b; the argument of "a-b" in the query is a_b_d443.',
      'NAME_COLLISION Several parameters come to the name at_; the argument of "at<" in the query is at__121a.',
      'NAME_COLLISION Several parameters come to the name at_; the argument of "at>" in the query is at__fccd.',
      'NAME_COLLISION Several parameters come to the name c_d; the argument of "c-d" in the header is c_d_header.',
    ]);
  });
});

describe('what must be given', () => {
  it.each([
    ['required', { required: true, schema: string }, 'String!'],
    [
      'required and nullable, since no parameter can be null',
      { required: true, schema: { type: ['string', 'null'] } },
      'String!',
    ],
    ['required, of any type', { required: true, schema: {} }, 'JSON!'],
    ['required, with a default', { required: true, schema: { type: 'integer', default: 3 } }, 'Int! = 3'],
    ['with a default', { schema: { type: 'string', format: 'date', default: '2024-02-29' } }, 'Date = "2024-02-29"'],
    ['with a default that is none', { schema: { type: 'string', format: 'date', default: 'today' } }, 'Date'],
    ['with a default that its schema does not allow', { schema: { type: 'integer', minimum: 1, default: 0 } }, 'Int'],
    ['with one that does not match', { schema: { ...string, pattern: '^[a-z]+$', default: '' } }, 'String'],
    [
      'required, with a default that GraphQL cannot write',
      { required: true, schema: { type: 'object', default: {} } },
      'JSON',
    ],
  ])('%s', async (_, more, type) => {
    const { sdl } = await describeDocument(withParameters('/x', { name: 'q', in: 'query', ...more }));
    expect(sdl('Query')).toBe(`type Query { find(q: ${type}): Boolean }`);
  });
});
