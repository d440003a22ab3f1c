import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { attribute, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { writeXml } from '../../../adapter/xml/xml-writer.ts';
import type { SimpleType } from '../model/model.ts';
import { xsiNamespace } from '../qname.ts';
import { hasEmptyValue, isProblem, lexicalReader } from '../write/lexical.ts';
import { resolveQName } from '../xml-conventions.ts';
import type { Content, Malformed, Read } from './read.ts';
import { passedOver, Settled } from './settled.ts';
import { TreeContent } from './tree-content.ts';

type ReadText = (text: string, start: XmlStart, malformed: Malformed) => unknown;

/** The reader of elements of a simple type. `any` reads those whose type is open. */
export function simpleReader(
  type: SimpleType,
  any: (element: XmlElement, malformed: Malformed) => unknown = textOf,
): Read {
  if (type.primitive === 'XML') return wholeReader(writeXml);
  if (type.primitive === 'JSON') return wholeReader(any);
  const reader: TextReader = { readText: textReader(type), emptyIsNull: !hasEmptyValue(type) };
  return (start, nillable, malformed, fallback) =>
    isNil(start)
      ? new Settled(nilOf(start, nillable, malformed))
      : new TextContent(reader, start, nillable, malformed, fallback);
}

/** The reader of elements that must be there as a whole. */
export function wholeReader(read: (element: XmlElement, malformed: Malformed) => unknown): Read {
  return (start, nillable, malformed) =>
    isNil(start)
      ? new Settled(nilOf(start, nillable, malformed))
      : new TreeContent(start, element => read(element, malformed));
}

interface TextReader {
  readonly readText: ReadText;
  /** Old servers write an empty element where there is no value. */
  readonly emptyIsNull: boolean;
}

class TextContent implements Content {
  readonly #reader: TextReader;
  readonly #start: XmlStart;
  readonly #nillable: boolean;
  readonly #malformed: Malformed;
  readonly #fallback: string | undefined;
  #text = '';
  #hasElements = false;

  constructor(
    reader: TextReader,
    start: XmlStart,
    nillable: boolean,
    malformed: Malformed,
    fallback: string | undefined,
  ) {
    this.#reader = reader;
    this.#start = start;
    this.#nillable = nillable;
    this.#malformed = malformed;
    this.#fallback = fallback;
  }

  child(): Content {
    this.#hasElements = true;
    return passedOver;
  }

  took(): void {}

  text(content: string): void {
    this.#text = this.#text === '' ? content : this.#text + content;
  }

  end(): unknown {
    const { readText, emptyIsNull } = this.#reader;
    if (this.#hasElements) return this.#malformed(`${this.#start.local} holds elements where text should be.`);
    const text = this.#text;
    if (this.#fallback !== undefined)
      return readText(text === '' ? this.#fallback : text, this.#start, this.#malformed);
    if (emptyIsNull && this.#nillable && text.trim() === '') return null;
    return readText(text, this.#start, this.#malformed);
  }
}

/** The reader of a simple type's texts; of the element they stand in, it reads the prefixes in scope. */
export function textReader(type: SimpleType): ReadText {
  if (type.primitive === 'QName') return (text, start, malformed) => qualified(type, text, start, malformed);
  const read = lexicalReader(type);
  return (text, _start, malformed) => {
    const value = read(text);
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(item => (isProblem(item) ? malformed(item.problem) : item));
    return isProblem(value) ? malformed(value.problem) : value;
  };
}

function qualified(type: SimpleType, text: string, start: XmlStart, malformed: Malformed): unknown {
  const names = (type.list ? text.trim().split(/\s+/) : [text]).filter(name => !type.list || name !== '');
  const resolved = names.map(
    name => resolveQName(start, name) ?? malformed(`${name} has a prefix that nothing binds.`),
  );
  return type.list ? resolved : resolved[0];
}

/** XML Schema 1.0 part 1, 2.6.2. */
export function isNil(start: XmlStart): boolean {
  if (start.attributes.length === 0) return false;
  const nil = attribute(start, 'nil', xsiNamespace)?.trim();
  return nil === 'true' || nil === '1';
}

export function nilOf({ local }: XmlStart, nillable: boolean, malformed: Malformed): unknown {
  return nillable ? null : malformed(`${local} is nil, and may not be.`);
}
