import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  create,
  createFileRegistry,
  createRegistry,
  fromBinary,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../src/adapters/grpc/load.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import { fixture, fixturesExist } from './corpus.ts';

/** Other makers' compilers. protoc is Debian's; buf, which knows editions, is asked where it is installed. */
const [hasProtoc, hasBuf] = ['protoc', 'buf'].map(tool => spawnSync(tool, ['--version']).status === 0);
if (!hasProtoc)
  console.warn('protoc is not installed: descriptors of the public protos are not compared with its own.');

const folder = mkdtempSync(join(tmpdir(), 'descriptors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Below each maker's folder, where its imports start from. */
const roots: Readonly<Record<string, readonly string[]>> = {
  protobuf: ['protobuf/src', 'protobuf/editions/golden', 'protobuf/conformance', 'protobuf/conformance/test_protos'],
};

/** What Debian's protoc (3.21) refuses, and why; we take each of them. Where nothing is said here, it takes the file. */
const refusedByProtoc: Readonly<Record<string, RegExp>> = {
  // imports "rpc.proto" relative to its own folder, which is no import folder
  'etcd/etcd/api/etcdserverpb/raft_internal.proto': /rpc\.proto: File not found/,
  // google/logging is not among the fixtures: of ours, the field that needs it is left out
  'googleapis/google/api/servicecontrol/v1/log_entry.proto': /log_severity\.proto: File not found/,
  'googleapis/google/api/servicecontrol/v1/operation.proto': /log_severity\.proto: File not found/,
  'googleapis/google/api/servicecontrol/v1/service_controller.proto': /log_severity\.proto: File not found/,
  // editions, and an option, that came after 3.21
  'grpc-gateway/examples/internal/proto/examplepb/opaque.proto': /Expected top-level statement/,
  'protobuf/conformance/test_protos/test_messages_edition2023.proto': /Expected top-level statement/,
  'protobuf/editions/golden/test_messages_proto3_editions.proto': /Expected top-level statement/,
  'grpc-proto/grpc/gcp/handshaker.proto': /Option "debug_redact" unknown/,
  // files that import each other in a circle: we take them without the import that closes it
  'tailcall/cycle.proto': /recursively imports itself/,
  'tailcall/nested0.proto': /recursively imports itself/,
  'tailcall/nested1.proto': /recursively imports itself/,
  // made for a compiler that is told to look above its folder
  'tailcall/news_proto_paths.proto': /news_dto\.proto: File not found/,
};

/** Files of editions by the import folder that they lie in. */
const editions = ['protobuf/conformance/test_protos', 'protobuf/editions/golden'];

const paths = fixturesExist
  ? readdirSync(fixture('proto'), { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('.proto'))
      .sort()
  : [];

function includeOf(path: string): string[] {
  const maker = path.slice(0, path.indexOf('/'));
  return [...(roots[maker] ?? [maker]), 'googleapis', 'grpc-gateway'].map(each => fixture(`proto/${each}`));
}

async function oursOf(path: string, include: readonly string[]): Promise<readonly FileDescriptorProto[]> {
  const document = fixture(`proto/${path}`);
  const options = { ...defaultSourceOptions, root: fixture(`proto/${path.slice(0, path.indexOf('/'))}`), include };
  const source = { name: 'x', protocol: 'grpc', document, options };
  const loaded = await load(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value.set.file;
}

/** By name, in ProtoJSON, without source positions; protoc's own files are its own affair. */
function shown(files: readonly FileDescriptorProto[]): Record<string, JsonValue> {
  const registry = createRegistry(...createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] })));
  const own = files.filter(({ name }) => !name.startsWith('google/protobuf/'));
  return Object.fromEntries(
    own.map(file => {
      const { sourceCodeInfo: _, ...bare } = file;
      const bytes = toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, bare));
      return [file.name, toJson(FileDescriptorProtoSchema, fromBinary(FileDescriptorProtoSchema, bytes), { registry })];
    }),
  );
}

describe.skipIf(!fixturesExist)('the descriptors of the public protos', () => {
  it.skipIf(!hasProtoc)('are those that protoc makes, wherever it makes any', async () => {
    const refused: string[] = [];
    for (const path of paths) {
      const include = includeOf(path);
      const output = join(folder, 'set.pb');
      const flags = [...include, '/usr/include'].flatMap(each => ['-I', each]);
      const run = spawnSync('protoc', [...flags, '--include_imports', '-o', output, fixture(`proto/${path}`)]);
      const ours = await oursOf(path, include);
      if (run.status !== 0) {
        expect(`${path}: ${run.stderr}`).toMatch(refusedByProtoc[path] ?? /^it should take this file$/);
        refused.push(path);
        continue;
      }
      expect(shown(ours), path).toEqual(shown(fromBinary(FileDescriptorSetSchema, readFileSync(output)).file));
    }
    expect(paths.length).toBeGreaterThan(200);
    expect(refused.length).toBeLessThanOrEqual(Object.keys(refusedByProtoc).length);
  });

  it.skipIf(!hasBuf).each(editions)('of editions, in %s, are those that buf makes', async place => {
    const output = join(folder, 'image.binpb');
    const run = spawnSync('buf', ['build', fixture(`proto/${place}`), '--as-file-descriptor-set', '-o', output]);
    expect(String(run.stderr)).toBe('');
    const theirs = shown(fromBinary(FileDescriptorSetSchema, readFileSync(output)).file);
    const files = paths.filter(path => path.startsWith(`${place}/`));
    for (const path of files) expect(shown(await oursOf(path, [fixture(`proto/${place}`)]))).toMatchObject(theirs);
    expect(files).toHaveLength(1);
  });
});
