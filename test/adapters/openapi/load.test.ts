import { describe, expect, it } from 'vitest';
import { load, recognises } from '../../../src/adapters/openapi/load.ts';
import { answering, describeFiles, type Files, memoryReader, source, taking } from './describe-document.ts';

const ok = (schema: unknown) => ({ 200: { description: '', content: { 'application/json': { schema } } } });
const cat = { type: 'object', properties: { meow: { type: 'string' } } };

async function loadFiles(files: Files) {
  const reader = memoryReader(files);
  return { loaded: await load(source(), { reader, signal: new AbortController().signal }), asked: reader.asked };
}

describe('references', () => {
  it('go from file to file, in circles too', async () => {
    const files = {
      '/api.json': {
        openapi: '3.0.0',
        paths: { '/a': { $ref: 'paths/a.yaml' }, '/b': { $ref: 'paths/a.yaml#/other' } },
      },
      '/paths/a.yaml': `get:
  operationId: a
  responses:
    200: { content: { application/json: { schema: { $ref: '../models/cat.yaml' } } } }
other:
  get:
    operationId: b
    responses:
      default: { $ref: '../responses.json#/Cat' }
`,
      '/models/cat.yaml':
        'type: object\nproperties:\n  friend: { $ref: "cat.yaml" }\n  owner: { $ref: "owner.json#/definitions/Owner" }\n',
      '/models/owner.json': { definitions: { Owner: { type: 'object', properties: { cat: { $ref: 'cat.yaml#' } } } } },
      '/responses.json': { Cat: ok({ $ref: 'models/cat.yaml' })[200] },
    };
    const { asked } = await loadFiles(files);
    expect(new Set(asked)).toEqual(new Set(Object.keys(files)));
    const { sdl } = await describeFiles(files);
    expect(sdl('Query')).toBe('type Query { a: Cat b: Cat }');
    expect(sdl('Cat')).toBe('type Cat { friend: Cat owner: Owner }');
  });

  it('are none in examples, data and names of properties', async () => {
    const odd = {
      type: 'object',
      properties: { $ref: { type: 'string' }, example: { $ref: 'real.json' } },
      example: { $ref: 'a.json' },
      default: { $ref: 'b.json' },
      enum: [{ $ref: 'c.json' }],
      'x-note': { $ref: 'd.json' },
    };
    const { asked } = await loadFiles({ '/api.json': answering({ a: odd }), '/real.json': cat });
    expect(asked).toEqual(['/api.json', '/real.json']);
  });

  it.each([
    ['to a file that the reader refuses', 'gone.json', 'DOCUMENT_NOT_FOUND'],
    ['to nothing in the document', '#/components/schemas/Nobody', 'REFERENCE_NOT_FOUND'],
    ['to a property of the prototype', '#/components/constructor', 'REFERENCE_NOT_FOUND'],
  ])('%s spoil only what needs them', async (_, $ref, code) => {
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: { properties: { bad: { $ref }, good: { type: 'string' } } }, b: cat }),
    });
    expect(sdl('AResponse')).toBe('type AResponse { bad: JSON good: String }');
    expect(sdl('BResponse')).toBe('type BResponse { meow: String }');
    expect(diagnostics).toEqual([expect.objectContaining({ severity: 'warning', code })]);
  });

  it('find anchors and ids', async () => {
    const components = { Cat: { ...cat, $anchor: 'kitty' }, Dog: { ...cat, $id: 'https://ids.test/dog' } };
    const { sdl } = await describeFiles({
      '/api.json': answering({ a: { $ref: '#kitty' }, b: { $ref: 'https://ids.test/dog' } }, components),
    });
    expect(sdl('Query')).toBe('type Query { a: Cat b: Dog }');
  });
});

describe('URIs of parts', () => {
  const object = (property: string) => ({ type: 'object', properties: { [property]: { type: 'string' } } });
  const ref = ($ref: string) => ({ $ref });

  it('are what references in them are relative to, also where one stands in another', async () => {
    const inner = {
      $id: 'inner/',
      type: 'object',
      properties: { leaf: ref('leaf'), own: ref('#/$defs/Own') },
      $defs: { Own: object('own') },
    };
    const components = {
      Outer: { $id: 'https://ids.test/outer/', type: 'object', properties: { inner, other: ref('../other') } },
      Leaf: { $id: 'https://ids.test/outer/inner/leaf', ...object('leaf') },
      Other: { $id: 'https://ids.test/other', ...object('other') },
    };
    const { loaded, asked } = await loadFiles({
      '/api.json': answering({ a: ref('#/components/schemas/Outer') }, components),
    });
    expect(loaded).toMatchObject({ ok: true, diagnostics: [] });
    expect(asked).toEqual(['/api.json']);
    const { sdl } = await describeFiles({
      '/api.json': answering({ a: ref('#/components/schemas/Outer') }, components),
    });
    expect(sdl('Outer')).toBe('type Outer { inner: OuterInner other: Other }');
    expect(sdl('OuterInner')).toBe('type OuterInner { leaf: Leaf own: OuterInnerOwn }');
  });

  it('hold for anchors, of which each part has its own', async () => {
    const part = (property: string) => ({
      type: 'object',
      properties: { x: ref('#it') },
      $defs: { It: { $anchor: 'it', ...object(property) } },
    });
    const { sdl } = await describeFiles({
      '/api.json': answering(
        { a: ref('#/components/schemas/A'), b: ref('#/components/schemas/B'), c: ref('https://ids.test/b#it') },
        { A: { $id: 'https://ids.test/a', ...part('a') }, B: { $id: 'https://ids.test/b', ...part('b') } },
      ),
    });
    expect(sdl('AIt')).toBe('type AIt { a: String }');
    expect(sdl('BIt')).toBe('type BIt { b: String }');
    expect(sdl('Query')).toBe('type Query { a: A b: B c: BIt }');
  });

  it('do not keep fragments from meaning the whole document, as many authors have it', async () => {
    const Pet = {
      $id: 'https://ids.test/pet',
      type: 'object',
      properties: { owner: ref('#/components/schemas/Owner') },
    };
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: ref('#/components/schemas/Pet') }, { Pet, Owner: object('name') }),
    });
    expect(sdl('Pet')).toBe('type Pet { owner: Owner }');
    expect(diagnostics).toEqual([]);
  });

  it('are those of other files, too, whichever of them is read first', async () => {
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: ref('https://ids.test/dog'), b: ref('models/all.json#/$defs/Cat') }),
      '/models/all.json': { $defs: { Cat: object('meow'), Dog: { $id: 'https://ids.test/dog', ...object('bark') } } },
    });
    expect(sdl('Query')).toBe('type Query { a: Dog b: Cat }');
    expect(diagnostics).toEqual([]);
  });

  it('may be elsewhere than the files: beside one another they are found', async () => {
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: ref('models/dog.json') }),
      '/models/dog.json': {
        $id: 'https://ids.test/v1/dog.json',
        type: 'object',
        properties: { owner: ref('owner.json') },
      },
      '/models/owner.json': object('name'),
    });
    expect(sdl('Dog')).toBe('type Dog { owner: Owner }');
    expect(diagnostics).toEqual([]);
  });

  it("are the document's own by `$self`, which others may refer to it by", async () => {
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': {
        ...answering({ a: ref('shared/pet.json') }, { Owner: object('name') }, '3.2.0'),
        $self: 'https://ids.test/api/openapi.json',
      },
      '/shared/pet.json': {
        type: 'object',
        properties: { owner: ref('https://ids.test/api/openapi.json#/components/schemas/Owner') },
      },
    });
    expect(sdl('Pet')).toBe('type Pet { owner: Owner }');
    expect(diagnostics).toEqual([]);
  });

  it('never make a file readable that the reader refuses', async () => {
    const { loaded, asked } = await loadFiles({
      '/api.json': answering({
        a: { $id: 'file:///etc/', type: 'object', properties: { b: ref('passwd') } },
        b: { $id: 'https://elsewhere.test/', type: 'object', properties: { b: ref('gone') } },
      }),
    });
    expect(asked).not.toContain('/etc/passwd');
    expect(loaded.diagnostics.map(({ code, severity }) => [severity, code])).toEqual(
      Array.from({ length: 2 }, () => ['warning', 'DOCUMENT_NOT_FOUND']),
    );
  });

  it('are none in examples, nor where a property is called so', async () => {
    const odd = {
      type: 'object',
      properties: { $id: { type: 'string' }, $anchor: { type: 'string' } },
      example: { $id: 'https://ids.test/x' },
    };
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: { ...odd, required: ['$id'] } }),
    });
    expect(sdl('AResponse')).toBe('type AResponse { _id: String! _anchor: String }');
    expect(diagnostics).toEqual([]);
  });

  it('take a `$dynamicRef` for a reference to the anchor around it', async () => {
    const Tree = {
      $id: 'https://ids.test/tree',
      $dynamicAnchor: 'node',
      type: 'object',
      properties: { children: { type: 'array', items: { $dynamicRef: '#node' } } },
    };
    const { sdl } = await describeFiles({ '/api.json': answering({ a: ref('#/components/schemas/Tree') }, { Tree }) });
    expect(sdl('Tree')).toBe('type Tree { children: [Tree!] }');
  });

  it('of parts may be named by a discriminator', async () => {
    const Cat = { $id: 'https://ids.test/cat', type: 'object', properties: { kind: { type: 'string' } } };
    const Dog = { type: 'object', properties: { kind: { type: 'string' } } };
    const Pet = {
      oneOf: [ref('#/components/schemas/Cat'), ref('#/components/schemas/Dog')],
      discriminator: { propertyName: 'kind', mapping: { tom: 'https://ids.test/cat', rex: 'Dog' } },
    };
    const { diagnostics, description } = await describeFiles({ '/api.json': answering({ a: Pet }, { Cat, Dog }) });
    expect(diagnostics).toEqual([]);
    expect(description.blueprint.model.types['AResponse']).toMatchObject({
      discriminator: { mapping: expect.arrayContaining([['tom', 'Cat']]) },
    });
  });

  it('of files that only a discriminator names are read', async () => {
    const Pet = {
      type: 'object',
      required: ['kind'],
      properties: { kind: { type: 'string' } },
      oneOf: [ref('cat.json'), ref('dog.json')],
      discriminator: { propertyName: 'kind', mapping: { c: 'cat.json', d: 'dog.json', f: 'fox.json' } },
    };
    const { asked } = await loadFiles({
      '/api.json': answering({ a: Pet }),
      '/cat.json': object('meow'),
      '/dog.json': object('bark'),
      '/fox.json': object('say'),
    });
    expect(asked).toContain('/fox.json');
  });
});

describe('long chains', () => {
  const length = 30_000;
  const names = Array.from({ length }, (_, index) => `S${index}`);
  const chain = (link: (next: string) => object, end: object) =>
    Object.fromEntries(
      names.map((name, index) => [name, index + 1 < length ? link(`#/components/schemas/S${index + 1}`) : end]),
    );
  const leaf = { type: 'object', properties: { name: { type: 'string' } } };

  it('of references lead to their end', async () => {
    const components = chain($ref => ({ $ref }), leaf);
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering(
        { a: { $ref: '#/components/schemas/S0' }, b: { $ref: '#/components/schemas/S1000' } },
        components,
      ),
    });
    expect(sdl('Query')).toBe(`type Query { a: S${length - 1} b: S${length - 1} }`);
    expect(diagnostics).toEqual([]);
  });

  it('of references that close are told, and allow anything', async () => {
    const components = chain($ref => ({ $ref }), { $ref: '#/components/schemas/S0' });
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: { $ref: '#/components/schemas/S0' }, b: leaf }, components),
    });
    expect(sdl('Query')).toBe('type Query { a: JSON b: BResponse }');
    expect(diagnostics).toMatchObject([{ code: 'REFERENCE_CYCLE' }]);
  });

  it('of `allOf` are one type', async () => {
    const components = chain(
      $ref => ({ allOf: [{ $ref }, { description: 'one more' }], properties: { own: { type: 'string' } } }),
      leaf,
    );
    const { sdl } = await describeFiles({
      '/api.json': answering({ a: { $ref: '#/components/schemas/S0' } }, components),
    });
    expect(sdl('S0')).toBe('type S0 { name: String own: String }');
  });

  it('of references through one another are told', async () => {
    const components = Object.fromEntries(
      names.map((name, index) => [name, { $ref: `#/components/schemas/S${index + 1}/x` }]),
    );
    const { sdl, diagnostics } = await describeFiles({
      '/api.json': answering({ a: { $ref: '#/components/schemas/S0/x' }, b: leaf }, components),
    });
    expect(sdl('Query')).toBe('type Query { a: JSON b: BResponse }');
    expect(diagnostics.map(({ code }) => code)).toContain('REFERENCE_NOT_FOUND');
  });

  it.each(['output', 'input'])('of types are as many types: %s', async direction => {
    const components = chain($ref => ({ type: 'object', required: ['next'], properties: { next: { $ref } } }), leaf);
    const first = { $ref: '#/components/schemas/S0' };
    const document = direction === 'output' ? answering({ a: first }, components) : taking(first, components);
    const { schema, diagnostics } = await describeFiles({ '/api.json': document });
    expect(Object.keys(schema.getTypeMap()).filter(name => /^S\d/.test(name))).toHaveLength(length);
    const [last, ...cuts] = diagnostics.toReversed();
    expect(last).toMatchObject({ code: 'TYPES_MANY', hint: expect.stringContaining('operations: { include') });
    const all = cuts.every(
      ({ code, message }) => code === 'CONSTRUCT_NOT_SUPPORTED' && message.includes('the chain of inputs'),
    );
    expect([all, cuts.length]).toEqual([true, direction === 'input' ? Math.floor((length - 1) / 500) : 0]);
  });
});

describe('texts', () => {
  it.each([
    ['neither JSON nor YAML', '{"openapi": "3.0.0", ]', 'DOCUMENT_SYNTAX', ':1:22'],
    ['broken YAML', 'openapi: 3.0.0\npaths: [\n', 'DOCUMENT_SYNTAX', ':3:1'],
    ['no OpenAPI', '{"hello": 1}', 'DOCUMENT_INVALID', ''],
    ['a text', 'hello', 'DOCUMENT_INVALID', ''],
    ['a version to come', '{"openapi": "4.0.0", "paths": {}}', 'DOCUMENT_INVALID', ''],
    ['the version before', '{"swaggerVersion": "1.2"}', 'DOCUMENT_INVALID', ''],
    ['several documents of YAML', 'openapi: 3.0.0\npaths: {}\n---\na: 1\n', 'DOCUMENT_SYNTAX', ''],
    ['nesting without an end', '['.repeat(200_000), 'DOCUMENT_SYNTAX', ':1:100'],
  ])('that are %s are refused', async (_, text, code, place) => {
    const { loaded } = await loadFiles({ '/api.json': text });
    expect(loaded).toMatchObject({
      ok: false,
      diagnostics: [{ severity: 'error', code, at: expect.arrayContaining([`/api.json${place}`]) }],
    });
  });

  it('are recognised wherever the version stands', () => {
    expect(recognises('{"paths": {}, "swagger": "2.0"}')).toBe(true);
    expect(recognises('info: {}\nopenapi: 3.1.0\n')).toBe(true);
    expect(recognises('{"swagger": 2.0, "paths": {}}')).toBe(true);
    expect(recognises('{"hello": "openapi"}')).toBe(false);
    expect(recognises('<definitions/>')).toBe(false);
  });

  it.each([
    ['openapi: 3.0\npaths: {}\n', '3.0'],
    ['openapi: 3.1\npaths: {}\n', '3.1'],
    ['swagger: 2.0\npaths: {}\n', '2.0'],
  ])('may write their version as a number: %j', async (text, version) => {
    const { loaded } = await loadFiles({ '/api.json': text });
    expect(loaded).toMatchObject({ ok: true, value: { version } });
  });

  it('may have the tags of YAML 1.1: they are texts as they are written', async () => {
    const example = 'example: { a: !!binary aGk=, b: !!timestamp 2026-01-01 }';
    const text = `openapi: 3.0.0\npaths: {}\ncomponents: { schemas: { A: { ${example} } } }\n`;
    const { loaded } = await loadFiles({ '/api.json': text });
    expect(loaded).toMatchObject({
      value: { root: { components: { schemas: { A: { example: { a: 'aGk=', b: '2026-01-01' } } } } } },
    });
  });

  it('may be bombs of aliases: each schema is one type, however often it is met', async () => {
    const levels = Array.from({ length: 60 }, (_, index) => {
      const below = index === 0 ? '{ type: string }' : `*l${index - 1}`;
      return `    L${index}: &l${index} { type: object, properties: { a: ${below}, b: ${below}, c: ${below} } }`;
    });
    const { description } = await describeFiles({
      '/api.json': `openapi: 3.0.0
components:
  schemas:
${levels.join('\n')}
paths:
  /a: { get: { operationId: a, responses: { 200: { content: { application/json: { schema: *l59 } } } } } }
`,
    });
    expect(Object.keys(description.blueprint.model.types)).toHaveLength(60);
  });

  it('leave dates as they are, and keys of the prototype harmless', async () => {
    const { call } = await describeFiles({
      '/api.json': `openapi: 3.0.0
info: { version: 2020-01-01 }
paths:
  /a:
    get:
      operationId: a
      parameters: [{ name: day, in: query, schema: { type: string, enum: [2020-01-01, 2020-01-02] } }]
      responses: { 204: {} }
__proto__: { polluted: 1 }
`,
    });
    expect(call('a').parameters[0]?.shape).toEqual({ kind: 'type', name: 'ADay' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
