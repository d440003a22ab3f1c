import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NormalForm } from '../../../src/adapters/openapi/schemas/normal-form.ts';
import { answering, describeDocument, taking, withParameters } from './describe-document.ts';

const bin = fileURLToPath(new URL('../../../bin/selvage.js', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-bad-input-'));
  await run(process.execPath, [bin, '--version']); // builds what is missing
});
afterAll(() => rm(folder, { recursive: true }));

interface Inspected {
  readonly operations: { readonly imported: number };
  readonly types: number;
  readonly diagnostics: readonly { readonly severity: string; readonly code: string; readonly at: readonly string[] }[];
}

/** `selvage inspect` of a text, in a process that may have so many megabytes of heap. */
async function inspect(name: string, text: string | readonly string[], megabytes: number): Promise<Inspected> {
  const file = join(folder, name);
  await writeFile(file, text);
  const argv = [`--max-old-space-size=${megabytes}`, bin, 'inspect', '--json', file];
  const child = await run(process.execPath, argv, { timeout: 200_000, maxBuffer: 2 ** 26 }).catch(
    (error: { readonly stdout?: string; readonly stderr?: string }) => error,
  );
  if (!child.stdout) throw new Error(`selvage inspect has broken down: ${child.stderr?.slice(-500)}`);
  return JSON.parse(child.stdout) as Inspected; // inspect --json wrote it
}

const codes = ({ diagnostics }: Inspected) =>
  [...new Set(diagnostics.map(({ severity, code }) => `${severity} ${code}`))].sort();

const head = `openapi: 3.1.0
info: { title: t, version: '1' }
servers: [{ url: http://shop.test }]
paths:
  /a: { get: { operationId: a, responses: { 200: { description: '', content: { application/json: { schema: { $ref: '#/components/schemas/A' } } } } } } }
`;

describe('a document that is made to do harm is told of, in little time and memory', () => {
  it('by aliases that stand for more and more', async () => {
    const levels = Array.from({ length: 100 }, (_, index) =>
      index === 0
        ? '    A: &l0 { type: string }'
        : `    L${index}: &l${index} { type: object, properties: { a: *l${index - 1}, b: *l${index - 1} } }`,
    );
    const inspected = await inspect('aliases.yaml', `${head}components:\n  schemas:\n${levels.join('\n')}\n`, 128);
    expect(inspected.operations.imported).toBe(1);
    expect(codes(inspected)).toEqual(['note DOCUMENT_LINT']);
  });

  it('by merge keys that copy more and more', async () => {
    const levels = Array.from(
      { length: 20_000 },
      (_, index) => `  l${index}: &l${index} { ${index === 0 ? '' : `<<: *l${index - 1}, `}k${index}: 1 }`,
    );
    const inspected = await inspect('merges.yaml', `${head}x-bomb:\n${levels.join('\n')}\n`, 128);
    expect(codes(inspected)).toEqual(['error DOCUMENT_SYNTAX']);
  });

  it.each([
    ['objects.json', '{"openapi":"3.1.0","paths":{},"components":', '{"a":', '1', '}', '}', 'error DOCUMENT_INVALID'],
    ['lists.json', '{"openapi":"3.1.0","paths":', '[', '', ']', '}', 'error DOCUMENT_INVALID'],
    ['data.json', '{"openapi":"3.1.0","paths":{},"x-deep":', '[', '', ']', '}', 'note DOCUMENT_LINT'],
    ['flow.yaml', 'openapi: 3.1.0\npaths: ', '[', '', ']', '', 'error DOCUMENT_SYNTAX'],
  ])('by nesting without an end: %s', async (name, start, open, middle, close, end, code) => {
    const deep = 100_000;
    const inspected = await inspect(name, [start, open.repeat(deep), middle, close.repeat(deep), end].join(''), 128);
    expect(codes(inspected)).toContain(code);
  });

  it('by lines that are indented more and more', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `${' '.repeat(index + 2)}a:\n`);
    const inspected = await inspect('block.yaml', `openapi: 3.1.0\npaths:\n${lines.join('')}`, 128);
    expect(codes(inspected)).toEqual(['error DOCUMENT_SYNTAX']);
  });

  it('by its size: beyond the limit it is not read', async () => {
    const inspected = await inspect('huge.json', `{"openapi":"3.1.0","x":"${'x'.repeat(65 * 1024 * 1024)}"}`, 128);
    expect(codes(inspected)).toEqual(['error DOCUMENT_TOO_LARGE']);
  });

  it('and by its size below it: 50 MB are read', async () => {
    const description = 'x'.repeat(1_000);
    const properties = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`p${index}`, { type: 'string', description }]),
    );
    const schemas = Object.fromEntries(
      Array.from({ length: 2_400 }, (_, index) => [`S${index}`, { type: 'object', properties }]),
    );
    const document = answering({ a: { $ref: '#/components/schemas/S0' } }, schemas);
    const text = JSON.stringify(document);
    expect(text.length).toBeGreaterThan(48_000_000);
    const inspected = await inspect('large.json', text, 512);
    expect(inspected.operations.imported).toBe(1);
  });
});

it('a document whose types have more fields than fit into memory has the rest as JSON, and that is told', async () => {
  const wide = (count: number) => ({
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, true])),
  });
  const schemas = { Wide: wide(500_001), Narrow: wide(1) };
  const answers = { a: { $ref: '#/components/schemas/Wide' }, b: { $ref: '#/components/schemas/Narrow' } };
  const { sdl, diagnostics } = await describeDocument(answering(answers, schemas));
  expect(sdl('Query')).toBe('type Query { a: JSON b: Narrow }');
  expect(diagnostics).toMatchObject([{ code: 'CONSTRUCT_UNTYPED', at: ['/api.json', '/components/schemas/Wide'] }]);
});

it('heirs far beyond that are not even gathered, since each has all that its parents have', async () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const properties = Object.fromEntries(Array.from({ length: 500_001 }, (_, index) => [`p${index}`, true]));
  const heirs = Array.from({ length: 50 }, (_, index) => [
    `H${index}`,
    { allOf: [ref(index === 0 ? 'Parent' : `H${index - 1}`), { properties: { [`h${index}`]: true } }] },
  ]);
  const Parent = { type: 'object', properties: { kind: true }, discriminator: { propertyName: 'kind' } };
  const schemas = {
    Wide: { type: 'object', properties },
    More: { type: 'object', properties },
    Parent,
    ...Object.fromEntries(heirs),
  };
  const flatten = vi.spyOn(NormalForm.prototype, 'flatten');
  const { sdl } = await describeDocument(
    answering({ a: ref('Wide'), b: ref('More'), c: ref('Parent'), d: ref('H49') }, schemas),
  );
  const gathered = flatten.mock.calls.map(([{ pointer }]) => pointer);
  flatten.mockRestore();
  expect(sdl('Query')).toBe('type Query { a: JSON b: JSON c: JSON d: JSON }');
  expect(new Set(gathered)).toEqual(new Set(['/components/schemas/Wide', '/components/schemas/More']));
});

describe('references that lead where they must not', () => {
  it.each([
    ['to a file outside', '../outside.json', 'DOCUMENT_OUTSIDE_ROOT'],
    ['to a file outside, by a link', 'link.json', 'DOCUMENT_OUTSIDE_ROOT'],
    ['to a file outside, as a URL', 'file:///etc/passwd', 'DOCUMENT_OUTSIDE_ROOT'],
    ['to a host that is not allowed', 'http://elsewhere.test/a.json', 'DOCUMENT_HOST_NOT_ALLOWED'],
    ['to a file that is not there', 'gone.json', 'DOCUMENT_NOT_FOUND'],
    ['to nothing', '#/components/schemas/Nobody', 'REFERENCE_NOT_FOUND'],
  ])('%s spoil the operation alone', async (_, $ref, code) => {
    await mkdir(join(folder, 'api'), { recursive: true });
    await writeFile(join(folder, 'outside.json'), '{"type":"string"}');
    await symlink(join(folder, 'outside.json'), join(folder, 'api/link.json')).catch(() => undefined);
    const inspected = await inspect(
      'api/refs.json',
      JSON.stringify(answering({ a: { $ref }, b: { type: 'string' } })),
      128,
    );
    expect(inspected.operations.imported).toBe(2);
    expect(codes(inspected)).toContain(`warning ${code}`);
  });
});

describe('schemas that are made of themselves', () => {
  const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  it.each([
    ['by allOf', { A: { allOf: [ref('A')] } }],
    ['by allOf, over another', { A: { allOf: [ref('B')] }, B: { allOf: [ref('A')] } }],
    [
      'by allOf, beside what it has itself',
      { A: { allOf: [ref('B')], properties: { a: { type: 'string' } } }, B: { allOf: [ref('A'), {}] } },
    ],
    ['by oneOf', { A: { oneOf: [ref('A'), ref('B')] }, B: { oneOf: [ref('A'), { type: 'string' }] } }],
    ['by their items', { A: { type: 'array', items: ref('A') } }],
    ['by their values', { A: { type: 'object', additionalProperties: ref('A') } }],
    ['by a reference', { A: ref('A') }],
  ])('%s are some type, and spoil no other', async (_, components) => {
    const { sdl, description } = await describeDocument(answering({ a: ref('A'), b: { type: 'integer' } }, components));
    expect(description.operations.total).toBe(2);
    expect(sdl('Query')).toContain('b: Int }');
  });
});

describe('names that JavaScript knows', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
  /** As JSON has it: an own key, whatever it is called. */
  const record = (value: unknown) =>
    JSON.parse(`{${names.map(name => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join()}}`);

  it('are names like others: of schemas, of properties, of enum values', async () => {
    const components = record({ type: 'object', properties: record({ type: 'string', enum: names }) });
    const operations = Object.fromEntries(
      names.map((name, index) => [`f${index}`, { $ref: `#/components/schemas/${name}` }]),
    );
    const { schema, description } = await describeDocument(answering(operations, components));
    for (const index of names.keys())
      expect(String(schema.getQueryType()?.getFields()[`f${index}`]?.type)).toMatch(
        /^(Proto|Constructor|Prototype|ToString|HasOwnProperty)$/,
      );
    const type = description.blueprint.model.types['Constructor'];
    expect(type?.kind === 'object' && type.fields.map(({ name, wire }) => [wire, name])).toEqual(
      names.map(name => [name, name === '__proto__' ? '_proto__' : name]),
    );
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('are names like others: of inputs and parameters', async () => {
    const { sdl } = await describeDocument(taking({ type: 'object', properties: record({ type: 'string' }) }));
    expect(sdl('PutInput')).toBe(
      'input PutInput { _proto__: String constructor: String prototype: String toString: String hasOwnProperty: String }',
    );
    const parameters = names.map(name => ({ name, in: 'query', schema: { type: 'string' } }));
    const { call } = await describeDocument(withParameters('/a', ...parameters));
    expect(call('find').parameters.map(({ name, argument }) => [name, argument])).toEqual(
      names.map(name => [name, name === '__proto__' ? '_proto__' : name]),
    );
  });

  it('are names like others: of paths, of responses and of media types', async () => {
    const operation = {
      operationId: 'constructor',
      responses: { ...record({ description: '' }), 200: { description: '', content: record({}) } },
    };
    const { description } = await describeDocument({
      openapi: '3.1.0',
      paths: { '/__proto__': { get: operation }, '/constructor': { get: { responses: {} } } },
    });
    expect(Object.keys(description.blueprint.calls)).toEqual(['Query.constructor', 'Query.getConstructor']);
  });
});
