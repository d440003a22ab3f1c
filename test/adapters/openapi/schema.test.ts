import { describe, expect, it } from 'vitest';
import { answering, describeDocument, taking } from './describe-document.ts';

const string = { type: 'string' };
const cat = { type: 'object', properties: { meow: string } };
const dog = { type: 'object', properties: { bark: string } };

/** mapping A6, row by row: a schema and the type of a field that has it. */
const rows: readonly (readonly [what: string, schema: unknown, type: string])[] = [
  ['boolean', { type: 'boolean' }, 'Boolean'],
  ['string', string, 'String'],
  ['int32', { type: 'integer', format: 'int32' }, 'Int'],
  ['int64', { type: 'integer', format: 'int64' }, 'Int64'],
  ['uint32', { type: 'integer', format: 'uint32' }, 'Int64'],
  ['int64 as text', { type: 'string', format: 'int64' }, 'Int64'],
  ['integer without a format', { type: 'integer' }, 'Int'],
  ['integer whose bounds leave 32 bits', { type: 'integer', maximum: 4_294_967_295 }, 'Int64'],
  ['number', { type: 'number', format: 'double' }, 'Float'],
  ['decimal', { type: 'number', format: 'decimal' }, 'Decimal'],
  ['date-time', { type: 'string', format: 'date-time' }, 'DateTime'],
  ['date', { type: 'string', format: 'date' }, 'Date'],
  ['duration', { type: 'string', format: 'duration' }, 'Duration'],
  ['uuid', { type: 'string', format: 'uuid' }, 'UUID'],
  ['byte', { type: 'string', format: 'byte' }, 'Base64'],
  ['contentEncoding', { type: 'string', contentEncoding: 'base64' }, 'Base64'],
  ['email', { type: 'string', format: 'email' }, 'String'],
  ['enum of one', { type: 'string', enum: ['a'] }, 'String'],
  ['const', { const: 'a' }, 'String'],
  ['enum of integers', { type: 'integer', enum: [1, 2] }, 'Int'],
  ['enum of several types', { enum: ['a', 1] }, 'JSON'],
  ['enum', { type: 'string', enum: ['a', 'b'] }, 'AResponseX'],
  ['enum without a type', { enum: ['a', 'b'] }, 'AResponseX'],
  ['no type', {}, 'JSON'],
  ['true', true, 'JSON'],
  ['object without properties', { type: 'object' }, 'JSON'],
  ['object', cat, 'AResponseX'],
  ['object by its properties alone', { properties: { a: string } }, 'AResponseX'],
  ['map of objects', { type: 'object', additionalProperties: { $ref: '#/components/schemas/Cat' } }, '[CatEntry!]'],
  ['map of texts', { type: 'object', additionalProperties: string }, '[StringEntry!]'],
  ['map of anything', { type: 'object', additionalProperties: true }, 'JSON'],
  ['pattern properties', { type: 'object', patternProperties: { '^x': string } }, '[StringEntry!]'],
  ['list', { type: 'array', items: string }, '[String!]'],
  ['list of nullables', { type: 'array', items: { type: ['string', 'null'] } }, '[String]'],
  ['list without items', { type: 'array' }, '[JSON]'],
  ['tuple', { type: 'array', prefixItems: [string] }, '[JSON]'],
  ['reference', { $ref: '#/components/schemas/Cat' }, 'Cat'],
  ['reference with a description', { $ref: '#/components/schemas/Cat', description: 'x' }, 'Cat'],
  ['allOf of one', { allOf: [{ $ref: '#/components/schemas/Cat' }], nullable: true }, 'Cat'],
  ['allOf of several', { allOf: [{ $ref: '#/components/schemas/Cat' }, dog] }, 'AResponseX'],
  ['allOf that narrows a scalar', { allOf: [string, { maxLength: 3 }] }, 'String'],
  ['anyOf with null', { anyOf: [{ $ref: '#/components/schemas/Cat' }, { type: 'null' }] }, 'Cat'],
  ['oneOf of one scalar', { oneOf: [string, { type: 'string', format: 'uri' }] }, 'String'],
  ['oneOf of texts', { anyOf: [string, { type: 'string', enum: ['a', 'b'] }] }, 'String'],
  ['oneOf of numbers', { oneOf: [{ type: 'integer' }, { type: 'number' }] }, 'Float'],
  ['oneOf of scalars', { oneOf: [string, { type: 'boolean' }] }, 'JSON'],
  ['oneOf of objects', { oneOf: [{ $ref: '#/components/schemas/Cat' }, dog] }, 'AResponseX'],
  ['type of several scalars', { type: ['string', 'integer'] }, 'JSON'],
  ['type of numbers', { type: ['integer', 'number'] }, 'Float'],
  [
    'properties with restricting branches',
    { ...cat, anyOf: [{ required: ['meow'] }, { required: ['purr'] }] },
    'AResponseX',
  ],
  ['a type that is none', { type: 'text' }, 'JSON'],
];

describe('a schema as a type', () => {
  it.each(rows)('%s', async (_, schema, type) => {
    const document = answering({ a: { type: 'object', properties: { x: schema } } }, { Cat: cat });
    const { sdl } = await describeDocument(document);
    expect(sdl('AResponse')).toBe(`type AResponse { x: ${type} }`);
  });

  it.each([
    ['3.1 type', '3.1.0', { type: ['string', 'null'] }],
    ['3.0 nullable', '3.0.3', { type: 'string', nullable: true }],
    ['2.0 x-nullable', '3.0.3', { type: 'string', 'x-nullable': true }],
    ['null in an enum', '3.1.0', { type: 'string', enum: ['a', null] }],
    ['a null branch', '3.1.0', { oneOf: [string, { type: 'null' }] }],
    ['a reference to what is nullable', '3.1.0', { $ref: '#/components/schemas/Maybe' }],
  ])('required and nullable by %s is nullable', async (_, version, schema) => {
    const components = { Maybe: { type: ['string', 'null'] } };
    const object = { type: 'object', required: ['x', 'y'], properties: { x: schema, y: string } };
    const { sdl } = await describeDocument(answering({ a: object }, components, version));
    expect(sdl('AResponse')).toBe('type AResponse { x: String y: String! }');
  });

  it('keeps the directions apart', async () => {
    const properties = { id: { ...string, readOnly: true }, secret: { ...string, writeOnly: true }, name: string };
    const user = { type: 'object', required: ['id', 'secret', 'name'], properties };
    const document = taking({ $ref: '#/components/schemas/User' }, { User: user });
    const { paths } = answering({ get: { $ref: '#/components/schemas/User' } });
    const { sdl } = await describeDocument({ ...document, paths: { ...document.paths, ...paths } });
    expect(sdl('User')).toBe('type User { id: String! name: String! }');
    expect(sdl('UserInput')).toBe('input UserInput { secret: String! name: String! }');
  });

  it('lets known and unknown properties stand side by side', async () => {
    const { sdl } = await describeDocument(answering({ a: { ...cat, additionalProperties: { type: 'integer' } } }));
    expect(sdl('AResponse')).toBe('type AResponse { meow: String _additional: [IntEntry!] }');
  });

  it('may contain itself', async () => {
    const node = {
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } },
    };
    const { sdl } = await describeDocument(answering({ a: { $ref: '#/components/schemas/Node' } }, { Node: node }));
    expect(sdl('Node')).toBe('type Node { children: [Node!] }');
  });

  it.each([
    ['a reference to itself', { $ref: '#/components/schemas/Loop' }, 'REFERENCE_CYCLE'],
    ['a list of itself', { type: 'array', items: { $ref: '#/components/schemas/Loop' } }, 'CONSTRUCT_UNTYPED'],
    [
      'a map of itself',
      { type: 'object', additionalProperties: { $ref: '#/components/schemas/Loop' } },
      'CONSTRUCT_UNTYPED',
    ],
    ['all of itself', { allOf: [{ $ref: '#/components/schemas/Loop' }] }, 'REFERENCE_CYCLE'],
    ['one of itself', { oneOf: [{ $ref: '#/components/schemas/Loop' }, { type: 'null' }] }, 'REFERENCE_CYCLE'],
  ])('is told where it is %s', async (_, Loop, code) => {
    const { diagnostics } = await describeDocument(answering({ a: { $ref: '#/components/schemas/Loop' } }, { Loop }));
    expect(diagnostics).toContainEqual(expect.objectContaining({ code, at: ['/api.json', expect.any(String)] }));
  });

  it('goes on for ever without a stack', async () => {
    const chain: Record<string, unknown> = { T20000: cat };
    for (let index = 0; index < 20_000; index++) {
      chain[`T${index}`] = { type: 'object', properties: { next: { $ref: `#/components/schemas/T${index + 1}` } } };
    }
    const { description } = await describeWithoutSchema(answering({ a: { $ref: '#/components/schemas/T0' } }, chain));
    expect(Object.keys(description.blueprint.model.types)).toHaveLength(20_001);
  });
});

/** buildASTSchema itself recurses along chains of types; that is the composer's affair. */
async function describeWithoutSchema(document: unknown) {
  const { load } = await import('../../../src/adapters/openapi/load.ts');
  const { describe: describeOnly } = await import('../../../src/adapters/openapi/schema.ts');
  const { memoryReader, source } = await import('./describe-document.ts');
  const io = { reader: memoryReader({ '/api.json': document }), signal: new AbortController().signal };
  const loaded = await load(source(), io);
  const described = loaded.ok ? describeOnly(loaded.value, source()) : loaded;
  if (!described.ok) throw new TypeError('refused');
  return { description: described.value };
}

describe('alternatives', () => {
  it('are a union whose scalars and lists stand in boxes', async () => {
    const schema = {
      anyOf: [
        string,
        { type: 'array', items: { $ref: '#/components/schemas/Cat' } },
        { $ref: '#/components/schemas/Cat' },
      ],
    };
    const { sdl } = await describeDocument(answering({ a: { properties: { x: schema } } }, { Cat: cat }));
    expect(sdl('AResponseX')).toBe('union AResponseX = StringValue | CatList | Cat');
    expect(sdl('StringValue')).toBe('type StringValue { value: String }');
    expect(sdl('CatList')).toBe('type CatList { items: [Cat!] }');
  });

  it('within alternatives are alternatives', async () => {
    const inner = { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] };
    const schema = { oneOf: [inner, { type: 'object', properties: { swims: string } }] };
    const { sdl } = await describeDocument(answering({ a: schema }, { Cat: cat, Dog: dog }));
    expect(sdl('AResponse')).toBe('union AResponse = Cat | Dog | AResponseOption2');
  });

  it('of enums are one enum', async () => {
    const schema = {
      oneOf: [
        { type: 'string', enum: ['a', 'b'] },
        { type: 'string', enum: ['b', 'c'] },
      ],
    };
    const { sdl } = await describeDocument(answering({ a: { properties: { x: schema } } }));
    expect(sdl('AResponseX')).toBe('enum AResponseX { a b c }');
  });

  it('in inputs are one field of several', async () => {
    const schema = { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] };
    const { schema: built } = await describeDocument(taking(schema, { Cat: cat, Dog: dog }));
    const input = built.getType('PutInput');
    expect(input).toMatchObject({ isOneOf: true });
    expect(Object.keys('getFields' in input! ? input.getFields() : {})).toEqual(['cat', 'dog']);
  });

  it('by inheritance are an interface with the parent for what no heir is', async () => {
    const Pet = {
      type: 'object',
      required: ['kind'],
      properties: { kind: string },
      discriminator: { propertyName: 'kind' },
    };
    const heir = (own: object) => ({ allOf: [{ $ref: '#/components/schemas/Pet' }, own] });
    const { sdl } = await describeDocument(
      answering({ a: { $ref: '#/components/schemas/Pet' } }, { Pet, Cat: heir(cat), Dog: heir(dog) }),
    );
    expect(sdl('Pet')).toBe('interface Pet { kind: String! }');
    expect(sdl('PetBase')).toBe('type PetBase implements Pet { kind: String! }');
    expect(sdl('Cat')).toBe('type Cat implements Pet { kind: String! meow: String }');
  });
});

describe('a parent that names its heirs, which build upon it', () => {
  const heir = (own: object) => ({ allOf: [{ $ref: '#/components/schemas/Pet' }, own] });
  const Pet = {
    type: 'object',
    properties: { kind: string },
    discriminator: { propertyName: 'kind' },
    oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
  };

  it('lends each of them its own properties alone', async () => {
    const components = { Pet, Cat: heir(cat), Dog: heir(dog) };
    const { sdl } = await describeDocument(answering({ a: { $ref: '#/components/schemas/Pet' } }, components));
    expect(sdl('Pet')).toBe('interface Pet { kind: String }');
    expect(sdl('Cat')).toBe('type Cat implements Pet { kind: String meow: String }');
    expect(sdl('Dog')).toBe('type Dog implements Pet { kind: String bark: String }');
  });
});

describe('inputs', () => {
  it('that require themselves are relaxed where the circle closes', async () => {
    const A = { type: 'object', required: ['b'], properties: { b: { $ref: '#/components/schemas/B' } } };
    const B = { type: 'object', required: ['a'], properties: { a: { $ref: '#/components/schemas/A' } } };
    const { sdl } = await describeDocument(taking({ $ref: '#/components/schemas/A' }, { A, B }));
    expect(sdl('AInput')).toBe('input AInput { b: BInput! }');
    expect(sdl('BInput')).toBe('input BInput { a: AInput }');
  });

  it('need not be given what the document gives', async () => {
    const properties = { kind: { const: 'cat' }, size: { type: 'integer', default: 3 }, name: string };
    const { sdl } = await describeDocument(taking({ type: 'object', required: ['kind', 'size', 'name'], properties }));
    expect(sdl('PutInput')).toBe('input PutInput { kind: String! = "cat" size: Int! = 3 name: String! }');
  });

  it('keep a component name that says what they are', async () => {
    const { sdl } = await describeDocument(taking({ $ref: '#/components/schemas/CatInput' }, { CatInput: cat }));
    expect(sdl('Mutation')).toBe('type Mutation { put(input: CatInput!): Boolean }');
  });
});

describe('answers', () => {
  const json = (schema: unknown) => ({ description: '', content: { 'application/json': { schema } } });
  const other = (mediaType: string, schema?: unknown) => ({
    description: '',
    content: { [mediaType]: schema ? { schema } : {} },
  });
  const cases: readonly (readonly [what: string, responses: object, type: string])[] = [
    ['no content', { 204: { description: '' } }, 'Boolean'],
    ['nothing declared', {}, 'Boolean'],
    ['only failures', { 404: json(cat) }, 'Boolean'],
    ['a default', { default: json(string) }, 'String'],
    ['a class', { '2XX': json(string) }, 'String'],
    [
      'one type in several statuses',
      { 200: json({ $ref: '#/components/schemas/Cat' }), 201: json({ $ref: '#/components/schemas/Cat' }) },
      'Cat',
    ],
    ['several types', { 200: json({ $ref: '#/components/schemas/Cat' }), 202: json(string) }, 'AResponse'],
    ['vendor JSON', { 200: other('application/vnd.shop+json; v=2', string) }, 'String'],
    ['any type with a schema', { 200: other('*/*', { $ref: '#/components/schemas/Cat' }) }, 'Cat'],
    ['text', { 200: other('text/csv', string) }, 'String'],
    ['an image', { 200: other('image/png', { type: 'string', format: 'binary' }) }, 'HttpFile'],
    ['XML', { 200: other('application/xml', cat) }, 'AResponse'],
    ['XML of no type', { 200: other('application/xml', undefined) }, 'HttpFile'],
    ['mixed scalars', { 200: json({ oneOf: [string, { type: 'boolean' }] }) }, 'AResponse'],
    [
      'a list of mixed scalars',
      { 200: json({ type: 'array', items: { type: ['string', 'integer'] } }) },
      '[AResponseItem!]',
    ],
    [
      'alternatives that share a member in several statuses',
      {
        200: json({ oneOf: [{ $ref: '#/components/schemas/Cat' }, string] }),
        201: json({ oneOf: [{ $ref: '#/components/schemas/Cat' }, dog] }),
        202: json(string),
      },
      'AResponse',
    ],
    ['a reference to nothing', { 200: { $ref: '#/components/responses/None' } }, 'JSON'],
  ];

  it.each(cases)('%s', async (_, responses, type) => {
    const paths = { '/a': { get: { operationId: 'a', responses } } };
    const { schema, description } = await describeDocument({
      openapi: '3.1.0',
      paths,
      components: { schemas: { Cat: cat } },
    });
    expect(String(schema.getQueryType()?.getFields()['a']?.type)).toBe(type);
    expect(description.operations).toEqual({ total: 1, imported: 1 });
  });

  it('without an end are those of a subscription', async () => {
    const responses = { 200: other('text/event-stream', string) };
    const { description, sdl, diagnostics } = await describeDocument({
      openapi: '3.1.0',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/a': { get: { operationId: 'a', responses } } },
    });
    expect(description.operations).toEqual({ total: 1, imported: 1 });
    expect(sdl('Subscription')).toBe('type Subscription { a: String }');
    expect(diagnostics).toEqual([]);
  });
});

describe('inputs that require one another', () => {
  const chain = (length: number) => {
    const schemas: Record<string, object> = { S0: { type: 'object', properties: { end: { type: 'string' } } } };
    for (let index = 1; index < length; index++)
      schemas[`S${index}`] = {
        type: 'object',
        required: ['next'],
        properties: { next: { $ref: `#/components/schemas/S${index - 1}` } },
      };
    return {
      openapi: '3.1.0',
      paths: {
        '/put': {
          post: {
            operationId: 'put',
            requestBody: {
              content: { 'application/json': { schema: { $ref: `#/components/schemas/S${length - 1}` } } },
            },
            responses: { 204: { description: '' } },
          },
        },
      },
      components: { schemas },
    };
  };

  it('are cut where their chain is too long to be validated, and that is told', async () => {
    const { diagnostics, sdl } = await describeDocument(chain(1_200));
    const told = diagnostics.filter(({ code }) => code === 'CONSTRUCT_NOT_SUPPORTED');
    expect(told.map(({ message }) => message.split(',', 1)[0])).toEqual([
      'S500Input.next may be null',
      'S1000Input.next may be null',
    ]);
    expect([sdl('S500Input'), sdl('S501Input')]).toEqual([
      'input S500Input { next: S499Input }',
      'input S501Input { next: S500Input! }',
    ]);
  });

  it('are not where it is shorter', async () => {
    const { diagnostics } = await describeDocument(chain(500));
    expect(diagnostics.filter(({ code }) => code === 'CONSTRUCT_NOT_SUPPORTED')).toEqual([]);
  });
});
