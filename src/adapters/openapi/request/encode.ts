import { isRecord, own } from '../../../base/json.ts';
import { NumberText } from '../answer/json-text.ts';
import type { Model, ObjectShape, OneOfShape, ScalarShape, Shape, XmlType } from '../call/shape.ts';
import { inputFault } from '../fault.ts';

/** Turns coerced arguments into what stands on the wire: the document's own names, enum texts and numbers. */
export class Encoder {
  /** Of the model, and of what stands in XML alone. */
  readonly types: ReadonlyMap<string, XmlType>;
  readonly #enums = new Map<string, ReadonlyMap<string, string>>();

  constructor(model: Model) {
    this.types = new Map(Object.entries({ ...model.types, ...model.places }));
    for (const [name, type] of this.types) if (type.kind === 'enum') this.#enums.set(name, new Map(type.values));
  }

  /**
   * What was not given stays undefined; null is null. `path` is the way to the value: the argument, then fields and indexes, with dots.
   * A key that is given twice would lose a value in silence, and throws BAD_USER_INPUT.
   */
  encode(shape: Shape, value: unknown, path: string): unknown {
    if (value === undefined || value === null) return value;
    switch (shape.kind) {
      case 'scalar':
        return scalar(shape, value);
      case 'list':
        return Array.isArray(value)
          ? value.map((item, index) => this.encode(shape.of, item, `${path}.${index}`))
          : [this.encode(shape.of, value, path)];
      case 'map':
        return this.#map(shape.value, value, path);
      case 'type':
        return this.#named(shape.name, value, path);
    }
  }

  #map(shape: Shape, value: unknown, path: string): unknown {
    const record: Record<string, unknown> = Object.create(null);
    for (const [index, entry] of (Array.isArray(value) ? value : []).entries()) {
      if (!isRecord(entry)) continue;
      const key = String(entry['key']);
      if (Object.hasOwn(record, key)) throw inputFault(`${path}.${index}.key`, 'is the key of an entry before it, too');
      record[key] = this.encode(shape, entry['value'] ?? null, `${path}.${index}.value`);
    }
    return record;
  }

  #named(name: string, value: unknown, path: string): unknown {
    const type = this.types.get(name);
    switch (type?.kind) {
      case 'enum':
        return this.#enums.get(name)?.get(String(value)) ?? value;
      case 'object':
        return this.#object(type, value, path);
      case 'oneOf':
        return this.#oneOf(type, value, path);
      default:
        return value;
    }
  }

  #object(type: ObjectShape, value: unknown, path: string): unknown {
    if (!isRecord(value)) return value;
    const record: Record<string, unknown> = Object.create(null);
    if (type.additional && Object.hasOwn(value, type.additional.name)) {
      const { name, shape } = type.additional;
      const rest = this.encode(shape, value[name], `${path}.${name}`);
      if (rest !== null && rest !== undefined && !isRecord(rest))
        throw inputFault(`${path}.${name}`, 'must be an object');
      if (isRecord(rest)) for (const [key, item] of Object.entries(rest)) record[key] = item;
    }
    for (const { name, wire, shape } of type.fields) {
      if (!Object.hasOwn(value, name) || value[name] === undefined) continue;
      if (Object.hasOwn(record, wire)) throw inputFault(`${path}.${name}`, 'is a key of "_additional", too');
      record[wire] = this.encode(shape, value[name], `${path}.${name}`);
    }
    return record;
  }

  /** The value of the one field that is given, with the discriminator that tells the backend which it is. */
  #oneOf(type: OneOfShape, value: unknown, path: string): unknown {
    const given = isRecord(value) ? type.fields.find(field => Object.hasOwn(value, field.name)) : undefined;
    if (!given || !isRecord(value)) return value;
    const encoded = this.encode(given.shape, value[given.name], `${path}.${given.name}`);
    const { tag } = given;
    if (tag && isRecord(encoded) && (own(encoded, tag[0]) ?? null) === null)
      return Object.assign(Object.create(null), encoded, { [tag[0]]: tag[1] });
    return encoded;
  }
}

/** Int64 and Decimal come as text; where the wire has numbers, they go as the same digits. */
function scalar(shape: ScalarShape, value: unknown): unknown {
  if (shape.wire !== 'number' || typeof value !== 'string') return value;
  const number = Number(value);
  if (String(number) === value) return number;
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? new NumberText(value) : number;
}
