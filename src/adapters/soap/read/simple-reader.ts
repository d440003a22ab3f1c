import { attribute, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { writeXml } from '../../../adapter/xml/xml-writer.ts';
import type { SimpleType } from '../model/model.ts';
import { xsiNamespace } from '../qname.ts';
import { hasEmptyValue, isProblem, lexicalReader } from '../write/lexical.ts';
import { resolveQName } from '../xml-conventions.ts';
import type { Malformed, Read } from './read.ts';

type ReadText = (text: string, element: XmlElement, malformed: Malformed) => unknown;

/** The reader of elements of a simple type. `any` reads those whose type is open. */
export function simpleReader(
  type: SimpleType,
  any: (element: XmlElement, malformed: Malformed) => unknown = textOf,
): Read {
  if (type.primitive === 'XML') return unlessNil(writeXml);
  if (type.primitive === 'JSON') return unlessNil(any);
  const readText = textReader(type);
  const emptyIsNull = !hasEmptyValue(type);
  return (element, nillable, malformed, fallback) => {
    if (isNil(element)) return nilOf(element, nillable, malformed);
    const { children } = element;
    const [only] = children;
    const isText = children.length === 1 && typeof only === 'string';
    if (!isText && elementsOf(element).length > 0) {
      return malformed(`${element.local} holds elements where text should be.`);
    }
    const text = isText ? only : textOf(element);
    if (fallback !== undefined) return readText(text === '' ? fallback : text, element, malformed);
    // Old servers write an empty element where there is no value.
    if (nillable && emptyIsNull && text.trim() === '') return null;
    return readText(text, element, malformed);
  };
}

/** The reader of a simple type's texts; of the element they stand in, it reads the prefixes in scope. */
export function textReader(type: SimpleType): ReadText {
  if (type.primitive === 'QName') return (text, element, malformed) => qualified(type, text, element, malformed);
  const read = lexicalReader(type);
  return (text, _element, malformed) => {
    const value = read(text);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(item => (isProblem(item) ? malformed(item.problem) : item));
    return isProblem(value) ? malformed(value.problem) : value;
  };
}

function qualified(type: SimpleType, text: string, element: XmlElement, malformed: Malformed): unknown {
  const names = (type.list ? text.trim().split(/\s+/) : [text]).filter(name => !type.list || name !== '');
  const resolved = names.map(
    name => resolveQName(element, name) ?? malformed(`${name} has a prefix that nothing binds.`),
  );
  return type.list ? resolved : resolved[0];
}

function unlessNil(read: (element: XmlElement, malformed: Malformed) => unknown): Read {
  return (element, nillable, malformed) =>
    isNil(element) ? nilOf(element, nillable, malformed) : read(element, malformed);
}

/** XML Schema 1.0 part 1, 2.6.2. */
export function isNil(element: XmlElement): boolean {
  if (element.attributes.length === 0) return false;
  const nil = attribute(element, 'nil', xsiNamespace)?.trim();
  return nil === 'true' || nil === '1';
}

export function nilOf({ local }: XmlElement, nillable: boolean, malformed: Malformed): unknown {
  return nillable ? null : malformed(`${local} is nil, and may not be.`);
}
