import { SaxesParser, type SaxesTagNS } from 'saxes';
import { type QName, qname } from './qname.ts';

/** An element as it was read: names resolved, text and elements in their order. */
export interface XmlElement {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  readonly scope: NamespaceScope;
}

type XmlNode = XmlElement | string;

interface XmlAttribute {
  readonly namespace: string;
  readonly local: string;
  readonly value: string;
}

/** The prefixes in scope: an element's own over its parent's. */
export interface NamespaceScope {
  readonly declared: Readonly<Record<string, string>>;
  readonly outer?: NamespaceScope;
}

interface XmlLimits {
  readonly depth: number;
  /** Elements and texts of the whole document. */
  readonly nodes: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Is a document type declaration tolerated? It is never acted on: no entity is ever defined by one. */
  readonly doctype: boolean;
  /** Are prefixes that nothing binds tolerated? They get the namespace `urn:unbound:<prefix>`. */
  readonly unbound: boolean;
}

/** What a backend's answer may look like (edge.md U7). */
export const answerLimits: XmlLimits = { depth: 256, nodes: 200_000, attributes: 64, doctype: false, unbound: false };
/** What a WSDL or XSD may look like. */
export const documentLimits: XmlLimits = {
  depth: 256,
  nodes: 4_000_000,
  attributes: 512,
  doctype: true,
  unbound: true,
};

type XmlReading =
  | { readonly ok: true; readonly root: XmlElement; readonly unboundPrefixes: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads a whole document: well-formed XML 1.0 with namespaces, or the first reason why it is not. Linear in its length. */
export function readXml(text: string, limits: XmlLimits): XmlReading {
  const unbound = new Set<string>();
  const parser = new SaxesParser({
    xmlns: true,
    resolvePrefix(prefix: string) {
      if (Object.hasOwn(customaryPrefixes, prefix)) {
        unbound.add(prefix);
        return customaryPrefixes[prefix];
      }
      if (!limits.unbound || prefix === '') return undefined;
      unbound.add(prefix);
      return `urn:unbound:${prefix}`;
    },
  });
  const builder = new TreeBuilder(limits, message => parser.fail(message));
  parser.on('doctype', () => {
    if (!limits.doctype) parser.fail('a document type declaration is not allowed.');
  });
  let attributes = 0;
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) parser.fail(`an element has more than ${limits.attributes} attributes.`);
  });
  parser.on('opentag', tag => builder.open(tag));
  parser.on('text', content => builder.text(content));
  parser.on('cdata', content => builder.text(content));
  parser.on('closetag', () => builder.close());
  try {
    // In pieces, so that a limit ends the reading soon after it is passed.
    for (let from = 0; from < text.length; from += pieceLength) parser.write(text.slice(from, from + pieceLength));
    parser.close();
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) }; // saxes: line:column: reason
  }
  if (!builder.root) return { ok: false, problem: 'there is no element.' };
  return { ok: true, root: builder.root, unboundPrefixes: [...unbound] };
}

const pieceLength = 64 * 1024;

/** Prefixes that real documents use without binding them, and what everybody means by them. */
const customaryPrefixes: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  xs: 'http://www.w3.org/2001/XMLSchema',
  xsd: 'http://www.w3.org/2001/XMLSchema',
  s: 'http://www.w3.org/2001/XMLSchema',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  wsdl: 'http://schemas.xmlsoap.org/wsdl/',
  soap: 'http://schemas.xmlsoap.org/wsdl/soap/',
  soap12: 'http://schemas.xmlsoap.org/wsdl/soap12/',
  wsp: 'http://schemas.xmlsoap.org/ws/2004/09/policy',
});

type Growing = Omit<XmlElement, 'children'> & { readonly children: XmlNode[] };

class TreeBuilder {
  root: XmlElement | undefined;
  readonly #limits: XmlLimits;
  readonly #fail: (message: string) => void;
  readonly #open: Growing[] = [];
  #nodes = 0;

  constructor(limits: XmlLimits, fail: (message: string) => void) {
    this.#limits = limits;
    this.#fail = fail;
  }

  open(tag: SaxesTagNS): void {
    this.#count();
    if (this.#open.length >= this.#limits.depth) {
      this.#fail(`elements are nested more than ${this.#limits.depth} levels deep.`);
    }
    const parent = this.#open.at(-1);
    const element: Growing = {
      namespace: canonical(tag.uri),
      local: tag.local,
      attributes: attributesOf(tag),
      children: [],
      scope: scopeOf(tag, parent?.scope),
    };
    if (parent) parent.children.push(element);
    else this.root = element;
    this.#open.push(element);
  }

  text(content: string): void {
    const parent = this.#open.at(-1);
    if (!parent || content === '') return;
    const last = parent.children.length - 1;
    const previous = parent.children[last];
    if (typeof previous === 'string') {
      parent.children[last] = previous + content;
      return;
    }
    this.#count();
    parent.children.push(content);
  }

  close(): void {
    this.#open.pop();
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.nodes) this.#fail(`there are more than ${this.#limits.nodes} elements and texts.`);
  }
}

const noAttributes: readonly XmlAttribute[] = [];
const outermost: NamespaceScope = {
  declared: Object.assign(Object.create(null), { xml: 'http://www.w3.org/XML/1998/namespace' }),
};

function attributesOf(tag: SaxesTagNS): readonly XmlAttribute[] {
  let attributes: XmlAttribute[] | undefined;
  for (const { uri, local, prefix, name, value } of Object.values(tag.attributes)) {
    if (prefix === 'xmlns' || name === 'xmlns') continue;
    attributes ??= [];
    attributes.push({ namespace: canonical(uri), local, value });
  }
  return attributes ?? noAttributes;
}

function scopeOf(tag: SaxesTagNS, outer: NamespaceScope = outermost): NamespaceScope {
  for (const _prefix in tag.ns) return { declared: tag.ns, outer };
  return outer;
}

/** Drafts of XML Schema, which the oldest documents still name, are read as the recommendation. */
function canonical(namespace: string): string {
  return /^http:\/\/www\.w3\.org\/(1999|2000\/10)\/XMLSchema(-instance)?$/.test(namespace)
    ? namespace.replace(/1999|2000\/10/, '2001')
    : namespace;
}

/** What a prefix is bound to here (`''`: the default namespace); undefined where nothing binds it. */
export function namespaceOfPrefix(scope: NamespaceScope, prefix: string): string | undefined {
  for (let at: NamespaceScope | undefined = scope; at; at = at.outer) {
    const namespace = Object.hasOwn(at.declared, prefix) ? at.declared[prefix] : undefined;
    if (namespace !== undefined) return canonical(namespace);
  }
  return prefix === '' ? '' : undefined;
}

/** A QName in content or an attribute's value, resolved; undefined where its prefix is not bound and has no customary meaning. */
export function resolveQName(element: XmlElement, text: string): QName | undefined {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const prefix = colon < 0 ? '' : trimmed.slice(0, colon);
  const bound = namespaceOfPrefix(element.scope, prefix);
  const namespace = bound ?? (Object.hasOwn(customaryPrefixes, prefix) ? customaryPrefixes[prefix] : undefined);
  return namespace === undefined ? undefined : qname(namespace, trimmed.slice(colon + 1));
}

export function attribute(element: XmlElement, local: string, namespace = ''): string | undefined {
  return element.attributes.find(one => one.local === local && one.namespace === namespace)?.value;
}

export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter(child => typeof child !== 'string');
}

/** The child elements of one name. */
export function childrenNamed(element: XmlElement, namespace: string, local: string): XmlElement[] {
  return elementsOf(element).filter(child => child.local === local && child.namespace === namespace);
}

/** The text of an element: its own alone, not that of elements in it. */
export function textOf(element: XmlElement): string {
  const [only, more] = element.children;
  if (more === undefined) return typeof only === 'string' ? only : '';
  return element.children.filter(child => typeof child === 'string').join('');
}
