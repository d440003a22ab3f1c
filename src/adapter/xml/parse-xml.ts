import { SaxesParser } from 'saxes';
import { bindingProblem, type NameProblem, Scope, type XmlName } from './scope.ts';
import type { NamespaceScope, XmlAttribute } from './tree.ts';

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

/** A start tag: names resolved, without the declarations of namespaces. */
export interface XmlStart {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly scope: NamespaceScope;
}

/** Is told of a document's elements while it is read. What it was told of a document that is not well-formed is worth nothing. */
export interface XmlHandler {
  open(start: XmlStart): void;
  /** Never empty; a text may come in several pieces. */
  text(content: string): void;
  close(): void;
}

type XmlParsing =
  | { readonly ok: true; readonly unboundPrefixes: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads a whole document: well-formed XML 1.0 with namespaces, or the first reason why it is not. Linear in its length. */
export function parseXml(text: string, limits: XmlLimits, handler: XmlHandler): XmlParsing {
  const parsing = idle ?? new Parsing();
  idle = undefined; // a handler may read another document
  const read = parsing.read(text, limits, handler);
  if (read.ok) idle = parsing;
  return read;
}

/** The one that read the last document to its end: making one costs as much as reading 1 kB. */
let idle: Parsing | undefined;

const pieceLength = 64 * 1024;
const noAttributes: readonly XmlAttribute[] = [];
const nobody: XmlHandler = { open: () => undefined, text: () => undefined, close: () => undefined };
const nothing: XmlLimits = { depth: 0, nodes: 0, attributes: 0, doctype: false, unbound: false };

/**
 * Saxes reads the syntax, and we the names: its own namespaces make two dictionaries for each element, and look a prefix up through all of
 * them.
 */
class Parsing {
  readonly #parser = new SaxesParser({ xmlns: false });
  #limits = nothing;
  #handler = nobody;
  #unbound = new Set<string>();
  /** Of each open element, the document's own first. */
  #scopes: Scope[] = [];
  #attributes: { readonly name: string; readonly value: string }[] = [];
  #declares = false;
  /** Of the last start tag. */
  #last: XmlName | undefined;
  #nodes = 0;
  /** Was a text the last that came? Its pieces are one node. */
  #inText = false;

  constructor() {
    const parser = this.#parser;
    // Seven handlers at most: with an eighth V8 makes a dictionary of the parser's fields, and all of its reading takes five times as long.
    parser.on('doctype', () => {
      if (!this.#limits.doctype) parser.fail('a document type declaration is not allowed.');
    });
    parser.on('processinginstruction', ({ target }) => {
      if (target.includes(':')) parser.fail('disallowed character in processing instruction name.');
    });
    parser.on('attribute', attribute => this.#attribute(attribute));
    parser.on('opentag', ({ name }) => this.#open(name));
    parser.on('text', content => this.#text(content));
    parser.on('cdata', content => this.#text(content));
    parser.on('closetag', () => this.#close());
  }

  read(text: string, limits: XmlLimits, handler: XmlHandler): XmlParsing {
    this.#limits = limits;
    this.#handler = handler;
    const unbound = new Set<string>();
    this.#unbound = unbound;
    this.#scopes = [Scope.outermost(prefix => this.#customary(prefix))];
    this.#last = undefined;
    this.#attributes = [];
    this.#nodes = 0;
    this.#inText = false;
    try {
      // In pieces, so that a limit ends the reading soon after it is passed.
      for (let from = 0; from < text.length; from += pieceLength)
        this.#parser.write(text.slice(from, from + pieceLength));
      this.#parser.close();
    } catch (error) {
      return { ok: false, problem: error instanceof Error ? error.message : String(error) }; // saxes: line:column: reason
    } finally {
      this.#handler = nobody;
      this.#scopes = [];
      this.#last = undefined;
    }
    return { ok: true, unboundPrefixes: [...unbound] };
  }

  #attribute(attribute: { readonly name: string; readonly value: string }): void {
    this.#attributes.push(attribute);
    const { name } = attribute;
    if (name === 'xmlns' || name.startsWith('xmlns:')) this.#declares = true;
    const { attributes: most } = this.#limits;
    if (this.#attributes.length > most) this.#parser.fail(`an element has more than ${most} attributes.`);
  }

  #open(written: string): void {
    this.#count();
    this.#inText = false;
    const { depth } = this.#limits;
    if (this.#scopes.length > depth) this.#parser.fail(`elements are nested more than ${depth} levels deep.`);
    let scope = this.#scopes[this.#scopes.length - 1]!; // the document's own is always there
    let attributes = noAttributes;
    if (this.#attributes.length === 0) {
      this.#scopes.push(scope);
    } else {
      const given = this.#attributes;
      this.#attributes = [];
      if (this.#declares) scope = scope.within(this.#declared(given));
      this.#declares = false;
      this.#scopes.push(scope);
      attributes = this.#resolved(given, scope);
    }
    const last = this.#last;
    let name = last?.next;
    if (name?.scope !== scope || name.written !== written) {
      name = this.#name(scope.element(written));
      if (last) last.next = name;
    }
    this.#last = name;
    this.#handler.open({ namespace: name.namespace, local: name.local, attributes, scope });
  }

  #text(content: string): void {
    if (content === '' || this.#scopes.length === 1) return;
    if (!this.#inText) this.#count();
    this.#inText = true;
    this.#handler.text(content);
  }

  #close(): void {
    this.#inText = false;
    this.#scopes.pop();
    this.#handler.close();
  }

  #count(): void {
    this.#nodes += 1;
    const { nodes } = this.#limits;
    if (this.#nodes > nodes) this.#parser.fail(`there are more than ${nodes} elements and texts.`);
  }

  #declared(attributes: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
    const declared: Record<string, string> = Object.create(null);
    for (const { name, value } of attributes) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const prefix = name.slice('xmlns:'.length);
      if (name !== 'xmlns' && (prefix === '' || prefix.includes(':'))) this.#parser.fail(`malformed name: ${name}.`);
      const namespace = value.trim();
      if (namespace === '' && prefix !== '' && this.#parser.xmlDecl.version !== '1.1')
        this.#parser.fail('invalid attempt to undefine prefix in XML 1.0');
      const problem = bindingProblem(prefix, namespace);
      if (problem !== undefined) this.#parser.fail(problem);
      declared[prefix] = namespace;
    }
    return declared;
  }

  #resolved(
    given: readonly { readonly name: string; readonly value: string }[],
    scope: Scope,
  ): readonly XmlAttribute[] {
    let attributes: XmlAttribute[] | undefined;
    for (const { name: written, value } of given) {
      if (written === 'xmlns' || written.startsWith('xmlns:')) continue;
      const { namespace, local } = this.#name(scope.attribute(written));
      attributes ??= [];
      attributes.push({ namespace, local, value });
    }
    if (!attributes) return noAttributes;
    if (attributes.length > 1) this.#demandDistinct(attributes);
    return attributes;
  }

  /** Namespaces in XML 1.0, 6.3. That they are not written alike saxes has seen to. */
  #demandDistinct(attributes: readonly XmlAttribute[]): void {
    const seen = new Set<string>();
    for (const { namespace, local } of attributes) {
      if (namespace === '') continue;
      const name = `{${namespace}}${local}`;
      if (seen.has(name)) this.#parser.fail(`duplicate attribute: ${name}.`);
      seen.add(name);
    }
  }

  #name(name: XmlName | NameProblem): XmlName {
    if ('problem' in name) {
      this.#parser.fail(name.problem);
      throw new TypeError(name.problem); // `fail` throws
    }
    return name;
  }

  #customary(prefix: string): string | undefined {
    const { customary, unbound } = this.#limits;
    if (customary && Object.hasOwn(customary, prefix)) {
      this.#unbound.add(prefix);
      return customary[prefix];
    }
    if (!unbound) return undefined;
    this.#unbound.add(prefix);
    return `urn:unbound:${prefix}`;
  }
}
