import { buildASTSchema, GraphQLScalarType, Kind, parse, parseValue } from 'graphql';
import { describe, expect, it } from 'vitest';
import { scalarType } from '../../src/adapter/definitions.ts';
import { scalarLike, scalarNames, scalars } from '../../src/adapter/scalars.ts';
import { Upload } from '../../src/base/upload.ts';
import { wholeFile } from '../support/whole-file.ts';

const scalar = (name: string) => {
  const found = scalars[name];
  if (!found) throw new TypeError(`there is no scalar ${name}`);
  return found;
};

describe('variables', () => {
  it.each<[string, unknown, unknown]>([
    ['Int64', '9223372036854775807', '9223372036854775807'],
    ['Int64', '18446744073709551615', '18446744073709551615'],
    ['Int64', '-9223372036854775808', '-9223372036854775808'],
    ['Int64', 42, '42'],
    ['Int64', '007', '7'],
    ['BigInt', '123456789012345678901234567890', '123456789012345678901234567890'],
    ['Decimal', '0.1234567890123456789', '0.1234567890123456789'],
    ['Decimal', 1.5, '1.5'],
    ['Decimal', '-1e400', '-1e400'],
    ['DateTime', '2009-12-31T23:59:59.123+01:00', '2009-12-31T23:59:59.123+01:00'],
    ['DateTime', '2009-12-31T23:59:59', '2009-12-31T23:59:59'],
    ['Date', '2009-12-31', '2009-12-31'],
    ['Time', '23:59:59Z', '23:59:59Z'],
    ['Duration', 'P1DT2H', 'P1DT2H'],
    ['Duration', 'P1Y2M3DT4H5M6.7S', 'P1Y2M3DT4H5M6.7S'],
    ['Duration', '1.5s', '1.5s'],
    ['UUID', '123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
    ['Base64', 'aGVsbG8=', 'aGVsbG8='],
    ['Base64', '', ''],
    ['HexBinary', '00fF', '00fF'],
    ['XML', '<a/>', '<a/>'],
    ['JSON', { a: [1, null] }, { a: [1, null] }],
  ])('%s takes %j', (name, value, expected) => {
    expect(scalar(name).parseValue(value)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['Int64', '18446744073709551616'],
    ['Int64', '-9223372036854775809'],
    ['Int64', 2 ** 53],
    ['Int64', 1.5],
    ['Int64', ''],
    ['Int64', ' 1'],
    ['Int64', '1\n'],
    ['Int64', '0x10'],
    ['Int64', true],
    ['Int64', '9'.repeat(1000)],
    ['BigInt', '1e3'],
    ['Decimal', 'NaN'],
    ['Decimal', '1,5'],
    ['Decimal', Number.POSITIVE_INFINITY],
    ['DateTime', '2009-12-31'],
    ['DateTime', '2009-12-31T23:59:59Z\r\nx: 1'],
    ['DateTime', 1262300399],
    ['Date', '2009-12-31T00:00:00Z'],
    ['Time', '23:59:59\n'],
    ['Duration', 'P'],
    ['Duration', 'PT'],
    ['UUID', '123e4567e89b12d3a456426614174000'],
    ['UUID', '123e4567-e89b-12d3-a456-426614174000\n'],
    ['Base64', 'a b'],
    ['HexBinary', 'abc'],
    ['XML', 'a'],
  ])('%s refuses %j', (name, value) => {
    expect(() => scalar(name).parseValue(value)).toThrow(`${name} cannot represent`);
  });
});

describe('literals', () => {
  const literal = (name: string, text: string, variables?: Record<string, unknown>) =>
    scalar(name).parseLiteral(parseValue(text), variables);

  it.each([
    ['Int64', '9007199254740993', '9007199254740993'],
    ['Int64', '"9007199254740993"', '9007199254740993'],
    ['Decimal', '0.1234567890123456789', '0.1234567890123456789'],
    ['Decimal', '1', '1'],
    ['DateTime', '"2009-12-31T23:59:59Z"', '2009-12-31T23:59:59Z'],
    [
      'JSON',
      '{ a: [1, 1.5, "x", true, null, E], __proto__: { polluted: 1 } }',
      { a: [1, 1.5, 'x', true, null, 'E'], ['__proto__']: { polluted: 1 } },
    ],
  ])('%s takes %s', (name, text, expected) => {
    expect(JSON.stringify(literal(name, text))).toBe(JSON.stringify(expected));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('of JSON take variables; what has no value is left out of objects and null in lists', () => {
    expect(literal('JSON', '{ a: $a, b: $b, c: [$a, $b] }', { a: 1 })).toEqual({ a: 1, c: [1, null] });
  });

  it.each([
    ['Int64', '1.5'],
    ['Int64', 'true'],
    ['Date', '1'],
    ['Date', '"1"'],
    ['Decimal', '"x"'],
  ])('%s refuses %s', (name, text) => {
    expect(() => literal(name, text)).toThrow(`${name} cannot represent`);
  });
});

describe('answers', () => {
  it.each<[string, unknown, unknown]>([
    ['Int64', 42, '42'],
    ['Int64', '9007199254740993', '9007199254740993'],
    ['DateTime', 'whatever the backend says', 'whatever the backend says'],
    ['Decimal', 1.5, '1.5'],
    ['JSON', { a: 1 }, { a: 1 }],
  ])('%s passes on %s', (name, value, expected) => {
    expect(scalar(name).serialize(value)).toEqual(expected);
  });

  it.each(['Int64', 'BigInt', 'Decimal', 'DateTime', 'Base64', 'XML'])('%s refuses what is no scalar', name => {
    expect(() => scalar(name).serialize({ a: 1 })).toThrow(`${name} cannot represent`);
    expect(() => scalar(name).serialize(['1'])).toThrow(`${name} cannot represent`);
  });
});

describe('scalarLike', () => {
  const declared = (name: string) => {
    const type = buildASTSchema(parse(`scalar ${name}`)).getType(name);
    if (!(type instanceof GraphQLScalarType)) throw new TypeError(`${name} is no scalar`);
    return type;
  };

  it('is the shared scalar of that name', () => {
    for (const name of scalarNames) {
      if (name !== 'File') expect(scalarLike(declared(name))).toBe(scalars[name]);
    }
  });

  it('is the shared File where it says by which specification', () => {
    const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions: [scalarType('File')] });
    expect(scalarLike(schema.getType('File') as GraphQLScalarType)).toBe(scalars['File']); // it was just defined
  });

  it.each(['toString', 'constructor', 'Long', 'File'])('passes on what is called %s', name => {
    const passing = scalarLike(declared(name));
    expect(passing.name).toBe(name);
    expect(passing.serialize({ a: 1 })).toEqual({ a: 1 });
    expect(passing.parseValue('x')).toBe('x');
    expect(passing.parseLiteral(parseValue('{ a: 1 }'))).toEqual({ a: 1 });
    expect(passing.parseLiteral(parseValue('9007199254740993'))).toBe('9007199254740993');
  });
});

describe('File', () => {
  const upload = () => new Upload(wholeFile(Buffer.from('1')), 'variables.a');

  it('takes a file that came with the operation, and knows that it did', () => {
    const file = upload();
    expect(file.isTaken).toBe(false);
    expect(scalar('File').parseValue(file)).toBe(file);
    expect(file.isTaken).toBe(true);
  });

  it.each([null, 'text', 1, {}, { file: {}, place: 'x', isTaken: true }, []])('takes no %j', value => {
    expect(() => scalar('File').parseValue(value)).toThrow(/multipart\/form-data/);
  });

  it('takes no literal, and is never an output', () => {
    expect(() => scalar('File').parseLiteral(parseValue('"text"'))).toThrow(/multipart\/form-data/);
    expect(() => scalar('File').serialize('text')).toThrow(/input/);
  });

  it('is told from any other, and tells nothing of what is in it', () => {
    const [one, other] = [JSON.stringify(upload()), JSON.stringify(upload())];
    expect(one).not.toBe(other);
    expect([one, other]).toEqual([
      expect.stringMatching(/^"\(file \d+\)"$/),
      expect.stringMatching(/^"\(file \d+\)"$/),
    ]);
  });
});
