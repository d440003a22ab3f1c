import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildASTSchema, parse, print, validateSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { createCodec } from '../../../src/adapters/grpc/wire/codec.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { never, sourceOf } from './backend.ts';

const root = fileURLToPath(new URL('../../../../shared/fixtures/proto', import.meta.url));
const present = existsSync(root);
if (!present) console.warn('../shared/fixtures/proto is not there: the public protos are not imported.');

async function imported(document: string, include: readonly string[] = []) {
  const source = sourceOf(
    { root, include: include.map(folder => join(root, folder)) },
    { document: join(root, document) },
  );
  const outcome = await grpc.describe(source, { reader: openReader(source), signal: never });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.diagnostics));
  const { blueprint, operations } = outcome.value;
  const stored = JSON.parse(JSON.stringify(blueprint)) as typeof blueprint;
  const schema = buildASTSchema(parse(print(stored.typeDefs)));
  createCodec(stored.model as { descriptorSet: string });
  const unsupported = outcome.diagnostics.filter(({ code }) => code === 'OPERATION_NOT_SUPPORTED').length;
  const missing = outcome.diagnostics.filter(({ code }) => code === 'REFERENCE_NOT_FOUND').length;
  return { errors: validateSchema(schema), operations, unsupported, missing };
}

describe.skipIf(!present)('public protos', () => {
  /** total, imported, references that the folder does not hold */
  const folders: readonly [string, readonly string[], number, number, number][] = [
    ['googleapis', [], 165, 165, 2],
    ['grpc-gateway', ['googleapis'], 118, 118, 0],
    ['protobuf', [], 0, 0, 0],
    ['connectrpc-conformance', [], 6, 6, 0],
    ['grpc-proto', ['googleapis'], 49, 49, 0],
    ['microservices-demo', [], 16, 16, 0],
    ['tailcall', [], 20, 20, 1],
    ['etcd', ['googleapis', 'grpc-gateway'], 42, 42, 0],
  ];
  it.each(folders)(
    '%s: every method is a field or has a diagnostic',
    async (folder, include, total, count, lacking) => {
      const { errors, operations, unsupported, missing } = await imported(folder, include);
      expect(errors).toEqual([]);
      expect(operations).toEqual({ total, imported: count });
      expect(total - count).toBe(unsupported);
      expect(missing).toBe(lacking);
    },
  );

  const files = present
    ? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.proto'))
    : [];
  it.each(files.map(path => [relative('.', path)]))('%s alone', async path => {
    const { errors, operations, unsupported } = await imported(path);
    expect(errors).toEqual([]);
    expect(operations.total - operations.imported).toBe(unsupported);
  });
});
