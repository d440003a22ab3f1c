import { type ConstValueNode, GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { Upload } from '../base/upload.ts';

/** Tells the scalar `File` from what a document may call so. */
export const fileSpecification = 'https://github.com/jaydenseric/graphql-multipart-request-spec';

/**
 * The custom scalars that adapters share. All of them are strings on the wire (JSON apart), so no digit, offset or fraction is ever
 * lost; what comes from a backend is passed on as it is, what comes from a client is checked.
 */
export const scalars: Readonly<Record<string, GraphQLScalarType>> = Object.assign(Object.create(null), {
  Int64: integerScalar(
    'Int64',
    'A 64-bit integer, signed or unsigned: a string of digits on the way out; a string or an integer on the way in.',
    -(2n ** 63n),
    2n ** 64n - 1n,
  ),
  BigInt: integerScalar('BigInt', 'An integer of any size, as a string of digits.'),
  Decimal: textScalar(
    'Decimal',
    'A decimal number of any precision, as a string.',
    /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/,
  ),
  DateTime: textScalar(
    'DateTime',
    'A date and time as the backend writes it (RFC 3339, or XML Schema where the offset may be absent).',
    /^-?\d{4,}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?$/,
  ),
  Date: textScalar('Date', 'A calendar date: 2009-12-31.', /^-?\d{4,}-\d\d-\d\d([Zz]|[+-]\d\d:\d\d)?$/),
  Time: textScalar('Time', 'A time of day: 23:59:59.', /^\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)?$/),
  Duration: textScalar(
    'Duration',
    'A length of time: `P1DT2H` (ISO 8601), or seconds such as `1.5s` where the backend writes those.',
    /^(-?P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?|-?\d+(\.\d+)?s)$/,
  ),
  UUID: textScalar('UUID', 'A UUID (RFC 9562).', /^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/),
  Base64: textScalar('Base64', 'Bytes in base64 (RFC 4648).', /^[A-Za-z0-9+/_-]*={0,2}$/),
  HexBinary: textScalar('HexBinary', 'Bytes in hexadecimal.', /^([0-9a-fA-F]{2})*$/),
  XML: textScalar('XML', 'An XML element, as text.', /^\s*</),
  JSON: new GraphQLScalarType({
    name: 'JSON',
    description: 'Any JSON value: where the backend leaves the type open.',
    serialize: value => value,
    parseValue: value => whole(value),
    parseLiteral: (node, variables) => whole(literal(node, variables)),
  }),
  File: new GraphQLScalarType({
    name: 'File',
    description: 'A file that is sent with the operation, as multipart/form-data. Only ever an input.',
    specifiedByURL: fileSpecification,
    serialize() {
      throw new GraphQLError('File is only ever an input.');
    },
    parseValue(value) {
      if (value instanceof Upload) return value.take();
      throw new GraphQLError(noFile);
    },
    parseLiteral() {
      throw new GraphQLError(noFile);
    },
  }),
});

/** The names above. */
export const scalarNames: ReadonlySet<string> = new Set(Object.keys(scalars));

/** The shared scalar of that name; else one of the same name that passes everything on. */
export function scalarLike(scalar: GraphQLScalarType): GraphQLScalarType {
  if (scalar.name === 'File' && scalar.specifiedByURL !== fileSpecification) return passing(scalar.name);
  return scalars[scalar.name] ?? (builtIn.has(scalar.name) ? scalar : passing(scalar.name));
}

const noFile =
  'File takes a variable whose value is a file, sent with the operation as multipart/form-data (GraphQL multipart request specification).';

const builtIn: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

/** A literal integer that a double cannot hold is passed on as its digits. */
function passing(name: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: value => value,
    parseValue: value => value,
    parseLiteral(node, variables) {
      if (node.kind === Kind.INT && !Number.isSafeInteger(Number(node.value))) return node.value;
      return literal(node, variables);
    },
  });
}

function textScalar(name: string, description: string, pattern: RegExp): GraphQLScalarType {
  const parse = (value: unknown): string => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (name === 'Decimal' && typeof value === 'number' && Number.isFinite(value)) return decimalText(value);
    throw new GraphQLError(`${name} cannot represent ${shown(value)}: ${description}`);
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: value => textOf(value, name),
    parseValue: parse,
    parseLiteral(node) {
      if (node.kind === Kind.STRING) return parse(node.value);
      if (name === 'Decimal' && (node.kind === Kind.INT || node.kind === Kind.FLOAT)) return node.value; // digits kept
      throw new GraphQLError(`${name} cannot represent a value of the kind ${node.kind}: ${description}`);
    },
  });
}

/** A double holds 15 digits whatever they are: of more, it cannot be told which were written. */
function decimalText(value: number): string {
  const text = String(value);
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  if (digits.length <= 15 || Number.isSafeInteger(value)) return text;
  throw new GraphQLError(`Decimal cannot represent ${text} exactly: give numbers of more than 15 digits as strings.`);
}

/** JSON as it was written: an integer beyond 2^53 has lost digits, and nobody can tell which. */
function whole(value: unknown): unknown {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    throw new GraphQLError(`JSON cannot represent ${value} exactly: give integers beyond 2^53 as strings.`);
  }
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) whole(inner);
  return value;
}

function integerScalar(name: string, description: string, min?: bigint, max?: bigint): GraphQLScalarType {
  const digits = (text: string): string => {
    if (!/^-?\d{1,100}$/.test(text)) throw new GraphQLError(`${name} cannot represent ${shown(text)}: ${description}`);
    const value = BigInt(text);
    if ((min !== undefined && value < min) || (max !== undefined && value > max)) {
      throw new GraphQLError(`${name} cannot represent ${text}: it is out of range.`);
    }
    return value.toString();
  };
  return new GraphQLScalarType({
    name,
    description,
    serialize: value => textOf(value, name),
    parseValue(value) {
      if (typeof value === 'string') return digits(value);
      if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value);
      const advice = typeof value === 'number' ? ' (give numbers beyond 2^53 as strings)' : '';
      throw new GraphQLError(`${name} cannot represent ${shown(value)}${advice}: ${description}`);
    },
    parseLiteral(node) {
      if (node.kind === Kind.INT || node.kind === Kind.STRING) return digits(node.value);
      throw new GraphQLError(`${name} cannot represent a value of the kind ${node.kind}: ${description}`);
    },
  });
}

/**
 * A literal as JSON. Objects have no prototype, so no key of a client's means anything but itself. Variables without a value are left
 * out of objects, and null in lists, as in input objects and lists (October 2021, 3.10 and 3.11).
 */
function literal(node: ValueNode | ConstValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map(value => literal(value, variables) ?? null);
    case Kind.OBJECT: {
      const record: Record<string, unknown> = Object.create(null);
      for (const field of node.fields) {
        const value = literal(field.value, variables);
        if (value !== undefined) record[field.name.value] = value;
      }
      return record;
    }
    case Kind.VARIABLE:
      return variables?.[node.name.value];
  }
}

/** What comes from a backend is passed on as text, whatever it says; but an object or a list is no scalar. */
function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
    throw new GraphQLError(`${name} cannot represent what is no scalar.`);
  }
  return String(value);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
