import { isRecord } from '../../base/json.ts';
import { NumberText } from './json-text.ts';
import type { Model, ObjectShape, OneOfShape, ScalarShape, Shape, TypeShape } from './shape.ts';

/** Turns coerced arguments into what stands on the wire: the document's own names, enum texts and numbers. */
export class Encoder {
  readonly #types: ReadonlyMap<string, TypeShape>;
  readonly #enums = new Map<string, ReadonlyMap<string, string>>();

  constructor(model: Model) {
    this.#types = new Map(Object.entries(model.types));
    for (const [name, type] of this.#types) if (type.kind === 'enum') this.#enums.set(name, new Map(type.values));
  }

  /** What was not given stays undefined; null is null. */
  encode(shape: Shape, value: unknown): unknown {
    if (value === undefined || value === null) return value;
    switch (shape.kind) {
      case 'scalar':
        return scalar(shape, value);
      case 'list':
        return Array.isArray(value) ? value.map(item => this.encode(shape.of, item)) : [this.encode(shape.of, value)];
      case 'map':
        return this.#map(shape.value, value);
      case 'type':
        return this.#named(shape.name, value);
    }
  }

  #map(shape: Shape, value: unknown): unknown {
    const record: Record<string, unknown> = Object.create(null);
    for (const entry of Array.isArray(value) ? value : []) {
      if (isRecord(entry)) record[String(entry['key'])] = this.encode(shape, entry['value'] ?? null);
    }
    return record;
  }

  #named(name: string, value: unknown): unknown {
    const type = this.#types.get(name);
    switch (type?.kind) {
      case 'enum':
        return this.#enums.get(name)?.get(String(value)) ?? value;
      case 'object':
        return this.#object(type, value);
      case 'oneOf':
        return this.#oneOf(type, value);
      default:
        return value;
    }
  }

  #object(type: ObjectShape, value: unknown): unknown {
    if (!isRecord(value)) return value;
    const record: Record<string, unknown> = Object.create(null);
    if (type.additional && Object.hasOwn(value, type.additional.name)) {
      const rest = this.encode(type.additional.shape, value[type.additional.name]);
      if (isRecord(rest)) for (const [key, item] of Object.entries(rest)) record[key] = item;
    }
    for (const { name, wire, shape } of type.fields) {
      if (Object.hasOwn(value, name) && value[name] !== undefined) record[wire] = this.encode(shape, value[name]);
    }
    return record;
  }

  /** The value of the one field that is given, with the discriminator that tells the backend which it is. */
  #oneOf(type: OneOfShape, value: unknown): unknown {
    const given = isRecord(value) ? type.fields.find(field => Object.hasOwn(value, field.name)) : undefined;
    if (!given || !isRecord(value)) return value;
    const encoded = this.encode(given.shape, value[given.name]);
    const { tag } = given;
    if (tag && isRecord(encoded) && !Object.hasOwn(encoded, tag[0]))
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
