import { escapeAttribute } from '../../../adapter/xml/xml-writer.ts';
import type { Encoding } from '../model/call.ts';
import type { TypeKey } from '../model/model.ts';
import {
  encodingNamespace,
  envelopeNamespace,
  localOf,
  namespaceOf,
  type QName,
  roleName,
  type SoapVersion,
  xsiNamespace,
} from '../qname.ts';

/** What an outermost element says in the envelope's own words. */
export interface Marks {
  readonly envelope: SoapVersion;
  readonly mustUnderstand: boolean;
  /** A URI. Absent: the ultimate receiver. */
  readonly role?: string;
}

/** Stands in outermost start tags for namespace declarations until they are known; no XML text can hold it. */
const declarationsMark = '\u0000';

/** Writes the tags of one element of an envelope, whose outermost one binds all prefixes. */
export class Tags {
  readonly #prefixes = new Map<string, string>();
  /** Absent: literal. */
  readonly #encoding: Encoding | undefined;
  readonly #marks: Marks | undefined;
  #depth = 0;

  constructor(encoding?: Encoding, marks?: Marks) {
    this.#encoding = encoding;
    this.#marks = marks;
  }

  /** A text that is complete, with its declarations. */
  declared(text: string): string {
    const declarations = [...this.#prefixes].map(([uri, prefix]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`);
    return text.replaceAll(declarationsMark, declarations.join(''));
  }

  /** A name as it is written here. */
  name(namespace: string, local: string): string {
    if (namespace === '') return local;
    if (namespace === 'http://www.w3.org/XML/1998/namespace') return `xml:${local}`;
    return `${this.prefix(namespace)}:${local}`;
  }

  prefix(namespace: string): string {
    const known = this.#prefixes.get(namespace);
    if (known !== undefined) return known;
    const prefix = namespace === xsiNamespace ? 'xsi' : `n${this.#prefixes.size}`;
    this.#prefixes.set(namespace, prefix);
    return prefix;
  }

  /** What follows is written inside of an element. Its own name comes first, so that prefixes are numbered from the outside in. */
  begin({ namespace, local }: Name): void {
    this.name(namespace, local);
    this.#depth += 1;
  }

  end(): void {
    this.#depth -= 1;
  }

  /** A whole element. `attributes` and `content` are written already. */
  element(element: Name, attributes: string, content: string): string {
    const name = this.name(element.namespace, element.local);
    const outermost = this.#depth === 0 ? `${declarationsMark}${this.#encodingStyle()}${this.#marked()}` : '';
    const start = `<${name}${outermost}${attributes}`;
    return content === '' ? `${start}/>` : `${start}>${content}</${name}>`;
  }

  xsiType(name: QName): string {
    return ` ${this.prefix(xsiNamespace)}:type="${this.name(namespaceOf(name), localOf(name))}"`;
  }

  /** SOAP 1.1, 5.1: an accessor says what type it is of. A type without a name cannot be said. */
  told(type: TypeKey): string {
    return this.#encoding && isNamed(type) ? this.xsiType(type) : '';
  }

  /** SOAP 1.1, 4.1.1; SOAP 1.2 part 1, 5.1.1. */
  #encodingStyle(): string {
    if (!this.#encoding) return '';
    const { rules, envelope } = this.#encoding;
    return ` ${this.prefix(envelopeNamespace[envelope])}:encodingStyle="${encodingNamespace[rules]}"`;
  }

  /** SOAP 1.1, 4.2.2 and 4.2.3; SOAP 1.2 part 1, 5.2.2 and 5.2.3. */
  #marked(): string {
    if (!this.#marks) return '';
    const { envelope, mustUnderstand, role } = this.#marks;
    const prefix = this.prefix(envelopeNamespace[envelope]);
    const addressed = role === undefined ? '' : ` ${prefix}:${roleName[envelope]}="${escapeAttribute(role)}"`;
    return `${mustUnderstand ? ` ${prefix}:mustUnderstand="1"` : ''}${addressed}`;
  }
}

interface Name {
  readonly namespace: string;
  readonly local: string;
}

/** Has a type a name? That of no other is a key without a path. */
export function isNamed(type: TypeKey): boolean {
  return namedType.test(type);
}

const namedType = /^(?!XML$)(?:\{[^{}]*\})?[^\s{}/~]+$/;
