import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { asDoubles } from './digits.ts';
import { type Dialect, type Documents, isObject, type Place, referenceOf, Unresolvable } from './documents.ts';

export type Direction = 'request' | 'response';

/** Schemas of one document as JSON Schema 2020-12, and whether values are valid by them (ajv). */
export class Validity {
  readonly #documents: Documents;
  readonly #dialect: Dialect;
  readonly #direction: Direction;
  readonly #overlapping: boolean;
  readonly #ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    logger: false,
    validateSchema: false,
    unicodeRegExp: false,
    inlineRefs: false,
  });
  readonly #ids = new Map<string, string>();

  /** `overlapping`: may a value be of several of the branches of a `oneOf`? */
  constructor(documents: Documents, dialect: Dialect, direction: Direction, overlapping: boolean) {
    this.#documents = documents;
    this.#dialect = dialect;
    this.#direction = direction;
    this.#overlapping = overlapping;
    addFormats.default(this.#ajv);
  }

  /** What is wrong with a value; empty: it is valid. */
  faults(schema: Place, value: unknown): string[] {
    const validate = this.#ajv.getSchema(this.#register(schema));
    if (!validate) throw new Unresolvable(`no schema at ${schema.pointer}`); // one that it refers to was not found before
    if (validate(asDoubles(value))) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, schemaPath }) => `${instancePath} ${message} (${schemaPath})`,
    );
  }

  /** A schema and all that it refers to, each under an id of its own. */
  #register(schema: Place): string {
    const waiting: Place[] = [];
    const idOf = (place: Place): string => {
      const key = `${place.file}#${place.pointer}`;
      const known = this.#ids.get(key);
      if (known !== undefined) return known;
      const id = `schema:${this.#ids.size}`;
      this.#ids.set(key, id);
      waiting.push(place);
      return id;
    };
    const first = idOf(schema);
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const converted = this.#converted(next.value, next.file, idOf);
      const id = this.#ids.get(`${next.file}#${next.pointer}`)!;
      this.#ajv.addSchema(isObject(converted) ? { $id: id, ...converted } : { $id: id, allOf: [converted] });
    }
    return first;
  }

  #converted(value: unknown, file: string, idOf: (place: Place) => string): Record<string, unknown> | boolean {
    if (!isObject(value)) return value !== false;
    const inner = (schema: unknown) => this.#converted(schema, file, idOf);
    const reference = referenceOf(value);
    const referred = reference === undefined ? {} : { $ref: idOf(this.#documents.follow(reference, file)) };
    if (reference !== undefined && this.#dialect !== '3.1') return referred;
    const schema: Record<string, unknown> = { ...referred };
    for (const keyword of plainKeywords) if (Object.hasOwn(value, keyword)) schema[keyword] = value[keyword];
    for (const keyword of ['properties', 'patternProperties', 'dependentSchemas'])
      if (isObject(value[keyword]))
        schema[keyword] = Object.fromEntries(Object.entries(value[keyword]).map(([key, each]) => [key, inner(each)]));
    for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems'])
      if (Array.isArray(value[keyword]) && value[keyword].length > 0) schema[keyword] = value[keyword].map(inner);
    if (this.#overlapping && schema['oneOf']) {
      schema['allOf'] = [...((schema['allOf'] as unknown[] | undefined) ?? []), { anyOf: schema['oneOf'] }]; // a list, if it is there
      delete schema['oneOf'];
    }
    for (const keyword of [
      'additionalProperties',
      'not',
      'if',
      'then',
      'else',
      'contains',
      'propertyNames',
      'unevaluatedProperties',
      'unevaluatedItems',
    ])
      if (Object.hasOwn(value, keyword)) schema[keyword] = inner(value[keyword]);
    if (Array.isArray(value['items'])) schema['prefixItems'] = value['items'].map(inner);
    else if (Object.hasOwn(value, 'items')) schema['items'] = inner(value['items']);
    if (typeof value['pattern'] === 'string' && !isPattern(value['pattern'])) delete schema['pattern'];
    this.#leaveOutOtherWay(schema, value);
    return this.#dialect === '3.1' ? withoutNonsense(schema) : ofBefore31(schema, value);
  }

  /** OpenAPI 3.0, `readOnly`, `writeOnly`: what does not go this way is not required of it. */
  #leaveOutOtherWay(
    schema: Record<string, unknown>,
    { properties, required }: Readonly<Record<string, unknown>>,
  ): void {
    if (!Array.isArray(required)) {
      delete schema['required'];
      return;
    }
    const mark = this.#direction === 'request' ? 'readOnly' : 'writeOnly';
    schema['required'] = required.filter(name => {
      const property = isObject(properties) ? properties[String(name)] : undefined;
      return !(isObject(property) && property[mark] === true);
    });
  }
}

const plainKeywords: readonly string[] = [
  ...['type', 'format', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'maxProperties', 'minProperties'],
  ...['required', 'dependentRequired', 'minContains', 'maxContains'],
];

/** Swagger 2.0 and OpenAPI 3.0: `nullable`, bounds that a flag makes exclusive, files. */
function ofBefore31(
  schema: Record<string, unknown>,
  written: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const bound of ['Minimum', 'Maximum']) {
    const flag = schema[`exclusive${bound}`];
    if (typeof flag !== 'boolean') continue;
    delete schema[`exclusive${bound}`];
    if (flag) schema[`exclusive${bound}`] = schema[bound.toLowerCase()];
  }
  if (schema['type'] === 'file') delete schema['type'];
  withoutNonsense(schema);
  if (written['nullable'] !== true && written['x-nullable'] !== true) return schema;
  return { anyOf: [{ type: 'null' }, schema] };
}

const numeric = /^(multipleOf|(exclusive)?(Min|Max)imum|m(in|ax)(imum|Length|Items|Properties|Contains))$/i;
const types: readonly unknown[] = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'];

/** Keywords whose values mean nothing are left out: documents have them. */
function withoutNonsense(schema: Record<string, unknown>): Record<string, unknown> {
  for (const [keyword, value] of Object.entries(schema)) {
    const isNonsense =
      (numeric.test(keyword) && typeof value !== 'number') ||
      (keyword === 'type' && ![value].flat().every(type => types.includes(type))) ||
      (keyword === 'enum' && !(Array.isArray(value) && value.length > 0)) ||
      (keyword === 'uniqueItems' && typeof value !== 'boolean') ||
      ((keyword === 'format' || keyword === 'pattern') && typeof value !== 'string');
    if (isNonsense) delete schema[keyword];
  }
  return schema;
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) !== undefined;
  } catch {
    return false;
  }
}
