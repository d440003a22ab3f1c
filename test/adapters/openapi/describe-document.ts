import { buildASTSchema, type GraphQLSchema, printType, validateSchema } from 'graphql';
import { expect } from 'vitest';
import type { Description } from '../../../src/adapter/adapter.ts';
import type { OpenApiCall } from '../../../src/adapters/openapi/call/call.ts';
import type { Model } from '../../../src/adapters/openapi/call/shape.ts';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe } from '../../../src/adapters/openapi/schema.ts';
import { checked, refused } from '../../../src/base/checked.ts';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import type { DocumentReader } from '../../../src/source/reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../../src/source/source.ts';

export type Files = Readonly<Record<string, unknown>>;

/** A reader over texts in memory; what is not text is written as JSON. Remembers what it was asked for. */
export function memoryReader(files: Files): DocumentReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async read(reference, base) {
      const address = new URL(reference, new URL(base ?? '', 'http://docs.test/')).href.replace('http://docs.test', '');
      asked.push(address);
      const file = Object.hasOwn(files, address) ? files[address] : undefined;
      if (file === undefined) {
        return refused({
          severity: 'error',
          code: 'DOCUMENT_NOT_FOUND',
          message: 'There is no such file.',
          at: [address],
        });
      }
      return checked({ address, text: typeof file === 'string' ? file : JSON.stringify(file) });
    },
    readBytes: async address => checked({ address, bytes: new Uint8Array() }),
    list: async () => checked([]),
    isFolder: async () => false,
  };
}

export function source(options: Partial<SourceOptions> = {}, endpoint?: string): Source {
  return {
    name: 'shop',
    protocol: 'openapi',
    document: '/api.json',
    ...(endpoint === undefined ? {} : { endpoint }),
    options: { ...defaultSourceOptions, ...options },
  };
}

interface Described {
  readonly description: Description<OpenApiCall, Model>;
  readonly schema: GraphQLSchema;
  readonly diagnostics: readonly Diagnostic[];
  /** The SDL of one type, without descriptions. */
  sdl(type: string): string;
  /** The calls, by field name. */
  call(field: string): OpenApiCall;
}

/** Loads and describes; the schema is valid, always. */
export async function describeFiles(files: Files, from: Source = source()): Promise<Described> {
  const loaded = await load(from, { reader: memoryReader(files), signal: new AbortController().signal });
  if (!loaded.ok) throw new TypeError(`refused: ${JSON.stringify(loaded.diagnostics)}`);
  const described = describe(loaded.value, from);
  if (!described.ok) throw new TypeError(`refused: ${JSON.stringify(described.diagnostics)}`);
  const { blueprint } = described.value;
  expect(JSON.parse(JSON.stringify(blueprint))).toEqual(blueprint);
  const schema = buildASTSchema(blueprint.typeDefs);
  expect(validateSchema(schema)).toEqual([]);
  return {
    description: described.value,
    schema,
    diagnostics: [...loaded.diagnostics, ...described.diagnostics],
    sdl: type => compact(printType(schema.getType(type)!)),
    call: field => blueprint.calls[`Query.${field}`] ?? blueprint.calls[`Mutation.${field}`]!,
  };
}

export function describeDocument(document: unknown, from?: Source): Promise<Described> {
  return describeFiles({ '/api.json': document }, from);
}

/** A document of OpenAPI 3.1 with one GET for each of these response schemas, by operationId. */
export function answering(schemas: Readonly<Record<string, unknown>>, components: object = {}, version = '3.1.0') {
  const paths = Object.entries(schemas).map(([operationId, schema]) => [
    `/${operationId}`,
    { get: { operationId, responses: { 200: { description: '', content: { 'application/json': { schema } } } } } },
  ]);
  return {
    openapi: version,
    servers: [{ url: 'http://shop.test' }],
    paths: Object.fromEntries(paths),
    components: { schemas: components },
  };
}

/** A document with one POST whose body has this schema. */
export function taking(schema: unknown, components: object = {}, mediaType = 'application/json') {
  const requestBody = { required: true, content: { [mediaType]: { schema } } };
  return {
    openapi: '3.1.0',
    servers: [{ url: 'http://shop.test' }],
    paths: { '/put': { post: { operationId: 'put', requestBody, responses: { 204: { description: '' } } } } },
    components: { schemas: components },
  };
}

/** A document with one GET that takes these parameters. */
export function withParameters(path: string, ...parameters: readonly object[]) {
  return {
    openapi: '3.2.0',
    servers: [{ url: 'http://shop.test' }],
    paths: { [path]: { get: { operationId: 'find', parameters, responses: { 204: { description: '' } } } } },
  };
}

function compact(sdl: string): string {
  return sdl
    .replace(/"""[\s\S]*?"""\n?/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
