import { isRecord } from '../../../base/json.ts';
import type { Shape, TypeShape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { child } from '../document/resolver.ts';
import { xmlNodeOf } from './describe-xml.ts';
import { keywordsOf, type NormalForm } from './normal-form.ts';
import { openShape, scalarShape, typesOf, untypedShape } from './scalar-shapes.ts';

/** What the places of tuples are in XML. To GraphQL they are JSON: their types are none of the schema, and have numbers for names. */
export class XmlPlaces {
  readonly #normal: NormalForm;
  readonly #shapes = new Map<unknown, Shape>();
  readonly #types: Record<string, TypeShape> = {};
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

  /** Of all shapes that were asked for, by their names. */
  types(): Record<string, TypeShape> {
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
    const name = `#${this.#waiting.length + 1}`;
    this.#waiting.push(() => {
      const fields = [...properties].map(([wire, property]) => {
        const xml = xmlNodeOf(property, { normal: this.#normal, places: this });
        return { name: wire, wire, shape: this.shapeOf(property), ...(xml ? { xml } : {}) };
      });
      this.#types[name] = { kind: 'object', fields };
    });
    return { kind: 'type', name };
  }
}
