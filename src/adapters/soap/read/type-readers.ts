import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { attribute, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { Types } from '../model/fields.ts';
import type { ComplexType, TypeKey } from '../model/model.ts';
import { anyType, localOf, namespaceOf, xsdNamespace, xsiNamespace } from '../qname.ts';
import { wellKnownSimpleType } from '../well-known/well-known.ts';
import { resolveQName } from '../xml-conventions.ts';
import { builtInType } from '../xsd/simple-type.ts';
import { readArray, saysArray } from './array-reader.ts';
import { ComplexContent } from './complex-content.ts';
import { ComplexReader, type Readers } from './complex-reader.ts';
import { isDead } from './multirefs.ts';
import type { Malformed, Read } from './read.ts';
import { readTree } from './read-tree.ts';
import { referenceReader } from './reference-reader.ts';
import { Settled } from './settled.ts';
import { isNil, nilOf, simpleReader, wholeReader } from './simple-reader.ts';

/** The readers of a model's types. Each is made once, when a value of it is first met. */
export class TypeReaders implements Readers {
  readonly #types: Types;
  readonly #reads = new Map<TypeKey, Read>();
  readonly #complex = new Map<TypeKey, ComplexReader>();
  /** Keys of types whose values must tell what they are. */
  readonly #variants: ReadonlySet<TypeKey>;
  readonly #follows: boolean;

  /** `follows`: may there be references in what is read? */
  constructor(types: Types, follows = false) {
    this.#types = types;
    this.#follows = follows;
    this.#variants = new Set(
      Object.values(types).flatMap(type => (type.kind === 'complex' ? (type.variants ?? []).map(one => one.type) : [])),
    );
  }

  read(key: TypeKey): Read {
    const known = this.#reads.get(key);
    if (known) return known;
    const compiled = this.#compile(key);
    const read = this.#follows ? unlessDead(compiled) : compiled;
    this.#reads.set(key, read);
    return read;
  }

  complex(key: TypeKey, type: ComplexType): ComplexReader {
    const known = this.#complex.get(key);
    if (known) return known;
    const reader = new ComplexReader(this.#types, type, this);
    this.#complex.set(key, reader);
    return reader;
  }

  /** The value of an element that is there as a whole. */
  ofTree(key: TypeKey, element: XmlElement, nillable: boolean, malformed: Malformed): unknown {
    return readTree(element, this.read(key)(element, nillable, malformed));
  }

  #compile(key: TypeKey): Read {
    const type = this.#types[key];
    switch (type?.kind) {
      case 'simple':
        if (type.refers) return referenceReader;
        return simpleReader(type, (element, malformed) => this.#any(element, malformed));
      case 'substitution':
        return (start, nillable, malformed) => this.read(type.head)(start, nillable, malformed);
      case 'complex':
        return type.variants ? this.#variantReader(key, type) : this.#complexReader(key, type);
      case 'array':
        return wholeReader((element, malformed) => readArray(type, element, this.read(type.item), malformed));
      default:
        return (start, nillable, malformed) =>
          new Settled(isNil(start) ? nilOf(start, nillable, malformed) : malformed(`The type ${key} is not known.`));
    }
  }

  #complexReader(key: TypeKey, type: ComplexType): Read {
    const reader = this.complex(key, type);
    const typename = this.#typenameOf(key, type);
    return (start, nillable, malformed, fallback) =>
      isNil(start)
        ? new Settled(nilOf(start, nillable, malformed))
        : new ComplexContent(reader, malformed, { start, fallback, typename });
  }

  #variantReader(key: TypeKey, type: ComplexType): Read {
    return (start, nillable, malformed) => {
      if (isNil(start)) return new Settled(nilOf(start, nillable, malformed));
      const concrete = concreteOf(key, type, start);
      const model = concrete === undefined ? undefined : this.#types[concrete];
      if (concrete === undefined || model?.kind !== 'complex')
        return new Settled(malformed(`${start.local} is of an abstract type and does not say which.`));
      const typename = this.#typenameOf(concrete, model);
      return new ComplexContent(this.complex(concrete, model), malformed, { start, fallback: undefined, typename });
    };
  }

  #typenameOf(key: TypeKey, type: ComplexType): string | undefined {
    return this.#variants.has(key) ? type.graphql : undefined;
  }

  /** `anyType`: by its xsi:type where that is a simple one, else as the elements stand. */
  #any(element: XmlElement, malformed: Malformed): unknown {
    const said = attribute(element, 'type', xsiNamespace);
    const name = said === undefined ? undefined : resolveQName(element, said);
    const simple = name === undefined ? undefined : (wellKnownSimpleType(name) ?? name);
    const builtIn =
      simple !== undefined && namespaceOf(simple) === xsdNamespace ? builtInType(localOf(simple)) : undefined;
    if (builtIn && builtIn.primitive !== 'JSON')
      return readTree(element, simpleReader(builtIn)(element, false, malformed));
    const model = name === undefined ? undefined : this.#types[name];
    if (name !== undefined && model?.kind === 'complex' && !model.abstract) {
      const whole = { start: element, fallback: undefined, typename: undefined };
      return readTree(element, new ComplexContent(this.complex(name, model), malformed, whole));
    }
    if (name !== undefined && model?.kind === 'array') return this.ofTree(name, element, true, malformed);
    if (saysArray(element)) return readArray({ rank: 1 }, element, this.read(anyType), malformed);
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

/** The type that an element says it is of (XSD 1.0 part 1, 2.6.1), if it may stand for the declared one. */
function concreteOf(key: TypeKey, type: ComplexType, start: XmlStart): TypeKey | undefined {
  const { variants = [] } = type;
  const said = attribute(start, 'type', xsiNamespace);
  const name = said === undefined ? undefined : resolveQName(start, said);
  const found =
    variants.find(variant => variant.type === name) ??
    (name === undefined ? undefined : variants.find(variant => localOf(variant.type) === localOf(name)));
  return found?.type ?? (type.abstract ? undefined : key);
}

function unlessDead(read: Read): Read {
  return (start, nillable, malformed, fallback) =>
    isDead(start)
      ? new Settled(malformed(`${start.local} ${start.reason}.`))
      : read(start, nillable, malformed, fallback);
}
