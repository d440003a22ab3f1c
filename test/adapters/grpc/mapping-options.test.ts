import { create, createFileRegistry, fromBinary, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FieldMaskSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { buildASTSchema, type OperationDefinitionNode, parse, print, validateSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CallItem } from '../../../src/adapter/adapter.ts';
import type { GrpcCall, GrpcModel } from '../../../src/adapters/grpc/call.ts';
import { createCodec } from '../../../src/adapters/grpc/wire/codec.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { describeProto, sourceOf } from './backend.ts';

const name = { source: 'shop', operation: 'get' };

/** The SDL, the calls and the codec of a `.proto` text, as a blueprint that was stored gives them. */
async function made(text: string, options: Partial<SourceOptions> = {}) {
  const outcome = await describeProto(text, sourceOf(options));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.diagnostics));
  const { typeDefs, calls, model } = JSON.parse(JSON.stringify(outcome.value.blueprint)) as {
    typeDefs: never;
    calls: Record<string, GrpcCall>;
    model: GrpcModel;
  }; // what an adapter of gRPC makes
  const schema = buildASTSchema(typeDefs);
  expect(validateSchema(schema)).toEqual([]);
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(model.descriptorSet, 'base64')));
  const bytes = (type: string, json: JsonValue) => {
    const message = registry.getMessage(type)!;
    return toBinary(message, fromJson(message, json, { registry }));
  };
  return {
    sdl: print(typeDefs),
    calls,
    model,
    codec: createCodec(model),
    registry,
    bytes,
    diagnostics: outcome.diagnostics,
  };
}

/** What of an answer is selected, as the plan tells it. */
function selection(text: string): NonNullable<CallItem['selection']> {
  const { selectionSet } = parse(text, { noLocation: true }).definitions[0] as OperationDefinitionNode; // the only kind here
  return { selectionSet, variables: {}, complete: true };
}

describe('oneofs: UNION', () => {
  const text = `syntax = "proto3"; package t; import "google/protobuf/empty.proto";
    message M { // What it costs.
      oneof price { int64 cents = 1; N money = 2; google.protobuf.Empty free = 3; E kind = 4; } string s = 5; optional int32 o = 6; }
    message N { int32 x = 1; int32 y = 2; } enum E { A = 0; } message Req { oneof by { string id = 1; N n = 2; } }
    service S { rpc Get(Req) returns (M); }`;
  const options = { oneofs: 'UNION' } as const;

  it('makes a oneof one field, of a union with a type for each member', async () => {
    const { sdl } = await made(text, options);
    expect(sdl).toContain('type M {\n  s: String!\n  o: Int\n  price: MPrice\n}');
    expect(sdl).toContain('union MPrice = MPriceCents | MPriceMoney | MPriceFree | MPriceKind');
    expect(sdl).toContain('type MPriceCents {\n  cents: Int64!\n}');
    expect(sdl).toContain('type MPriceMoney {\n  money: N!\n}');
    expect(sdl).toContain('type MPriceFree {\n  free: Boolean!\n}');
    expect(sdl).toContain('type MPriceKind {\n  kind: E\n}');
    expect(sdl).toContain('get(by: ReqByInput): M');
    expect(sdl).not.toContain('Case');
  });

  it('reads the member that is set, and null where none is', async () => {
    const { codec, bytes } = await made(text, options);
    const read = (json: JsonValue) => codec.decode('t.M', bytes('t.M', json), name);
    expect(read({ cents: '9007199254740993' })).toMatchObject({
      price: { __typename: 'MPriceCents', cents: '9007199254740993' },
    });
    expect(read({ money: { x: 1 } })).toMatchObject({ price: { __typename: 'MPriceMoney', money: { x: 1, y: 0 } } });
    expect(read({ free: {} })).toMatchObject({ price: { __typename: 'MPriceFree', free: true } });
    expect(JSON.parse(JSON.stringify(read({ s: 'x' })))).toEqual({ s: 'x', o: null, price: null });
  });

  it('takes the last member of several, and merges one that comes in parts', async () => {
    const { codec } = await made(text, options);
    const part = (field: number) => (writer: BinaryWriter) =>
      writer.tag(2, WireType.LengthDelimited).fork().tag(field, WireType.Varint).int32(field).join();
    const writer = new BinaryWriter().tag(1, WireType.Varint).int64(5);
    expect(codec.decode('t.M', part(2)(part(1)(writer)).finish(), name)).toMatchObject({
      price: { __typename: 'MPriceMoney', money: { x: 1, y: 2 } },
    });
  });

  it('reads of the members what is selected', async () => {
    const { codec, bytes } = await made(text, options);
    const read = (json: JsonValue, selected: string) =>
      JSON.parse(JSON.stringify(codec.decode('t.M', bytes('t.M', json), name, selection(selected)))) as unknown;
    const selected = '{ price { ... on MPriceMoney { money { y } } } }';
    expect(read({ money: { x: 1, y: 2 }, s: 'x' }, selected)).toEqual({
      price: { __typename: 'MPriceMoney', money: { y: 2 } },
    });
    expect(read({ cents: '1' }, selected)).toEqual({ price: { __typename: 'MPriceCents' } });
    expect(read({ cents: '1' }, '{ s }')).toEqual({ s: '' });
  });
});

describe('extensions: true', () => {
  const text = `syntax = "proto2"; package t;
    message M { optional string s = 1; optional N n = 2; extensions 100 to 999; } message N { extensions 1 to max; }
    message Set { option message_set_wire_format = true; extensions 4 to max; } message In { extend Set { optional In in_set = 9; } }
    extend M { optional int64 big = 100; repeated N more = 101; optional E kind = 102 [default = B]; repeated group Part = 103 { optional int32 x = 1; } }
    extend N { optional M back = 1; optional string s = 2; } enum E { A = 0; B = 1; }
    message Holder { optional Set set = 1; optional M m = 2; } service S { rpc Get(M) returns (Holder); rpc Put(M) returns (M); }`;

  it('makes extensions fields of answers and arguments, by the names of their own', async () => {
    const { sdl, diagnostics } = await made(text, { extensions: true });
    expect(sdl).toContain(
      'type M {\n  s: String\n  n: N\n  ext_big: Int64\n  ext_more: [N!]!\n  ext_kind: E\n  ext_part: [Part!]!\n}',
    );
    expect(sdl).toContain('type N {\n  ext_back: M\n  ext_s: String\n}');
    expect(sdl).toContain(
      'put(s: String, n: NInput, ext_big: Int64, ext_more: [NInput!], ext_kind: E, ext_part: [PartInput!])',
    );
    expect(diagnostics.map(({ message }) => message)).toContainEqual(expect.stringContaining('which is a message set'));
  });

  it('reads and writes them as the reference codec does', async () => {
    const { codec, bytes, registry } = await made(text, { extensions: true });
    const value = {
      ...{ '[t.big]': '9007199254740993', '[t.more]': [{ '[t.s]': 'x' }, { '[t.back]': { s: 'y' } }] },
      '[t.part]': [{ x: 7 }],
    };
    const written = bytes('t.M', value);
    expect(codec.decode('t.M', written, name)).toMatchObject({
      ext_big: '9007199254740993',
      ext_more: [{ ext_s: 'x' }, { ext_back: { s: 'y', ext_kind: 'B' } }],
      ext_kind: 'B',
      ext_part: [{ x: 7 }],
    });
    const args = {
      ext_big: '9007199254740993',
      ext_more: [{ ext_s: 'x' }, { ext_back: { s: 'y' } }],
      ext_part: [{ x: 7 }],
    };
    const message = registry.getMessage('t.M')!;
    expect(fromBinary(message, Uint8Array.from(codec.encode('t.M', args, name)))).toEqual(fromBinary(message, written));
  });

  it('is off unless it is set, and that is told', async () => {
    const { sdl, diagnostics } = await made(text);
    expect(sdl).not.toContain('ext_');
    expect(diagnostics.filter(({ hint }) => hint === 'set extensions: true')).toHaveLength(7);
  });
});

describe('nonFinite: TEXT', () => {
  const text = `syntax = "proto3"; package t; import "google/protobuf/wrappers.proto";
    message M { double d = 1; repeated float f = 2; google.protobuf.DoubleValue w = 3; map<string, double> m = 4; Double x = 5; } message Double { int32 i = 1; }
    service S { rpc Get(M) returns (M); }`;

  it('makes floats a scalar of numbers and texts, both ways', async () => {
    const { sdl, codec, bytes } = await made(text, { nonFinite: 'TEXT' });
    expect(sdl).toContain('scalar Double');
    expect(sdl).toMatch(
      /type M \{\n {2}d: Double!\n {2}f: \[Double!\]!\n {2}w: Double\n {2}m: \[MMEntry!\]!\n {2}x: Double_\w+\n\}/,
    );
    const json = { d: 'NaN', f: [1.5, '-Infinity'], w: 'Infinity', m: { a: 'NaN' } };
    const value = { d: 'NaN', f: [1.5, '-Infinity'], w: 'Infinity', m: [{ key: 'a', value: 'NaN' }] };
    expect(codec.decode('t.M', bytes('t.M', json), name)).toMatchObject(value);
    expect(Buffer.from(codec.encode('t.M', value, name))).toEqual(Buffer.from(bytes('t.M', json)));
    expect(() => codec.encode('t.M', { d: 'nan' }, name)).toThrow('"d" is not a number');
  });

  it('is off unless it is set: they are no arguments then', async () => {
    const { sdl, codec } = await made(text);
    expect(sdl).not.toContain('scalar Double');
    expect(() => codec.encode('t.M', { d: 'NaN' }, name)).toThrow('"d" is not a number');
    expect(() => codec.encode('t.M', { d: Number.NaN }, name)).toThrow('"d" is not a number');
  });
});

describe('fieldMask: FROM_SELECTION', () => {
  const text = `syntax = "proto3"; package t; import "google/protobuf/field_mask.proto"; import "google/protobuf/timestamp.proto";
    message Book { string display_name = 1; Author main_author = 2; repeated Author all_authors = 3; google.protobuf.Timestamp at = 4;
      oneof price { int64 cents = 5; Author by = 6; } map<string, Author> by_role = 7; }
    message Author { string given_name = 1; Author friend = 2; }
    message GetReq { string id = 1; google.protobuf.FieldMask read_mask = 2; }
    message ListReq { google.protobuf.FieldMask fields = 1; } message ListRes { repeated Book books = 1; string next_page_token = 2; }
    message PutReq { Book book = 1; google.protobuf.FieldMask update_mask = 2; }
    message TwoReq { google.protobuf.FieldMask a = 1; google.protobuf.FieldMask b = 2; }
    service S { rpc Get(GetReq) returns (Book); rpc List(ListReq) returns (ListRes); rpc Put(PutReq) returns (Book); rpc GetTwo(TwoReq) returns (Book); }`;

  async function maskOf(field: string, selected: string, args: Record<string, unknown> = {}) {
    const { calls, codec, registry } = await made(text, { fieldMask: 'FROM_SELECTION' });
    const call = calls[field]!;
    const written = codec.encode(call.input, codec.argumentsOf(call, { args, selection: selection(selected) }), name);
    const request = fromBinary(registry.getMessage(call.input)!, written) as unknown as Record<
      string,
      { paths: string[] } | undefined
    >; // fields by their names
    return (request['readMask'] ?? request['fields'] ?? request['updateMask'] ?? request['a'])?.paths;
  }

  it.each([
    ['fields, in the names of the proto', '{ displayName at }', ['display_name', 'at']],
    ['what is in messages', '{ mainAuthor { friend { givenName } } }', ['main_author.friend.given_name']],
    ['a message of which nothing is wanted but its being there', '{ mainAuthor { __typename } }', ['main_author']],
    ['lists and maps, which are whole', '{ allAuthors { givenName } byRole { key } }', ['all_authors', 'by_role']],
    ['a member of a oneof', '{ by { givenName } }', ['by.given_name']],
    ['which member is set', '{ priceCase }', ['cents', 'by']],
  ])('asks for %s', async (_, selected, paths) => {
    expect(await maskOf('Query.get', selected)).toEqual(paths);
  });

  it('asks of a list for what is wanted of its items', async () => {
    expect(await maskOf('Query.list', '{ nextPageToken books { displayName } }')).toEqual(['display_name']);
    expect(await maskOf('Query.list', '{ nextPageToken }')).toBeUndefined();
  });

  it('leaves a client’s own mask, one that says what is written, and a choice of several', async () => {
    expect(await maskOf('Query.get', '{ displayName }', { readMask: 'at' })).toEqual(['at']);
    expect(await maskOf('Mutation.put', '{ displayName }')).toBeUndefined();
    expect(await maskOf('Query.getTwo', '{ displayName }')).toBeUndefined();
    const { diagnostics } = await made(text, { fieldMask: 'FROM_SELECTION' });
    expect(diagnostics.map(({ code, at }) => [code, at.at(-1)])).toContainEqual([
      'CONSTRUCT_NOT_SUPPORTED',
      't.S/GetTwo',
    ]);
  });

  it('is off unless it is set', async () => {
    const { calls, codec } = await made(text);
    const call = calls['Query.get']!;
    expect(codec.argumentsOf(call, { args: {}, selection: selection('{ displayName }') })).toEqual({});
    expect(create(FieldMaskSchema).paths).toEqual([]);
  });
});

describe('a selection', () => {
  const text = `syntax = "proto2"; package t;
    message M { required int32 r = 1; optional string s = 2; optional M m = 3; repeated M ms = 4; map<string, M> by = 5;
      oneof o { string a = 6; M b = 7; } optional group G = 8 { optional int32 x = 1; optional int32 y = 2; } optional E e = 9; repeated int32 p = 10 [packed = true]; }
    enum E { A = 0; } service S { rpc Get(M) returns (M); }`;
  const whole = {
    r: 1,
    s: 's',
    m: { r: 2, s: 't' },
    ms: [{ r: 3 }],
    by: { k: { r: 4, s: 'u' } },
    b: { r: 5 },
    g: { x: 1, y: 2 },
    p: [1, 2],
  };

  it.each([
    ['fields', '{ s }', { s: 's' }],
    ['fields of messages', '{ m { s } ms { r } }', { m: { s: 't' }, ms: [{ r: 3 }] }],
    ['keys and values of a map', '{ by { key value { s } } }', { by: [{ key: 'k', value: { s: 'u' } }] }],
    ['keys alone', '{ by { key } }', { by: [{ key: 'k' }] }],
    ['a group', '{ g { y } }', { g: { y: 2 } }],
    ['a member', '{ a }', { a: null }],
    ['which member is set', '{ oCase }', { oCase: 'b' }],
    ['under aliases, by the source’s own names', '{ x: s y: s z: m { r } m { s } }', { s: 's', m: { r: 2, s: 't' } }],
    ['nothing but its being there', '{ __typename }', {}],
    ['packed numbers', '{ p }', { p: [1, 2] }],
  ])('is all that is read: %s', async (_, selected, expected) => {
    const { codec, bytes } = await made(text);
    const value = codec.decode('t.M', bytes('t.M', whole), name, selection(selected));
    expect(JSON.parse(JSON.stringify(value))).toEqual(expected);
  });

  it('makes only what is selected fail, but for what is no message at all', async () => {
    const { codec } = await made(text);
    const decode = (bytes: Uint8Array, selected: string) => codec.decode('t.M', bytes, name, selection(selected));
    const unknown = new BinaryWriter()
      .tag(9, WireType.Varint)
      .int32(99)
      .tag(2, WireType.LengthDelimited)
      .string('s')
      .finish();
    expect(decode(unknown, '{ s }')).toEqual({ s: 's' });
    expect(decode(unknown, '{ e }')).toMatchObject({ e: { code: 'UPSTREAM_MALFORMED' } });
    expect(() => decode(Uint8Array.of(0x12, 0x05, 0x41), '{ r }')).toThrow('answered with something');
    expect(() => decode(Uint8Array.of(0x1b, 0x08), '{ s }')).toThrow('answered with something');
  });
});
