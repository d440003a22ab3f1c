import { canonicalNamespace, type NamespaceScope } from './tree.ts';

/** A name that was resolved. Of equal names in one scope it is one object. */
export interface XmlName {
  readonly namespace: string;
  readonly local: string;
  readonly written: string;
  readonly scope: Scope;
  /** Which element came next, when this one was read last: mostly the same will come again. */
  next: XmlName | undefined;
}

/** Why a name is none (Namespaces in XML 1.0). */
export interface NameProblem {
  readonly problem: string;
}

/** What a prefix means that nothing binds; undefined: nothing. */
export type Unbound = (prefix: string) => string | undefined;

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** The prefixes in scope, and the names that were read in it: each is resolved once, however many elements bear it. */
export class Scope implements NamespaceScope {
  readonly declared: Readonly<Record<string, string>>;
  declare readonly outer?: Scope;
  readonly #unbound: Unbound;
  #elements: Map<string, XmlName> | undefined;
  #attributes: Map<string, XmlName> | undefined;

  private constructor(declared: Readonly<Record<string, string>>, unbound: Unbound, outer?: Scope) {
    this.declared = declared;
    this.#unbound = unbound;
    if (outer) this.outer = outer;
  }

  /** Around a whole document. */
  static outermost(unbound: Unbound): Scope {
    return new Scope(Object.assign(Object.create(null), { xml: xmlNamespace }), unbound);
  }

  within(declared: Readonly<Record<string, string>>): Scope {
    return new Scope(declared, this.#unbound, this);
  }

  element(written: string): XmlName | NameProblem {
    const known = this.#elements?.get(written);
    if (known) return known;
    const name = this.#resolved(written, false);
    if (!('problem' in name)) {
      this.#elements ??= new Map();
      this.#elements.set(written, name);
    }
    return name;
  }

  /** A name without a prefix is in no namespace (6.2). */
  attribute(written: string): XmlName | NameProblem {
    const known = this.#attributes?.get(written);
    if (known) return known;
    const name = this.#resolved(written, true);
    if (!('problem' in name)) {
      this.#attributes ??= new Map();
      this.#attributes.set(written, name);
    }
    return name;
  }

  #resolved(written: string, ofAttribute: boolean): XmlName | NameProblem {
    const colon = written.indexOf(':');
    if (colon < 0) return this.#name(written, ofAttribute ? '' : (this.#bound('') ?? ''), written);
    const prefix = written.slice(0, colon);
    const local = written.slice(colon + 1);
    if (prefix === '' || local === '' || local.includes(':')) return { problem: `malformed name: ${written}.` };
    if (prefix === 'xmlns') return { problem: 'tags may not have "xmlns" as prefix.' };
    // In XML 1.1 a prefix can be bound to nothing.
    const namespace = this.#bound(prefix) || this.#unbound(prefix);
    if (namespace === undefined) return { problem: `unbound namespace prefix: ${JSON.stringify(prefix)}.` };
    return this.#name(written, namespace, local);
  }

  #name(written: string, namespace: string, local: string): XmlName {
    return {
      namespace: single(canonicalNamespace(namespace)),
      local: single(local),
      written,
      scope: this,
      next: undefined,
    };
  }

  #bound(prefix: string): string | undefined {
    for (let at: Scope | undefined = this; at; at = at.outer) {
      const namespace = at.declared[prefix]; // it inherits nothing
      if (namespace !== undefined) return namespace;
    }
    return undefined;
  }
}

/**
 * The one string among all equal ones that V8 has for names of properties: two of them are compared by their addresses, and none keeps the
 * text alive that it was cut out of.
 */
export function single(text: string): string {
  for (const name in { [text]: true }) return name;
  return text;
}

/** What is wrong with binding a prefix (`''`: the default namespace) to a namespace; undefined where it may be (Namespaces in XML 1.0, 3). */
export function bindingProblem(prefix: string, namespace: string): string | undefined {
  if (prefix === 'xml' && namespace !== xmlNamespace) return `xml prefix must be bound to ${xmlNamespace}.`;
  if (prefix === 'xmlns') return 'the prefix xmlns may not be bound.';
  if (namespace === xmlnsNamespace) return `nothing may be bound to the URI ${xmlnsNamespace}.`;
  if (namespace === xmlNamespace && prefix !== 'xml') return 'may not assign the xml namespace to another prefix.';
  return undefined;
}
