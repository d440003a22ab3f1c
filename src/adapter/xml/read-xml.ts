import { SaxesParser, type SaxesTagNS } from 'saxes';
import { canonicalNamespace, type NamespaceScope, type XmlAttribute, type XmlElement, type XmlNode } from './tree.ts';

export interface XmlLimits {
  readonly depth: number;
  /** Elements and texts of the whole document. */
  readonly nodes: number;
  /** Attributes of one element, namespace declarations included. */
  readonly attributes: number;
  /** Is a document type declaration tolerated? It is never acted on: no entity is ever defined by one. */
  readonly doctype: boolean;
  /** Are prefixes that nothing binds tolerated? They get the namespace `urn:unbound:<prefix>`. */
  readonly unbound: boolean;
  /** Prefixes that may be used without being bound, and what is meant by them. Default: none. */
  readonly customary?: Readonly<Record<string, string>>;
}

/** What a backend's answer may look like (edge.md U7). */
export const answerLimits: XmlLimits = { depth: 256, nodes: 200_000, attributes: 64, doctype: false, unbound: false };

type XmlReading =
  | { readonly ok: true; readonly root: XmlElement; readonly unboundPrefixes: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads a whole document: well-formed XML 1.0 with namespaces, or the first reason why it is not. Linear in its length. */
export function readXml(text: string, limits: XmlLimits): XmlReading {
  const unbound = new Set<string>();
  const parser = new SaxesParser({
    xmlns: true,
    resolvePrefix(prefix: string) {
      const { customary } = limits;
      if (customary && Object.hasOwn(customary, prefix)) {
        unbound.add(prefix);
        return customary[prefix];
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
  // Six handlers at most: with a seventh V8 makes a dictionary of the parser's fields, and all of its reading takes five times as long.
  let attributes = 0;
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > limits.attributes) parser.fail(`an element has more than ${limits.attributes} attributes.`);
  });
  parser.on('opentag', tag => {
    attributes = 0;
    builder.open(tag);
  });
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
      namespace: canonicalNamespace(tag.uri),
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
  for (const key in tag.attributes) {
    const { uri, local, prefix, name, value } = tag.attributes[key]!;
    if (prefix === 'xmlns' || name === 'xmlns') continue;
    attributes ??= [];
    attributes.push({ namespace: canonicalNamespace(uri), local, value });
  }
  return attributes ?? noAttributes;
}

function scopeOf(tag: SaxesTagNS, outer: NamespaceScope = outermost): NamespaceScope {
  for (const _prefix in tag.ns) return { declared: tag.ns, outer };
  return outer;
}
