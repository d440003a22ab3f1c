import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema, getIntrospectionQuery, graphqlSync, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, recognises } from '../../../src/adapters/graphql/load.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../../src/source/source.ts';
import { type HttpAnswer, startHttpBackend } from '../backends/http-backend.ts';

const sdl = 'type Query { a(b: Int @deprecated(reason: "old"), c: One): String } input One @oneOf { x: Int, y: Int }';
const schema = buildSchema(sdl);
const introspection = (options = {}) => graphqlSync({ schema, source: getIntrospectionQuery(options) });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphql-load-'));
});
afterAll(() => rm(folder, { recursive: true }));

function loadSource(source: Partial<Source>) {
  const complete = { name: 'upstream', protocol: 'graphql', options: defaultSourceOptions, ...source };
  return load(complete, { reader: openReader(complete), signal: new AbortController().signal });
}

async function loadText(text: string, name = 'schema.graphql') {
  const document = join(folder, name);
  await writeFile(document, text);
  return loadSource({ document });
}

const codes = (result: Awaited<ReturnType<typeof load>>) => result.diagnostics.map(({ code }) => code);

describe('a document is recognised', () => {
  it.each([
    ['type Query { a: Int }', 'x.txt', true],
    ['', 'schema.graphqls', true],
    ['# a comment\n"""docs"""\nschema { query: Q }', 'x', true],
    ['extend type Query { a: Int }', 'x', true],
    ['directive @key(fields: String) on OBJECT', 'x', true],
    ['{"data": {"__schema": {}}}', 'x.json', true],
    ['{"openapi": "3.0.0"}', 'x.json', false],
    ['syntax = "proto3"; message Type {}', 'x.proto', false],
    ['<definitions/>', 'x.wsdl', false],
    ['openapi: 3.0.0', 'x.yaml', false],
  ])('%j at %s: %s', (text, address, expected) => {
    expect(recognises(text, address)).toBe(expected);
  });
});

describe('documents', () => {
  it.each([
    ['SDL', sdl, 'a.graphql'],
    ['an introspection result', JSON.stringify(introspection({ inputValueDeprecation: true, oneOf: true })), 'a.json'],
    ['the data of one', JSON.stringify(introspection({ inputValueDeprecation: true, oneOf: true }).data), 'b.json'],
  ])('%s', async (_kind, text, name) => {
    const loaded = await loadText(text, name);
    expect(loaded).toMatchObject({ ok: true, diagnostics: [] });
    expect(loaded.ok && printSchema(loaded.value.schema)).toBe(printSchema(schema));
  });

  it('a folder of SDL files, of which each extends what others define', async () => {
    const modules = await mkdtemp(join(folder, 'modules-'));
    await writeFile(join(modules, 'a.graphql'), 'extend type Query { a: A }');
    await writeFile(join(modules, 'b.graphqls'), 'type A { b: Int } extend type Query { b: Int }');
    const loaded = await loadSource({ document: modules });
    expect(loaded.ok && Object.keys(loaded.value.schema.getQueryType()?.getFields() ?? {})).toEqual(['a', 'b']);
  });

  it('a federation subgraph, whose directives nothing defines', async () => {
    const loaded = await loadText(
      'extend schema @link(url: "x") type Query { a: A } type A @key(fields: "id") @shareable { id: ID! @external }',
    );
    expect(loaded.ok).toBe(true);
    expect(loaded.diagnostics).toEqual([
      expect.objectContaining({
        severity: 'note',
        message: expect.stringContaining('@external, @key, @link, @shareable'),
      }),
    ]);
  });

  it('with definitions that stand there twice in the same words', async () => {
    const loaded = await loadText(`type Query { a(b: Int): E, b: I }
      enum E { X Y X }
      # the scalar
      scalar Date
      interface I { a(b: Int = 1, c: [In]): Date "again" a(b: Int = 1, c: [In]): Date }
      scalar Date
      input In { x: Int, x: Int }
      extend type Query { a(b: Int): E, c: Int }`);
    expect(loaded.ok && printSchema(loaded.value.schema).replaceAll(/\s+/g, ' ')).toBe(
      'type Query { a(b: Int): E b: I c: Int } enum E { X Y } scalar Date ' +
        'interface I { a(b: Int = 1, c: [In]): Date } input In { x: Int }',
    );
    const place = (line: number, column: number) => [`${join(folder, 'schema.graphql')}:${line}:${column}`];
    expect(loaded.diagnostics.map(({ message, at }) => [/"(.*)"/.exec(message)?.[1], at])).toEqual([
      ['E.X', place(2, 20)],
      ['I.a', place(5, 50)],
      ['Date', place(6, 7)],
      ['In.x', place(7, 26)],
      ['Query.a', place(8, 27)],
    ]);
  });

  it('with default values that cannot be printed: those are left to the server', async () => {
    const loaded = await loadText(
      'scalar JSON type Query { a(b: JSON = { c: [1] }, d: JSON = 1, e: [Int] = [1]): Int }',
    );
    expect(loaded.ok && printSchema(loaded.value.schema)).toContain('a(b: JSON, d: JSON = 1, e: [Int] = [1]): Int');
    expect(loaded.diagnostics.map(({ at }) => at[1])).toEqual(['Query.a(b:)']);
  });

  it.each([
    ['no SDL', 'type Query {', 'DOCUMENT_SYNTAX', ':1:13'],
    ['an unknown type', 'type Query {\n  a: Missing\n}', 'DOCUMENT_INVALID', ':2:6'],
    ['a type twice', 'type Query { a: Int }\ntype Query { b: Int }', 'DOCUMENT_INVALID', ':1:6'],
    ['a field twice, otherwise', 'type Query { a(b: Int): Int, a(b: Int!): Int }', 'DOCUMENT_INVALID', ':1:14'],
    ['a reserved name', 'type Query { __a: Int }', 'DOCUMENT_INVALID', ':1:14'],
    ['JSON that is no introspection', '{"a": 1}', 'DOCUMENT_INVALID', ''],
    ['broken JSON', '{"a": ', 'DOCUMENT_SYNTAX', ''],
    ['a broken introspection', '{"__schema": {"types": 1}}', 'DOCUMENT_INVALID', ''],
  ])('refused: %s', async (_name, text, code, place) => {
    const loaded = await loadText(text, 'refused.graphql');
    expect(loaded.ok).toBe(false);
    expect(loaded.diagnostics[0]).toMatchObject({ code, at: [`${join(folder, 'refused.graphql')}${place}`] });
  });

  it('refused: every mistake in one run', async () => {
    expect(codes(await loadText('type Query { a: X b: Y }'))).toEqual(['DOCUMENT_INVALID', 'DOCUMENT_INVALID']);
  });

  it('refused: an empty folder, a missing file, neither document nor endpoint', async () => {
    expect(codes(await loadSource({ document: await mkdtemp(join(folder, 'empty-')) }))).toEqual([
      'DOCUMENT_NOT_FOUND',
    ]);
    expect(codes(await loadSource({ document: join(folder, 'missing.graphql') }))).toEqual(['DOCUMENT_NOT_FOUND']);
    expect(codes(await loadSource({}))).toEqual(['CONFIG_MISSING_KEY']);
    expect(codes(await loadSource({ endpoint: 'localhost:4000' }))).toEqual(['CONFIG_INVALID_VALUE']);
  });
});

describe('introspection', () => {
  async function introspected(answer: (query: string) => HttpAnswer | 'hang', options = {}) {
    const server = await startHttpBackend(async ({ body }) => answer((JSON.parse(body) as { query: string }).query));
    const endpoint = `${server.url}/graphql`;
    const loaded = await loadSource({ endpoint, options: { ...defaultSourceOptions, ...options } });
    const open = await server.connections();
    await server.close();
    return { loaded, wire: server.traffic.wire, open };
  }
  const json = (value: unknown) => ({ body: JSON.stringify(value) });

  it('signs in as documents are loaded, and leaves no connection', async () => {
    const { loaded, wire } = await introspected(query => json(graphqlSync({ schema, source: query })), {
      headers: { 'X-Static': '1' },
      credential: { bearer: 'call' },
      documentCredential: { bearer: 'document' },
    });
    expect(loaded.ok && printSchema(loaded.value.schema)).toBe(printSchema(schema));
    expect(wire).toHaveLength(1);
    expect(wire[0]?.headers).toMatchObject({ authorization: 'Bearer document', 'x-static': '1' });
  });

  it('asks older servers in words that they know', async () => {
    const { loaded, wire } = await introspected(query =>
      /isOneOf|specifiedByURL/.test(query)
        ? { status: 400, ...json({ errors: [{ message: 'unknown field' }] }) }
        : json(graphqlSync({ schema, source: query })),
    );
    expect(loaded.ok).toBe(true);
    expect(wire).toHaveLength(3);
  });

  it.each<[string, HttpAnswer | 'hang', string]>([
    ['a server without introspection', json({ errors: [{ message: 'no' }] }), 'DOCUMENT_REFUSED'],
    ['no JSON', { body: 'hello' }, 'DOCUMENT_SYNTAX'],
    ['a refusal', { status: 401, headers: { 'content-type': 'text/plain' }, body: 'no' }, 'DOCUMENT_REFUSED'],
    [
      'a redirect',
      { status: 302, headers: { location: '/', 'content-type': 'text/plain' }, body: '' },
      'DOCUMENT_REFUSED',
    ],
    ['a server that never answers', 'hang', 'DOCUMENT_TIMEOUT'],
    ['no schema', json({ data: {} }), 'DOCUMENT_INVALID'],
  ])('refused: %s', async (_name, answer, code) => {
    const { loaded } = await introspected(() => answer, { timeout: 500 });
    expect(codes(loaded)).toEqual([code]);
  });

  it('refused: nobody listens', async () => {
    const server = await startHttpBackend(async () => 'hang');
    await server.close();
    expect(codes(await loadSource({ endpoint: server.url }))).toEqual(['DOCUMENT_UNREACHABLE']);
  });
});
