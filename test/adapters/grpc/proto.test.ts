import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { create, createFileRegistry, createRegistry, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { print } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../../src/adapters/grpc/load.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { describeProto, memoryReader, never, sourceOf } from './backend.ts';

const hasProtoc = spawnSync('protoc', ['--version']).status === 0;
if (!hasProtoc) console.warn('protoc is not installed: descriptors are not compared with its own.');

const folder = mkdtempSync(join(tmpdir(), 'protos-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'a/old.proto': `
    // Every corner of proto2.
    package a.old ;
    import public "b.proto";
    import "google/protobuf/descriptor.proto";
    option java_package = "x" "y"; option (file_opt) = { s: "q" , r: [1, 2] nested < s: 'n' >; };
    extend google.protobuf.FileOptions { optional Opt file_opt = 50001; }
    extend google.protobuf.FieldOptions { repeated int32 nums = 50002; optional Opt one = 50003; }
    message Opt { optional string s = 1; repeated int32 r = 2; optional Opt nested = 3; extensions 100 to 199, 500 to max; }
    extend Opt { optional string more = 100; repeated group Bunch = 101 { optional int32 x = 1; } }
    message M {
      option deprecated = true; reserved 50, 60 to 70, 1000 to max; reserved "foo", 'bar';
      required string r = 1 [default = "a\\001b\\"c\\x41\\u00e9" 'd', (nums) = 1, (nums) = 2, (a.old.one).nested.s = "deep"];
      optional bytes b = 2 [default = "\\xff\\000a'"]; optional double d = 3 [default = -inf]; optional float f = 4 [default = 1.5e3];
      optional int64 i = 5 [default = -9223372036854775808]; optional uint64 u = 6 [default = 0xFFFFFFFFFFFFFFFF]; optional int32 o = 7 [default = 017];
      optional E e = 8 [default = TWO]; optional bool t = 9 [default = true]; optional .a.old.M.Sub sub = 10; repeated int32 p = 11 [packed = true];
      optional group GroupName = 12 { required int32 x = 1; optional GroupName again = 2; }
      oneof choice { string s = 13; group InOneof = 14 { optional int32 y = 1; } b.B imported = 15; }
      map<string, Sub> sub_map_2x = 16; message Sub { optional E e = 1; enum E { INNER = 0; } } optional string json_name = 17 [json_name = "Other"];
      extensions 80 to 90 [verification = UNVERIFIED]; extend Opt { optional M from_within = 102; }
      optional string message = 18; optional string optional = 19; optional int32 map = 20; optional .a.old.E enum_ = 21;;
    }
    message Set { extensions 4 to max; option message_set_wire_format = true; }
    enum E { option allow_alias = true; ONE = 1; UNO = 1 [deprecated = true]; TWO = 2; NEG = -0x10; reserved 5 to 7, -3, 100 to max; reserved "GONE"; }
    service S { option deprecated = true; rpc A (M) returns (stream .a.old.M) {} rpc B(stream b.B) returns(M); rpc C(stream M) returns (stream M) { option deprecated = true; ; }; }
  `,
  'b.proto':
    'syntax = "proto3"; package b; import weak "c.proto"; message B { optional int32 n = 1; int32 m = 2; oneof real { int32 q = 3; } optional string _x = 4; repeated int32 l = 5; .c.C c = 6; }',
  'c.proto': 'syntax = "proto3"; package c; message C { D.E d = 1; message D { message E {} } }',
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text.replace(' [verification = UNVERIFIED]', '').replace('\\u00e9', ''));
}

const shown = (file: FileDescriptorProto, all: readonly FileDescriptorProto[]) => {
  const bare = { ...file, sourceCodeInfo: undefined } as FileDescriptorProto; // a copy that protoc's -o has no comments in either
  const registry = createRegistry(...createFileRegistry(create(FileDescriptorSetSchema, { file: [...all] })));
  return toJson(
    FileDescriptorProtoSchema,
    fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, bare)),
    { registry },
  );
};

describe('a .proto file', () => {
  it.skipIf(!hasProtoc)('has the defaults of its floats as protoc prints them', async () => {
    const numbers = [
      ...['9000000000', '9e9', '1.5e3', '0.1', '123456.7', '1234567.8', '1e-5', '0.0001', '1e15', '1e16', '1e17', '.5'],
      ...['3.4028235e38', '1e300', '4.9e-324', '123456789012345678', '0.30000000000000004', '100', '-0.0', '1e100'],
    ];
    const fields = numbers.flatMap((number, index) => [
      `optional double d${index} = ${2 * index + 1} [default = ${number}];`,
      ...(Math.abs(Number.parseFloat(number)) > 3.5e38
        ? []
        : [`optional float f${index} = ${2 * index + 2} [default = ${number}];`]),
    ]);
    writeFileSync(join(folder, 'floats.proto'), `syntax = "proto2"; message Floats { ${fields.join(' ')} }`);
    const source = sourceOf({}, { document: join(folder, 'floats.proto') });
    const loaded = await load(source, { reader: openReader(source), signal: never });
    execFileSync('protoc', ['-I', folder, '-o', join(folder, 'floats.pb'), join(folder, 'floats.proto')]);
    const theirs = fromBinary(FileDescriptorSetSchema, readFileSync(join(folder, 'floats.pb'))).file;
    const defaults = (files: readonly FileDescriptorProto[]) =>
      files.flatMap(file =>
        file.messageType.flatMap(message => message.field.map(field => [field.name, field.defaultValue])),
      );
    expect(defaults(loaded.ok ? loaded.value.set.file : [])).toEqual(defaults(theirs));
    rmSync(join(folder, 'floats.proto'));
  });

  it.skipIf(!hasProtoc)('becomes the descriptor that protoc makes of it', async () => {
    const source = sourceOf({}, { document: folder });
    const loaded = await load(source, { reader: openReader(source), signal: never });
    expect(loaded.diagnostics).toEqual([]);
    execFileSync('protoc', ['-I', folder, '-o', join(folder, 'o.pb'), '--include_imports', ...Object.keys(files)], {
      stdio: 'pipe',
    });
    const theirs = fromBinary(FileDescriptorSetSchema, readFileSync(join(folder, 'o.pb'))).file;
    const ours = loaded.ok ? loaded.value.set.file : [];
    for (const name of Object.keys(files)) {
      expect(shown(ours.find(file => file.name === name)!, ours)).toEqual(
        shown(theirs.find(file => file.name === name)!, theirs),
      );
    }
  });

  const mistakes: readonly [string, string, string, string][] = [
    ['a missing semicolon', 'syntax = "proto3";\nmessage M { int32 a = 1 }', 'DOCUMENT_SYNTAX', '2:25'],
    ['an end too early', 'syntax = "proto3"; message M {', 'DOCUMENT_SYNTAX', '1:31'],
    ['an unknown syntax', 'syntax = "proto9"; message M {}', 'DOCUMENT_SYNTAX', '1:18'],
    ['a field number twice', 'syntax = "proto3"; message M { int32 a = 1; int32 b = 1; }', 'DOCUMENT_SYNTAX', '1:56'],
    ['a name twice', 'syntax = "proto3"; message M { int32 a = 1; int32 a = 2; }', 'DOCUMENT_SYNTAX', '1:56'],
    ['a comment that does not end', 'syntax = "proto3"; /* message M {', 'DOCUMENT_SYNTAX', '1:20'],
    ['a string that does not end', 'syntax = "proto3', 'DOCUMENT_SYNTAX', '1:10'],
    ['messages nested 200 deep', `${'message M {'.repeat(200)}${'}'.repeat(200)}`, 'DOCUMENT_SYNTAX', '1:1101'],
    ['nothing of the kind', '<?xml version="1.0"?>', 'DOCUMENT_SYNTAX', '1:2'],
  ];
  it.each(mistakes)('with %s is refused, with the place', async (_, text, code, place) => {
    const outcome = await describeProto(text);
    expect(outcome.ok).toBe(false);
    expect(outcome.diagnostics.map(({ code, at }) => [code, ...at])).toEqual([[code, `/p/main.proto:${place}`]]);
  });

  it.each([
    '/etc/passwd',
    '../../etc/passwd',
    'a/../../b.proto',
    'file:///etc/passwd',
    'http://169.254.169.254/x.proto',
    'a\\\\b.proto',
    'a//b.proto',
  ])('that imports %s goes without it, and nothing is read', async path => {
    const reader = memoryReader({
      '/p/main.proto': `syntax = "proto3"; import "${path}"; message M {} service S { rpc A(M) returns (M); }`,
    });
    const outcome = await load(sourceOf(), { reader, signal: never });
    expect(outcome.ok).toBe(true);
    expect(outcome.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'DOCUMENT_OUTSIDE_ROOT'],
    ]);
    expect(reader.asked).toEqual(['/p/main.proto']);
  });

  it('goes on without what a missing import would bring, and says what that is', async () => {
    const outcome = await describeProto(
      'syntax = "proto3"; package a; import "gone.proto"; message M { string kept = 1 [(gone.opt) = 1]; gone.G lost = 2; map<string, gone.G> lost_too = 3; } service S { rpc A(M) returns (M); rpc B(gone.G) returns (M); }',
    );
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 2, imported: 1 });
    expect(outcome.diagnostics.map(({ severity, code, at }) => [severity, code, at.at(-1)])).toEqual([
      ['warning', 'REFERENCE_NOT_FOUND', '/p/main.proto:1'],
      ['warning', 'REFERENCE_NOT_FOUND', 'a.M.LostTooEntry.value'],
      ['warning', 'REFERENCE_NOT_FOUND', 'a.M.lost'],
      ['warning', 'OPERATION_NOT_SUPPORTED', 'a.S/B'],
    ]);
  });

  it('finds imports below include folders, then below the folders above it, in order', async () => {
    const text =
      'syntax = "proto3"; package a.b; import "a/b/near.proto"; import "far.proto"; message M { Near n = 1; Far f = 2; } service S { rpc A(M) returns (M); }';
    const near = 'syntax = "proto3"; package a.b; message Near { int32 x = 1; }';
    const far = 'syntax = "proto3"; package a.b; message Far { int32 x = 1; }';
    const reader = memoryReader({ '/p/a/b/main.proto': text, '/p/a/b/near.proto': near, '/inc/far.proto': far });
    const source = sourceOf({ include: ['/nothing', '/inc/'] }, { document: '/p/a/b/main.proto' });
    const outcome = await load(source, { reader, signal: never });
    expect(outcome.diagnostics.map(({ severity, code, at }) => [severity, code, ...at])).toEqual([
      ['warning', 'DOCUMENT_NOT_FOUND', '/nothing'],
    ]);
    expect(reader.asked).toEqual([
      '/p/a/b/main.proto',
      '/inc/a/b/near.proto',
      '/p/a/b/a/b/near.proto',
      '/p/a/b/near.proto',
      '/inc/far.proto',
    ]);
  });

  it('takes imports with dots relative to their file, as protobufjs does', async () => {
    const texts = {
      '/p/a/main.proto':
        'syntax = "proto3"; package a; import "./near.proto"; import "../b/far.proto"; message M { Near n = 1; b.Far f = 2; } service S { rpc A(M) returns (M); }',
      '/p/a/near.proto': 'syntax = "proto3"; package a; import "../b/far.proto"; message Near { b.Far f = 1; }',
      '/p/b/far.proto': 'syntax = "proto3"; package b; message Far { int32 x = 1; }',
    };
    const source = sourceOf({ root: '/p' }, { document: '/p/a/main.proto' });
    const outcome = await load(source, { reader: memoryReader(texts), signal: never });
    expect(outcome.diagnostics).toEqual([]);
    expect(outcome.ok && outcome.value.set.file.map(({ name, dependency }) => [name, ...dependency])).toEqual([
      ['b/far.proto'],
      ['a/near.proto', 'b/far.proto'],
      ['a/main.proto', 'a/near.proto', 'b/far.proto'],
    ]);
  });

  it('tells once which folder a missing import seems to start from', async () => {
    const texts = {
      '/x/api/shop/v1/main.proto':
        'syntax = "proto3"; import "shop/types/money.proto"; import "own.proto"; message M { string s = 1; } service S { rpc A(M) returns (M); }',
      '/x/api/shop/v1/own.proto': 'syntax = "proto3"; import "shop/types/money.proto";',
      '/x/api/shop/types/money.proto': 'syntax = "proto3"; message Money { int64 units = 1; }',
    };
    const reader = memoryReader(texts);
    const outcome = await load(sourceOf({}, { document: '/x/api/shop/v1/main.proto' }), { reader, signal: never });
    expect(outcome.diagnostics).toEqual([
      {
        severity: 'warning',
        code: 'REFERENCE_NOT_FOUND',
        message:
          'The import "shop/types/money.proto" is not there; what needs it is left out. Its folder lies below "/x/api", which is outside the import folders.',
        at: ['/x/api/shop/v1/main.proto:1'],
        hint: 'Make "/x/api" the root ("root:", --root), or name it under "include:" (--include).',
      },
    ]);
    expect(reader.asked).not.toContain('/x/api/shop/types/money.proto');
  });

  it('takes a type of a file that is not imported, and says so', async () => {
    const texts = {
      '/p/1.proto': 'syntax = "proto3"; package a; message M { b.B b = 1; } service S { rpc A(M) returns (M); }',
      '/p/2.proto': 'syntax = "proto3"; package b; message B { int32 x = 1; }',
    };
    const outcome = await describeProto(texts, sourceOf({}, { document: '/p' }));
    expect(outcome.ok && print(outcome.value.blueprint.typeDefs)).toContain('b: B\n');
    expect(outcome.diagnostics.map(({ severity, code, at }) => [severity, code, ...at])).toEqual([
      ['note', 'REFERENCE_NOT_FOUND', '/p/1.proto'],
    ]);
  });

  it('that breaks the grammar spoils only itself in a folder', async () => {
    const texts = {
      '/p/1.proto': 'syntax = "proto3"; message M { string s = 1; } service S { rpc A(M) returns (M); }',
      '/p/2.proto': 'message {',
    };
    const outcome = await describeProto(texts, sourceOf({}, { document: '/p' }));
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 1, imported: 1 });
    expect(outcome.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'DOCUMENT_SYNTAX']]);
  });

  it('goes on without an option that it does not know', async () => {
    const outcome = await describeProto(
      'syntax = "proto3"; option php_generic_services = true; message M { int32 x = 1 [nonsense = 1]; } service S { rpc A(M) returns (M); }',
    );
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 1, imported: 1 });
    expect(outcome.diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
      ['note', 'CONSTRUCT_NOT_SUPPORTED'],
      ['note', 'CONSTRUCT_NOT_SUPPORTED'],
    ]);
  });

  it('that is declared twice is taken once', async () => {
    const text = 'syntax = "proto3"; package a; message M { int32 x = 1; } service S { rpc A(M) returns (M); }';
    const other = 'syntax = "proto3"; package a; message M { int64 x = 1; }';
    const outcome = await describeProto(
      { '/p/1.proto': text, '/p/2.proto': text, '/p/3.proto': other },
      sourceOf({}, { document: '/p' }),
    );
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 1, imported: 1 });
    expect(outcome.diagnostics.map(({ severity, code, at }) => [severity, code, ...at])).toEqual([
      ['note', 'NAME_COLLISION', '/p/2.proto', 'a.M'],
      ['note', 'NAME_COLLISION', '/p/2.proto', 'a.S'],
      ['warning', 'NAME_COLLISION', '/p/3.proto', 'a.M'],
    ]);
  });

  it('that imports itself by others is told of', async () => {
    const texts = {
      '/p/a.proto':
        'syntax = "proto3"; package a; import "b.proto"; message A { b.B b = 1; } service S { rpc Do(A) returns (A); }',
      '/p/b.proto': 'syntax = "proto3"; package b; import "a.proto"; message B { int32 x = 1; }',
    };
    const outcome = await describeProto(texts, sourceOf({}, { document: '/p/a.proto' }));
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 1, imported: 1 });
    expect(outcome.diagnostics.map(({ code, at }) => [code, ...at])).toEqual([['REFERENCE_CYCLE', '/p/b.proto:1']]);
  });
});
