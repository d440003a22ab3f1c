import type { GatewayError } from '../../base/error.ts';
import { fieldViews, leavesWithin, type Types } from './fields.ts';
import { hasEmptyValue, isProblem, readLexical } from './lexical.ts';
import type {
  AttributeField,
  BodyModel,
  ComplexType,
  ElementField,
  GroupField,
  LeafField,
  Particle,
  SimpleType,
  TypeKey,
} from './model.ts';
import { localOf, namespaceOf, type QName, qname, xsdNamespace, xsiNamespace } from './qname.ts';
import { builtInType } from './simple-type.ts';
import { attribute, elementsOf, resolveQName, textOf, type XmlElement } from './xml.ts';
import { writeXml } from './xml-writer.ts';

/** Makes the error that stands for a part of an answer that breaks the contract; the reason is for the log. */
type Malformed = (reason: string) => GatewayError;

/**
 * Reads bodies by the schema, guessing nothing: elements by their qualified name, else by their local name; what the schema does not
 * know is passed over; a value that is none stands as an error in its place. A model is prepared once, type by type, when it is met.
 */
export class Decoder {
  readonly #types: Types;
  readonly #readers = new Map<TypeKey, ComplexReader>();
  /** Keys of types whose values must tell what they are. */
  readonly #variants: ReadonlySet<TypeKey>;

  constructor(types: Types) {
    this.#types = types;
    this.#variants = new Set(
      Object.values(types).flatMap(type => (type.kind === 'complex' ? (type.variants ?? []).map(one => one.type) : [])),
    );
  }

  /** The result of a call from its envelope's body; throws where the body as a whole is not what it should be. */
  body(body: BodyModel, envelope: XmlElement, style: 'document' | 'rpc', malformed: Malformed): unknown {
    if (body.shape === 'empty') return true;
    const element = body.element ? this.#root(body, envelope, style, malformed) : envelope;
    const value = this.#value(body.type, element, body.element?.nillable ?? false, malformed);
    if (body.shape === 'bare' || body.field === undefined) return value;
    return value === null || isError(value) ? value : (value as Record<string, unknown>)[body.field]; // a wrapper is of a complex type
  }

  #root(body: BodyModel, envelope: XmlElement, style: 'document' | 'rpc', malformed: Malformed): XmlElement {
    const { namespace = '', local = '' } = body.element ?? {};
    const elements = elementsOf(envelope);
    const found =
      elements.find(one => one.local === local && one.namespace === namespace) ??
      elements.find(one => one.local === local) ??
      // The name of an rpc answer's wrapper does not matter (SOAP 1.1, 7.1).
      (style === 'rpc' ? elements[0] : undefined);
    if (found) return found;
    const names = elements.map(one => qname(one.namespace, one.local)).join(', ') || 'nothing';
    throw malformed(`The body holds ${names}, not ${qname(namespace, local)}.`);
  }

  #value(key: TypeKey, element: XmlElement, nillable: boolean, malformed: Malformed): unknown {
    if (isNil(element)) return nillable ? null : malformed(`${element.local} is nil, and may not be.`);
    const type = this.#types[key];
    if (type?.kind === 'simple') {
      // Old servers write an empty element where there is no value.
      if (nillable && !hasEmptyValue(type) && isBlank(element)) return null;
      return this.#simple(type, element, malformed);
    }
    if (type?.kind === 'substitution') return this.#value(type.head, element, nillable, malformed);
    if (type?.kind !== 'complex') return malformed(`The type ${key} is not known.`);
    const concrete = this.#concrete(key, type, element);
    const model = concrete === undefined ? undefined : this.#types[concrete];
    if (concrete === undefined || model?.kind !== 'complex')
      return malformed(`${element.local} is of an abstract type and does not say which.`);
    const record = this.#reader(concrete, model).read(element, malformed);
    if (this.#variants.has(concrete)) record['__typename'] = model.graphql;
    return record;
  }

  /** The type that an element says it is of (XSD 1.0 part 1, 2.6.1), if it may stand for the declared one. */
  #concrete(key: TypeKey, type: ComplexType, element: XmlElement): TypeKey | undefined {
    if (!type.variants) return key;
    const said = attribute(element, 'type', xsiNamespace);
    const name = said === undefined ? undefined : resolveQName(element, said);
    const found =
      type.variants.find(variant => variant.type === name) ??
      (name === undefined ? undefined : type.variants.find(variant => localOf(variant.type) === localOf(name)));
    return found?.type ?? (type.abstract ? undefined : key);
  }

  #simple(type: SimpleType, element: XmlElement, malformed: Malformed, fallback?: string): unknown {
    if (type.primitive === 'XML') return writeXml(element);
    if (type.primitive === 'JSON') return this.#any(element, malformed);
    if (elementsOf(element).length > 0) return malformed(`${element.local} holds elements where text should be.`);
    const text = textOf(element);
    return lexical(type, text === '' && fallback !== undefined ? fallback : text, element, malformed);
  }

  /** `anyType`: by its xsi:type where that is a simple one, else as the elements stand. */
  #any(element: XmlElement, malformed: Malformed): unknown {
    const said = attribute(element, 'type', xsiNamespace);
    const name = said === undefined ? undefined : resolveQName(element, said);
    const builtIn = name !== undefined && namespaceOf(name) === xsdNamespace ? builtInType(localOf(name)) : undefined;
    if (builtIn && builtIn.primitive !== 'JSON') return this.#simple(builtIn, element, malformed);
    const model = name === undefined ? undefined : this.#types[name];
    if (name !== undefined && model?.kind === 'complex' && !model.abstract)
      return this.#reader(name, model).read(element, malformed);
    const elements = elementsOf(element);
    if (elements.length === 0) return textOf(element);
    const values = new Map<string, unknown[]>();
    for (const child of elements) {
      const value = isNil(child) ? null : this.#any(child, malformed);
      const former = values.get(child.local);
      if (former) former.push(value);
      else values.set(child.local, [value]);
    }
    const record: Record<string, unknown> = Object.create(null);
    for (const [name, [only, ...more]] of values) record[name] = more.length === 0 ? only : [only, ...more];
    return record;
  }

  #reader(key: TypeKey, type: ComplexType): ComplexReader {
    const known = this.#readers.get(key);
    if (known) return known;
    const reader = new ComplexReader(this.#types, type, {
      value: (of, element, nillable, malformed, fallback) => {
        const model = this.#types[of];
        if (fallback !== undefined && model?.kind === 'simple' && !isNil(element)) {
          return this.#simple(model, element, malformed, fallback);
        }
        return this.#value(of, element, nillable, malformed);
      },
      group: (of, elements, malformed) => {
        const model = this.#types[of];
        return model?.kind === 'complex' ? this.#reader(of, model).readElements(elements, malformed) : {};
      },
    });
    this.#readers.set(key, reader);
    return reader;
  }
}

interface Nested {
  value(type: TypeKey, element: XmlElement, nillable: boolean, malformed: Malformed, fallback?: string): unknown;
  group(type: TypeKey, elements: readonly XmlElement[], malformed: Malformed): unknown;
}

/** Where an element of some name belongs. */
interface Place {
  readonly leaf: ElementField | GroupField;
  /** Of a substitution group: the member's own type. */
  readonly type: TypeKey;
  /** Of a group: the element's place in one turn of it, and the branch of its choice. */
  readonly order: number;
  readonly branch: number;
  readonly list: boolean;
}

/** Reads values of one complex type. */
class ComplexReader {
  readonly #types: Types;
  readonly #type: ComplexType;
  readonly #nested: Nested;
  readonly #places = new Map<QName, Place>();
  readonly #placesByLocal = new Map<string, Place>();
  readonly #attributes: readonly AttributeField[];
  readonly #leaves: readonly LeafField[];
  readonly #wildcard: string | undefined;
  readonly #required: ReadonlySet<string>;

  constructor(types: Types, type: ComplexType, nested: Nested) {
    this.#types = types;
    this.#type = type;
    this.#nested = nested;
    this.#attributes = type.attributes;
    this.#leaves = [...leavesWithin(types, type), ...type.absent];
    this.#wildcard = this.#leaves.find(leaf => leaf.kind === 'any')?.field;
    this.#required = new Set(
      fieldViews(types, type)
        .filter(view => view.nonNull)
        .map(view => view.name),
    );
    for (const leaf of this.#leaves) {
      if (leaf.kind === 'element') this.#place(leaf, leaf, 0, 0);
      else if (leaf.kind === 'group') this.#placeGroup(leaf);
    }
  }

  read(element: XmlElement, malformed: Malformed): Record<string, unknown> {
    const record = this.readElements(elementsOf(element), malformed);
    const { value, text } = this.#type;
    if (value !== undefined)
      record['_value'] = this.#nested.value(value, { ...element, attributes: [] }, false, malformed);
    if (text) record['_text'] = textOf(element);
    for (const field of this.#attributes) record[field.field] = this.#attribute(field, element, malformed);
    return record;
  }

  readElements(elements: readonly XmlElement[], malformed: Malformed): Record<string, unknown> {
    const record: Record<string, unknown> = Object.create(null);
    const turns = new Map<GroupField, { place: Place; elements: XmlElement[] }>();
    for (const leaf of this.#leaves) if (leaf.kind !== 'element' || leaf.list) record[leaf.field] = [];
    const endTurn = (leaf: GroupField) => {
      const turn = turns.get(leaf);
      if (turn) listAt(record, leaf.field).push(this.#nested.group(leaf.type, turn.elements, malformed));
      turns.delete(leaf);
    };
    for (const element of elements) {
      const place = this.#places.get(qname(element.namespace, element.local)) ?? this.#placesByLocal.get(element.local);
      if (!place) {
        if (this.#wildcard !== undefined) listAt(record, this.#wildcard).push(writeXml(element));
      } else if (place.leaf.kind === 'group') {
        const turn = turns.get(place.leaf);
        if (turn && continues(turn.place, place)) {
          turn.elements.push(element);
          turn.place = place;
        } else {
          endTurn(place.leaf);
          turns.set(place.leaf, { place, elements: [element] });
        }
      } else this.#take(record, place, place.leaf, element, malformed);
    }
    for (const leaf of [...turns.keys()]) endTurn(leaf);
    this.#complete(record, malformed);
    return record;
  }

  #take(
    record: Record<string, unknown>,
    place: Place,
    leaf: ElementField,
    element: XmlElement,
    malformed: Malformed,
  ): void {
    const value = this.#nested.value(
      place.type,
      element,
      leaf.nillable || (leaf.optional && !leaf.list),
      malformed,
      leaf.default,
    );
    if (leaf.list) listAt(record, leaf.field).push(value);
    else if (record[leaf.field] === undefined) record[leaf.field] = value;
    else record[leaf.field] = malformed(`${leaf.local} stands there more than once.`);
  }

  #complete(record: Record<string, unknown>, malformed: Malformed): void {
    for (const leaf of this.#leaves) {
      if (record[leaf.field] !== undefined) continue;
      record[leaf.field] = this.#required.has(leaf.field) ? malformed(`${leaf.field} is missing.`) : null;
    }
  }

  #attribute(field: AttributeField, element: XmlElement, malformed: Malformed): unknown {
    const type = this.#types[field.type];
    const text = attribute(element, field.local, field.namespace) ?? attribute(element, field.local) ?? field.default;
    if (text === undefined) return field.required ? malformed(`The attribute ${field.local} is missing.`) : null;
    return type?.kind === 'simple' ? lexical(type, text, element, malformed) : text;
  }

  #place(element: ElementField, leaf: ElementField | GroupField, order: number, branch: number): void {
    const type = this.#types[element.type];
    const members = type?.kind === 'substitution' ? type.members : [element];
    for (const member of members) {
      const place: Place = { leaf, type: member.type, order, branch, list: element.list };
      const name = qname(member.namespace, member.local);
      if (!this.#places.has(name)) this.#places.set(name, place);
      if (!this.#placesByLocal.has(member.local)) this.#placesByLocal.set(member.local, place);
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

/** Does an element go on with a group's turn, or begin the next? */
function continues(last: Place, next: Place): boolean {
  if (next.branch !== last.branch) return false;
  return next.order > last.order || (next.order === last.order && next.list);
}

function listAt(record: Record<string, unknown>, field: string): unknown[] {
  return record[field] as unknown[]; // lists are set up before anything is read
}

function lexical(type: SimpleType, text: string, element: XmlElement, malformed: Malformed): unknown {
  if (type.primitive === 'QName') {
    const names = (type.list ? text.trim().split(/\s+/) : [text]).filter(name => !type.list || name !== '');
    const resolved = names.map(
      name => resolveQName(element, name) ?? malformed(`${name} has a prefix that nothing binds.`),
    );
    return type.list ? resolved : resolved[0];
  }
  const value = readLexical(type, text);
  if (Array.isArray(value)) return value.map(item => (isProblem(item) ? malformed(item.problem) : item));
  return isProblem(value) ? malformed(value.problem) : value;
}

function isNil(element: XmlElement): boolean {
  const nil = attribute(element, 'nil', xsiNamespace)?.trim();
  return nil === 'true' || nil === '1';
}

function isBlank(element: XmlElement): boolean {
  return elementsOf(element).length === 0 && textOf(element).trim() === '';
}

function isError(value: unknown): value is Error {
  return value instanceof Error;
}
