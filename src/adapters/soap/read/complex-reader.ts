import { attribute, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { writeXml } from '../../../adapter/xml/xml-writer.ts';
import { Blank } from '../../../base/blank.ts';
import { fieldViews, leavesWithin, type Types } from '../model/fields.ts';
import type { AttributeField, ComplexType, ElementField, LeafField, TypeKey, WildcardField } from '../model/model.ts';
import { GroupTurns } from '../model/turns.ts';
import { standsFor } from '../model/wildcard.ts';
import { qname } from '../qname.ts';
import type { Malformed, Read } from './read.ts';
import { textReader } from './simple-reader.ts';

/** The readers of all types of a model. */
export interface Readers {
  read(type: TypeKey): Read;
  complex(key: TypeKey, type: ComplexType): ComplexReader;
}

type Values = Record<string, unknown>;

/** Where an element of some name belongs: to a field, or to a group's turn. */
interface Place {
  readonly leaf: ElementField;
  readonly turns: GroupTurns | undefined;
  readonly namespace: string;
  /** Of a substitution group: the member's own. */
  readonly type: TypeKey;
  readonly nillable: boolean;
  /** Looked up when it is first needed: types refer to each other in circles. */
  read: Read | undefined;
  /** Where it stands among the fields of the type. */
  readonly order: number;
  /** Of another field, where the same element stands in two places of the content. */
  next: Place | undefined;
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
  readonly #wildcards: readonly WildcardField[];
  readonly #groups: readonly GroupTurns[];
  readonly #required: ReadonlySet<string>;

  constructor(types: Types, type: ComplexType, readers: Readers) {
    this.#types = types;
    this.#type = type;
    this.#readers = readers;
    this.#attributes = type.attributes.map(field => ({ field: field.field, read: attributeReader(field, types) }));
    const leaves: readonly LeafField[] = [...leavesWithin(types, type), ...type.absent];
    this.#fields = leaves.map(leaf => leaf.field);
    this.#lists = leaves.map(leaf => leaf.kind !== 'element' || leaf.list);
    this.#wildcards = leaves.filter(leaf => leaf.kind === 'any');
    const views = fieldViews(types, type);
    this.#required = new Set(views.filter(view => view.nonNull).map(view => view.name));
    const groups: GroupTurns[] = [];
    for (const [order, leaf] of leaves.entries()) {
      if (leaf.kind === 'element') this.#place(leaf, order);
      const group = leaf.kind === 'group' ? types[leaf.type] : undefined;
      if (leaf.kind === 'group' && group?.kind === 'complex' && group.content)
        groups.push(new GroupTurns(types, leaf, group.content));
    }
    this.#groups = groups;
    for (const turns of groups)
      for (const name of turns.names()) this.#placeTurns(turns, name, leaves.indexOf(turns.group));
  }

  /** `fallback`: what simple content without a text stands for. */
  read(element: XmlElement, malformed: Malformed, fallback?: string): Values {
    const values = this.readChildren(element.children, malformed);
    const { value, text } = this.#type;
    if (value !== undefined) {
      values['_value'] = this.#readers.read(value)({ ...element, attributes: [] }, false, malformed, fallback);
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
    let open: Map<GroupTurns, ReturnType<GroupTurns['next']>> | undefined;
    const take = (turns: GroupTurns, element: XmlElement) => {
      open ??= new Map();
      const turn = open.get(turns);
      const next = turns.next(turn, element);
      if (turn && next !== turn) this.#endTurn(turns, turn.elements, values, malformed);
      open.set(turns, next);
    };
    let reached = 0;
    for (const child of children) {
      if (typeof child === 'string') continue;
      let place = this.#placeOf(child, malformed);
      // Of two places of one element, the first is over where something behind it was read.
      while (place?.next && (place.order < reached || (!place.leaf.list && values[place.leaf.field] !== undefined)))
        place = place.next;
      if (!place) this.#takeWild(values, child, take, malformed);
      else if (place.turns) take(place.turns, child);
      else this.#take(values, place, child, malformed);
      if (place && place.order > reached) reached = place.order;
    }
    if (open) for (const [turns, turn] of open) this.#endTurn(turns, turn.elements, values, malformed);
    this.#complete(values, malformed);
    return values;
  }

  /** By qualified name, else by local name; that is told of, since it is not what the schema says (mapping.md B3). */
  #placeOf({ namespace, local }: XmlElement, malformed: Malformed): Place | undefined {
    const places = this.#places.get(local);
    if (!places) return undefined;
    for (const place of places) if (place.namespace === namespace) return place;
    if (this.#wildcards.some(wildcard => standsFor(wildcard, namespace))) return undefined;
    if (this.#groups.some(turns => turns.takes(namespace))) return undefined;
    malformed.unexpected?.(`${qname(namespace, local)} instead of ${qname(places[0]!.namespace, local)}`); // a list is never empty
    return places[0];
  }

  /** What no declaration names: a wildcard's, or nobody's. */
  #takeWild(
    values: Values,
    element: XmlElement,
    take: (turns: GroupTurns, element: XmlElement) => void,
    malformed: Malformed,
  ): void {
    const fits = this.#wildcards.filter(wildcard => standsFor(wildcard, element.namespace));
    const room = fits.find(({ field, max }) => listAt(values, field).length < (max ?? Number.POSITIVE_INFINITY));
    const wildcard = room ?? fits.at(-1);
    const turns = wildcard ? undefined : this.#groups.find(one => one.takes(element.namespace));
    if (turns) {
      take(turns, element);
      return;
    }
    if (!wildcard) malformed.unexpected?.(qname(element.namespace, element.local));
    // Of a namespace that the wildcard excludes: better there, where it can be seen, than nowhere.
    const field = (wildcard ?? this.#wildcards[0])?.field;
    if (field !== undefined) listAt(values, field).push(writeXml(element));
  }

  #take(values: Values, place: Place, element: XmlElement, malformed: Malformed): void {
    const { leaf } = place;
    place.read ??= this.#readers.read(place.type);
    const nillable = place.nillable || (leaf.optional && !leaf.list);
    const value = place.read(element, nillable, malformed, leaf.default);
    if (leaf.list) listAt(values, leaf.field).push(value);
    else if (values[leaf.field] === undefined) values[leaf.field] = value;
    else values[leaf.field] = malformed(`${leaf.local} stands there more than once.`);
  }

  #endTurn({ group }: GroupTurns, elements: XmlElement[], values: Values, malformed: Malformed): void {
    const type = this.#types[group.type];
    const value =
      type?.kind === 'complex' ? this.#readers.complex(group.type, type).readChildren(elements, malformed) : {};
    listAt(values, group.field).push(value);
  }

  #complete(values: Values, malformed: Malformed): void {
    for (const field of this.#fields) {
      if (values[field] !== undefined) continue;
      values[field] = this.#required.has(field) ? malformed(`${field} is missing.`) : null;
    }
  }

  #place(leaf: ElementField, order: number): void {
    const type = this.#types[leaf.type];
    const members = type?.kind === 'substitution' ? type.members : [leaf];
    for (const { namespace, local, type: own, nillable } of members) {
      const place = { leaf, turns: undefined, namespace, type: own, nillable, read: undefined, order, next: undefined };
      this.#enter(local, place);
    }
  }

  #placeTurns(
    turns: GroupTurns,
    { namespace, local }: { readonly namespace: string; readonly local: string },
    order: number,
  ): void {
    const leaf = { ...turns.group, kind: 'element', local, namespace, nillable: false, list: true } as const;
    const place = {
      leaf,
      turns,
      namespace,
      type: turns.group.type,
      nillable: false,
      read: undefined,
      order,
      next: undefined,
    };
    this.#enter(local, place);
  }

  #enter(local: string, place: Place): void {
    const places = this.#places.get(local) ?? [];
    this.#places.set(local, places);
    let former = places.find(one => one.namespace === place.namespace);
    if (!former) {
      places.push(place);
      return;
    }
    while (former.next) former = former.next;
    if (former.leaf.field !== place.leaf.field) former.next = place;
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

function listAt(values: Values, field: string): unknown[] {
  return values[field] as unknown[]; // lists are set up before anything is read
}
