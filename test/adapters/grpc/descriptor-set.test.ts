import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, createFileRegistry, createRegistry, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { buildASTSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { memoryReader, never, sourceOf } from './backend.ts';

const texts = {
  '/p/main.proto': `syntax = "proto3"; package shop.v1;
    import "money.proto"; import "google/api/annotations.proto"; import "google/api/field_behavior.proto"; import "google/protobuf/any.proto";
    // What is asked.
    message Req { string sku = 1 [(google.api.field_behavior) = REQUIRED]; map<string, Money> m = 2; optional int32 n = 3; }
    message Money { int64 units = 1; google.protobuf.Any any = 2; base.Currency currency = 3; }
    service Stock { rpc Fetch(Req) returns (Money) { option (google.api.http) = { get: "/v1" }; } rpc Put(Money) returns (Money); }`,
  '/p/money.proto':
    'syntax = "proto2"; package base; message Currency { required string code = 1 [default = "EUR"]; optional group G = 2 { optional int32 x = 1; } } service Old { rpc Ping(Currency) returns (Currency); }',
};
const folder = mkdtempSync(join(tmpdir(), 'descriptor-set-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasProtoc = spawnSync('protoc', ['--version']).status === 0;
if (!hasProtoc) console.warn('protoc is not installed: its own sets are not read.');

async function setOf(document = '/p/main.proto'): Promise<FileDescriptorSet> {
  const loaded = await load(sourceOf({}, { document }), { reader: memoryReader(texts), signal: never });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value.set;
}

async function described(name: string, bytes: Uint8Array | string) {
  const document = join(folder, name);
  writeFileSync(document, bytes);
  const source = sourceOf({}, { document });
  return grpc.describe(source, { reader: openReader(source), signal: never });
}

async function byText(document = '/p/main.proto') {
  return grpc.describe(sourceOf({}, { document }), { reader: memoryReader(texts), signal: never });
}

const sdl = (outcome: Awaited<ReturnType<typeof byText>>) =>
  outcome.ok
    ? printSchema(lexicographicSortSchema(buildASTSchema(outcome.value.blueprint.typeDefs)))
    : JSON.stringify(outcome.diagnostics);

/** The mark that buf sets on files that others import: `buf_extension { is_import: true }`. */
const bufMark = new BinaryWriter()
  .tag(8042, WireType.LengthDelimited)
  .fork()
  .tag(1, WireType.Varint)
  .bool(true)
  .join()
  .finish();

describe('a compiled set', () => {
  it.each([
    ['binary', 'set.pb', (bytes: Uint8Array) => bytes],
    ['compressed', 'set.binpb.gz', (bytes: Uint8Array) => gzipSync(bytes)],
  ])('in %s gives the schema that its files give', async (_, name, written) => {
    const outcome = await described(name, written(toBinary(FileDescriptorSetSchema, await setOf('/p'))));
    expect(outcome.diagnostics.filter(({ severity }) => severity === 'warning')).toEqual([]);
    expect(sdl(outcome)).toBe(sdl(await byText('/p')));
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 3, imported: 3 });
  });

  it('in JSON gives it too, options of extensions among it', async () => {
    const set = await setOf('/p');
    const registry = createRegistry(...createFileRegistry(set));
    const outcome = await described('image.json', JSON.stringify(toJson(FileDescriptorSetSchema, set, { registry })));
    expect(sdl(outcome)).toBe(sdl(await byText('/p')));
    expect(sdl(outcome)).toContain('fetch(');
    expect(sdl(outcome)).toContain('sku: String!');
  });

  it('of buf: services of files that are only imported are not taken', async () => {
    const set = await setOf();
    const file = set.file.map(each =>
      toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [each] })),
    );
    const marked = file.map((bytes, index) => {
      if (set.file[index]?.name !== 'money.proto') return bytes;
      const content = bytes.subarray(bytes.length - toContent(bytes).length);
      return new BinaryWriter()
        .tag(1, WireType.LengthDelimited)
        .bytes(Buffer.concat([content, bufMark]))
        .finish();
    });
    const binary = await described('image.binpb', Buffer.concat(marked));
    expect(binary.ok && Object.keys(binary.value.blueprint.calls).sort()).toEqual(['Mutation.put', 'Query.fetch']);
    const registry = createRegistry(...createFileRegistry(set));
    const json = toJson(FileDescriptorSetSchema, set, { registry }) as { file: JsonObject[] };
    const image = {
      file: json.file.map(each =>
        each['name'] === 'money.proto' ? { ...each, bufExtension: { isImport: true } } : each,
      ),
    };
    const text = await described('image.json', JSON.stringify(image));
    expect(text.ok && Object.keys(text.value.blueprint.calls).sort()).toEqual(['Mutation.put', 'Query.fetch']);
  });

  it.skipIf(!hasProtoc)('that protoc wrote is read, with its comments', async () => {
    for (const [path, text] of Object.entries(texts))
      writeFileSync(
        join(folder, path.slice(3)),
        text
          .replace(/import "google\/api[^;]*;/g, '')
          .replace(/ \[\(google.*?\]/, '')
          .replace(/\{ option \(google.*?\}; \}/, ';'),
      );
    const flags = ['-I', folder, '--include_imports', '--include_source_info', '-o', join(folder, 'protoc.desc')];
    execFileSync('protoc', [...flags, join(folder, 'main.proto')]);
    const outcome = await described('protoc.pb', readFileSync(join(folder, 'protoc.desc')));
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 3, imported: 3 });
    expect(outcome.diagnostics.filter(({ severity }) => severity === 'warning')).toEqual([]);
  });

  it('without its imports goes without what they would bring, and says what that is', async () => {
    const set = await setOf();
    const file = set.file.filter(({ name }) => name === 'main.proto');
    const outcome = await described(
      'set.desc',
      toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })),
    );
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 2, imported: 2 });
    expect(outcome.diagnostics.map(({ code, at }) => [code, at.at(-1)])).toContainEqual([
      'REFERENCE_NOT_FOUND',
      'shop.v1.Money.currency',
    ]);
  });

  it.each([
    ['a text', 'hello', 'DOCUMENT_SYNTAX'],
    ['broken JSON', '{"file": [', 'DOCUMENT_SYNTAX'],
    ['another JSON', '{"openapi": "3.1.0"}', 'DOCUMENT_INVALID'],
    ['half a set', Uint8Array.of(0x0a, 0x50, 0x0a), 'DOCUMENT_SYNTAX'],
    ['nothing', '', 'DOCUMENT_INVALID'],
    ['what is compressed too well', gzipSync(Buffer.alloc(80 * 1024 * 1024)), 'DOCUMENT_TOO_LARGE'],
    ['descriptors nested 5,000 deep', nested(5_000), 'DOCUMENT_SYNTAX'],
  ])('that is %s is refused', async (_, bytes, code) => {
    const outcome = await described('set.pb', bytes);
    expect(outcome.diagnostics.map(diagnostic => diagnostic.code)).toEqual([code]);
    expect(outcome.ok).toBe(false);
  });

  it('is told by its name, and in JSON by how it begins', () => {
    for (const name of ['a.pb', 'a.binpb', 'a.protoset', 'a.desc.gz', 'http://x/a.pb?y'])
      expect([name, grpc.recognises('', name)]).toEqual([name, true]);
    expect(grpc.recognises('{"file":[{"name":"a.proto"}]}', 'image.json')).toBe(true);
    expect(grpc.recognises('{"openapi":"3.1.0"}', 'api.json')).toBe(false);
  });
});

/** What is inside the one file of a set. */
function toContent(bytes: Uint8Array): Uint8Array {
  let start = 1;
  while (bytes[start]! >= 0x80) start++;
  return bytes.subarray(start + 1);
}

/** FileDescriptorSet.file.message_type, and nested_type below it. */
function nested(depth: number): Uint8Array {
  let bytes: Uint8Array = new Uint8Array();
  for (let level = 0; level < depth; level++)
    bytes = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(bytes).finish();
  const file = new BinaryWriter().tag(4, WireType.LengthDelimited).bytes(bytes).finish();
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(file).finish();
}
