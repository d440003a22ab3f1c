import { attribute, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { leavesWithin, type Types } from '../model/fields.ts';
import type { BodyModel, ComplexType, HeaderModel, TypeKey } from '../model/model.ts';
import { anyType, localOf, namespaceOf, qname, xsdNamespace, xsiNamespace } from '../qname.ts';
import { wellKnownSimpleType } from '../well-known/well-known.ts';
import { resolveQName } from '../xml-conventions.ts';
import { builtInType } from '../xsd/simple-type.ts';
import { readArray, saysArray } from './array-reader.ts';
import { withAttachments } from './attachments.ts';
import { ComplexReader, type Readers } from './complex-reader.ts';
import { isDead, resolveReferences } from './multirefs.ts';
import type { Malformed, Read } from './read.ts';
import { isNil, nilOf, simpleReader } from './simple-reader.ts';

/**
 * Reads bodies by the schema, guessing nothing: elements by their qualified name, else by their local name; what the schema does not
 * know is passed over; a value that is none stands as an error in its place. Each type is compiled to its reader once, when it is met.
 */
export class Decoder {
  readonly #types: Types;
  readonly #readers: Readers;
  readonly #reads = new Map<TypeKey, Read>();
  readonly #complex = new Map<TypeKey, ComplexReader>();
  /** Keys of types whose values must tell what they are. */
  readonly #variants: ReadonlySet<TypeKey>;
  readonly #follows: boolean;
  /** That of bodies with references: only in them dead ones are looked for. */
  #following: Decoder | undefined;

  /** `follows`: may there be references in what is read? */
  constructor(types: Types, follows = false) {
    this.#types = types;
    this.#follows = follows;
    this.#variants = new Set(
      Object.values(types).flatMap(type => (type.kind === 'complex' ? (type.variants ?? []).map(one => one.type) : [])),
    );
    this.#readers = { read: key => this.#read(key), complex: (key, type) => this.#reader(key, type) };
  }

  /** The result of a call from its envelope's body; throws where the body as a whole is not what it should be. */
  body(
    body: BodyModel,
    envelope: XmlElement,
    style: 'document' | 'rpc',
    malformed: Malformed,
    attachments?: ReadonlyMap<string, Buffer>,
  ): unknown {
    if (body.shape === 'empty') return true;
    if ((body.encoded || attachments) && !this.#follows) {
      this.#following ??= new Decoder(this.#types, true);
      return this.#following.body(body, envelope, style, malformed, attachments);
    }
    const whole = attachments ? withAttachments(envelope, attachments) : envelope;
    const content = body.encoded ? resolveReferences(whole) : whole;
    if (!content) throw malformed('What its values refer to comes to more than an answer may have.');
    const root = body.element ? rootOf(body, content, style, malformed) : content;
    const element = style === 'rpc' ? this.#withReturn(body, root) : root;
    const value = this.#read(body.type)(element, body.element?.nillable ?? false, malformed);
    if (body.shape === 'bare' || body.field === undefined) return value;
    return value === null || isError(value) ? value : (value as Record<string, unknown>)[body.field]; // a wrapper is of a complex type
  }

  /** The header of an answer: a field for each block that its type declares. */
  header(type: TypeKey, header: XmlElement | undefined, malformed: Malformed): unknown {
    return this.#read(type)(header ?? noHeader, false, malformed);
  }

  /** An entry of a fault's detail. */
  entry({ type, nillable }: HeaderModel, element: XmlElement, malformed: Malformed): unknown {
    return this.#read(type)(element, nillable, malformed);
  }

  /** The return value of an rpc answer is told by being there, not by its name (SOAP 1.1, 7.1). */
  #withReturn(body: BodyModel, wrapper: XmlElement): XmlElement {
    // SOAP 1.2 part 2, 4.2.1 has an element beside it that says which one it is.
    const children = wrapper.children.filter(child => typeof child === 'string' || child.namespace !== rpcNamespace);
    const root = children.length === wrapper.children.length ? wrapper : { ...wrapper, children };
    const type = this.#types[body.type];
    const [leaf, ...others] = type?.kind === 'complex' ? leavesWithin(this.#types, type) : [];
    if (leaf?.kind !== 'element' || leaf.list || others.length > 0) return root;
    // Of a part that is an element some servers leave the wrapper away.
    if (leaf.namespace !== '' && root.local === leaf.local && root.namespace === leaf.namespace)
      return { ...root, children: [root] };
    const [only, ...more] = elementsOf(root);
    if (!only || more.length > 0 || only.local === leaf.local) return root;
    return { ...root, children: [{ ...only, namespace: leaf.namespace, local: leaf.local }] };
  }

  #read(key: TypeKey): Read {
    const known = this.#reads.get(key);
    if (known) return known;
    const compiled = this.#compile(key);
    const read = this.#follows ? unlessDead(compiled) : compiled;
    this.#reads.set(key, read);
    return read;
  }

  #compile(key: TypeKey): Read {
    const type = this.#types[key];
    if (type?.kind === 'simple') {
      return simpleReader(type, (element, malformed) => this.#any(element, malformed));
    }
    if (type?.kind === 'substitution') {
      return (element, nillable, malformed) => this.#read(type.head)(element, nillable, malformed);
    }
    if (type?.kind === 'complex') return this.#compileComplex(key, type);
    if (type?.kind === 'array') {
      return (element, nillable, malformed) =>
        isNil(element)
          ? nilOf(element, nillable, malformed)
          : readArray(type, element, this.#read(type.item), malformed);
    }
    return (element, nillable, malformed) =>
      isNil(element) ? nilOf(element, nillable, malformed) : malformed(`The type ${key} is not known.`);
  }

  #compileComplex(key: TypeKey, type: ComplexType): Read {
    if (!type.variants) {
      const reader = this.#reader(key, type);
      const typename = this.#variants.has(key) ? type.graphql : undefined;
      return (element, nillable, malformed, fallback) => {
        if (isNil(element)) return nilOf(element, nillable, malformed);
        const record = reader.read(element, malformed, fallback);
        if (typename !== undefined) record['__typename'] = typename;
        return record;
      };
    }
    return (element, nillable, malformed) => {
      if (isNil(element)) return nilOf(element, nillable, malformed);
      const concrete = concreteOf(key, type, element);
      const model = concrete === undefined ? undefined : this.#types[concrete];
      if (concrete === undefined || model?.kind !== 'complex')
        return malformed(`${element.local} is of an abstract type and does not say which.`);
      const record = this.#reader(concrete, model).read(element, malformed);
      if (this.#variants.has(concrete)) record['__typename'] = model.graphql;
      return record;
    };
  }

  #reader(key: TypeKey, type: ComplexType): ComplexReader {
    const known = this.#complex.get(key);
    if (known) return known;
    const reader = new ComplexReader(this.#types, type, this.#readers);
    this.#complex.set(key, reader);
    return reader;
  }

  /** `anyType`: by its xsi:type where that is a simple one, else as the elements stand. */
  #any(element: XmlElement, malformed: Malformed): unknown {
    const said = attribute(element, 'type', xsiNamespace);
    const name = said === undefined ? undefined : resolveQName(element, said);
    const simple = name === undefined ? undefined : (wellKnownSimpleType(name) ?? name);
    const builtIn =
      simple !== undefined && namespaceOf(simple) === xsdNamespace ? builtInType(localOf(simple)) : undefined;
    if (builtIn && builtIn.primitive !== 'JSON') return simpleReader(builtIn)(element, false, malformed);
    const model = name === undefined ? undefined : this.#types[name];
    if (name !== undefined && model?.kind === 'complex' && !model.abstract)
      return this.#reader(name, model).read(element, malformed);
    if (name !== undefined && model?.kind === 'array') return this.#read(name)(element, true, malformed);
    if (saysArray(element)) return readArray({ rank: 1 }, element, this.#read(anyType), malformed);
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
}

function rootOf(
  { element = { namespace: '', local: '', nillable: false } }: BodyModel,
  envelope: XmlElement,
  style: 'document' | 'rpc',
  malformed: Malformed,
): XmlElement {
  const { namespace, local } = element;
  const elements = elementsOf(envelope);
  const exact = elements.find(one => one.local === local && one.namespace === namespace);
  if (exact) return exact;
  // The name of an rpc answer's wrapper does not matter (SOAP 1.1, 7.1).
  if (style === 'rpc' && elements[0]) return elements[0];
  const found = elements.find(one => one.local === local);
  if (found) {
    malformed.unexpected?.(`${qname(found.namespace, local)} instead of ${qname(namespace, local)}`);
    return found;
  }
  const names = elements.map(one => qname(one.namespace, one.local)).join(', ') || 'nothing';
  throw malformed(`The body holds ${names}, not ${qname(namespace, local)}.`);
}

/** The type that an element says it is of (XSD 1.0 part 1, 2.6.1), if it may stand for the declared one. */
function concreteOf(key: TypeKey, type: ComplexType, element: XmlElement): TypeKey | undefined {
  const { variants = [] } = type;
  const said = attribute(element, 'type', xsiNamespace);
  const name = said === undefined ? undefined : resolveQName(element, said);
  const found =
    variants.find(variant => variant.type === name) ??
    (name === undefined ? undefined : variants.find(variant => localOf(variant.type) === localOf(name)));
  return found?.type ?? (type.abstract ? undefined : key);
}

const noHeader: XmlElement = { namespace: '', local: 'Header', attributes: [], children: [], scope: { declared: {} } };

function unlessDead(read: Read): Read {
  return (element, nillable, malformed, fallback) =>
    isDead(element) ? malformed(`${element.local} ${element.reason}.`) : read(element, nillable, malformed, fallback);
}

/** SOAP 1.2 part 2, 4.2.1. */
const rpcNamespace = 'http://www.w3.org/2003/05/soap-rpc';

function isError(value: unknown): value is Error {
  return value instanceof Error;
}
