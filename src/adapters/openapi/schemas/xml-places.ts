import { isRecord } from '../../../base/json.ts';
import type { Shape, XmlPlace, XmlType } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { child, children } from '../document/resolver.ts';
import { xmlNodeOf } from './describe-xml.ts';
import { keywordsOf, type NormalForm } from './normal-form.ts';
import { openShape, scalarShape, typesOf, untypedShape } from './scalar-shapes.ts';

/**
 * What tuples, and the types in their places, are in XML. To GraphQL they are JSON: their types are none of the schema, and have numbers for
 * names. Each is there once, whatever holds it, itself included.
 */
export class XmlPlaces {
  readonly #normal: NormalForm;
  readonly #shapes = new Map<unknown, Shape>();
  readonly #types: Record<string, XmlType> = {};
  /** By schema. */
  readonly #tuples = new Map<unknown, string>();
  readonly #waiting: (() => void)[] = [];

  constructor(normal: NormalForm) {
    this.#normal = normal;
  }

  shapeOf(written: Located): Shape {
    const { schema } = this.#normal.reduce(written);
    const known = this.#shapes.get(schema.value);
    if (known) return known;
    this.#shapes.set(schema.value, untypedShape); // of a list that is its own item
    const shape = this.#read(schema);
    this.#shapes.set(schema.value, shape);
    return shape;
  }

  /**
   * The name of what a list holds in its places; undefined of what is no tuple. OpenAPI 3.2, "Ordered Elements and Text": `prefixItems` are in
   * their order. Before 2020-12, `items` was what they are.
   */
  tupleOf(schema: Located): string | undefined {
    const known = this.#tuples.get(schema.value);
    if (known !== undefined) return known;
    const items = child(schema, 'items');
    const first = children(Array.isArray(items?.value) ? items : child(schema, 'prefixItems'));
    if (first.length === 0) return undefined;
    const name = this.#later(() => ({
      kind: 'tuple',
      places: first.map(place => this.#placeOf(place)),
      ...(isRecord(items?.value) ? { rest: this.#placeOf(items) } : {}),
    }));
    this.#tuples.set(schema.value, name);
    return name;
  }

  /** Of all shapes that were asked for, by their names. */
  types(): Record<string, XmlType> {
    for (const fill of this.#waiting) fill(); // which may add to it
    return this.#types;
  }

  #read(schema: Located): Shape {
    const { properties, additional, keywords } = this.#normal.flatten(schema);
    if (this.#normal.alternatives(schema).length > 1 && !Object.hasOwn(keywordsOf(schema), 'properties'))
      return untypedShape;
    if (properties.size > 0) return this.#object(properties);
    const types = typesOf(keywords);
    const [type = 'object'] = types;
    if (types.length > 1) return untypedShape;
    if (type === 'object')
      return isRecord(additional?.value) ? { kind: 'map', entry: '', value: this.shapeOf(additional) } : openShape;
    if (type !== 'array') return scalarShape(keywords, type);
    const items = child(schema, 'items');
    return { kind: 'list', of: isRecord(items?.value) ? this.shapeOf(items) : openShape };
  }

  #object(properties: ReadonlyMap<string, Located>): Shape {
    const name = this.#later(() => {
      const fields = [...properties].map(([wire, property]) => ({ name: wire, wire, ...this.#placeOf(property) }));
      return { kind: 'object', fields };
    });
    return { kind: 'type', name };
  }

  #placeOf(schema: Located): XmlPlace {
    const xml = xmlNodeOf(schema, { normal: this.#normal, places: this });
    return { shape: this.shapeOf(schema), ...(xml ? { xml } : {}) };
  }

  #later(read: () => XmlType): string {
    const name = `#${this.#waiting.length + 1}`;
    this.#waiting.push(() => {
      this.#types[name] = read();
    });
    return name;
  }
}
