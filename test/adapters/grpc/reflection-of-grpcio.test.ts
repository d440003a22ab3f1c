import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { buildASTSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import type { Description } from '../../../src/adapter/adapter.ts';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import { describeProto, memoryReader, never, sourceOf } from './backend.ts';

/** Debian's own Python, whose packages python3-grpcio and python3-protobuf are. */
const python = '/usr/bin/python3';
const hasGrpcio = spawnSync(python, ['-c', 'import grpc, google.protobuf']).status === 0;
if (!hasGrpcio) console.warn('python3-grpcio is not installed: its reflection is not read.');

const texts = {
  '/p/a.proto': `syntax = "proto3"; package shop.v1; import "b.proto"; import "google/protobuf/timestamp.proto"; import "google/api/annotations.proto";
    message Item { optional int32 n = 1; map<string, base.Money> prices = 2; oneof o { string s = 3; Item item = 4; } google.protobuf.Timestamp at = 5; }
    service Stock { rpc Fetch(Item) returns (base.Money) { option (google.api.http) = { get: "/v1" }; } rpc Put(Item) returns (Item); }`,
  '/p/b.proto':
    'syntax = "proto2"; package base; import public "c.proto"; message Money { required int64 units = 1 [default = 7]; optional group Part = 2 { optional Kind kind = 1; } extensions 100 to 200; }',
  '/p/c.proto': 'syntax = "proto2"; package base; enum Kind { option allow_alias = true; ONE = 1; UNO = 1; }',
};
const folder = mkdtempSync(join(tmpdir(), 'grpcio-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function serving(version: string, use: (endpoint: string) => Promise<void>): Promise<void> {
  const loaded = await load(sourceOf({}, { document: '/p' }), { reader: memoryReader(texts), signal: never });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const set = join(folder, 'set.pb');
  writeFileSync(set, toBinary(FileDescriptorSetSchema, loaded.value.set));
  const program = fileURLToPath(new URL('./python/reflection_server.py', import.meta.url));
  const server = spawn(python, [program, set, version, 'shop.v1.Stock'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  try {
    await use(`127.0.0.1:${Number(String(port))}`);
  } finally {
    server.stdin.end();
    await once(server, 'exit');
  }
}

const schemaOf = (described: Description<unknown, unknown>) =>
  printSchema(lexicographicSortSchema(buildASTSchema(described.blueprint.typeDefs)));

describe.skipIf(!hasGrpcio)('reflection of a server of grpcio', () => {
  it.each(['v1', 'v1alpha'])(
    'by %s gives the schema that its files give, with the source’s credential',
    async version => {
      await serving(version, async endpoint => {
        const { document: _, ...source } = sourceOf({ reflection: true, credential: { bearer: 'let-me-in' } });
        const byServer = await grpc.describe({ ...source, endpoint }, { reader: memoryReader({}), signal: never });
        const byFile = await describeProto(texts, sourceOf({}, { document: '/p/a.proto' }));
        if (!byServer.ok || !byFile.ok) throw new Error(JSON.stringify([byServer.diagnostics, byFile.diagnostics]));
        expect(schemaOf(byServer.value)).toBe(schemaOf(byFile.value));
        expect(Object.keys(byServer.value.blueprint.calls).sort()).toEqual(['Mutation.put', 'Query.fetch']);
        expect(byServer.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_UNPINNED']);
      });
    },
  );

  it('that wants another credential is refused, with what to do', async () => {
    await serving('v1', async endpoint => {
      const { document: _, ...source } = sourceOf({ reflection: true });
      const outcome = await grpc.describe({ ...source, endpoint }, { reader: memoryReader({}), signal: never });
      expect(outcome.diagnostics).toMatchObject([
        { code: 'DOCUMENT_REFUSED', hint: expect.stringContaining('documentCredential') },
      ]);
    });
  });
});
