import { describe, expect, it } from 'vitest';
import { load, recognises } from '../../../src/adapters/openapi/load.ts';
import { answering, describeFiles, type Files, memoryReader, source } from './describe-document.ts';

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

describe('texts', () => {
  it.each([
    ['neither JSON nor YAML', '{"openapi": "3.0.0", ]', 'DOCUMENT_SYNTAX', ':1:22'],
    ['broken YAML', 'openapi: 3.0.0\npaths: [\n', 'DOCUMENT_SYNTAX', ':3:1'],
    ['no OpenAPI', '{"hello": 1}', 'DOCUMENT_INVALID', ''],
    ['a text', 'hello', 'DOCUMENT_INVALID', ''],
    ['a version to come', '{"openapi": "4.0.0", "paths": {}}', 'DOCUMENT_INVALID', ''],
    ['the version before', '{"swaggerVersion": "1.2"}', 'DOCUMENT_INVALID', ''],
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
