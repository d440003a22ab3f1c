import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clone, create, type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { buildASTSchema, parse, print, validateSchema } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import type { GrpcModel } from '../../../src/adapters/grpc/call.ts';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import { declareOnce } from '../../../src/adapters/grpc/proto/declared-once.ts';
import { parseProto } from '../../../src/adapters/grpc/proto/parser.ts';
import { createCodec } from '../../../src/adapters/grpc/wire/codec.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { Random } from '../../fuzz/random.ts';
import { describeProto, memoryReader, never, sourceOf } from './backend.ts';
import { reflecting, start, stopAll } from './reflecting.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => {
  stopAll();
  rmSync(folder, { recursive: true });
});

type Outcome = Awaited<ReturnType<typeof grpc.describe>>;

/** Whatever was left of the document is a valid schema, survives being stored, and can be coded. */
function expectSound(outcome: Outcome): void {
  if (!outcome.ok) {
    expect(outcome.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    return;
  }
  const { typeDefs, calls, model } = outcome.value.blueprint;
  expect(validateSchema(buildASTSchema(parse(print(typeDefs))))).toEqual([]);
  createCodec(JSON.parse(JSON.stringify(model)) as GrpcModel); // an adapter's own
  for (const call of Object.values(calls)) expect((call as { path: string }).path).toMatch(/^\/[\w.]+\/\w+$/);
}

const codesOf = (outcome: Outcome) => outcome.diagnostics.map(({ severity, code }) => `${severity} ${code}`);

describe('a .proto file', () => {
  it('reads nothing outside its folders: by dots, an absolute path, or a symbolic link', async () => {
    mkdirSync(join(folder, 'root'));
    mkdirSync(join(folder, 'secret'));
    writeFileSync(
      join(folder, 'secret/s.proto'),
      'syntax = "proto3"; package secret; message Secret { string password = 1; }',
    );
    symlinkSync(join(folder, 'secret/s.proto'), join(folder, 'root/link.proto'));
    symlinkSync(join(folder, 'secret'), join(folder, 'root/linked'));
    const imports = ['../secret/s.proto', join(folder, 'secret/s.proto'), 'link.proto', 'linked/s.proto'];
    writeFileSync(
      join(folder, 'root/main.proto'),
      `syntax = "proto3"; ${imports.map(path => `import "${path}";`).join(' ')} message M { string s = 1; secret.Secret x = 2; } service S { rpc Get(M) returns (M); }`,
    );
    const source = sourceOf({}, { document: join(folder, 'root/main.proto') });
    const outcome = await grpc.describe(source, { reader: openReader(source), signal: never });
    expect(outcome.ok && print(outcome.value.blueprint.typeDefs)).not.toContain('assword');
    expect(codesOf(outcome)).toEqual([
      ...imports.map(() => 'warning DOCUMENT_OUTSIDE_ROOT'),
      'warning REFERENCE_NOT_FOUND',
      'note OPERATION_KIND_GUESSED',
    ]);
  });

  const twice: readonly [string, string, string][] = [
    ['a message', 'message M { string s = 1; } message M { int32 i = 1; }', 'warning NAME_COLLISION'],
    ['a message and an enum', 'message M { string s = 1; } enum M { A = 0; }', 'warning NAME_COLLISION'],
    ['a service', 'message M { string s = 1; } service S { rpc Put(M) returns (M); }', 'warning NAME_COLLISION'],
    [
      'a nested message',
      'message M { message N { int32 a = 1; } message N { int32 b = 1; } N n = 1; }',
      'warning NAME_COLLISION',
    ],
    [
      'a nested message and an enum',
      'message M { message N { int32 a = 1; } enum N { A = 0; } N n = 1; }',
      'warning NAME_COLLISION',
    ],
    ['a value of an enum', 'message M { E e = 1; } enum E { A = 0; A = 1; }', 'warning NAME_COLLISION'],
    ['a oneof', 'message M { oneof o { int32 a = 1; } oneof o { int32 b = 2; } }', 'warning NAME_COLLISION'],
    [
      'a method',
      'message M { string s = 1; } service T { rpc Get(M) returns (M); rpc Get(M) returns (M); }',
      'warning NAME_COLLISION',
    ],
    ['a JSON name', 'message M { string foo_bar = 1; string fooBar = 2; }', 'note OPERATION_KIND_GUESSED'],
  ];
  it.each(twice)('that declares %s twice has a diagnostic, and a sound schema', async (_, text, code) => {
    const outcome = await describeProto(`syntax = "proto3"; package a; ${text} service S { rpc Get(M) returns (M); }`);
    expectSound(outcome);
    expect(codesOf(outcome)).toContain(code);
  });

  it('of 150,000 fields in one line is read once', { timeout: 60_000 }, () => {
    const fields = Array.from({ length: 150_000 }, (_, index) => `optional int32 f${index} = ${index + 1};`).join(' ');
    const { descriptor } = parseProto(`syntax = "proto3"; message M { ${fields} }`, 'a.proto');
    declareOnce(descriptor, () => undefined);
    const [message] = descriptor.messageType;
    expect([message?.field.length, message?.oneofDecl.length]).toEqual([150_000, 150_000]);
  });

  it('never breaks the parser, whatever is written: 600 texts out of the words of one', async () => {
    const words =
      `syntax = "proto3" ; package a . b message M { string s = 1 [ deprecated = true ] ; map < string , M > m = 2 ; oneof o { int32 i = 3 ; } reserved 5 to max ; enum E { A = 0 ; option allow_alias = true ; } extensions 100 to 200 ; } extend M { optional int32 x = 100 ; } service S { rpc Get ( stream M ) returns ( M ) { option ( google.api.http ) = { get : "/v1" body : [ 1 , -2.5e3 ] } ; } } /* c */ // d
 import public "google/protobuf/any.proto" ; option ( x ) . y = 'z' edition = "2023" group G = 7 { } optional required repeated "\\x" '\\u0041' 0x1F 017 1e400 -inf nan \u00e9 @ } { < > ( )`.split(
        ' ',
      );
    for (let index = 0; index < 600; index++) {
      const random = new Random('texts', index);
      const text = words
        .flatMap(word => (random.chance(4) ? [] : random.chance(4) ? [word, random.pick(words)] : [word]))
        .join(' ');
      expectSound(await describeProto(text));
    }
  });
});

/** Everything that a descriptor can be made of, to be bent. */
const rich = `syntax = "proto2"; package a;
  message M { required string s = 1 [default = "x"]; optional N n = 2; repeated E es = 3 [packed = true]; map<int32, N> by = 4; oneof o { int32 i = 5; N on = 6; } optional group G = 7 { optional int32 x = 1; } extensions 100 to 200; }
  message N { optional M m = 1; message Deep { enum F { Z = 0; } optional F f = 1; } optional Deep deep = 2; } enum E { A = 0; B = 1; }
  extend M { optional N ext = 100; } service S { rpc Get(M) returns (N); rpc Put(N) returns (M); }`;

async function setOf(text: string): Promise<FileDescriptorSet> {
  const loaded = await load(sourceOf(), { reader: memoryReader({ '/p/main.proto': text }), signal: never });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.value.set;
}

const oddNames = [
  '',
  '1a',
  'a b',
  '__proto__',
  'constructor',
  'a.b',
  '\r\nx',
  'é',
  'Query',
  'M',
  's',
  'Get',
  '/',
  'x'.repeat(2_000),
];
const oddTypes = [
  '',
  '.',
  '.a.M',
  'N',
  '.a.E',
  '.a.M.ByEntry',
  '.nowhere.X',
  '.google.protobuf.Any',
  '.a.S',
  '.a.N.Deep.F',
];

/** Unlike `clone`, it takes what no descriptor may hold. */
function copied<D extends DescMessage>(schema: D, message: MessageShape<D>): MessageShape<D> {
  return fromBinary(schema, toBinary(schema, message));
}

/** Bends a few things of a file, at random, as a server that lies might. */
function bend(file: FileDescriptorProto, random: Random): void {
  const messages: DescriptorProto[] = [];
  const visit = (message: DescriptorProto) => {
    messages.push(message);
    message.nestedType.forEach(visit);
  };
  file.messageType.forEach(visit);
  const message = random.pick(messages);
  const field = message.field.length > 0 ? random.pick(message.field) : create(FieldDescriptorProtoSchema);
  const method = file.service[0]?.method[0] ?? create(MethodDescriptorProtoSchema);
  const bends: readonly (() => void)[] = [
    () => (field.name = random.pick(oddNames)),
    () => (field.jsonName = random.pick(oddNames)),
    () => (field.typeName = random.pick(oddTypes)),
    () => (field.type = random.below(22)),
    () => (field.label = random.below(5)),
    () => (field.number = random.pick([0, -1, 1, 2, 19_000, 2 ** 29, 2 ** 31 - 1])),
    () => (field.oneofIndex = random.pick([-1, 0, 1, 99])),
    () => (field.defaultValue = random.pick([...oddNames, 'nan', '1e9999', '99999999999999999999'])),
    () => (field.proto3Optional = true),
    () => (field.extendee = random.pick(oddTypes)),
    () => void message.field.push(copied(FieldDescriptorProtoSchema, field)),
    () => void message.field.splice(random.below(4), 1),
    () => (message.name = random.pick(oddNames)),
    () => void message.nestedType.push(copied(DescriptorProtoSchema, random.pick(messages))),
    () => void message.oneofDecl.splice(0, 1),
    () => void file.enumType.push(create(EnumDescriptorProtoSchema, { name: random.pick(oddNames) })),
    () => void file.enumType[0]?.value.splice(0, 2),
    () => (method.inputType = random.pick(oddTypes)),
    () => (method.outputType = random.pick(oddTypes)),
    () => (method.name = random.pick(oddNames)),
    () => void file.service[0]?.method.push(copied(MethodDescriptorProtoSchema, method)),
    () =>
      void file.service.push(create(ServiceDescriptorProtoSchema, { name: random.pick(oddNames), method: [method] })),
    () => (file.package = random.pick(oddNames)),
    () => void file.dependency.push(random.pick(['', file.name, 'nowhere.proto', 'google/protobuf/any.proto'])),
    () => void file.publicDependency.push(random.pick([0, 99, -1])),
    () => (file.syntax = random.pick(['', 'proto2', 'proto3', 'editions', 'proto9'])),
    () => (file.edition = random.pick([0, 998, 1000, 1001, 9999])),
    () => (file.name = random.pick(oddNames)),
  ];
  for (let count = 1 + random.below(3); count > 0; count--) random.pick(bends)();
}

describe('a compiled set', () => {
  it('never breaks anything, however it is bent: 600 sets', async () => {
    const sound = await setOf(rich);
    const document = join(folder, 'bent.pb');
    const source = sourceOf({ extensions: true, oneofs: 'UNION' }, { document });
    let [taken, refused] = [0, 0];
    for (let index = 0; index < 600; index++) {
      const random = new Random('sets', index);
      const set = clone(FileDescriptorSetSchema, sound);
      bend(set.file.at(-1)!, random);
      const bytes = toBinary(FileDescriptorSetSchema, set);
      if (random.chance(15)) bytes[random.below(bytes.length)] = random.below(256);
      writeFileSync(document, bytes);
      const outcome = await grpc.describe(source, { reader: openReader(source), signal: never });
      expectSound(outcome);
      if (outcome.ok) taken++;
      else refused++;
    }
    expect(taken).toBeGreaterThan(300);
    expect(taken + refused).toBe(600);
  });
});

describe('a server that describes itself', () => {
  const reflected = (endpoint: string, options = {}) => {
    const { document: _, ...source } = sourceOf({ reflection: true, ...options });
    return grpc.describe({ ...source, endpoint }, { reader: memoryReader({}), signal: never });
  };
  const bytesOf = (file: Partial<FileDescriptorProto>) =>
    toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, file as never));

  it('by other symbols than were asked is told of what it does not declare', async () => {
    const [file] = (await setOf(rich)).file;
    const { server } = reflecting('v1', ['x.Unknown', 'a.S'], () => [toBinary(FileDescriptorProtoSchema, file!)]);
    const outcome = await reflected(await start(server));
    expectSound(outcome);
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 2, imported: 2 });
    expect(outcome.diagnostics.map(({ code, at }) => [code, at.at(-1)])).toContainEqual([
      'REFERENCE_NOT_FOUND',
      'x.Unknown',
    ]);
  });

  it('by files under other names than were asked is told of those that are missing', async () => {
    const [file] = (await setOf(rich)).file;
    const asking = { ...file!, name: 'first.proto', dependency: ['wanted.proto'] };
    const { server, asked } = reflecting('v1alpha', ['a.S'], question =>
      question === 'a.S' ? [bytesOf(asking)] : [bytesOf({ name: 'another.proto', package: 'b' })],
    );
    const outcome = await reflected(await start(server));
    expectSound(outcome);
    expect(outcome.ok && outcome.value.operations.total).toBe(2);
    expect(outcome.diagnostics.map(({ message }) => message)).toContainEqual(expect.stringContaining('"wanted.proto"'));
    expect(asked).toEqual(['*', 'a.S', 'wanted.proto']);
  });

  it('by files that import themselves and each other is taken', async () => {
    const [file] = (await setOf(rich)).file;
    const first = { ...file!, name: 'first.proto', dependency: ['first.proto', 'second.proto'] };
    const second = { name: 'second.proto', package: 'b', dependency: ['first.proto', 'second.proto'] };
    const { server, asked } = reflecting('v1', ['a.S'], question => [
      bytesOf(question === 'second.proto' ? second : first),
    ]);
    const outcome = await reflected(await start(server));
    expectSound(outcome);
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 2, imported: 2 });
    expect(asked).toEqual(['*', 'a.S', 'second.proto']);
  });

  it('by files that never end is refused when there are too many', async () => {
    let count = 0;
    const { server } = reflecting('v1', ['a.S'], () => {
      count++;
      return [bytesOf({ name: `f${count}.proto`, dependency: [`f${count + 1}.proto`] })];
    });
    const outcome = await reflected(await start(server), { timeout: 60_000 });
    expect(codesOf(outcome)).toEqual(['error DOCUMENT_TOO_LARGE']);
    expect(count).toBeLessThanOrEqual(10_001);
  });

  it('by a chain of 5,000 files, or 3,000 messages in a chain, is taken', async () => {
    const [file] = (await setOf(rich)).file;
    const text = `syntax = "proto3"; package a; ${Array.from({ length: 3_000 }, (_, index) => `message M${index} { M${(index + 1) % 3_000} next = 1; int32 i = 2; }`).join(' ')} service T { rpc Get(M0) returns (M1); }`;
    expectSound(await describeProto(text));
    const { server } = reflecting('v1', ['a.S'], question => {
      const number = question === 'a.S' ? 0 : Number(/\d+/.exec(question)![0]);
      const dependency = number < 5_000 ? [`f${number + 1}.proto`] : [];
      return [
        bytesOf(
          number === 0
            ? { ...file!, name: 'f0.proto', dependency }
            : { name: `f${number}.proto`, package: `p${number}`, dependency },
        ),
      ];
    });
    const outcome = await reflected(await start(server), { timeout: 60_000 });
    expectSound(outcome);
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 2, imported: 2 });
  });

  it('by a million services in one answer is refused in time', async () => {
    const names = Array.from({ length: 1_000_000 }, (_, index) => `a.S${index}`);
    const { server } = reflecting('v1', names, () => undefined);
    const outcome = await reflected(await start(server), { timeout: 60_000 });
    expect(codesOf(outcome)).toEqual(['error DOCUMENT_TOO_LARGE']);
  });
});

/** Bombs, each decoded in a process whose heap is small. */
const program = `
const { createCodec } = await import('./src/adapters/grpc/wire/codec.ts');
const { describeProto } = await import('./test/adapters/grpc/backend.ts');
const proto = 'syntax = "proto3"; package t; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto"; message M { repeated M ms = 1; map<string, M> by = 2; repeated uint64 big = 3; google.protobuf.Any any = 4; google.protobuf.Struct s = 5; repeated string texts = 6; M m = 7; '
  + Array.from({ length: 40 }, (_, i) => 'int32 f' + i + ' = ' + (10 + i) + ';').join(' ') + '} service S { rpc Get(M) returns (M); }';
const described = await describeProto(proto);
const codec = createCodec(described.value.blueprint.model);
const size = 8 * 1024 * 1024;
const repeated = (...bytes) => Buffer.alloc(size - (size % bytes.length), Uint8Array.from(bytes));
const nested = (tags, levels) => {
  const parts = [];
  let length = 0;
  for (let level = 0; level < levels; level++) {
    const varint = [];
    for (let rest = length; ; rest >>>= 7) { if (rest < 128) { varint.push(rest); break; } varint.push((rest & 127) | 128); }
    parts.push(Buffer.from([tags[(levels - 1 - level) % tags.length], ...varint]));
    length += 1 + varint.length;
  }
  return Buffer.concat(parts.reverse());
};
const url = Buffer.from('type.googleapis.com/google.protobuf.Any');
const anys = levels => {
  let value = Buffer.alloc(0);
  const varint = n => { const out = []; for (;; n >>>= 7) { if (n < 128) return [...out, n]; out.push((n & 127) | 128); } };
  for (let level = 0; level < levels; level++) value = Buffer.concat([Buffer.from([0x0a, url.length]), url, Buffer.from([0x12, ...varint(value.length)]), value]);
  return Buffer.concat([Buffer.from([0x22, ...varint(value.length)]), value]);
};
const bombs = {
  'empty messages': repeated(0x0a, 0x00),
  'empty entries': repeated(0x12, 0x00),
  'large numbers': repeated(0x18, 0xff, 0xff, 0x7f),
  'empty texts': repeated(0x32, 0x00),
  'messages nested 5,000 deep': nested([0x3a], 5000),
  'a struct nested 5,000 deep': nested([0x2a, 0x0a, 0x12], 15000),
  'Any in Any, 5,000 deep': anys(5000),
};
for (const [name, bytes] of Object.entries(bombs)) {
  try { codec.decode('t.M', bytes, { source: 'x', operation: 'y' }); console.log(name + ': read'); }
  catch (error) { console.log(name + ': ' + error.code); }
}
let deep = {};
for (let level = 0; level < 5000; level++) deep = { '@type': 'type.googleapis.com/google.protobuf.Any', value: deep };
let json = {};
for (let level = 0; level < 5000; level++) json = { a: json };
for (const [name, args] of [['Any', { any: deep }], ['Struct', { s: json }]]) {
  try { codec.encode('t.M', args, { source: 'x', operation: 'y' }); console.log(name + ': written'); }
  catch (error) { console.log(name + ': ' + error.code); }
}
`;

it('answers of 8 MB that stand for far more, or are nested deep, are read or refused in a small heap', () => {
  const run = spawnSync(
    process.execPath,
    ['--max-old-space-size=384', '--import', 'tsx', '--input-type=module', '--eval', program],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), encoding: 'utf8', timeout: 200_000 },
  );
  expect(run.stderr).toBe('');
  expect(run.stdout.trim().split('\n')).toEqual([
    'empty messages: UPSTREAM_MALFORMED',
    'empty entries: UPSTREAM_MALFORMED',
    'large numbers: read',
    'empty texts: read',
    'messages nested 5,000 deep: UPSTREAM_MALFORMED',
    'a struct nested 5,000 deep: UPSTREAM_MALFORMED',
    'Any in Any, 5,000 deep: read',
    'Any: BAD_USER_INPUT',
    'Struct: BAD_USER_INPUT',
  ]);
});
