import {
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { load } from '../../../src/adapters/grpc/load.ts';
import { type Codec, createCodec } from '../../../src/adapters/grpc/wire/codec.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { memoryReader, never, sourceOf } from './backend.ts';

const imports = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'];
const proto3 = `
syntax = "proto3";
package t;
${imports.map(name => `import "google/protobuf/${name}.proto";`).join('\n')}
enum Color { option allow_alias = true; RED = 0; ROT = 0; GREEN = 1; BLUE = -5; }
message All {
  int32 i32 = 1; sint32 s32 = 2; uint32 u32 = 3; fixed32 f32 = 4; sfixed32 sf32 = 5;
  int64 i64 = 6; sint64 s64 = 7; uint64 u64 = 8; fixed64 f64 = 9; sfixed64 sf64 = 10;
  double dbl = 11; float flt = 12; bool yes = 13; string str = 14; bytes raw = 15; Color color = 16;
  optional int32 opt = 17; All child = 18; repeated sint64 many = 19; repeated string texts = 20; repeated All children = 21;
  repeated Color colors = 22; map<string, int64> counts = 23; map<int32, All> by_number = 24; map<bool, Color> by_bool = 25;
  oneof pick { string p_text = 26; All p_all = 27; google.protobuf.Empty p_nothing = 28; int64 p_big = 29; }
  google.protobuf.Timestamp at = 30; google.protobuf.Duration took = 31; google.protobuf.Struct extra = 32;
  google.protobuf.Value anything = 33; google.protobuf.ListValue list = 34; google.protobuf.Any any = 35;
  google.protobuf.FieldMask mask = 36; google.protobuf.Int64Value boxed = 37; google.protobuf.StringValue boxed_text = 38;
  google.protobuf.NullValue nothing = 39; repeated google.protobuf.Value values = 40; repeated int32 unpacked = 41 [packed = false];
  map<uint64, double> by_big = 42; map<string, google.protobuf.Value> loose = 43; map<string, google.protobuf.Timestamp> times = 44;
  map<int32, google.protobuf.NullValue> nulls = 45; repeated google.protobuf.Empty nothings = 46;
}
`;
const proto2 = `
syntax = "proto2";
package o;
message Old {
  required string name = 1; optional int32 n = 2 [default = 7]; optional bytes b = 3 [default = "a\\377"]; optional E e = 4 [default = TWO];
  optional group Part = 5 { optional int64 deep = 1; } repeated group Item = 6 { optional string s = 1; } optional string plain = 7;
}
enum E { ONE = 1; TWO = 2; }
`;

const call = { source: 'shop', operation: 't.S/Do' };
let registry: FileRegistry;
let codec: Codec;

beforeAll(async () => {
  const files = { '/p/a.proto': proto3, '/p/b.proto': proto2 };
  const document = await load(sourceOf({}, { document: '/p' }), { reader: memoryReader(files), signal: never });
  if (!document.ok) throw new Error(JSON.stringify(document.diagnostics));
  registry = createFileRegistry(document.value.set);
  codec = createCodec({
    descriptorSet: Buffer.from(toBinary(FileDescriptorSetSchema, document.value.set)).toString('base64'),
  });
});

/** What the reference codec writes, as our codec reads it. */
const decoded = (json: JsonValue, type = 't.All') => {
  const message = registry.getMessage(type)!;
  return codec.decode(type, toBinary(message, fromJson(message, json, { registry })), call) as Record<string, unknown>;
};
/** What our codec writes, as the reference codec reads it. */
const encoded = (args: Record<string, unknown>, type = 't.All') => {
  const message = registry.getMessage(type)!;
  return toJson(message, fromBinary(message, codec.encode(type, args, call)), { registry });
};
const faultOf = (run: () => unknown): GatewayError => {
  try {
    run();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('no fault');
};

describe('reading and writing', () => {
  /** ProtoJSON, and the same as GraphQL has it; absent: the same on the way out and in. */
  const table: readonly [string, JsonValue & object, Record<string, unknown>, Record<string, unknown>?][] = [
    [
      '32 bits',
      { i32: -2147483648, s32: -1, u32: 4294967295, f32: 4294967295, sf32: -7 },
      { i32: -2147483648, s32: -1, u32: '4294967295', f32: '4294967295', sf32: -7 },
    ],
    [
      '64 bits',
      {
        i64: '-9223372036854775808',
        s64: '9007199254740993',
        u64: '18446744073709551615',
        f64: '18446744073709551615',
        sf64: '-1',
      },
      {
        i64: '-9223372036854775808',
        s64: '9007199254740993',
        u64: '18446744073709551615',
        f64: '18446744073709551615',
        sf64: '-1',
      },
    ],
    ['floats', { dbl: 1e300, yes: true }, { dbl: 1e300, yes: true }],
    ['text and bytes', { str: 'ü😀\u0000', raw: '+/8=' }, { str: 'ü😀\u0000', raw: '+/8=' }],
    ['enums', { color: 'BLUE', colors: ['GREEN', 'RED'] }, { color: 'BLUE', colors: ['GREEN', 'RED'] }],
    ['presence', { opt: 0 }, { opt: 0 }],
    [
      'lists',
      { many: ['1', '-2'], texts: ['', 'a'], unpacked: [1, 2] },
      { many: ['1', '-2'], texts: ['', 'a'], unpacked: [1, 2] },
    ],
    [
      'maps',
      {
        ...{ counts: { b: '1', a: '9007199254740993', '': '0' }, byNumber: { 8: {}, '-7': { str: 'x' } } },
        ...{ byBool: { true: 'GREEN', false: 'RED' }, byBig: { '18446744073709551615': 1.5 } },
        ...{ loose: { a: null, b: { c: [1] } }, times: { at: '2024-01-01T00:00:00Z' } },
      },
      {
        counts: [
          { key: 'b', value: '1' },
          { key: 'a', value: '9007199254740993' },
          { key: '', value: '0' },
        ],
        byNumber: [
          { key: 8, value: {} },
          { key: -7, value: { str: 'x' } },
        ],
        byBool: [
          { key: true, value: 'GREEN' },
          { key: false, value: 'RED' },
        ],
        byBig: [{ key: '18446744073709551615', value: 1.5 }],
        loose: [
          { key: 'a', value: null },
          { key: 'b', value: { c: [1] } },
        ],
        times: [{ key: 'at', value: '2024-01-01T00:00:00Z' }],
      },
    ],
    ['oneof', { pText: '' }, { pText: '', pickCase: 'pText' }, { pick: { pText: '' } }],
    ['oneof of 64 bits', { pBig: '5' }, { pBig: '5', pickCase: 'pBig' }, { pick: { pBig: '5' } }],
    ['oneof of nothing', { pNothing: {} }, { pNothing: true, pickCase: 'pNothing' }, { pick: { pNothing: true } }],
    ['Timestamp', { at: '2024-02-29T12:00:00.000000001Z' }, { at: '2024-02-29T12:00:00.000000001Z' }],
    ['Timestamp before 1970', { at: '1969-12-31T23:59:59.500Z' }, { at: '1969-12-31T23:59:59.500Z' }],
    ['Duration', { took: '-1.500s' }, { took: '-1.500s' }],
    ['Struct', { extra: { a: [1, 'x', null, { b: true }] } }, { extra: { a: [1, 'x', null, { b: true }] } }],
    ['ListValue', { list: [1, [2]] }, { list: [1, [2]] }],
    ['Value', { anything: 'x', values: [null, 1] }, { anything: 'x', values: [null, 1] }],
    ['FieldMask', { mask: 'fooBar,a.b' }, { mask: 'fooBar,a.b' }],
    ['wrappers', { boxed: '0', boxedText: '' }, { boxed: '0', boxedText: '' }],
    ['nothings', { nothings: [{}, {}] }, { nothings: [true, true] }],
    ['Any of nothing', { any: {} }, { any: {} }],
    [
      'Any',
      { any: { '@type': 'type.googleapis.com/t.All', i64: '5' } },
      { any: { '@type': 'type.googleapis.com/t.All', i64: '5' } },
    ],
  ];
  it.each(table)('%s', (_, json, output, input = output) => {
    expect(decoded(json)).toMatchObject(output);
    expect(encoded(input)).toEqual(json);
  });

  it('gives every absent field its value or null', () => {
    expect(JSON.parse(JSON.stringify(decoded({})))).toEqual({
      ...{
        i32: 0,
        s32: 0,
        u32: '0',
        f32: '0',
        sf32: 0,
        i64: '0',
        s64: '0',
        u64: '0',
        f64: '0',
        sf64: '0',
        dbl: 0,
        flt: 0,
        yes: false,
        str: '',
      },
      ...{
        raw: '',
        color: 'RED',
        opt: null,
        child: null,
        many: [],
        texts: [],
        children: [],
        colors: [],
        counts: [],
        byNumber: [],
        byBool: [],
        ...{ byBig: [], loose: [], times: [], nulls: [] },
      },
      ...{
        pText: null,
        pAll: null,
        pNothing: null,
        pBig: null,
        pickCase: null,
        at: null,
        took: null,
        extra: null,
        anything: null,
        list: null,
      },
      ...{ any: null, mask: null, boxed: null, boxedText: null, nothing: null, values: [], unpacked: [], nothings: [] },
    });
  });

  it('of nested messages', () => {
    const value = { child: { str: 'c' }, children: [{ i32: 1 }] };
    expect(decoded(value)).toMatchObject(value);
    expect(encoded(value)).toEqual(value);
  });

  /** The bytes of entries of a map, each of the fields that it holds. */
  const entries = (number: number, ...parts: readonly ((entry: BinaryWriter) => BinaryWriter)[]): Uint8Array =>
    parts
      .reduce((writer, part) => part(writer.tag(number, WireType.LengthDelimited).fork()).join(), new BinaryWriter())
      .finish();

  it('of a map whose entries lack a part: its zero', () => {
    const nothing = (entry: BinaryWriter) => entry;
    const zeros: readonly [number, string, unknown, unknown][] = [
      [23, 'counts', '', '0'],
      [24, 'byNumber', 0, { str: '', i64: '0' }],
      [25, 'byBool', false, 'RED'],
      [42, 'byBig', '0', 0],
      [43, 'loose', '', null],
      [44, 'times', '', '1970-01-01T00:00:00Z'],
      [45, 'nulls', 0, null],
    ];
    for (const [number, name, key, value] of zeros) {
      expect(codec.decode('t.All', entries(number, nothing), call)).toMatchObject({ [name]: [{ key, value }] });
    }
  });

  it('of a map that brings a key twice: the last value, where the first stood', () => {
    const count = (key: string, value: number) => (entry: BinaryWriter) =>
      entry.tag(1, WireType.LengthDelimited).string(key).tag(2, WireType.Varint).int64(value);
    const bytes = entries(23, count('a', 1), count('b', 2), count('a', 3));
    const counts = [
      { key: 'a', value: '3' },
      { key: 'b', value: '2' },
    ];
    expect(codec.decode('t.All', bytes, call)).toMatchObject({ counts });
  });

  it('of a map’s value that is not allowed: an error in its place, with its neighbours intact', () => {
    const color = (key: boolean, value: number) => (entry: BinaryWriter) =>
      entry.tag(1, WireType.Varint).bool(key).tag(2, WireType.Varint).int32(value);
    const byBool = [
      { key: true, value: { code: 'UPSTREAM_MALFORMED' } },
      { key: false, value: 'GREEN' },
    ];
    expect(codec.decode('t.All', entries(25, color(true, 99), color(false, 1)), call)).toMatchObject({ byBool });
    expect(decoded({ byBig: { 1: 'NaN' } })).toMatchObject({ byBig: [{ value: { code: 'UPSTREAM_MALFORMED' } }] });
  });

  it('keeps a key that would be a prototype', () => {
    const bytes = entries(23, entry =>
      entry.tag(1, WireType.LengthDelimited).string('__proto__').tag(2, WireType.Varint).int64(5),
    );
    const counts = [{ key: '__proto__', value: '5' }];
    expect(codec.decode('t.All', bytes, call)).toMatchObject({ counts });
    expect([...codec.encode('t.All', { counts }, call)]).toEqual([...bytes]);
    const struct = decoded({ extra: JSON.parse('{"__proto__": {"polluted": true}}') as JsonValue });
    expect(Object.keys(struct['extra'] as object)).toEqual(['__proto__']);
    const any = JSON.parse(
      '{"@type": "x/t.All", "counts": {"__proto__": "5"}, "extra": {"__proto__": {"polluted": true}}}',
    ) as object;
    const again = codec.decode('t.All', codec.encode('t.All', { any }, call), call) as { any: object };
    expect(JSON.stringify(again.any)).toContain('"__proto__":{"polluted":true}');
    expect(JSON.stringify(again.any)).toContain('"counts":{"__proto__":"5"}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('of floats: the shortest decimal of 32 bits, an error for what JSON has no number for', () => {
    expect(decoded({ flt: 0.1 })['flt']).toBe(0.1);
    expect(decoded({ dbl: 'NaN' })['dbl']).toMatchObject({ code: 'UPSTREAM_MALFORMED' });
    expect(decoded({ flt: '-Infinity' })['flt']).toMatchObject({ code: 'UPSTREAM_MALFORMED' });
  });

  it('of an enum’s unknown number: an error in its place, with its neighbours intact', () => {
    const value = codec.decode(
      't.All',
      new BinaryWriter().tag(16, WireType.Varint).int32(99).tag(1, WireType.Varint).int32(5).finish(),
      call,
    );
    expect(value).toMatchObject({ color: { code: 'UPSTREAM_MALFORMED' }, i32: 5 });
  });

  it('accepts every name of an alias, and answers with the first', () => {
    expect(encoded({ colors: ['ROT', 'RED'] })).toEqual({ colors: ['RED', 'RED'] });
  });

  it('lets the last member of a oneof win, and merges a message that comes in parts', () => {
    const writer = new BinaryWriter().tag(26, WireType.LengthDelimited).string('x').tag(29, WireType.Varint).int64(3);
    for (const [number, value] of [
      [1, 5],
      [2, 7],
    ] as const)
      writer.tag(18, WireType.LengthDelimited).fork().tag(number, WireType.Varint).sint32(value).join();
    expect(codec.decode('t.All', writer.finish(), call)).toMatchObject({
      pText: null,
      pBig: '3',
      pickCase: 'pBig',
      child: { i32: 10, s32: 7 },
    });
  });

  it('of an Any whose type is unknown: its bytes', () => {
    const bytes = new BinaryWriter()
      .tag(35, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.LengthDelimited)
      .string('x/un.Known')
      .tag(2, WireType.LengthDelimited)
      .bytes(Uint8Array.of(8, 1))
      .join()
      .finish();
    const any = { '@type': 'x/un.Known', value: 'CAE=' };
    expect(codec.decode('t.All', bytes, call)).toMatchObject({ any });
    expect([...codec.encode('t.All', { any }, call)]).toEqual([...bytes]);
  });

  it('of proto2: defaults, groups, and an error for a required field that is missing', () => {
    expect(decoded({ name: 'x', part: { deep: '5' }, item: [{ s: 'a' }, {}] }, 'o.Old')).toMatchObject({
      ...{
        name: 'x',
        n: 7,
        b: Buffer.from([0x61, 0xff]).toString('base64'),
        e: 'TWO',
        part: { deep: '5' },
        item: [{ s: 'a' }, { s: null }],
        plain: null,
      },
    });
    expect(encoded({ name: 'x', part: { deep: '5' }, item: [{ s: 'a' }] }, 'o.Old')).toEqual({
      name: 'x',
      part: { deep: '5' },
      item: [{ s: 'a' }],
    });
    expect(codec.decode('o.Old', new Uint8Array(), call)).toMatchObject({ name: { code: 'UPSTREAM_MALFORMED' } });
  });
});

describe('hostile input', () => {
  const nested = (depth: number, tag: number): Uint8Array => {
    let bytes: Uint8Array = new Uint8Array();
    for (let level = 0; level < depth; level++)
      bytes = new BinaryWriter().tag(tag, WireType.LengthDelimited).bytes(bytes).finish();
    return bytes;
  };
  const replies: readonly [string, () => Uint8Array][] = [
    ['messages nested 5,000 deep', () => nested(5_000, 18)],
    [
      'values nested 5,000 deep',
      () => new BinaryWriter().tag(34, WireType.LengthDelimited).bytes(nestedValues(5_000)).finish(),
    ],
    ['a length beyond the end', () => Uint8Array.of(0x72, 0xff, 0xff, 0xff, 0xff, 0x07)],
    ['a length beyond the enclosing message', () => Uint8Array.of(0x92, 0x01, 0x02, 0x72, 0x05, 1, 2, 3, 4, 5)],
    ['a varint that does not end', () => Uint8Array.of(0x08, ...Array.from({ length: 12 }, () => 0xff))],
    ['invalid UTF-8', () => Uint8Array.of(0x72, 0x01, 0xff)],
    ['a group that does not end', () => Uint8Array.of(0xf3, 0x07)],
    ['a group that did not begin', () => Uint8Array.of(0x0c)],
    ['field number 0', () => Uint8Array.of(0x00, 0x00)],
    ['two bytes for every forty fields', () => Buffer.alloc(600_000, Uint8Array.of(0xaa, 0x01, 0x00))],
    ['a map’s entry without a value for every forty', () => Buffer.alloc(450_000, Uint8Array.of(0xc2, 0x01, 0x00))],
  ];
  const nestedValues = (depth: number): Uint8Array => {
    let bytes: Uint8Array = new Uint8Array();
    for (let level = 0; level < depth; level++) {
      const value = new BinaryWriter().tag(6, WireType.LengthDelimited).bytes(bytes).finish();
      bytes = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
    }
    return bytes;
  };
  it.each(replies)('%s', (_, bytes) => {
    const fault = faultOf(() => codec.decode('t.All', bytes(), call));
    expect(fault.extensions).toEqual({ code: 'UPSTREAM_MALFORMED', ...call });
  });

  it('never fails with anything else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        try {
          codec.decode('t.All', bytes, call);
        } catch (error) {
          expect(error).toMatchObject({ code: 'UPSTREAM_MALFORMED' });
        }
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  let deep: unknown = {};
  for (let level = 0; level < 5_000; level++) deep = { child: deep };
  const args: readonly [string, Record<string, unknown>, string][] = [
    ['an unsigned number below 0', { u32: '-1' }, 'u32'],
    ['beyond 64 bits signed', { i64: '9223372036854775808' }, 'i64'],
    ['beyond 32 bits float', { flt: 1e300 }, 'flt'],
    ['half a surrogate pair', { child: { texts: ['ok', '\ud800'] } }, 'child.texts.1'],
    ['a date without offset', { at: '2024-01-01T00:00:00' }, 'at'],
    ['a day that does not exist', { at: '2024-02-30T00:00:00Z' }, 'at'],
    ['a duration of months', { took: 'P1M' }, 'took'],
    ['a map value of another type', { counts: [{ key: 'a', value: 'x' }] }, 'counts.0.value'],
    ['a map value that is missing', { byNumber: [{ key: 1 }] }, 'byNumber.0.value'],
    ['a map that is an object', { counts: { a: '1' } }, 'counts'],
    ['a map’s entry that is none', { counts: [1] }, 'counts.0'],
    ['a key of another type', { byBool: [{ key: 'maybe', value: 'RED' }] }, 'byBool.0.key'],
    ['a key given twice', { counts: ['a', 'b', 'a'].map(key => ({ key, value: '1' })) }, 'counts.2.key'],
    [
      'a key given twice, deep',
      { child: { byNumber: [7, 7].map(key => ({ key, value: {} })) } },
      'child.byNumber.1.key',
    ],
    ['a nothing that is not there, in a list', { nothings: [true, false] }, 'nothings.1'],
    ['an Any without a type', { any: { a: 1 } }, 'any'],
    ['an Any that is not what it says', { any: { '@type': 'x/t.All', i32: 'x' } }, 'any'],
    ['an object where a list is', { list: {} }, 'list'],
    ['messages nested too deep', deep as Record<string, unknown>, Array.from({ length: 100 }, () => 'child').join('.')],
  ];
  it.each(args)('%s', (_, value, argument) => {
    const fault = faultOf(() => codec.encode('t.All', value, call));
    expect(fault.extensions).toEqual({ code: 'BAD_USER_INPUT', ...call, argument });
  });
});
