import { describe, expect, it } from 'vitest';
import { Decoder } from '../../../src/adapters/openapi/answer/decode.ts';
import { NumberText, parseJson, plainJson, writeJson } from '../../../src/adapters/openapi/answer/json-text.ts';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { answering, describeDocument, taking } from './describe-document.ts';

const string = { type: 'string' };
const blame = (reason: string) => new GatewayError('UPSTREAM_MALFORMED', 'malformed', { cause: reason });
const fault = expect.any(GatewayError);

async function decode(schema: unknown, text: string, components: object = {}) {
  const { description, call } = await describeDocument(answering({ a: schema }, components));
  const parsed = parseJson(Buffer.from(text));
  const value = 'problem' in parsed ? parsed.problem : parsed.value;
  return new Decoder(description.blueprint.model).decode(call('a').responses[0]!.shape!, value, blame);
}

async function encode(schema: unknown, input: unknown, components: object = {}) {
  const { description, call } = await describeDocument(taking(schema, components));
  return writeJson(new Encoder(description.blueprint.model).encode(call('put').body!.shape, input, 'input'));
}

describe('what a backend answers', () => {
  const user = {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'integer', format: 'int64' },
      '+1': { type: 'integer' },
      state: { type: 'string', enum: ['in-progress', 'done'] },
      price: { type: 'number', format: 'decimal' },
      any: {},
      constructor: string,
      labels: { type: 'object', additionalProperties: string },
      tags: { type: 'array', items: string },
    },
  };

  it('is keyed by field names, with null for what is missing and without what is not named', async () => {
    const text =
      '{"id":9007199254740993,"+1":3,"state":"in-progress","price":1.10000000000000000001,"any":{"n":12345678901234567890},"x":1,"__proto__":{"polluted":1}}';
    expect(await decode(user, text)).toEqual({
      id: '9007199254740993',
      plus_1: 3,
      state: 'in_progress',
      price: '1.10000000000000000001',
      any: { n: '12345678901234567890' },
      constructor: null,
      labels: null,
      tags: null,
    });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ["in the document's order", '{"id":1,"count":2,"state":"done","price":1.5}'],
    ['in another', '{"price":1.5,"state":"done","id":1,"count":2}'],
    ['with others between', '{"a":0,"id":1,"b":{"id":2},"count":2,"state":"done","price":1.5,"z":[1]}'],
  ])('is read member by member, %s', async (_, text) => {
    const properties = { id: { type: 'integer', format: 'int64' }, count: { type: 'integer' }, gone: string };
    const closed = { state: { type: 'string', enum: ['done'] }, price: { type: 'number', format: 'decimal' } };
    const schema = { type: 'object', required: ['id', 'late'], properties: { ...properties, ...closed, late: string } };
    const item = { id: '1', count: 2, gone: null, state: 'done', price: '1.5', late: fault };
    const list = await decode({ type: 'array', items: schema }, `[${text},${text}]`);
    expect(list).toEqual([expect.objectContaining(item), expect.objectContaining(item)]);
  });

  it.each([
    ['a missing required value', '{}', { id: fault }],
    ['text for a number', '{"id":1,"+1":"x"}', { id: '1', plus_1: fault }],
    ['a number beyond 32 bits', '{"id":1,"+1":3000000000}', { plus_1: fault }],
    ['an unknown enum value', '{"id":1,"state":"lost"}', { state: fault }],
    ['a number for text', '{"id":1,"constructor":5}', { constructor: fault }],
    ['an object for a list', '{"id":1,"tags":{}}', { tags: fault }],
    ['null in a list', '{"id":1,"tags":["a",null]}', { tags: ['a', fault] }],
    [
      'a map',
      '{"id":1,"labels":{"a":"b","__proto__":"c"}}',
      {
        labels: [
          { key: 'a', value: 'b' },
          { key: '__proto__', value: 'c' },
        ],
      },
    ],
    ['a list for an object', '[]', fault],
  ])('that breaks its contract is an error in its place: %s', async (_, text, value) => {
    const decoded = await decode(user, text);
    const isObject = !(value instanceof GatewayError) && typeof value === 'object' && !('asymmetricMatch' in value);
    expect(decoded).toEqual(isObject ? expect.objectContaining(value) : value);
  });

  it.each(['-8378846441652787000', '100000000000000000000', '9007199254740992'])(
    'has the digits that were written, where a double stands for them and for others: %s',
    async digits => {
      expect(await decode({ type: 'integer', format: 'int64' }, digits)).toBe(digits);
    },
  );

  const cat = { type: 'object', required: ['meow'], properties: { meow: string, kind: string } };
  const dog = { type: 'object', required: ['bark'], properties: { bark: string, kind: string } };
  const refs = [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }];
  const tagged = (kind: string) => ({ type: 'object', properties: { kind: { const: kind }, name: string } });

  it.each([
    [
      'the discriminator',
      { oneOf: refs, discriminator: { propertyName: 'kind', mapping: { c: '#/components/schemas/Cat' } } },
      '{"kind":"c","bark":"x"}',
      'Cat',
    ],
    ['the implicit name', { oneOf: refs, discriminator: { propertyName: 'kind' } }, '{"kind":"Dog","meow":"x"}', 'Dog'],
    ['required properties', { oneOf: refs }, '{"bark":"x"}', 'Dog'],
    ['a constant property', { anyOf: [tagged('one'), tagged('two')] }, '{"kind":"two","name":"x"}', 'AResponseOption2'],
    [
      'most properties',
      { oneOf: [{ properties: { a: string } }, { properties: { a: string, b: string } }] },
      '{"a":"1","b":"2"}',
      'AResponseOption2',
    ],
    [
      'the kinds of its properties',
      { oneOf: [{ properties: { v: string } }, { properties: { v: { type: 'array', items: { type: 'integer' } } } }] },
      '{"v":[1]}',
      'AResponseOption2',
    ],
    [
      'what the objects in it hold',
      { anyOf: [{ properties: { v: refs[0] } }, { properties: { v: refs[1] } }] },
      '{"v":{"bark":"x"}}',
      'AResponseOption2',
    ],
    ['the kind of JSON', { oneOf: [...refs, string] }, '"text"', 'StringValue'],
    ['a list', { oneOf: [...refs, { type: 'array', items: refs[0] }] }, '[{"meow":"x"}]', 'CatList'],
    [
      'whether its items are objects',
      { oneOf: [refs[0], string].map(items => ({ type: 'array', items })) },
      '["text"]',
      'StringList',
    ],
    ['the items of lists', { oneOf: refs.map(items => ({ type: 'array', items })) }, '[{"bark":"x"}]', 'DogList'],
  ])('is told apart by %s', async (_, schema, text, typename) => {
    expect(await decode(schema, text, { Cat: cat, Dog: dog })).toMatchObject({ __typename: typename });
  });

  it('is one of the alternatives also where a property that tells it is null', async () => {
    const exempt = { type: ['string', 'null'], enum: ['none', 'reverse', null] };
    const schema = { anyOf: [string, { ...cat, properties: { ...cat.properties, exempt } }] };
    expect(await decode(schema, '{"meow":"x","exempt":null}')).toMatchObject({ meow: 'x', exempt: null });
  });

  it('is refused where it is none of the alternatives', async () => {
    const optional = [{ properties: { a: string } }, { properties: { b: string } }];
    expect(await decode({ oneOf: refs }, '{"swims":true}', { Cat: cat, Dog: dog })).toEqual(fault);
    expect(await decode({ oneOf: refs }, '7', { Cat: cat, Dog: dog })).toEqual(fault);
    expect(await decode({ oneOf: optional }, '{"c":1}')).toEqual(fault);
  });

  it('is refused where a discriminator names none of several equals', async () => {
    const alike = { type: 'object', properties: { kind: string } };
    const schema = { oneOf: refs, discriminator: { propertyName: 'kind' } };
    expect(await decode(schema, '{"kind":"Fish"}', { Cat: alike, Dog: alike })).toEqual(fault);
    const nothing = { kind: 'Fish', meow: 'x' };
    expect(await decode(schema, JSON.stringify(nothing), { Cat: cat, Dog: dog })).toMatchObject({ __typename: 'Cat' });
  });

  it.each(['x-ms-discriminator-value', 'x-discriminator-value'])('is told by %s', async keyword => {
    const Pet = { type: 'object', properties: { kind: string }, discriminator: 'kind' };
    const Cat = { allOf: [{ $ref: '#/components/schemas/Pet' }], properties: { meow: string }, [keyword]: 'feline' };
    const decoded = await decode({ $ref: '#/components/schemas/Pet' }, '{"kind":"feline","meow":"x"}', { Pet, Cat });
    expect(decoded).toEqual({ __typename: 'Cat', kind: 'feline', meow: 'x' });
  });

  it('is told by what an heir says of the discriminator, though its parent allows that, too', async () => {
    const kind = (...values: string[]) => ({ kind: { type: 'string', enum: values } });
    const Pet = { type: 'object', properties: kind('feline', 'canine'), discriminator: { propertyName: 'kind' } };
    const Cat = { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { ...kind('feline'), meow: string } }] };
    const decoded = await decode({ $ref: '#/components/schemas/Pet' }, '{"kind":"feline","meow":"x"}', { Pet, Cat });
    expect(decoded).toEqual({ __typename: 'Cat', kind: 'feline', meow: 'x' });
  });

  it('is anything where one alternative may be', async () => {
    const schema = { oneOf: [refs[0], { type: 'object' }] };
    const value = { __typename: 'JSONValue', value: { swims: true } };
    expect(await decode(schema, '{"swims":true}', { Cat: cat })).toEqual(value);
  });

  it('by an heir that is not known is the parent', async () => {
    const Pet = { type: 'object', properties: { kind: string }, discriminator: { propertyName: 'kind' } };
    const Cat = { allOf: [{ $ref: '#/components/schemas/Pet' }, { properties: { meow: string } }] };
    const schema = { $ref: '#/components/schemas/Pet' };
    expect(await decode(schema, '{"kind":"Cat","meow":"x"}', { Pet, Cat })).toEqual({
      __typename: 'Cat',
      kind: 'Cat',
      meow: 'x',
    });
    expect(await decode(schema, '{"kind":"Fish"}', { Pet, Cat })).toEqual({ __typename: 'PetBase', kind: 'Fish' });
    const likeCat = '{"kind":"Fish","meow":"x"}';
    expect(await decode(schema, likeCat, { Pet, Cat })).toMatchObject({ __typename: 'PetBase', kind: 'Fish' });
  });
});

it('maps are told apart by what is in them', async () => {
  const map = (values: object) => ({ type: 'object', additionalProperties: values });
  const schema = {
    oneOf: [map(string), map({ type: 'integer', format: 'int64' }), map({ type: 'array', items: string })],
  };
  const told = (text: string) => decode({ type: 'array', items: schema }, text);
  expect(await told('[{"a":9007199254740993},{"a":"x"},{"a":["x"]},{}]')).toMatchObject([
    { __typename: 'Int64Map', entries: [{ key: 'a', value: '9007199254740993' }] },
    { __typename: 'StringMap', entries: [{ key: 'a', value: 'x' }] },
    { __typename: 'StringListMap', entries: [{ key: 'a', value: ['x'] }] },
    { entries: [] },
  ]);
});

describe('alternatives within alternatives', () => {
  const kind = { type: 'object', required: ['kind'], properties: { kind: string, name: string } };
  const discriminator = { propertyName: 'kind', mapping: { c: 'Cat', d: '#/components/schemas/Dog' } };
  const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
  const schema = { oneOf: [reference('Pet'), reference('Car')] };
  const Car = { type: 'object', required: ['wheels'], properties: { wheels: { type: 'integer' } } };
  const either = { Pet: { oneOf: [reference('Cat'), reference('Dog')], discriminator }, Cat: kind, Dog: kind, Car };
  const heir = { allOf: [reference('Pet')] };
  const heirs = { Pet: { ...kind, discriminator }, Cat: heir, Dog: heir, Car };

  it.each([
    ['of their own', either],
    ['of a parent', heirs],
  ])('are told apart by a discriminator %s', async (_, components) => {
    const told = async (text: string) => (await decode(schema, text, components)) as { readonly __typename: string };
    expect(await told('{"kind":"d","name":"Rex"}')).toMatchObject({ __typename: 'Dog', name: 'Rex' });
    expect(await told('{"kind":"c"}')).toMatchObject({ __typename: 'Cat' });
    expect(await told('{"kind":"Dog"}')).toMatchObject({ __typename: 'Dog' });
    expect(await told('{"wheels":3}')).toMatchObject({ __typename: 'Car' });
  });

  it.each([
    ['what the one that it names lacks', '{"kind":"c","wheels":3}', 'Car'],
    ['more of it', '{"kind":"d","name":"Rex","wheels":3,"doors":5}', 'Car'],
    ['nothing that it demands', '{"kind":"c","doors":5}', 'Cat'],
    ['no more of it', '{"kind":"d","name":"Rex","wheels":3}', 'Dog'],
    ['none of its values', '{"kind":"d","name":"Rex","wheels":3,"doors":5,"fuel":"hay"}', 'Dog'],
  ])('are not told by their discriminator where another has %s', async (_, text, typename) => {
    const fuel = { type: 'string', enum: ['gas', 'oil'] };
    const properties = { wheels: { type: 'integer' }, doors: { type: 'integer' }, kind: string, fuel };
    const Car = { type: 'object', required: ['wheels'], properties };
    const Cat = { ...kind, required: ['kind', 'meow'], properties: { ...kind.properties, meow: string } };
    expect(await decode(schema, text, { ...either, Cat, Car })).toMatchObject({ __typename: typename });
  });

  it('are sent with what tells them apart', async () => {
    const sent = (input: object) => encode(schema, input, either);
    expect(await sent({ dog: { name: 'Rex' } })).toBe('{"name":"Rex","kind":"d"}');
    expect(await sent({ car: { wheels: 3 } })).toBe('{"wheels":3}');
  });
});

describe('what may be anything beside what has a type', () => {
  const cat = { type: 'object', required: ['meow'], properties: { meow: string } };
  const list = { type: 'array', items: { type: 'integer' } };

  const sayingNothing = {
    default: {},
    nullable: false,
    $id: 'any',
    $anchor: 'any',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  };
  it.each([
    ...[{}, true, { description: 'Whatever else there is.' }, { $ref: '#/components/schemas/Any' }],
    ...Object.entries(sayingNothing).map(([keyword, value]) => ({ [keyword]: value })),
  ])('is of that type where it fits, and JSON where it does not: %j', async anything => {
    const schema = { type: 'array', items: { anyOf: [{ $ref: '#/components/schemas/Cat' }, list, anything] } };
    const text = '[{"meow":"m"},{"meow":5},{},"x",5,null,[1],["a"],{"deep":[1]}]';
    const json = (value: unknown) => ({ __typename: 'JSONValue', value });
    expect(await decode(schema, text, { Cat: cat, Any: {} })).toEqual([
      { __typename: 'Cat', meow: 'm' },
      ...[{ meow: 5 }, {}, 'x', 5].map(json),
      null,
      { __typename: 'IntList', items: [1] },
      ...[['a'], { deep: [1] }].map(json),
    ]);
  });

  it('is sent as either', async () => {
    const schema = { oneOf: [{ $ref: '#/components/schemas/Cat' }, {}] };
    const sent = (input: object) => encode(schema, input, { Cat: cat });
    expect(await sent({ cat: { meow: 'm' } })).toBe('{"meow":"m"}');
    expect(await sent({ json: { anything: [1, null] } })).toBe('{"anything":[1,null]}');
  });
});

describe('what a backend is sent', () => {
  it('has the names, texts and digits of the document', async () => {
    const properties = {
      'first-name': string,
      state: { type: 'string', enum: ['in-progress', 'done'] },
      big: { type: 'integer', format: 'int64' },
      text: { type: 'string', format: 'int64' },
      price: { type: 'number', format: 'decimal' },
      gone: string,
      labels: { type: 'object', additionalProperties: { type: 'integer' } },
    };
    const input = {
      first_name: 'A',
      state: 'in_progress',
      big: '9007199254740993',
      text: '9007199254740993',
      price: '0.10',
      gone: null,
      labels: [{ key: '__proto__', value: 1 }],
    };
    expect(await encode({ type: 'object', properties }, input)).toBe(
      '{"first-name":"A","state":"in-progress","big":9007199254740993,"text":"9007199254740993","price":0.10,"gone":null,"labels":{"__proto__":1}}',
    );
  });

  const integers = { type: 'object', additionalProperties: { type: 'integer' } };
  const entries = (...keys: string[]) => keys.map(key => ({ key, value: 1 }));
  it.each([
    ['a map', integers, entries('a', 'b', 'a'), 'input.2.key'],
    ['a map, whatever the key', integers, entries('__proto__', '__proto__'), 'input.1.key'],
    [
      'a map in a map in a list',
      { properties: { rows: { type: 'array', items: { type: 'object', additionalProperties: integers } } } },
      { rows: [[], [{ key: 'x', value: entries('a', 'a') }]] },
      'input.rows.1.0.value.1.key',
    ],
    [
      'the keys beside fields',
      { properties: { 'first-name': { type: 'integer' } }, additionalProperties: { type: 'integer' } },
      { first_name: 1, _additional: entries('first-name') },
      'input.first_name',
    ],
  ])('never loses one of two values of one key: %s', async (_, schema, input, argument) => {
    await expect(encode(schema, input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', details: { argument } });
  });

  it('says which alternative it is', async () => {
    const schema = {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind' },
    };
    const components = { Cat: { properties: { meow: string } }, Dog: { properties: { bark: string } } };
    expect(await encode(schema, { dog: { bark: 'x' } }, components)).toBe('{"bark":"x","kind":"Dog"}');
  });
});

describe('JSON', () => {
  it.each([
    '{"a":[1,2.5,-3e2,true,false,null,"x\\"\\u0041"],"b":{},"c":[]}',
    '[12345678901234567890,0.12345678901234567890,-9007199254740993]',
    '{"__proto__":1234567890123456789}',
    '"1234567890123456"',
  ])('goes round without losing a digit: %s', text => {
    const parsed = parseJson(Buffer.from(text));
    expect('value' in parsed && writeJson(parsed.value)).toBe(text.replace('\\u0041', 'A').replace('-3e2', '-300'));
  });

  it.each([
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    'tru',
    '1234567890123456,',
    '{"a":01234567890123456}',
    '["\n1234567890123456"]',
  ])('is refused: %j', text => {
    expect(parseJson(Buffer.from(text))).toEqual({ problem: expect.any(String) });
  });

  it.each([1, 10_000])(
    'is the same text in UTF-8 of any size, with a byte order mark and without: %i characters',
    size => {
      const text = JSON.stringify('aé€😀'.repeat(size));
      for (const mark of ['', '\ufeff'])
        expect(parseJson(Buffer.from(mark + text))).toEqual({ value: JSON.parse(text) });
      const broken = Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff]), Buffer.from('"')]);
      expect(parseJson(broken)).toEqual({ value: `${JSON.parse(text)}\ufffd` });
    },
  );

  it('is measured before anyone recurses into it', () => {
    expect(parseJson(Buffer.from('['.repeat(1_000_000)))).toEqual({ problem: expect.stringContaining('deeper') });
    expect(parseJson(Buffer.from(`"${'['.repeat(1_000)}"`))).toEqual({ value: '['.repeat(1_000) });
  });

  it('is plain where its type is open', () => {
    expect(plainJson([new NumberText('12345678901234567890'), new NumberText('0.1234567890123456789')])).toEqual([
      '12345678901234567890',
      0.12345678901234568,
    ]);
  });
});
