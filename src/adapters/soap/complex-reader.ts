import { attribute, textOf, type XmlElement } from '../../adapter/xml/tree.ts';
import { writeXml } from '../../adapter/xml/xml-writer.ts';
import { Blank } from '../../base/blank.ts';
import { fieldViews, leavesWithin, type Types } from './fields.ts';
import type { AttributeField, ComplexType, ElementField, GroupField, LeafField, Particle, TypeKey } from './model.ts';
import type { Malformed, Read } from './read.ts';
import { textReader } from './simple-reader.ts';

/** The readers of all types of a model. */
export interface Readers {
  read(type: TypeKey): Read;
  complex(key: TypeKey, type: ComplexType): ComplexReader;
}

type Values = Record<string, unknown>;

/** Where an element of some name belongs. */
interface Place {
  readonly leaf: ElementField | GroupField;
  readonly namespace: string;
  /** Of a substitution group: the member's own type. */
  readonly type: TypeKey;
  /** Of a group: the element's place in one turn of it, and the branch of its choice. */
  readonly order: number;
  readonly branch: number;
  readonly list: boolean;
  /** Looked up when it is first needed: types refer to each other in circles. */
  read: Read | undefined;
}

/** The elements of one turn of a group, so far. */
interface Turn {
  place: Place;
  readonly elements: XmlElement[];
}

interface AttributeReader {
  readonly field: string;
  read(element: XmlElement, malformed: Malformed): unknown;
}

/** Reads values of one complex type. What can be known of it is made once: where each element belongs, and what must be there. */
export class ComplexReader {
  readonly #types: Types;
  readonly #type: ComplexType;
  readonly #readers: Readers;
  /** By local name: of each namespace the first, and of all the one that stands for any other namespace. */
  readonly #places = new Map<string, Place[]>();
  readonly #attributes: readonly AttributeReader[];
  readonly #lists: readonly boolean[];
  readonly #fields: readonly string[];
  readonly #wildcard: string | undefined;
  readonly #required: ReadonlySet<string>;

  constructor(types: Types, type: ComplexType, readers: Readers) {
    this.#types = types;
    this.#type = type;
    this.#readers = readers;
    this.#attributes = type.attributes.map(field => ({ field: field.field, read: attributeReader(field, types) }));
    const leaves: readonly LeafField[] = [...leavesWithin(types, type), ...type.absent];
    this.#fields = leaves.map(leaf => leaf.field);
    this.#lists = leaves.map(leaf => leaf.kind !== 'element' || leaf.list);
    this.#wildcard = leaves.find(leaf => leaf.kind === 'any')?.field;
    const views = fieldViews(types, type);
    this.#required = new Set(views.filter(view => view.nonNull).map(view => view.name));
    for (const leaf of leaves) {
      if (leaf.kind === 'element') this.#place(leaf, leaf, 0, 0);
      else if (leaf.kind === 'group') this.#placeGroup(leaf);
    }
  }

  read(element: XmlElement, malformed: Malformed): Values {
    const values = this.readChildren(element.children, malformed);
    const { value, text } = this.#type;
    if (value !== undefined) {
      values['_value'] = this.#readers.read(value)({ ...element, attributes: [] }, false, malformed);
    }
    if (text) values['_text'] = textOf(element);
    for (const { field, read } of this.#attributes) values[field] = read(element, malformed);
    return values;
  }

  readChildren(children: XmlElement['children'], malformed: Malformed): Values {
    const values: Values = new Blank();
    for (let index = 0; index < this.#fields.length; index += 1) {
      values[this.#fields[index]!] = this.#lists[index] ? [] : undefined;
    }
    let turns: Map<GroupField, Turn> | undefined;
    for (const child of children) {
      if (typeof child === 'string') continue;
      const place = this.#placeOf(child);
      if (!place) {
        if (this.#wildcard !== undefined) listAt(values, this.#wildcard).push(writeXml(child));
      } else if (place.leaf.kind === 'group') {
        turns ??= new Map();
        this.#takeTurn(turns, place, place.leaf, child, values, malformed);
      } else this.#take(values, place, place.leaf, child, malformed);
    }
    if (turns) for (const [leaf, turn] of turns) this.#endTurn(leaf, turn, values, malformed);
    this.#complete(values, malformed);
    return values;
  }

  #placeOf({ namespace, local }: XmlElement): Place | undefined {
    const places = this.#places.get(local);
    if (!places) return undefined;
    for (const place of places) if (place.namespace === namespace) return place;
    return places[0];
  }

  #take(values: Values, place: Place, leaf: ElementField, element: XmlElement, malformed: Malformed): void {
    place.read ??= this.#readers.read(place.type);
    const nillable = leaf.nillable || (leaf.optional && !leaf.list);
    const value = place.read(element, nillable, malformed, leaf.default);
    if (leaf.list) listAt(values, leaf.field).push(value);
    else if (values[leaf.field] === undefined) values[leaf.field] = value;
    else values[leaf.field] = malformed(`${leaf.local} stands there more than once.`);
  }

  #takeTurn(
    turns: Map<GroupField, Turn>,
    place: Place,
    leaf: GroupField,
    element: XmlElement,
    values: Values,
    malformed: Malformed,
  ): void {
    const turn = turns.get(leaf);
    if (turn && continues(turn.place, place)) {
      turn.elements.push(element);
      turn.place = place;
      return;
    }
    if (turn) this.#endTurn(leaf, turn, values, malformed);
    turns.set(leaf, { place, elements: [element] });
  }

  #endTurn(leaf: GroupField, { elements }: Turn, values: Values, malformed: Malformed): void {
    const type = this.#types[leaf.type];
    const group =
      type?.kind === 'complex' ? this.#readers.complex(leaf.type, type).readChildren(elements, malformed) : {};
    listAt(values, leaf.field).push(group);
  }

  #complete(values: Values, malformed: Malformed): void {
    for (const field of this.#fields) {
      if (values[field] !== undefined) continue;
      values[field] = this.#required.has(field) ? malformed(`${field} is missing.`) : null;
    }
  }

  #place(element: ElementField, leaf: ElementField | GroupField, order: number, branch: number): void {
    const type = this.#types[element.type];
    const members = type?.kind === 'substitution' ? type.members : [element];
    for (const { namespace, local, type: own } of members) {
      const places = this.#places.get(local) ?? [];
      this.#places.set(local, places);
      if (places.some(place => place.namespace === namespace)) continue;
      places.push({ leaf, namespace, type: own, order, branch, list: element.list, read: undefined });
    }
  }

  #placeGroup(leaf: GroupField): void {
    const type = this.#types[leaf.type];
    if (type?.kind !== 'complex' || !type.content) return;
    let order = 0;
    const walk = (particle: Particle, branch: number): void => {
      if ('items' in particle) for (const item of particle.items) walk(item, branch);
      else if (particle.kind === 'element') this.#place(particle, leaf, order++, branch);
      else if (particle.kind === 'group') {
        const inner = this.#types[particle.type];
        order += 1;
        for (const element of inner?.kind === 'complex' ? leavesWithin(this.#types, inner) : []) {
          if (element.kind === 'element') this.#place({ ...element, list: true }, leaf, order, branch);
        }
      }
    };
    const { content } = type;
    if (content.kind !== 'choice') walk(content, 0);
    else for (const [branch, item] of content.items.entries()) walk(item, branch);
  }
}

function attributeReader({ type: key, local, namespace, default: fallback, required }: AttributeField, types: Types) {
  const type = types[key];
  const readText = type?.kind === 'simple' ? textReader(type) : (text: string) => text;
  return (element: XmlElement, malformed: Malformed): unknown => {
    const text = attribute(element, local, namespace) ?? attribute(element, local) ?? fallback;
    if (text !== undefined) return readText(text, element, malformed);
    return required ? malformed(`The attribute ${local} is missing.`) : null;
  };
}

/** Does an element go on with a group's turn, or begin the next? */
function continues(last: Place, next: Place): boolean {
  if (next.branch !== last.branch) return false;
  return next.order > last.order || (next.order === last.order && next.list);
}

function listAt(values: Values, field: string): unknown[] {
  return values[field] as unknown[]; // lists are set up before anything is read
}
