import { describe, expect, it } from 'vitest';
import type { SchemaOptions } from '../../../src/source/schema-options.ts';
import { answering, describeDocument, source, taking } from './describe-document.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const cat = { type: 'object', required: ['meow'], properties: { meow: string } };
const dog = { type: 'object', properties: { bark: string } };
const components = { Cat: cat, Dog: dog, Status: { type: 'string', enum: ['on', 'off'] } };
/** Of an object that has a `then`, JavaScript would make a promise. */
const inCase = (met: object, otherwise: object = {}) =>
  Object.fromEntries([
    ['if', {}],
    ['then', met],
    ['else', otherwise],
  ]);
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The types of a field that has the schema: in answers, and in bodies. */
async function fieldTypes(schema: unknown, options: Partial<SchemaOptions> = {}, version = '3.1.0') {
  const of = { type: 'object', properties: { x: schema } };
  const out = await describeDocument(answering({ a: of }, components, version), source(options));
  const into = await describeDocument({ ...taking(of, components), openapi: version }, source(options));
  const type = (sdl: string) => /\{ x: (.*) \}$/.exec(sdl)?.[1];
  return [type(out.sdl('AResponse')), type(into.sdl('PutInput'))];
}

type Row = readonly [row: string, schema: unknown, output: string, input?: string];

/** The rows of the table of schemas in the mapping, in its order; where the input is not given, it is as the output. */
const table: readonly Row[] = [
  ['boolean', { type: 'boolean' }, 'Boolean'],
  ['string', string, 'String'],
  ['integer', integer, 'Int'],
  ['int32', { type: 'integer', format: 'int32' }, 'Int'],
  ['int8', { type: 'integer', format: 'int8', maximum: 2 ** 40 }, 'Int'],
  ['int64', { type: 'integer', format: 'int64' }, 'Int64'],
  ['uint32', { type: 'integer', format: 'uint32' }, 'Int64'],
  ['uint64', { type: 'integer', format: 'uint64' }, 'Int64'],
  ['string + int64', { type: 'string', format: 'int64' }, 'Int64'],
  ['a maximum beyond 32 bits', { type: 'integer', maximum: 2 ** 31 }, 'Int64'],
  ['a minimum beyond 32 bits', { type: 'integer', minimum: -(2 ** 31) - 1 }, 'Int64'],
  ['an exclusive maximum beyond 32 bits', { type: 'integer', exclusiveMaximum: 2 ** 32 }, 'Int64'],
  ['an exclusive minimum beyond 32 bits', { type: 'integer', exclusiveMinimum: -(2 ** 32) }, 'Int64'],
  ['bounds of 32 bits', { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }, 'Int'],
  ['number', { type: 'number' }, 'Float'],
  ['decimal', { type: 'number', format: 'decimal' }, 'Decimal'],
  ['decimal in a string', { type: 'string', format: 'decimal' }, 'Decimal'],
  ['date-time', { type: 'string', format: 'date-time' }, 'DateTime'],
  ['date', { type: 'string', format: 'date' }, 'Date'],
  ['time', { type: 'string', format: 'time' }, 'Time'],
  ['duration', { type: 'string', format: 'duration' }, 'Duration'],
  ['uuid', { type: 'string', format: 'uuid' }, 'UUID'],
  ['byte', { type: 'string', format: 'byte' }, 'Base64'],
  ['base64url', { type: 'string', format: 'base64url' }, 'Base64'],
  ['contentEncoding base64', { type: 'string', contentEncoding: 'base64' }, 'Base64'],
  ['contentEncoding base64url', { type: 'string', contentEncoding: 'base64url' }, 'Base64'],
  ['email', { type: 'string', format: 'email' }, 'String'],
  ['uri', { type: 'string', format: 'uri' }, 'String'],
  ['hostname', { type: 'string', format: 'hostname' }, 'String'],
  ['enum of strings', { type: 'string', enum: ['a', 'b'] }, 'AResponseX', 'PutX'],
  ['enum of one', { type: 'string', enum: ['account'] }, 'String'],
  ['const', { const: 'account' }, 'String'],
  ['enum of integers', { type: 'integer', enum: [1, 2] }, 'Int'],
  ['enum of numbers', { type: 'number', enum: [1.5, 2] }, 'Float'],
  ['enum of mixed values', { enum: ['a', 1] }, 'JSON'],
  ['several types', { type: ['string', 'integer'] }, 'JSON'],
  ['integer and number', { type: ['integer', 'number'] }, 'Float'],
  ['object with properties', cat, 'AResponseX', 'PutXInput'],
  ['object without properties', { type: 'object' }, 'JSON'],
  ['{}', {}, 'JSON'],
  ['true', true, 'JSON'],
  ['a map of objects', { type: 'object', additionalProperties: ref('Cat') }, '[CatEntry!]', '[CatEntryInput!]'],
  ['a map of scalars (ADR 4)', { type: 'object', additionalProperties: integer }, '[IntEntry!]', '[IntEntryInput!]'],
  ['a free map', { type: 'object', additionalProperties: true }, 'JSON'],
  ['array', { type: 'array', items: integer }, '[Int!]'],
  ['array of nullable items', { type: 'array', items: { type: ['integer', 'null'] } }, '[Int]'],
  ['tuple of 2020-12', { type: 'array', prefixItems: [string, integer] }, '[JSON]'],
  ['tuple of before', { type: 'array', items: [string, integer] }, '[JSON]'],
  ['allOf of one reference', { allOf: [ref('Cat')] }, 'Cat', 'CatInput'],
  ['allOf of several', { allOf: [ref('Cat'), dog] }, 'AResponseX', 'PutXInput'],
  ['oneOf with null', { oneOf: [ref('Cat'), { type: 'null' }] }, 'Cat', 'CatInput'],
  ['anyOf of one', { anyOf: [ref('Cat')] }, 'Cat', 'CatInput'],
  ['oneOf of enums', { oneOf: [{ enum: ['a', 'b'] }, { enum: ['c', 'd'] }] }, 'AResponseX', 'PutX'],
  ['oneOf of one scalar', { oneOf: [string, { type: 'string', maxLength: 3 }] }, 'String'],
  ['oneOf of mixed scalars', { oneOf: [string, { type: 'boolean' }] }, 'JSON'],
  ['oneOf of objects', { oneOf: [ref('Cat'), ref('Dog')] }, 'AResponseX', 'PutXInput'],
  ['oneOf of objects and scalars', { oneOf: [string, ref('Cat')] }, 'AResponseX', 'PutXInput'],
  ['anything beside objects', { anyOf: [ref('Cat'), {}] }, 'AResponseX', 'PutXInput'],
  ['anything beside scalars', { anyOf: [string, integer, true] }, 'JSON'],
  ['not', { type: 'string', not: { const: 'a' } }, 'String'],
  ['if and else', { ...cat, if: { required: ['meow'] }, else: { minProperties: 1 } }, 'AResponseX', 'PutXInput'],
  ['dependentRequired', { ...cat, dependentRequired: { meow: ['bark'] } }, 'AResponseX', 'PutXInput'],
  ['unevaluatedProperties', { ...cat, unevaluatedProperties: false }, 'AResponseX', 'PutXInput'],
  [
    'patternProperties alone',
    { type: 'object', patternProperties: { '^x-': integer } },
    '[IntEntry!]',
    '[IntEntryInput!]',
  ],
  ['a type that is none', { type: 'text' }, 'JSON'],
];

describe('the table of schemas', () => {
  it.each(table)('%s', async (_, schema, output, input = output) => {
    expect(await fieldTypes(schema)).toEqual([output, input]);
  });

  it.each([
    ['3.0 nullable', '3.0.3', { type: 'string', nullable: true }],
    ['3.1 type', '3.1.0', { type: ['string', 'null'] }],
    ['a null branch', '3.1.0', { anyOf: [string, { type: 'null' }] }],
    ['a nullable branch', '3.1.0', { anyOf: [{ type: ['string', 'null'] }, { type: 'string', format: 'date' }] }],
    [
      'a nullable branch within a branch',
      '3.1.0',
      { oneOf: [{ anyOf: [string, { type: 'null' }] }, { format: 'date' }] },
    ],
    ['a branch that says nullable alone', '3.0.3', { anyOf: [string, { nullable: true }] }],
    ['null in an enum', '3.1.0', { type: 'string', enum: ['only', null] }],
    ['2.0 x-nullable', '3.0.3', { type: 'string', 'x-nullable': true }],
  ])('nullable: %s', async (_, version, schema) => {
    const of = { type: 'object', required: ['x', 'y'], properties: { x: schema, y: string } };
    const out = await describeDocument(answering({ a: of }, {}, version));
    const into = await describeDocument({ ...taking(of), openapi: version });
    expect(out.sdl('AResponse')).toBe('type AResponse { x: String y: String! }');
    expect(into.sdl('PutInput')).toBe('input PutInput { x: String y: String! }');
  });

  it.each([
    ['mixed scalars', [string, integer], 'JSON!'],
    ['a scalar and a list', [string, { type: 'array', items: string }], 'JSON!'],
    ['mixed scalars, or null', [string, integer, { type: 'null' }], 'JSON'],
    ['mixed scalars, one of which may be null', [string, { type: ['integer', 'null'] }], 'JSON'],
    ['anything', [string, {}], 'JSON'],
  ])('required: %s are JSON, and no more than they allow', async (_, oneOf, type) => {
    const of = { type: 'object', required: ['x'], properties: { x: { oneOf } } };
    const [out, into] = [await describeDocument(answering({ a: of })), await describeDocument(taking(of))];
    expect([out.sdl('AResponse'), into.sdl('PutInput')]).toEqual([
      `type AResponse { x: ${type} }`,
      `input PutInput { x: ${type} }`,
    ]);
  });

  it('readOnly and writeOnly, also behind a reference, are left out, of `required` too', async () => {
    const Id = { type: 'string', readOnly: true };
    const properties = { id: ref('Id'), secret: { allOf: [string], writeOnly: true }, name: string };
    const User = { type: 'object', required: ['id', 'secret', 'name'], properties };
    const document = taking(ref('User'), { User, Id });
    const { paths } = answering({ get: ref('User') });
    const { sdl } = await describeDocument({ ...document, paths: { ...document.paths, ...paths } });
    expect(sdl('User')).toBe('type User { id: String! name: String! }');
    expect(sdl('UserInput')).toBe('input UserInput { secret: String! name: String! }');
  });

  it('an object of which nothing goes that way is JSON', async () => {
    const of = { type: 'object', properties: { id: { ...string, readOnly: true } } };
    expect((await fieldTypes(of))[1]).toBe('JSON');
  });

  it.each([
    ['additionalProperties', { additionalProperties: true }, 'JSON', 'JSON'],
    ['typed additionalProperties', { additionalProperties: integer }, '[IntEntry!]', '[IntEntryInput!]'],
    ['patternProperties', { patternProperties: { '^x-': {} } }, 'JSON', 'JSON'],
    [
      'a pattern and nothing else',
      { patternProperties: { '^x-': integer }, additionalProperties: false },
      '[IntEntry!]',
      '[IntEntryInput!]',
    ],
    ['a pattern among others', { patternProperties: { '^x-': integer }, additionalProperties: string }, 'JSON', 'JSON'],
  ])(
    'properties with %s have a field for the others, unless the source silences it',
    async (_, stated, output, input) => {
      const of = { ...cat, ...stated };
      const out = (options: Partial<SchemaOptions>) => describeDocument(answering({ a: of }), source(options));
      const into = (options: Partial<SchemaOptions>) => describeDocument(taking(of), source(options));
      expect((await out({})).sdl('AResponse')).toBe(`type AResponse { meow: String! _additional: ${output} }`);
      expect((await into({})).sdl('PutInput')).toBe(`input PutInput { meow: String! _additional: ${input} }`);
      expect((await out({ additional: 'NONE' })).sdl('AResponse')).toBe('type AResponse { meow: String! }');
      expect((await into({ additional: 'NONE' })).sdl('PutInput')).toBe('input PutInput { meow: String! }');
    },
  );

  it.each<[string, readonly [object, object], string, object?]>([
    [
      'all of them, where one allows no others',
      [{ additionalProperties: integer }, { additionalProperties: false }],
      '[IntEntry!]',
    ],
    [
      'anything, where they allow different ones',
      [{ additionalProperties: integer }, { additionalProperties: string }],
      'JSON',
    ],
    [
      'what they say by the same reference',
      [{ additionalProperties: ref('Cat') }, { additionalProperties: ref('Cat') }],
      '[CatEntry!]',
    ],
    [
      'what they say in the same words',
      [
        { additionalProperties: { type: 'array', items: ref('Cat') } },
        { additionalProperties: { items: ref('Cat'), type: 'array' } },
      ],
      '[CatListEntry!]',
    ],
    [
      'either, where they allow different objects',
      [{ additionalProperties: ref('Cat') }, { additionalProperties: ref('Dog') }],
      '[AResponseAdditionalValueEntry!]',
    ],
    [
      'what the whole allows, whatever they do',
      [{ additionalProperties: integer }, {}],
      '[StringEntry!]',
      { additionalProperties: string },
    ],
  ])('alternatives within an object have a field for %s', async (_, stated, additional, whole = {}) => {
    const [one, other] = stated;
    const of = {
      type: 'object',
      properties: { a: string },
      ...whole,
      oneOf: [
        { ...cat, ...one },
        { ...dog, ...other },
      ],
    };
    const { sdl } = await describeDocument(answering({ a: of }, components));
    expect(sdl('AResponse')).toBe(`type AResponse { meow: String bark: String a: String _additional: ${additional} }`);
  });

  it('absent or false additionalProperties add nothing', async () => {
    const { sdl } = await describeDocument(answering({ a: { ...cat, additionalProperties: false }, b: cat }));
    expect([sdl('AResponse'), sdl('BResponse')]).toEqual([
      'type AResponse { meow: String! }',
      'type BResponse { meow: String! }',
    ]);
  });

  it('allOf joins what its parts say of one object', async () => {
    const base = {
      label: string,
      rules: { type: 'object', required: ['in'], properties: { in: string, log: string } },
    };
    const more = {
      label: { required: ['no type'] },
      rules: { required: ['out'], properties: { in: integer, out: string } },
    };
    const { sdl } = await describeDocument(
      answering({ a: { allOf: [{ type: 'object', properties: base }, { properties: more }] } }),
    );
    expect(sdl('AResponse')).toBe('type AResponse { label: String rules: AResponseRules }');
    expect(sdl('AResponseRules')).toBe('type AResponseRules { in: Int! log: String out: String! }');
  });

  it('what allOf joins is called by where it is joined, and what is in it by where it stands', async () => {
    const data = (properties: object) => ({
      type: 'object',
      properties: { data: { type: 'object', properties, readOnly: true } },
    });
    const schemas = {
      Base: data({ a: string, inner: { type: 'object', properties: { x: string } } }),
      Extra: data({ b: string, inner: { type: 'object', properties: { y: string } } }),
      Child: { allOf: [ref('Base'), ref('Extra'), data({ c: string })] },
    };
    const { sdl, diagnostics } = await describeDocument(answering({ a: ref('Child'), b: ref('Extra') }, schemas));
    expect(sdl('ChildData')).toBe('type ChildData { a: String inner: ChildDataInner b: String c: String }');
    expect(sdl('ChildDataInner')).toBe('type ChildDataInner { x: String y: String }');
    expect(sdl('ExtraData')).toBe('type ExtraData { b: String inner: ExtraDataInner }');
    expect(sdl('ExtraDataInner')).toBe('type ExtraDataInner { y: String }');
    expect(diagnostics).toEqual([]);
    const into = await describeDocument(taking({ allOf: [ref('Child'), { properties: { d: string } }] }, schemas));
    expect(into.sdl('PutInput')).toBe('input PutInput { d: String }');
  });

  it('allOf lets the later part win, and takes alternatives inside as optional', async () => {
    const schema = {
      allOf: [
        { type: 'object', required: ['a'], properties: { a: string, b: string } },
        { properties: { b: integer } },
        { oneOf: [{ required: ['c'], properties: { c: string } }, { properties: { d: string } }] },
      ],
    };
    const { sdl } = await describeDocument(answering({ a: schema }));
    expect(sdl('AResponse')).toBe('type AResponse { a: String! b: Int c: String d: String }');
  });

  it('what alternatives inside say differently of a property is any of that', async () => {
    const says = (v: object) => ({ properties: { kind: { type: 'string' }, v } });
    const kind = { type: 'string', enum: ['text', 'pet'] };
    const schema = { type: 'object', properties: { kind }, oneOf: [says(string), says(ref('Cat'))] };
    const { sdl } = await describeDocument(answering({ a: schema }, components));
    expect(sdl('AResponse')).toBe('type AResponse { kind: AResponseKind v: AResponseV }');
    expect(sdl('AResponseV')).toBe('union AResponseV = StringValue | Cat');
  });

  it.each([
    ['then and else', inCase({ properties: { a: integer, b: integer } }, { properties: { b: string } })],
    [
      'dependentSchemas',
      { dependentSchemas: { a: { properties: { a: integer, b: { type: ['integer', 'string'] } } } } },
    ],
    ['a condition within allOf', { allOf: [inCase({ properties: { b: {} } })] }],
  ])('%s add properties that may be absent, and change none', async (_, condition) => {
    const of = { type: 'object', required: ['a'], properties: { a: string } };
    const { sdl } = await describeDocument(answering({ a: { ...of, ...condition } }));
    expect(sdl('AResponse')).toMatch(/^type AResponse \{ (a: String! b: JSON|b: JSON a: String!) \}$/);
  });

  it('a condition beside a reference makes a type of its own', async () => {
    const schema = { allOf: [ref('Cat'), inCase({ properties: { bark: string } })] };
    const { sdl } = await describeDocument(answering({ a: schema }, components));
    expect(sdl('AResponse')).toBe('type AResponse { meow: String! bark: String }');
  });

  it('allOf in a circle is told where it gives no type, and ends where it does', async () => {
    const A = { allOf: [ref('B'), { properties: { a: string } }] };
    const B = { allOf: [ref('A'), { properties: { b: string } }] };
    const { sdl } = await describeDocument(answering({ a: ref('A') }, { A, B }));
    expect(sdl('A')).toBe('type A { b: String a: String }');
    const { diagnostics } = await describeDocument(
      answering({ a: ref('C') }, { C: { allOf: [ref('D')] }, D: { allOf: [ref('C')] } }),
    );
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'REFERENCE_CYCLE' }));
  });

  it('an input of alternatives has a field for each, and writes the discriminator itself', async () => {
    const kind = { type: 'object', required: ['kind'], properties: { kind: string } };
    const schema = {
      oneOf: [ref('Cat'), ref('Dog')],
      discriminator: { propertyName: 'kind', mapping: { feline: '#/components/schemas/Cat' } },
    };
    const { sdl } = await describeDocument(taking(schema, { Cat: kind, Dog: kind }));
    expect(sdl('PutInput')).toBe('input PutInput @oneOf { cat: CatInput dog: DogInput }');
    expect(sdl('CatInput')).toBe('input CatInput { kind: String! = "feline" }');
    expect(sdl('DogInput')).toBe('input DogInput { kind: String! = "Dog" }');
  });

  it('properties beside alternatives that a discriminator tells apart are those of each', async () => {
    const kind = { type: 'object', required: ['kind'], properties: { kind: string } };
    const Pet = { ...kind, discriminator: { propertyName: 'kind' }, oneOf: [ref('Cat'), ref('Dog')] };
    const Dog = { type: 'object', properties: { bark: string } };
    const whole = { Pet, Cat: { allOf: [kind, cat] }, Dog: { allOf: [kind, dog] } };
    const out = await describeDocument(answering({ a: ref('Pet') }, whole));
    expect(out.sdl('Pet')).toBe('union Pet = Cat | Dog');
    const into = await describeDocument(taking(ref('Pet'), whole));
    expect(into.sdl('PetInput')).toBe('input PetInput @oneOf { cat: CatInput dog: DogInput }');
    const parts = await describeDocument(answering({ a: ref('Pet') }, { ...whole, Dog }));
    expect(parts.sdl('Pet')).toBe('type Pet { kind: String! meow: String bark: String }');
  });

  it.each<[string, object, string]>([
    [
      'that others may stand there',
      { additionalProperties: string },
      'a: String kind: String b: String _additional: [StringEntry!]',
    ],
    ['which must be there', { required: ['kind', 'a'] }, 'a: String! kind: String! b: String'],
    ['what one that leads back to the whole adds', { oneOf: [ref('Other'), ref('One')] }, 'a: String kind: String'],
  ])(
    'properties beside alternatives are one object with them where it says more than each: %s',
    async (_, more, fields) => {
      const discriminator = { propertyName: 'kind' };
      const kind = { type: 'object', properties: { kind: string } };
      const of = (properties: object) => ({ type: 'object', properties: { ...properties, kind: string } });
      const schemas = {
        Whole: { ...kind, discriminator, oneOf: [ref('One'), ref('Two')], ...more },
        Other: { ...kind, discriminator, oneOf: [ref('Whole'), ref('One')] },
        One: of({ a: string }),
        Two: of({ a: string, b: string }),
      };
      const out = await describeDocument(answering({ a: ref('Whole') }, schemas));
      expect(out.sdl('Whole')).toBe(`type Whole { ${fields} }`);
      const into = await describeDocument(taking(ref('Whole'), schemas));
      expect(into.sdl('WholeInput')).toBe(`input WholeInput { ${fields.replace('StringEntry', 'StringEntryInput')} }`);
      expect([...out.diagnostics, ...into.diagnostics]).toEqual([]);
    },
  );

  it('what each alternative says as the whole does is no more than they say', async () => {
    const discriminator = { propertyName: 'kind' };
    const each = { type: 'object', properties: { kind: string }, required: ['kind'] };
    const open = { ...each, additionalProperties: string };
    const closed = { ...each, additionalProperties: false };
    const whole = (of: object) => ({ ...of, discriminator, oneOf: [ref('Cat'), ref('Dog')] });
    const out = async (of: object, Cat: object) =>
      (await describeDocument(answering({ a: ref('Pet') }, { Pet: whole(of), Cat, Dog: Cat }))).sdl('Pet');
    expect(await out(open, open)).toBe('union Pet = Cat | Dog');
    expect(await out(closed, each)).toBe('union Pet = Cat | Dog');
    expect(await out(open, { ...each, additionalProperties: true })).toMatch(/^type Pet /);
  });

  it('inheritance is an interface only where the parent is used', async () => {
    const Pet = { type: 'object', properties: { kind: string }, discriminator: { propertyName: 'kind' } };
    const Cat = { allOf: [ref('Pet'), cat] };
    const used = await describeDocument(answering({ a: ref('Pet') }, { Pet, Cat }));
    expect(used.sdl('Pet')).toBe('interface Pet { kind: String }');
    expect(used.sdl('PetBase')).toBe('type PetBase implements Pet { kind: String }');
    const unused = await describeDocument(answering({ a: ref('Cat') }, { Pet, Cat }));
    expect(unused.sdl('Cat')).toBe('type Cat { kind: String meow: String! }');
    expect(unused.schema.getType('Pet')).toBeUndefined();
  });

  it('an heir that adds nothing is a type of its own', async () => {
    const Pet = {
      type: 'object',
      required: ['kind'],
      properties: { kind: string },
      discriminator: { propertyName: 'kind' },
    };
    const schemas = {
      Pet,
      Dog: { type: 'object', allOf: [ref('Pet')] },
      Cat: { allOf: [ref('Pet'), cat] },
      Kitten: { allOf: [ref('Cat')] },
    };
    const out = await describeDocument(answering({ a: ref('Pet') }, schemas));
    expect(out.sdl('Dog')).toBe('type Dog implements Pet { kind: String! }');
    expect(out.sdl('Kitten')).toBe('type Kitten implements Pet { kind: String! meow: String! }');
    expect(out.diagnostics).toEqual([]);
    const into = await describeDocument(taking(ref('Pet'), schemas));
    expect(into.sdl('PetInput')).toBe(
      'input PetInput @oneOf { petBase: PetBaseInput dog: DogInput cat: CatInput kitten: KittenInput }',
    );
    expect(into.sdl('KittenInput')).toBe('input KittenInput { kind: String! = "Kitten" meow: String! }');
  });

  describe('a component that only wraps a schema with a discriminator is that schema', () => {
    const owner = { type: 'object', properties: { pet: ref('Pet'), wrapped: ref('Wrapper') } };
    const discriminator = { propertyName: 'kind' };
    const base = { type: 'object', properties: { kind: string }, discriminator };
    const heir = (property: string) => ({ allOf: [ref('Pet'), { properties: { [property]: string } }] });
    const kind = { type: 'object', required: ['kind'], properties: { kind: string } };
    const alternatives = { Cat: kind, Dog: kind };
    const either = { oneOf: [ref('Cat'), ref('Dog')], discriminator };

    it.each<[string, object]>([
      ['of alternatives', { Pet: either, ...alternatives, Wrapper: { description: 'Any', allOf: [ref('Pet')] } }],
      ['that may be null', { Pet: base, Cat: heir('meow'), Wrapper: { nullable: true, allOf: [ref('Pet')] } }],
      [
        'that may be null by a part',
        { Pet: base, Cat: heir('meow'), Wrapper: { allOf: [ref('Pet'), { nullable: true }] } },
      ],
      [
        'whose mapping names others',
        {
          Pet: { ...base, discriminator: { ...discriminator, mapping: { cat: '#/components/schemas/Cat' } } },
          Cat: heir('meow'),
          Wrapper: { description: 'Any', allOf: [ref('Pet')] },
        },
      ],
    ])('%s', async (_, schemas) => {
      const { sdl, schema, diagnostics } = await describeDocument(answering({ a: owner }, schemas));
      expect(sdl('AResponse')).toBe('type AResponse { pet: Pet wrapped: Pet }');
      expect(schema.getType('Wrapper')).toBeUndefined();
      expect(diagnostics).toEqual([]);
    });

    it('in bodies, too', async () => {
      const schemas = { Pet: either, ...alternatives, NewPet: { allOf: [ref('Pet')] } };
      const { sdl } = await describeDocument(taking(ref('NewPet'), schemas));
      expect(sdl('PetInput')).toBe('input PetInput @oneOf { cat: CatInput dog: DogInput }');
    });

    it('but not where the parent names it, nor is what builds upon it lost', async () => {
      const mapping = { dog: 'Dog', kitten: '#/components/schemas/Kitten' };
      const schemas = {
        Pet: { ...base, discriminator: { ...discriminator, mapping } },
        Dog: { allOf: [ref('Pet')] },
        MaybePet: { nullable: true, allOf: [ref('Pet')] },
        Kitten: { allOf: [ref('MaybePet'), { properties: { meow: string } }] },
      };
      const { sdl, schema } = await describeDocument(answering({ a: ref('Pet') }, schemas));
      expect(sdl('Dog')).toBe('type Dog implements Pet { kind: String }');
      expect(sdl('Kitten')).toBe('type Kitten implements Pet { kind: String meow: String }');
      expect(schema.getType('MaybePet')).toBeUndefined();
    });
  });
});

describe('options of the source', () => {
  it('integers: INT64 makes every integer without a format Int64', async () => {
    const options = { integers: 'INT64' } as const;
    expect(await fieldTypes(integer, options)).toEqual(['Int64', 'Int64']);
    expect(await fieldTypes({ type: 'integer', format: 'int32' }, options)).toEqual(['Int', 'Int']);
    expect(await fieldTypes({ type: 'integer', maximum: 10 }, options)).toEqual(['Int64', 'Int64']);
  });

  it('nullability: LENIENT promises nothing of answers, and demands of inputs what it did', async () => {
    const of = { type: 'object', required: ['x'], properties: { x: { type: 'array', items: string } } };
    const options = source({ nullability: 'LENIENT' });
    const out = await describeDocument(answering({ a: of }), options);
    const into = await describeDocument(taking(of), options);
    expect(out.sdl('AResponse')).toBe('type AResponse { x: [String] }');
    expect(into.sdl('PutInput')).toBe('input PutInput { x: [String!]! }');
  });

  it('enums: OPEN takes enums as text', async () => {
    expect(await fieldTypes(ref('Status'), { enums: 'OPEN' })).toEqual(['String', 'String']);
    expect(await fieldTypes({ oneOf: [ref('Status'), { enum: ['x', 'y'] }] }, { enums: 'OPEN' })).toEqual([
      'String',
      'String',
    ]);
  });
});
