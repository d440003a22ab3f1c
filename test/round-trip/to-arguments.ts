import type { Model, OneOfShape, Shape } from '../../src/adapters/openapi/call/shape.ts';
import { Digits, writeExactly } from './digits.ts';
import { isObject } from './documents.ts';
import { FileValue } from './file-value.ts';

/** A value that the document allows and the GraphQL type has no place for. */
export class Unfit extends Error {}

/** A value of the wire as the argument that asks for it: only the model's names and kinds are used, none of the adapter's code. */
export function toArgument(shape: Shape, value: unknown, model: Model, path = ''): unknown {
  if (value === null) {
    if (shape.nonNull) throw new Unfit(`${path}: null for a required value`);
    return null;
  }
  switch (shape.kind) {
    case 'scalar':
      if (shape.constraints?.values?.every(allowed => String(allowed) !== String(value)))
        throw new Unfit(`${path}: not one of ${shape.constraints.values.join(', ')}`);
      return scalar(shape.scalar, value, path);
    case 'list':
      if (!Array.isArray(value)) throw new Unfit(`${path}: no list`);
      return value.map((item, index) => toArgument(shape.of, item, model, `${path}/${index}`));
    case 'map':
      if (!isObject(value) || value instanceof Digits) throw new Unfit(`${path}: no object`);
      return Object.entries(value).map(([key, item]) => ({
        key,
        value: toArgument(shape.value, item, model, `${path}/${key}`),
      }));
    case 'type':
      return ofType(shape.name, value, model, path);
  }
}

function ofType(name: string, value: unknown, model: Model, path: string): unknown {
  const type = model.types[name];
  if (type?.kind === 'enum') {
    const found = type.values.find(([, wire]) => wire === String(value));
    if (!found || typeof value === 'object') throw new Unfit(`${path}: not in the enum ${name}`);
    return found[0];
  }
  if (type?.kind === 'oneOf') return oneOf(type, value, model, path);
  if (type?.kind !== 'object') throw new Unfit(`${path}: ${name} is no input`);
  if (!isObject(value) || value instanceof Digits) throw new Unfit(`${path}: no object`);
  const known = new Map(type.fields.map(field => [field.wire, field]));
  const input: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const field = known.get(key);
    if (field) input[field.name] = toArgument(field.shape, member, model, `${path}/${key}`);
    else rest[key] = member;
  }
  for (const { name: field, shape } of type.fields)
    if (shape.nonNull && !Object.hasOwn(input, field)) throw new Unfit(`${path}: ${name}.${field} is required`);
  if (Object.keys(rest).length === 0) return input;
  if (!type.additional) throw new Unfit(`${path}: ${name} has no place for ${Object.keys(rest).join(', ')}`);
  return { ...input, [type.additional.name]: toArgument(type.additional.shape, rest, model, path) };
}

/** The first alternative that holds the value; what its tag says of it need not be said again. */
function oneOf(type: OneOfShape, value: unknown, model: Model, path: string): unknown {
  const reasons: string[] = [];
  for (const { name, shape, tag } of type.fields) {
    if (tag && isObject(value) && Object.hasOwn(value, tag[0]) && String(value[tag[0]]) !== tag[1]) {
      reasons.push(`${name} is another ${tag[0]}`);
      continue;
    }
    try {
      return { [name]: toArgument({ ...shape, nonNull: true }, value, model, path) };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      reasons.push(error.message);
    }
  }
  throw new Unfit(`${path}: none of the alternatives (${reasons.join('; ').slice(0, 300)})`);
}

function scalar(name: string, value: unknown, path: string): unknown {
  const isOf = (type: string) => {
    if (typeof value !== type) throw new Unfit(`${path}: ${typeof value} for ${name}`);
    return value;
  };
  switch (name) {
    case 'JSON':
      if (hasDigits(value)) throw new Unfit(`${path}: digits in JSON`);
      return value;
    case 'Int64':
    case 'Decimal':
      if (value instanceof Digits) return value.text;
      if (typeof value !== 'number' && !isDigits(value)) throw new Unfit(`${path}: ${typeof value} for ${name}`);
      return String(value);
    case 'Int':
    case 'Float':
      return isOf('number');
    case 'Boolean':
      return isOf('boolean');
    case 'File':
      return new FileValue(Buffer.from(typeof value === 'string' ? value : writeExactly(value)));
    default:
      return isOf('string');
  }
}

/** Text that is a number. */
function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
}

function hasDigits(value: unknown): boolean {
  if (value instanceof Digits) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasDigits);
}
