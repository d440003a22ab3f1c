import { answerLimits, readXml } from '../../../adapter/xml/read-xml.ts';
import { attribute, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { decodeXml } from '../../../adapter/xml/xml-bytes.ts';
import type {
  FieldShape,
  Model,
  ObjectShape,
  Shape,
  TupleShape,
  TypeShape,
  UnionMember,
  UnionShape,
  XmlNode,
  XmlPlace,
  XmlType,
} from '../call/shape.ts';
import { byName, isNil, loose, looseOf } from './loose-xml.ts';
import { memberOf, toldByInner } from './member-of.ts';
import { likeliestValue, valueOfText } from './value-of-text.ts';

/** An element, and what it is being read as, one within the other. */
interface Parent extends XmlElement {
  /** How many tuples its children are. */
  readonly tuples?: number;
  /** The objects that it is, each as a part of the one before (`nodeType: none`), and how many more it may be in all. */
  readonly objects?: readonly string[];
  readonly left?: { objects: number };
}

/** A tuple may hold itself with no element around it, which would have no end: this deep, nothing is in it. */
const mostTuples = 4;
/** Types that are parts of one another in every order are no document but an attack. */
const mostObjects = 200;

/** What is left of an element's children: all from the next one on. */
interface Left {
  readonly parent: Parent;
  next: number;
}

type ParsedXml = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads XML as the data that the same answer in JSON would be, by its shape and by what the document says of it in XML (OpenAPI 3.2, 4.26).
 * What is not of its type stays text, and is found out where all answers are.
 */
export class XmlReader {
  readonly #types: ReadonlyMap<string, XmlType>;
  /** Those of them that JSON has, too. */
  readonly #shapes: ReadonlyMap<string, TypeShape>;

  constructor(types: NonNullable<Model['places']>) {
    const named = Object.entries(types);
    this.#types = new Map(named);
    this.#shapes = new Map(named.flatMap(([name, type]) => (type.kind === 'tuple' ? [] : [[name, type] as const])));
  }

  /** `root`: how the items of a list stand in it. Whatever the root is called, it is the answer. */
  read(body: Buffer, contentType: string | undefined, shape: Shape, root: XmlNode = {}): ParsedXml {
    const text = decodeXml(body, contentType);
    if (text === undefined) return { problem: 'XML in an encoding that it is not in' };
    const reading = readXml(text, answerLimits);
    if (!reading.ok) return { problem: reading.problem };
    return { value: this.#value(shape, reading.root, root, reading.root.local) };
  }

  /** `name`: of a list's items where nothing else names them. */
  #value(shape: Shape, element: XmlElement, node: XmlNode, name: string): unknown {
    if (isNil(element)) return null;
    if (node.wrapped && shape.kind !== 'list') {
      const { name: called = name, namespace } = node.item ?? {};
      return this.#value(shape, childOf(element, called, namespace) ?? element, node.item ?? {}, called);
    }
    switch (shape.kind) {
      case 'scalar':
        return shape.scalar === 'JSON' ? loose(element) : valueOfText(shape, textOf(element));
      case 'list':
        return this.#items(shape, element, node, name, true);
      case 'map': {
        const record: Record<string, unknown> = Object.create(null);
        for (const [key, elements] of byName(element))
          record[key] = this.#entry(shape.value, elements, key, node.values);
        return record;
      }
      case 'type':
        return this.#typed(shape.name, element);
    }
  }

  /** An object that is a part of itself with no element around it is not there: nothing could tell that it is. */
  #typed(name: string, element: Parent): unknown {
    const type = this.#types.get(name);
    switch (type?.kind) {
      case 'object': {
        const { objects = [], left = { objects: mostObjects } } = element;
        if (objects.includes(name) || left.objects === 0) return undefined;
        if (type.fields.every(({ xml }) => xml?.node !== 'none')) return this.#object(type, element);
        left.objects -= 1;
        return this.#object(type, { ...element, objects: [...objects, name], left });
      }
      case 'union':
        return this.#union(type, element);
      default:
        return textOf(element);
    }
  }

  #object({ fields, additional }: ObjectShape, element: Parent): unknown {
    const record: Record<string, unknown> = Object.create(null);
    const known = new Set<string>();
    for (const field of fields) {
      for (const name of this.#namesOf(field)) known.add(name);
      const value = this.#field(field, element);
      if (value !== undefined) record[field.wire] = value;
    }
    if (!additional) return record;
    const { xml } = additional;
    const shape = additional.shape.kind === 'map' ? additional.shape.value : additional.shape;
    for (const [key, elements] of byName(element))
      if (!known.has(key) && !Object.hasOwn(record, key)) record[key] = this.#entry(shape, elements, key, xml);
    return record;
  }

  /** What a map has under one key: all elements called so where it is a list that none stands around. */
  #entry(shape: Shape, elements: readonly [XmlElement, ...XmlElement[]], key: string, node: XmlNode = {}): unknown {
    if (shape.kind === 'list' && !node.wrapped) return elements.map(element => this.#value(shape.of, element, {}, key));
    return shape.kind === 'scalar' && shape.scalar === 'JSON'
      ? looseOf(elements)
      : this.#value(shape, elements[0], node, key);
  }

  /** Undefined where it is not there. */
  #field({ wire, shape, xml = {} }: FieldShape, element: Parent): unknown {
    const name = xml.name ?? wire;
    switch (xml.node) {
      case 'attribute': {
        const text = attribute(element, name, xml.namespace);
        return text === undefined ? undefined : this.#text(shape, text);
      }
      case 'text':
      case 'cdata':
        return this.#text(shape, textOf(element));
      case 'none':
        return this.#value(shape, element, xml, name);
      default: {
        if (shape.kind === 'list' && !xml.wrapped) {
          const items = this.#items(shape, element, xml, name, false);
          // Many documents do not say that an element stands around the items.
          const around =
            items.length === 0 && xml.item?.name !== undefined ? childOf(element, wire, xml.namespace) : undefined;
          return around ? this.#items(shape, around, xml, name, false) : items;
        }
        const child = childOf(element, name, xml.namespace) ?? childOf(element, wire, xml.namespace);
        return child && this.#value(shape, child, xml, name);
      }
    }
  }

  /** A text where no element can be: a list's items stand between spaces. */
  #text(shape: Shape, text: string): unknown {
    if (shape.kind === 'list')
      return text.split(/[ \t\n\r]+/).flatMap(item => (item === '' ? [] : [this.#text(shape.of, item)]));
    return shape.kind === 'scalar' ? valueOfText(shape, text) : text;
  }

  /** `alone`: nothing else stands there, so whatever there is, is an item. */
  #items(
    shape: Extract<Shape, { kind: 'list' }>,
    parent: Parent,
    node: XmlNode,
    name: string,
    alone: boolean,
  ): unknown[] {
    const tuple = this.#tupleOf(node);
    if (tuple) return this.#tuple(tuple, parent, name);
    const { item = {} } = node;
    const called = item.name ?? name;
    const children = elementsOf(parent);
    const named = children.filter(child => isCalled(child, called, item.namespace));
    return (alone && named.length === 0 ? children : named).map(child => this.#value(shape.of, child, item, called));
  }

  /** In order, among what else stands there (OpenAPI 3.2, "Ordered Elements and Text"). A place that is missing before another is null, as it has to be in JSON. */
  #tuple({ places, rest }: TupleShape, parent: Parent, name: string): unknown[] {
    const { tuples = 0 } = parent;
    if (tuples >= mostTuples) return [];
    const left = { parent: { ...parent, tuples: tuples + 1, objects: [] }, next: 0 };
    const values = places.map(place => this.#place(place, left, name));
    while (values.length > 0 && values.at(-1) === undefined) values.pop();
    const found = values.map(value => value ?? null);
    if (!rest || found.length < places.length) return found;
    for (let before = -1; before < left.next; ) {
      before = left.next;
      const value = this.#place(rest, left, name);
      if (value !== undefined) found.push(value);
    }
    return found;
  }

  /** Takes what is in a place from what is left; undefined where it is not there. */
  #place({ shape, xml = {} }: XmlPlace, left: Left, name: string): unknown {
    const called = xml.name ?? name;
    const { children } = left.parent;
    if (xml.node === 'attribute') return this.#field({ name, wire: called, shape, xml }, left.parent);
    if (xml.node === 'text' || xml.node === 'cdata') {
      const start = left.next;
      while (typeof children[left.next] === 'string') left.next += 1;
      return left.next > start ? this.#text(shape, children.slice(start, left.next).join('')) : undefined;
    }
    if (xml.node === 'none' || (shape.kind === 'list' && !xml.wrapped)) {
      const rest = { ...left.parent, children: children.slice(left.next) };
      const value = this.#field({ name, wire: called, shape, xml }, rest);
      return Array.isArray(value) && value.length === 0 ? undefined : value;
    }
    for (let at = left.next; at < children.length; at += 1) {
      const child = children[at];
      if (child === undefined || typeof child === 'string' || !isCalled(child, called, xml.namespace)) continue;
      left.next = at + 1;
      return this.#value(shape, child, xml, called);
    }
    return undefined;
  }

  /**
   * The decoder tells which member it is, by what is read here: all that the likeliest of them has a name for; where that would be anything at
   * all, whatever there is.
   */
  #union(type: UnionShape, element: XmlElement): unknown {
    const boxed = type.members.filter(member => member.boxed);
    const isText = elementsOf(element).length === 0 && element.attributes.length === 0;
    if (isText && boxed.length > 0) return likeliestValue(boxed, textOf(element));
    const member = this.#memberOf(type, element);
    if (!member) return loose(element);
    const value = member.boxed
      ? this.#value(member.boxed.shape, element, {}, element.local)
      : this.#typed(member.type, element);
    const isOpen = boxed.some(({ json }) => json === 'any');
    return isOpen && memberOf(type, value, new Map(), this.#shapes)?.json === 'any' ? loose(element) : value;
  }

  #memberOf(type: UnionShape, element: XmlElement): UnionMember | undefined {
    const { members, discriminator } = type;
    const there = new Map(element.attributes.map(({ local, value }) => [local, value]));
    for (const child of elementsOf(element)) there.set(child.local, textOf(child));
    const of = (name: string) => there.get(name) ?? '';
    const score = (member: UnionMember) => {
      const object = this.#types.get(member.type);
      const names = object?.kind === 'object' ? object.fields.flatMap(field => this.#namesOf(field)) : [];
      return names.filter(name => there.has(name)).length;
    };
    const told = discriminator && new Map(discriminator.mapping).get(of(discriminator.property));
    const named =
      members.find(member => member.type === told) ??
      toldByInner(type, of, (one, other) => score(one) > score(other)) ??
      members.find(({ tags }) => tags.some(([name, values]) => values.includes(of(name))));
    if (named) return named;
    const [likeliest] = members.toSorted((one, other) => score(other) - score(one));
    if (!likeliest || likeliest.boxed || score(likeliest) > 0) return likeliest;
    const boxedAs = (kind: UnionMember['json']) => members.find(({ boxed, json }) => boxed && json === kind);
    return boxedAs('object') ?? boxedAs('any') ?? likeliest;
  }

  #namesOf({ wire, shape, xml = {} }: FieldShape): string[] {
    const name = xml.name ?? wire;
    const tuple = xml.wrapped ? undefined : this.#tupleOf(xml);
    if (tuple) return [...tuple.places, ...(tuple.rest ? [tuple.rest] : [])].map(place => place.xml?.name ?? name);
    return shape.kind === 'list' && !xml.wrapped ? [xml.item?.name ?? name] : [name];
  }

  #tupleOf({ tuple }: XmlNode): TupleShape | undefined {
    const type = tuple === undefined ? undefined : this.#types.get(tuple);
    return type?.kind === 'tuple' ? type : undefined;
  }
}

/** In its namespace where the document names one; otherwise in whatever its parent is in. */
function isCalled(element: XmlElement, name: string, namespace: string | undefined): boolean {
  return element.local === name && (namespace === undefined || element.namespace === namespace);
}

function childOf(element: XmlElement, name: string, namespace: string | undefined): XmlElement | undefined {
  return elementsOf(element).find(child => isCalled(child, name, namespace));
}
