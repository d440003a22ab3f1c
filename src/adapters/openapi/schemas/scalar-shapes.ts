import { isRecord } from '../../../base/json.ts';
import type { SchemaOptions } from '../../../source/schema-options.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';

type Keywords = Readonly<Record<string, unknown>>;

/** Where the document leaves the type open. */
export const openShape: ScalarShape = { kind: 'scalar', scalar: 'JSON', open: true };

/** Where the document has a type that GraphQL cannot express. */
export const untypedShape: ScalarShape = { kind: 'scalar', scalar: 'JSON', open: false };

/** Is the value, or are its items, given as JSON though the document has a type for them? */
export function isUntyped(shape: Shape): boolean {
  if (shape.kind === 'list') return isUntyped(shape.of);
  return shape.kind === 'scalar' && shape.scalar === 'JSON' && !shape.open;
}

const scalarOfFormat: ReadonlyMap<string, string> = new Map([
  ['date-time', 'DateTime'],
  ['date', 'Date'],
  ['time', 'Time'],
  ['duration', 'Duration'],
  ['uuid', 'UUID'],
  ['byte', 'Base64'],
  ['base64', 'Base64'],
  ['base64url', 'Base64'],
]);

/** Integers that fit 32 bits, in OpenAPI's registry of formats. */
const narrow: ReadonlySet<string> = new Set(['int8', 'uint8', 'int16', 'uint16', 'int32']);

const wide: ReadonlySet<string> = new Set(['int64', 'uint64', 'uint32', 'long', 'unsigned-int64']);

/** The type that a schema states or, where it states none, lets on. */
export function typesOf(keywords: Keywords): string[] {
  const written = keywords['type'];
  if (typeof written === 'string' && written !== 'null') return [written];
  const types = (Array.isArray(written) ? written : [written]).filter(
    type => typeof type === 'string' && type !== 'null',
  );
  if (types.length > 0) return types.includes('number') ? types.filter(type => type !== 'integer') : types;
  const has = (...names: readonly string[]) => names.some(name => Object.hasOwn(keywords, name));
  if (has('properties', 'additionalProperties', 'patternProperties') || Array.isArray(keywords['required']))
    return ['object'];
  if (has('items', 'prefixItems')) return ['array'];
  const [sample] = valuesOf(keywords) ?? [];
  if (sample !== undefined) return [Number.isInteger(sample) ? 'integer' : typeof sample];
  const format = keywords['format'];
  if (typeof format === 'string' && (wide.has(format) || format === 'int32')) return ['integer'];
  if (format === 'float' || format === 'double') return ['number'];
  if (has('pattern', 'minLength', 'maxLength', 'format', 'contentEncoding', 'contentMediaType')) return ['string'];
  return has('multipleOf') ? ['number'] : [];
}

/** The values of `enum` or `const`, without null; undefined where there is neither. */
export function valuesOf(keywords: Keywords): unknown[] | undefined {
  if (Object.hasOwn(keywords, 'const')) return keywords['const'] === null ? undefined : [keywords['const']];
  const values = keywords['enum'];
  return Array.isArray(values) ? values.filter(value => value !== null) : undefined;
}

/** The texts of an enum of two and more; of a `string`, YAML's unquoted numbers and booleans are texts. */
export function enumTexts(keywords: Keywords, type: string): string[] | undefined {
  const values = valuesOf(keywords);
  if (!values || type !== 'string' || isMixed(keywords)) return undefined;
  const texts = new Set(values.map(value => (isRecord(value) || Array.isArray(value) ? undefined : String(value))));
  return texts.size < 2 || texts.has(undefined) ? undefined : [...texts].flatMap(text => text ?? []);
}

/** Values of several types, where no type is stated. */
function isMixed(keywords: Keywords): boolean {
  return keywords['type'] === undefined && new Set(valuesOf(keywords)?.map(value => typeof value)).size > 1;
}

/** The scalar of a schema of one of JSON's scalar types. */
export function scalarShape(
  keywords: Keywords,
  type: string,
  integers: SchemaOptions['integers'] = 'DECLARED',
): ScalarShape {
  if (isMixed(keywords)) return untypedShape;
  const format = typeof keywords['format'] === 'string' ? keywords['format'] : '';
  switch (type) {
    case 'boolean':
      return { kind: 'scalar', scalar: 'Boolean' };
    case 'integer':
      return isWide(keywords, format) || (integers === 'INT64' && !narrow.has(format))
        ? { kind: 'scalar', scalar: 'Int64', wire: 'number' }
        : { kind: 'scalar', scalar: 'Int' };
    case 'number':
      if (wide.has(format)) return { kind: 'scalar', scalar: 'Int64', wire: 'number' };
      if (format === 'int32') return { kind: 'scalar', scalar: 'Int' };
      return format === 'decimal'
        ? { kind: 'scalar', scalar: 'Decimal', wire: 'number' }
        : { kind: 'scalar', scalar: 'Float' };
    default:
      return textShape(keywords, format);
  }
}

function textShape(keywords: Keywords, format: string): ScalarShape {
  if (valuesOf(keywords)) return { kind: 'scalar', scalar: 'String' };
  if (format === 'int64' || format === 'uint64') return { kind: 'scalar', scalar: 'Int64', wire: 'string' };
  if (format === 'decimal') return { kind: 'scalar', scalar: 'Decimal', wire: 'string' };
  if (/^base64(url)?$/.test(String(keywords['contentEncoding']))) return { kind: 'scalar', scalar: 'Base64' };
  return { kind: 'scalar', scalar: scalarOfFormat.get(format) ?? 'String' };
}

/** An integer whose format or bounds leave 32 bits. */
function isWide(keywords: Keywords, format: string): boolean {
  if (narrow.has(format)) return false;
  if (wide.has(format)) return true;
  const beyond = (bound: unknown) => typeof bound === 'number' && (bound > 2 ** 31 - 1 || bound < -(2 ** 31));
  return (
    beyond(keywords['maximum']) ||
    beyond(keywords['minimum']) ||
    beyond(keywords['exclusiveMaximum']) ||
    beyond(keywords['exclusiveMinimum']) ||
    (valuesOf(keywords) ?? []).some(beyond)
  );
}

const texts: ReadonlySet<string> = new Set(['String', 'DateTime', 'Date', 'Time', 'Duration', 'UUID', 'Base64']);

/** The shape with what is demanded of its values, and of their items, left out: of several alternatives, one's demands are not all's. */
export function undemanding<T extends Shape>(shape: T): T {
  const { constraints: _, ...rest } = shape;
  if (shape.kind === 'list') return { ...rest, of: undemanding(shape.of) } as T; // the same kind of shape, without its demands
  if (shape.kind === 'map') return { ...rest, value: undemanding(shape.value) } as T;
  return rest as T;
}

/** The one scalar that holds the values of all of these; undefined where there is none. */
export function commonScalar(shapes: readonly ScalarShape[]): ScalarShape | undefined {
  const names = new Set(shapes.map(shape => `${shape.scalar} ${shape.wire}`));
  if (names.size === 1) return shapes[0];
  if (shapes.every(shape => texts.has(shape.scalar))) return { kind: 'scalar', scalar: 'String' };
  if (shapes.every(shape => shape.scalar === 'Int' || (shape.scalar === 'Int64' && shape.wire === 'number'))) {
    return { kind: 'scalar', scalar: 'Int64', wire: 'number' };
  }
  const numbers = shapes.every(
    shape => ['Int', 'Int64', 'Float', 'Decimal'].includes(shape.scalar) && shape.wire !== 'string',
  );
  return numbers ? { kind: 'scalar', scalar: 'Float' } : undefined;
}

/** As SDL, without the outermost `!`. */
export function printedShape(shape: Shape): string {
  switch (shape.kind) {
    case 'scalar':
      return shape.scalar;
    case 'type':
      return shape.name;
    case 'list':
      return `[${printedShape(shape.of)}${shape.of.nonNull ? '!' : ''}]`;
    case 'map':
      return `[${shape.entry}!]`;
  }
}
