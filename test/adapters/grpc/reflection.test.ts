import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import * as grpcJs from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { print } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import { describeProto, memoryReader, never, serve, sourceOf } from './backend.ts';
import { infoMethod, reflecting, start, stopAll } from './reflecting.ts';

const proto = `
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
enum Kind { KIND_A = 0; KIND_B = 1; }
message Money { int64 units = 1; }
message Item {
  string sku = 1;
  optional int32 in_stock = 2;
  map<string, Inner> inner = 3;
  map<string, int64> counts = 4;
  oneof price { Money money = 5; string text = 6; }
  message Inner { enum State { S0 = 0; S1 = 1; } State state = 1; Inner next = 2; }
  repeated Inner inners = 7;
  google.protobuf.Timestamp at = 8;
  Kind kind = 9;
  google.protobuf.Int64Value wrapped = 10;
  google.protobuf.Struct extra = 11;
}
message Req { string sku = 1; }
service Stock { rpc Get(Req) returns (Item); rpc Put(Item) returns (Item); rpc Watch(Req) returns (stream Item); }
`;

const folder = mkdtempSync(join(tmpdir(), 'reflection-'));
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

const reflected = (endpoint: string | undefined, options = {}) => {
  const { document: _, ...source } = sourceOf({ reflection: true, ...options });
  return { ...source, ...(endpoint === undefined ? {} : { endpoint }) };
};
const io = { reader: memoryReader({}), signal: never };

describe('reflection', () => {
  it('of descriptors that protobufjs broke gives the schema that the .proto file gives', async () => {
    writeFileSync(join(folder, 'shop.proto'), proto);
    const definition = protoLoader.loadSync('shop.proto', { includeDirs: [folder], keepCase: true });
    const server = new grpcJs.Server();
    new ReflectionService(definition).addToServer(server);
    const endpoint = await start(server);
    const byServer = await grpc.describe(reflected(endpoint), io);
    const byFile = await describeProto(proto);
    expect(byServer.ok && print(byServer.value.blueprint.typeDefs)).toEqual(
      byFile.ok && print(byFile.value.blueprint.typeDefs),
    );
    expect(byServer.ok && byServer.value.operations).toEqual({ total: 3, imported: 3 });
    expect(byServer.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_UNPINNED', 'OPERATION_KIND_GUESSED']);
  });

  it.each(['v1', 'v1alpha'] as const)(
    '%s: fetches what a file imports, and nothing that is built in',
    async version => {
      const texts = {
        '/p/a.proto':
          'syntax = "proto3"; package a; import "b.proto"; import "google/protobuf/empty.proto"; service S { rpc Do(google.protobuf.Empty) returns (b.B); }',
        '/p/b.proto': 'syntax = "proto3"; package b; import "c.proto"; message B { c.C c = 1; }',
        '/p/c.proto': 'syntax = "proto3"; package c; message C { int32 x = 1; }',
      };
      const document = await load(sourceOf({}, { document: '/p' }), { reader: memoryReader(texts), signal: never });
      const files = new Map(
        document.ok ? document.value.set.file.map(file => [file.name, toBinary(FileDescriptorProtoSchema, file)]) : [],
      );
      const { server, asked } = reflecting(
        version,
        ['a.S', `grpc.reflection.${version}.ServerReflection`],
        question => {
          const file = files.get(question === 'a.S' ? 'a.proto' : question);
          return file && [file];
        },
      );
      const outcome = await grpc.describe(reflected(await start(server)), io);
      expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_UNPINNED']);
      expect(outcome.ok && Object.values(outcome.value.blueprint.calls)).toEqual([
        { operation: 'do', path: '/a.S/Do', input: 'google.protobuf.Empty', output: 'b.B' },
      ]);
      expect(asked).toEqual(['*', 'a.S', 'b.proto', 'c.proto']);
    },
  );

  it('takes packages apart that depend on each other, as protobufjs reflects them', async () => {
    const texts = {
      'a1.proto': 'syntax = "proto3"; package a; message Base { Kind kind = 1; Base next = 2; } enum Kind { K = 0; }',
      'b.proto':
        'syntax = "proto3"; package b; import "a1.proto"; message Mid { a.Base base = 1; Own own = 2; } message Own { Mid mid = 1; int32 x = 2; }',
      'a2.proto':
        'syntax = "proto3"; package a; import "b.proto"; message Top { b.Mid mid = 1; } service S { rpc Get(Top) returns (Top); }',
    };
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const definition = protoLoader.loadSync(join(folder, 'a2.proto'), { includeDirs: [folder] });
    const server = new grpcJs.Server();
    new ReflectionService(definition).addToServer(server);
    const byServer = await grpc.describe(reflected(await start(server)), io);
    const root = join(folder, 'a2.proto');
    const byFile = await describeProto(
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [join(folder, name), text])),
      sourceOf({}, { document: root }),
    );
    expect(byServer.diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(byServer.ok && print(byServer.value.blueprint.typeDefs)).toBe(
      byFile.ok && print(byFile.value.blueprint.typeDefs),
    );
  });

  it('says what a server does not describe, and goes on', async () => {
    const text = 'syntax = "proto3"; package a; message M { string s = 1; } service S { rpc Do(M) returns (M); }';
    const document = await load(sourceOf(), { reader: memoryReader({ '/p/main.proto': text }), signal: never });
    const file = document.ok ? toBinary(FileDescriptorProtoSchema, document.value.set.file[0]!) : new Uint8Array();
    const { server } = reflecting('v1', ['a.S', 'a.Lost'], question => (question === 'a.S' ? [file] : undefined));
    const outcome = await grpc.describe(reflected(await start(server)), io);
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 1, imported: 1 });
    expect(outcome.diagnostics.slice(0, 1).map(({ code, message }) => [code, message])).toEqual([
      ['REFERENCE_NOT_FOUND', 'The server does not describe "a.Lost"; what needs it is left out.'],
    ]);
  });

  it('asks for extensions that no file of a service imports, where they are fields', async () => {
    const texts = {
      '/p/main.proto':
        'syntax = "proto2"; package x; message Req { extensions 100 to 200; } message Res { optional Req of = 1; } service S { rpc Get(Req) returns (Res); }',
      '/p/far.proto':
        'syntax = "proto2"; package y; import "main.proto"; extend x.Req { optional string far = 150; optional More more = 151; } message More { extensions 1 to 9; }',
      '/p/further.proto':
        'syntax = "proto2"; package z; import "far.proto"; extend y.More { optional int32 further = 5; }',
      '/p/all.proto': 'syntax = "proto2"; import "further.proto"; import "far.proto"; import "main.proto";',
    };
    const loaded = await load(
      { ...sourceOf(), document: '/p/all.proto' },
      { reader: memoryReader(texts), signal: never },
    );
    const set = loaded.ok ? loaded.value.set.file : [];
    const bytesOf = (name: string) =>
      set.filter(file => file.name === name).map(file => toBinary(FileDescriptorProtoSchema, file));
    const homes: Readonly<Record<string, string>> = {
      'x.S': 'main.proto',
      'x.Req 150': 'far.proto',
      'x.Req 151': 'far.proto',
      'y.More 5': 'further.proto',
    };
    const numbers: Readonly<Record<string, readonly number[]>> = { 'x.Req': [150, 151], 'y.More': [5] };
    const { server, asked } = reflecting(
      'v1',
      ['x.S'],
      name => bytesOf(homes[name] ?? name),
      type => numbers[type],
    );
    const endpoint = await start(server);
    const plain = await grpc.describe(reflected(endpoint), io);
    expect(plain.ok && print(plain.value.blueprint.typeDefs)).not.toContain('ext_');
    expect(asked.filter(each => each.startsWith('x.Req'))).toEqual([]);
    const whole = await grpc.describe(reflected(endpoint, { extensions: true }), io);
    const schema = whole.ok ? print(whole.value.blueprint.typeDefs) : '';
    expect(schema).toContain('ext_far: String');
    expect(schema).toContain('ext_further: Int');
    expect(asked.filter(each => each.startsWith('x.Req') || each.startsWith('y.More'))).toEqual([
      'x.Req',
      'x.Req 150',
      'y.More',
      'y.More 5',
    ]);
  });

  it('ends where a server keeps sending new files', async () => {
    let count = 0;
    const { server } = reflecting('v1', ['a.S'], () => {
      count += 1;
      const writer = new BinaryWriter()
        .tag(1, WireType.LengthDelimited)
        .string(`f${count}.proto`)
        .tag(3, WireType.LengthDelimited)
        .string(`f${count + 1}.proto`);
      return [
        writer
          .tag(999, WireType.LengthDelimited)
          .string('x'.repeat(3 * 1024 * 1024))
          .finish(),
      ];
    });
    const outcome = await grpc.describe(reflected(await start(server)), io);
    expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_TOO_LARGE']);
    expect(count).toBeLessThan(40);
  });

  it('refuses bytes that are no description', async () => {
    const { server } = reflecting('v1', ['a.S'], () => [Uint8Array.of(0x0a, 0xff)]);
    const outcome = await grpc.describe(reflected(await start(server)), io);
    expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_INVALID']);
  });

  it('tells of a server without it, of one that is not there, and of one that stays silent', async () => {
    const without = await serve('syntax = "proto3"; message M {} service S { rpc Do(M) returns (M); }', {});
    const silent = new grpcJs.Server();
    const codeOf = async (endpoint: string | undefined, options = {}) =>
      (await grpc.describe(reflected(endpoint, options), io)).diagnostics.map(({ code }) => code);
    expect(await codeOf(without.endpoint)).toEqual(['DOCUMENT_NOT_FOUND']);
    expect(await codeOf('127.0.0.1:1')).toEqual(['DOCUMENT_UNREACHABLE']);
    expect(await codeOf(without.endpoint, { tls: { cert: 'none', key: 'none' } })).toEqual(['CONFIG_INVALID_VALUE']);
    expect(await codeOf(undefined)).toEqual(['CONFIG_MISSING_KEY']);
    silent.addService({ info: infoMethod('v1') }, { info: () => {} });
    expect(await codeOf(await start(silent), { timeout: 200 })).toEqual(['DOCUMENT_TIMEOUT']);
    await without.stop();
  });
});
