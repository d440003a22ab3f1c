import { describe, expect, it } from 'vitest';
import { InputChecks } from '../../../src/adapters/openapi/request/input-checks.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { describeDocument, source, taking, withParameters } from './describe-document.ts';

/** What is said of a body of the schema; undefined where nothing is wrong with it. */
async function faultOf(schema: unknown, input: unknown, components: object = {}, version = '3.1.0') {
  const { description, call } = await describeDocument({ ...taking(schema, components), openapi: version });
  const check = new InputChecks(description.blueprint.model).of(call('put'));
  return thrownBy(() => check?.({ input }));
}

function thrownBy(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BAD_USER_INPUT') throw error;
    return error.message;
  }
}

const of = (x: unknown) => ({ type: 'object', properties: { x } });
const list = (more: object) => ({ type: 'array', items: { type: 'integer' }, ...more });
const entries = (...keys: string[]) => keys.map(key => ({ key, value: 1 }));

/** Keyword, schema of `input.x`, a value that is as it must be, one that is not, and what is said of that. */
const rows: readonly (readonly [string, object, unknown, unknown, string])[] = [
  ['minLength', { type: 'string', minLength: 2 }, 'ab', 'a', 'must have at least 2 characters'],
  ['maxLength counts characters', { type: 'string', maxLength: 2 }, '😀😀', 'abc', 'must have at most 2 characters'],
  ['pattern', { type: 'string', pattern: '^[a-z]+$' }, 'abc', 'ab1', 'must match the pattern "^[a-z]+$"'],
  ['pattern is searched for', { type: 'string', pattern: 'b' }, 'abc', 'ac', 'must match the pattern "b"'],
  ['minimum', { type: 'integer', minimum: 1 }, 1, 0, 'must be at least 1'],
  ['maximum', { type: 'number', maximum: 1.5 }, 1.5, 1.6, 'must be at most 1.5'],
  ['exclusiveMinimum', { type: 'number', exclusiveMinimum: 0 }, 0.1, 0, 'must be greater than 0'],
  ['exclusiveMaximum', { type: 'integer', exclusiveMaximum: 5 }, 4, 5, 'must be less than 5'],
  ['multipleOf of decimals', { type: 'number', multipleOf: 0.01 }, 19.99, 19.999, 'must be a multiple of 0.01'],
  [
    'bounds of Int64, by every digit',
    { type: 'integer', format: 'int64', maximum: 9007199254740991 },
    '9007199254740991',
    '9007199254740992',
    'must be at most 9007199254740991',
  ],
  ['a decimal', { type: 'string', format: 'decimal', maximum: 1 }, '1.0', '1.0000000000000000001', 'must be at most 1'],
  ['uint32', { type: 'integer', format: 'uint32' }, '4294967295', '-1', 'must be at least 0'],
  ['uint8', { type: 'integer', format: 'uint8' }, 255, 256, 'must be at most 255'],
  ['minItems', list({ minItems: 1 }), [1], [], 'must have at least 1 item'],
  ['maxItems', list({ maxItems: 2 }), [1, 2], [1, 2, 3], 'must have at most 2 items'],
  ['a single value is a list of one', list({ minItems: 2 }), [1, 2], 1, 'must have at least 2 items'],
  [
    'uniqueItems',
    list({ uniqueItems: true }),
    [1, 2],
    [1, 2, 1],
    'must not hold a value twice: items 0 and 2 are equal',
  ],
  [
    'uniqueItems of objects',
    { type: 'array', uniqueItems: true, items: of({ type: 'integer' }) },
    [{ x: 1 }, { x: 2 }],
    [{ x: 1 }, { x: 1 }],
    'must not hold a value twice: items 0 and 1 are equal',
  ],
  ['minProperties', { ...of({}), minProperties: 1 }, { x: 1 }, {}, 'must have at least 1 field'],
  [
    'maxProperties of a map',
    { type: 'object', additionalProperties: { type: 'integer' }, maxProperties: 1 },
    entries('a'),
    entries('a', 'b'),
    'must have at most 1 entry',
  ],
  ['const', { const: 'cat' }, 'cat', 'dog', 'must be "cat"'],
  ['an enum of one', { type: 'string', enum: ['cat'] }, 'cat', 'dog', 'must be "cat"'],
  ['an enum of numbers', { type: 'integer', enum: [1, 2] }, 2, 3, 'must be one of 1, 2'],
  ['an enum of mixed values', { enum: ['a', 1] }, 1, 'b', 'must be one of "a", 1'],
  ['several types', { type: ['string', 'integer'], maxLength: 2, minimum: 5 }, 'ab', 4, 'must be at least 5'],
  ['free JSON', { type: 'object', minProperties: 1 }, { a: 1 }, {}, 'must have at least 1 member'],
  [
    'what stands beside a reference',
    { $ref: '#/components/schemas/Name', maxLength: 3 },
    'abc',
    'abcd',
    'must have at most 3 characters',
  ],
  [
    'all of several',
    {
      allOf: [
        { type: 'string', minLength: 2 },
        { minLength: 3, maxLength: 9 },
      ],
    },
    'abc',
    'ab',
    'must have at least 3 characters',
  ],
  [
    'nullable by a branch',
    { anyOf: [{ type: 'string', minLength: 2 }, { type: 'null' }] },
    null,
    'a',
    'must have at least 2 characters',
  ],
];

describe('a value', () => {
  const components = { Name: { type: 'string', minLength: 1 } };

  it.each(rows)('is held against %s', async (_, schema, good, bad, reason) => {
    expect(await faultOf(of(schema), { x: good }, components)).toBeUndefined();
    expect(await faultOf(of(schema), { x: null }, components)).toBeUndefined();
    expect(await faultOf(of(schema), { x: bad }, components)).toBe(`The argument "input.x" ${reason}.`);
  });

  it('may be a bound or not by the flag of 3.0', async () => {
    const schema = of({ type: 'integer', minimum: 0, exclusiveMinimum: true });
    expect(await faultOf(schema, { x: 1 }, {}, '3.0.3')).toBeUndefined();
    expect(await faultOf(schema, { x: 0 }, {}, '3.0.3')).toBe('The argument "input.x" must be greater than 0.');
  });

  it('beside a reference is nothing before 3.1', async () => {
    const schema = of({ $ref: '#/components/schemas/Name', maxLength: 3 });
    expect(await faultOf(schema, { x: 'abcd' }, components, '3.0.3')).toBeUndefined();
  });

  it.each([
    [
      'alternatives of one scalar',
      {
        anyOf: [
          { type: 'string', maxLength: 2 },
          { type: 'string', format: 'uri' },
        ],
      },
    ],
    ['alternatives of lists', { oneOf: [list({ maxItems: 1 }), list({ minItems: 5 })] }],
    ['a bound beyond 2^53, which reading rounds', { type: 'integer', format: 'int64', maximum: 2 ** 53 }],
  ])('is not refused for what need not hold: %s', async (_, schema) => {
    const value = 'maximum' in schema ? '9007199254740993' : 'oneOf' in schema ? [1, 2] : 'abc';
    expect(await faultOf(of(schema), { x: value })).toBeUndefined();
  });

  it('is found by its path, wherever it stands', async () => {
    const Node = {
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 1 },
        next: { $ref: '#/components/schemas/Node' },
        rows: { type: 'array', items: { type: 'array', items: { type: 'integer', minimum: 0 } } },
        labels: { type: 'object', additionalProperties: { type: 'string', maxLength: 1 } },
      },
      additionalProperties: { type: 'integer', maximum: 9 },
    };
    const input = {
      next: { next: { name: 'ab' } },
      rows: [[1], [2, -1]],
      labels: [{ key: 'k', value: 'ab' }],
      _additional: [{ key: 'k', value: 10 }],
    };
    const { description, call } = await describeDocument(taking({ $ref: '#/components/schemas/Node' }, { Node }));
    const check = new InputChecks(description.blueprint.model).of(call('put'))!;
    const places = ['input.next.next.name', 'input.rows.1.1', 'input.labels.0.value', 'input._additional.0.value'];
    expect(() => check({ input })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: places[0], arguments: places } }),
    );
    expect(thrownBy(() => check({ input }))).toBe(
      '4 arguments are not as they must be: "input.next.next.name" must have at most 1 character; "input.rows.1.1" must be at least 0; "input.labels.0.value" must have at most 1 character; "input._additional.0.value" must be at most 9.',
    );
  });

  it('of an alternative is held against that alternative', async () => {
    const schema = {
      oneOf: [
        of({ type: 'string', maxLength: 1 }),
        { type: 'object', properties: { y: { type: 'integer', minimum: 5 } } },
      ],
    };
    expect(await faultOf(schema, { putOption2: { y: 4 } })).toBe(
      'The argument "input.putOption2.y" must be at least 5.',
    );
  });

  it('of a parameter is held against its schema', async () => {
    const document = withParameters('/x', { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } });
    const { description, call } = await describeDocument(document);
    const check = new InputChecks(description.blueprint.model).of(call('find'))!;
    expect(thrownBy(() => check({}))).toBeUndefined();
    expect(thrownBy(() => check({ page: 0 }))).toBe('The argument "page" must be at least 1.');
  });

  it('that patterns make too much work of is left to the backend', async () => {
    const schema = of({ type: 'string', pattern: '^(a|aa)+$' });
    expect(await faultOf(schema, { x: `${'a'.repeat(100)}!` })).toBe(
      'The argument "input.x" must match the pattern "^(a|aa)+$".',
    );
    expect(await faultOf(schema, { x: `${'a'.repeat(1_000_000)}!` })).toBeUndefined();
  });
});

describe('a document', () => {
  it('that demands nothing costs nothing', async () => {
    const schema = of({
      type: 'object',
      properties: { y: { type: 'string' }, z: { type: 'array', items: { type: 'integer' } } },
    });
    const { description, call } = await describeDocument(taking(schema));
    expect(new InputChecks(description.blueprint.model).of(call('put'))).toBeUndefined();
  });

  it('whose source says `constraints: OFF` is not held to', async () => {
    const from = source({ constraints: 'OFF' });
    const { description, call } = await describeDocument(taking(of({ type: 'string', maxLength: 1 })), from);
    expect(new InputChecks(description.blueprint.model).of(call('put'))).toBeUndefined();
  });

  it('with a pattern that cannot be followed is told so', async () => {
    const { diagnostics } = await describeDocument(taking(of({ type: 'string', pattern: '^(?!x)' })));
    expect(diagnostics).toContainEqual({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message:
        'The pattern "^(?!x)" is left to the backend to check: it looks ahead, looks behind or changes its mode.',
      at: ['/api.json', '/paths/~1put/post/requestBody/content/application~1json/schema/properties/x/pattern'],
    });
  });
});
