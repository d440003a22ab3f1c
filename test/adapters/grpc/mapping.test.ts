import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import { describeProto, sourceOf } from './backend.ts';

/** The SDL of a `.proto` text below its `syntax` line and package, without descriptions of the test's own. */
async function sdlOf(text: string, options = {}): Promise<string> {
  const head = /^\s*(syntax|edition)/.test(text) ? '' : 'syntax = "proto3"; package shop.v1;\n';
  const outcome = await describeProto(head + text, sourceOf(options));
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.diagnostics));
  return print(outcome.value.blueprint.typeDefs);
}

/** A type's definition, or a root field's line, out of the SDL. */
async function partOf(name: string, text: string, options = {}): Promise<string> {
  const sdl = await sdlOf(text, options);
  return (
    sdl.split('\n\n').find(part => new RegExp(`^(type|input|enum) ${name}\\b`, 'm').test(part)) ??
    `no ${name} in:\n${sdl}`
  );
}

const get = 'message Req {} service S { rpc Get(Req) returns (M); }';
const put = 'message M {} service S { rpc Put(In) returns (M); }';

describe('a field of a reply', () => {
  const kinds: readonly [string, string, string][] = [
    ['int32', 'int32 f = 1;', 'f: Int!'],
    ['sint32', 'sint32 f = 1;', 'f: Int!'],
    ['uint32', 'uint32 f = 1;', 'f: Int64!'],
    ['fixed32', 'fixed32 f = 1;', 'f: Int64!'],
    ['int64', 'int64 f = 1;', 'f: Int64!'],
    ['uint64', 'uint64 f = 1;', 'f: Int64!'],
    ['sfixed64', 'sfixed64 f = 1;', 'f: Int64!'],
    ['double', 'double f = 1;', 'f: Float!'],
    ['float', 'float f = 1;', 'f: Float!'],
    ['bool', 'bool f = 1;', 'f: Boolean!'],
    ['string', 'string f = 1;', 'f: String!'],
    ['bytes', 'bytes f = 1;', 'f: Base64!'],
    ['optional', 'optional string f = 1;', 'f: String'],
    ['repeated', 'repeated int64 f = 1;', 'f: [Int64!]!'],
    ['message', 'N f = 1; message N { int32 x = 1; }', 'f: MN'],
    ['repeated message', 'repeated N f = 1; message N { int32 x = 1; }', 'f: [MN!]!'],
    ['enum', 'E f = 1; enum E { A = 0; }', 'f: ME'],
    ['repeated enum', 'repeated E f = 1; enum E { A = 0; }', 'f: [ME]!'],
    ['map', 'map<int32, int64> f = 1;', 'f: [MFEntry!]!'],
    ['recursion', 'M f = 1;', 'f: M'],
    ['json_name', 'string snake_name = 1;', 'snakeName: String!'],
    ['its own json_name', 'string f = 1 [json_name = "Other"];', 'Other: String!'],
    ['illegal json_name', 'string f = 1 [json_name = "@type"];', '_type: String!'],
    ['deprecated', 'string f = 1 [deprecated = true];', 'f: String! @deprecated'],
    ['message without fields', 'Nothing f = 1; message Nothing {}', 'f: Boolean'],
    ['Empty', 'google.protobuf.Empty f = 1;', 'f: Boolean'],
    ['Timestamp', 'google.protobuf.Timestamp f = 1;', 'f: DateTime'],
    ['Duration', 'google.protobuf.Duration f = 1;', 'f: Duration'],
    ['Struct', 'google.protobuf.Struct f = 1;', 'f: JSON'],
    ['Value', 'repeated google.protobuf.Value f = 1;', 'f: [JSON]!'],
    ['NullValue', 'google.protobuf.NullValue f = 1;', 'f: JSON'],
    ['Any', 'google.protobuf.Any f = 1;', 'f: JSON'],
    ['FieldMask', 'google.protobuf.FieldMask f = 1;', 'f: String'],
    ['Int64Value', 'google.protobuf.Int64Value f = 1;', 'f: Int64'],
    ['repeated StringValue', 'repeated google.protobuf.StringValue f = 1;', 'f: [String!]!'],
  ];
  it.each(kinds)('%s', async (_, field, expected) => {
    const imports = ['any', 'duration', 'empty', 'field_mask', 'struct', 'timestamp', 'wrappers'].map(
      name => `import "google/protobuf/${name}.proto";`,
    );
    const sdl = await partOf('M', `${imports.join('\n')} message M { ${field} } ${get}`);
    expect(sdl).toContain(`  ${expected}\n`);
  });

  const maps: readonly [string, string, string][] = [
    ['map<string, int64>', 'String!', 'Int64!'],
    ['map<int32, double>', 'Int!', 'Float!'],
    ['map<sfixed32, bool>', 'Int!', 'Boolean!'],
    ['map<uint32, bytes>', 'Int64!', 'Base64!'],
    ['map<sint64, string>', 'Int64!', 'String!'],
    ['map<bool, E>', 'Boolean!', 'E'],
    ['map<string, N>', 'String!', 'N!'],
    ['map<string, google.protobuf.Timestamp>', 'String!', 'DateTime!'],
    ['map<string, google.protobuf.Struct>', 'String!', 'JSON!'],
    ['map<string, google.protobuf.Value>', 'String!', 'JSON'],
    ['map<string, google.protobuf.NullValue>', 'String!', 'JSON'],
  ];
  it.each(maps)('of the type %s: entries of key and value', async (type, key, value) => {
    const text = `import "google/protobuf/struct.proto"; import "google/protobuf/timestamp.proto";
      message M { ${type} by_name = 1; } message N { int32 x = 1; } enum E { A = 0; } ${get}`;
    expect(await partOf('M', text)).toBe('type M {\n  byName: [MByNameEntry!]!\n}');
    expect(await partOf('MByNameEntry', text)).toBe(`type MByNameEntry {\n  key: ${key}\n  value: ${value}\n}`);
  });

  it('of proto2: required, optional, defaults and groups', async () => {
    const sdl = await partOf(
      'M',
      `syntax = "proto2"; message M { required int32 a = 1; optional int32 b = 2 [default = 7]; required E c = 3; optional group Part = 4 { required string s = 1; } } enum E { X = 0; } ${get}`,
    );
    expect(sdl).toBe('type M {\n  a: Int!\n  b: Int\n  c: E!\n  part: MPart\n}');
  });

  it('of an edition: presence by feature', async () => {
    const sdl = await partOf(
      'M',
      `edition = "2023"; message M { int32 a = 1; int32 b = 2 [features.field_presence = IMPLICIT]; int32 c = 3 [features.field_presence = LEGACY_REQUIRED]; } ${get}`,
    );
    expect(sdl).toBe('type M {\n  a: Int\n  b: Int!\n  c: Int!\n}');
  });

  it('in a oneof: nullable, beside the name of the one that is set', async () => {
    const text = `message M { oneof the_price { int64 in_cents = 1; string text = 2; } optional int32 x = 3; } ${get}`;
    expect(await partOf('M', text)).toContain('  inCents: Int64\n  text: String\n  x: Int\n');
    expect(await partOf('M', text)).toContain('thePriceCase: MThePriceCase');
    expect(await partOf('MThePriceCase', text)).toContain('enum MThePriceCase {\n  inCents\n  text\n}');
  });

  it('of an enum: every name, aliases included; what GraphQL forbids gets an underscore', async () => {
    const text = `message M { E e = 1; } enum E { option allow_alias = true; E_A = 0; E_ALSO_A = 0; true = 1; OLD = 2 [deprecated = true]; } ${get}`;
    expect(await partOf('E', text)).toBe('enum E {\n  E_A\n  E_ALSO_A\n  _true\n  OLD @deprecated\n}');
  });

  it('carries its comments', async () => {
    const text = `
// About M,
// in two lines.
message M {
  // Before.
  string a = 1;
  string b = 2; // Behind.
  /* Block. */
  string c = 3;
}
${get}`;
    expect(await partOf('M', text)).toBe(
      '"""\nAbout M,\nin two lines.\n"""\ntype M {\n  """Before."""\n  a: String!\n  """Behind."""\n  b: String!\n  """Block."""\n  c: String!\n}',
    );
  });
});

describe('a request', () => {
  it('becomes arguments, all nullable but those that are required', async () => {
    const text = `import "google/api/field_behavior.proto"; import "google/protobuf/struct.proto"; enum E { A = 0; }
      message In { string a = 1 [(google.api.field_behavior) = REQUIRED]; int64 b = 2; repeated N c = 3; map<string, N> d = 4; map<int64, E> e = 5; map<string, google.protobuf.Value> f = 6; map<string, In> g = 7 [(google.api.field_behavior) = REQUIRED]; }
      message N { string s = 1 [(google.api.field_behavior) = IMMUTABLE, (google.api.field_behavior) = REQUIRED]; N n = 2; } ${put}`;
    expect(await partOf('Mutation', text)).toContain(
      'put(a: String!, b: Int64, c: [NInput!], d: [InDEntryInput!], e: [InEEntryInput!], f: [InFEntryInput!], g: [InGEntryInput!]!): Boolean',
    );
    expect(await partOf('NInput', text)).toBe('input NInput {\n  s: String!\n  n: NInput\n}');
    const entries = [
      ['InDEntryInput', 'String!', 'NInput!'],
      ['InEEntryInput', 'Int64!', 'E!'],
      ['InFEntryInput', 'String!', 'JSON'],
      ['InGEntryInput', 'String!', 'InInput!'],
    ] as const;
    for (const [name, key, value] of entries) {
      expect(await partOf(name, text)).toBe(`input ${name} {\n  key: ${key}\n  value: ${value}\n}`);
    }
  });

  it('has a oneof as one argument, of which one member is given', async () => {
    const text = `message In { oneof price { int64 cents = 1; N n = 2; } } message N { oneof inner { bool yes = 1; } } ${put}`;
    expect(await partOf('Mutation', text)).toContain('put(price: InPriceInput): Boolean');
    expect(await partOf('InPriceInput', text)).toBe('input InPriceInput @oneOf {\n  cents: Int64\n  n: NInput\n}');
    expect(await partOf('NInnerInput', text)).toBe('input NInnerInput @oneOf {\n  yes: Boolean\n}');
  });

  it.each([
    ['google.protobuf.Empty', 'empty', 'put: Boolean'],
    ['google.protobuf.Struct', 'struct', 'put(input: JSON): Boolean'],
    ['google.protobuf.StringValue', 'wrappers', 'put(input: String): Boolean'],
  ])('that is %s', async (type, file, expected) => {
    expect(
      await sdlOf(`import "google/protobuf/${file}.proto"; message M {} service S { rpc Put(${type}) returns (M); }`),
    ).toContain(expected);
  });

  it('relaxes what requires itself, which nobody could give', async () => {
    const text = `syntax = "proto2"; message In { required In again = 1; required string s = 2; } ${put}`;
    expect(await partOf('InInput', text)).toBe('input InInput {\n  again: InInput\n  s: String!\n}');
  });
});

describe('a method', () => {
  const one = (option: string, name = 'Do') =>
    `import "google/api/annotations.proto"; message M { int32 x = 1; } service S { rpc ${name}(M) returns (M) { ${option} } }`;
  it.each([
    ['without side effects', 'option idempotency_level = NO_SIDE_EFFECTS;', 'Do', {}, 'Query'],
    ['idempotent', 'option idempotency_level = IDEMPOTENT;', 'Do', {}, 'Mutation'],
    [
      'GET',
      'option (google.api.http) = { get: "/v1/{x}" additional_bindings { post: "/v1" body: "*" } };',
      'Do',
      {},
      'Query',
    ],
    ['GET, by the field', 'option (google.api.http).get = "/v1";', 'Do', {}, 'Query'],
    ['POST', 'option (google.api.http) = { post: "/v1", body: "*" };', 'Do', {}, 'Mutation'],
    ['named like a read', '', 'BatchGetThings', {}, 'Query'],
    ['named like another word', '', 'Listen', {}, 'Mutation'],
    ['listed as a query', '', 'Do', { queries: ['do*'] }, 'Query'],
    ['any other', '', 'Do', {}, 'Mutation'],
  ] as const)('%s is a field of %5$s', async (_, option, name, options, root) => {
    const outcome = await describeProto(`syntax = "proto3"; ${one(option, name)}`, sourceOf(options));
    expect(outcome.ok && Object.keys(outcome.value.blueprint.calls)[0]).toMatch(new RegExp(`^${root}\\.`));
  });

  const kinds = `syntax = "proto3"; package a; message M { int32 x = 1; oneof o { string s = 2; M m = 3; } } message E {}
    service S { rpc One(M) returns (M); rpc Down(M) returns (stream M); rpc Up(stream M) returns (M);
    rpc Both(stream M) returns (stream M); rpc Ticks(stream E) returns (stream google.protobuf.Value);
    rpc Read(stream M) returns (M) { option idempotency_level = NO_SIDE_EFFECTS; } }
    import "google/protobuf/struct.proto";`;

  it('that streams is a subscription where replies are many, and takes a list where requests are', async () => {
    const outcome = await describeProto(kinds);
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 6, imported: 6 });
    expect(outcome.diagnostics).toEqual([]);
    const sdl = outcome.ok ? print(outcome.value.blueprint.typeDefs) : '';
    expect(sdl).toContain('type Query {\n  read(input: [MInput!]!): M\n}');
    expect(sdl).toContain('type Mutation {\n  one(x: Int, o: MOInput): M\n  up(input: [MInput!]!): M\n}');
    expect(sdl).toContain(`type Subscription {
  down(x: Int, o: MOInput): M
  both(input: [MInput!]!): M
  ticks(input: [Boolean!]!): JSON
}`);
    expect(sdl).toContain('input MInput {\n  x: Int\n  o: MOInput\n}');
    expect(sdl).toContain('input MOInput @oneOf {\n  s: String\n  m: MInput\n}');
    expect(outcome.ok && outcome.value.blueprint.calls).toMatchObject({
      'Query.read': { sendsMany: true, idempotent: true },
      'Mutation.up': { sendsMany: true },
      'Subscription.down': { path: '/a.S/Down' },
    });
  });

  it('that is collected is a list, too', async () => {
    const collect = { operations: ['down', 'up', 'nothing'], max: 7 };
    const outcome = await describeProto(kinds, sourceOf({ collect }));
    expect(outcome.ok && outcome.value.operations).toEqual({ total: 6, imported: 6 });
    const sdl = outcome.ok ? print(outcome.value.blueprint.typeDefs) : '';
    expect(sdl).toContain('  down(x: Int, o: MOInput): [M!]\n');
    expect(sdl).toContain('  down(x: Int, o: MOInput): M\n');
    expect(outcome.ok && outcome.value.blueprint.calls['Query.down']).toMatchObject({ collects: 7, idempotent: true });
    expect(outcome.diagnostics.map(({ code, message }) => [code, /"(up|nothing)"/.exec(message)?.[1]])).toEqual([
      ['CONFIG_INVALID_VALUE', 'up'],
      ['CONFIG_INVALID_VALUE', 'nothing'],
    ]);
  });

  it('is left out by the source’s options, and that is told', async () => {
    const outcome = await describeProto(
      'syntax = "proto3"; message M {} service S { rpc Get(M) returns (M); rpc AdminGet(M) returns (M); }',
      sourceOf({ operations: { include: ['*'], exclude: ['admin*'] } }),
    );
    expect(outcome.ok && Object.keys(outcome.value.blueprint.calls)).toEqual(['Query.get']);
    expect(outcome.diagnostics.map(({ code }) => code)).toContain('OPERATION_EXCLUDED');
  });

  it('of one name in several services is told apart by service, then by package', async () => {
    const files = {
      '/p/a.proto':
        'syntax = "proto3"; package x.v1; message M {} service A { rpc Get(M) returns (M); } service B { rpc Get(M) returns (M); rpc Put(M) returns (M); }',
      '/p/b.proto': 'syntax = "proto3"; package y.v1; message M {} service B { rpc Get(M) returns (M); }',
    };
    const outcome = await describeProto(files, sourceOf({}, { document: '/p' }));
    expect(outcome.ok && Object.keys(outcome.value.blueprint.calls)).toEqual([
      'Query.aGet',
      'Query.xV1BGet',
      'Mutation.put',
      'Query.yV1BGet',
    ]);
  });
});

describe('a type', () => {
  it('of one name in several packages has its package’s last words before it', async () => {
    const files = {
      '/p/a.proto':
        'syntax = "proto3"; package x.v1; import "b.proto"; import "c.proto"; message Money { int32 a = 1; x.v2.Money b = 2; y.v1.Money c = 3; } message R {} service S { rpc Get(R) returns (Money); }',
      '/p/b.proto': 'syntax = "proto3"; package x.v2; message Money { int32 a = 1; }',
      '/p/c.proto': 'syntax = "proto3"; package y.v1; message Money { int32 a = 1; }',
    };
    const outcome = await describeProto(files, sourceOf({}, { document: '/p/a.proto' }));
    expect(outcome.ok && print(outcome.value.blueprint.typeDefs)).toContain(
      'type XV1Money {\n  a: Int!\n  b: XV2Money\n  c: YV1Money\n}',
    );
  });

  it('never takes the name of a root or a scalar', async () => {
    const sdl = await sdlOf(
      `message Query { int32 x = 1; JSON j = 2; } message JSON { int32 y = 1; } message R {} service S { rpc Get(R) returns (Query); }`,
    );
    expect(sdl).toMatch(/get: Query_[0-9a-f]{4}\n/);
    expect(sdl).toMatch(/type JSON_[0-9a-f]{4} \{/);
  });

  it('of a map’s entries is named after message and field, and never takes the name of another', async () => {
    const sdl = await sdlOf(
      `message M { map<string, int32> a = 1; map<string, int32> in_a = 2; MAEntry other = 3; In in = 4; }
       message In { map<string, bool> a = 1; } message MAEntry { int32 x = 1; } ${get}`,
    );
    expect(sdl).toMatch(/type M \{\n {2}a: \[MAEntry_[0-9a-f]{4}!\]!\n {2}inA: \[MInAEntry!\]!\n {2}other: MAEntry\n/);
    expect(sdl).toContain('type In {\n  a: [InAEntry!]!\n}');
    expect(sdl).toContain('type MAEntry {\n  x: Int!\n}');
    const names = sdl.match(/(?<=^type )\w+/gm) ?? [];
    expect(new Set(names).size).toBe(names.length);
  });

  it('is the same whatever the order of the files', async () => {
    const a =
      'syntax = "proto3"; package a; message M { int32 x = 1; } message R {} service A { rpc GetA(R) returns (M); }';
    const b =
      'syntax = "proto3"; package b; message M { int32 x = 1; } message R {} service B { rpc GetB(R) returns (M); }';
    const typesOf = async (files: Record<string, string>) => {
      const outcome = await describeProto(files, sourceOf({}, { document: '/p' }));
      return outcome.ok
        ? print(outcome.value.blueprint.typeDefs)
            .match(/^\S+ \w+/gm)
            ?.sort()
        : [];
    };
    expect(await typesOf({ '/p/1.proto': a, '/p/2.proto': b })).toEqual(
      await typesOf({ '/p/1.proto': b, '/p/2.proto': a }),
    );
  });
});
