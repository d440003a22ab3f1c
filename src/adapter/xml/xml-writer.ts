import { type NamespaceScope, namespaceOfPrefix, type XmlElement } from './tree.ts';

/** A character that XML 1.0 (2.2, Char) has no way to write; lone surrogates among them. */
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function hasIllegalCharacter(text: string): boolean {
  return illegal.test(text);
}

/** Text content. A carriage return is written as a reference: a parser would turn a bare one into a line feed (XML 1.0, 2.11). */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, character => textEscapes[character]!) : text;
}

/** An attribute's value between double quotes; white space survives normalisation (XML 1.0, 3.3.3). */
export function escapeAttribute(text: string): string {
  return /[&<>"\t\n\r]/.test(text) ? text.replace(/[&<>"\t\n\r]/g, character => attributeEscapes[character]!) : text;
}

const textEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const attributeEscapes: Readonly<Record<string, string>> = {
  ...textEscapes,
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
};

/**
 * An element as text that stands by itself: of the prefixes that were in scope it has those that it uses, and those that texts in it
 * seem to use, so that a QName in content keeps its meaning (W3C TAG, Using QNames as Identifiers in XML Content).
 */
export function writeXml(element: XmlElement): string {
  return write(element, undefined, new Set(['']));
}

/** Adds to `used` the prefixes that are met; what the outermost element declares is those alone. */
function write(element: XmlElement, outer: NamespaceScope | undefined, used: Set<string>): string {
  const declarations = declaredSince(element.scope, outer);
  const prefixOf = (namespace: string, ofAttribute: boolean): string => {
    if (namespace === '') return '';
    let prefix = boundPrefix(element.scope, namespace, ofAttribute);
    if (prefix === undefined) {
      // Its prefix was read by custom: nothing in the document binds it.
      prefix = `ns-${declarations.size}`;
      declarations.set(prefix, namespace);
    }
    used.add(prefix);
    return prefix;
  };
  const named = (prefix: string, local: string) => (prefix === '' ? local : `${prefix}:${local}`);
  const name = named(prefixOf(element.namespace, false), element.local);
  const attributes = element.attributes
    .map(one => ` ${named(prefixOf(one.namespace, true), one.local)}="${escapeAttribute(one.value)}"`)
    .join('');
  for (const { value } of element.attributes) addPrefixes(value, used);
  const content = element.children.map(child => {
    if (typeof child !== 'string') return write(child, element.scope, used);
    addPrefixes(child, used);
    return escapeText(child);
  });
  const declared = [...declarations]
    .filter(([prefix]) => outer !== undefined || used.has(prefix))
    .map(([prefix, namespace]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${escapeAttribute(namespace)}"`)
    .join('');
  if (content.length === 0) return `<${name}${declared}${attributes}/>`;
  return `<${name}${declared}${attributes}>${content.join('')}</${name}>`;
}

/** Whatever stands before a colon: a QName, a list of them or an XPath expression. Linear in the text. */
function addPrefixes(text: string, used: Set<string>): void {
  if (!text.includes(':')) return;
  for (const word of text.split(/[^\w.:\u0080-\uFFFF-]+/)) {
    for (const prefix of word.split(':').slice(0, -1)) used.add(prefix);
  }
}

/** What is bound in a scope and not yet in the outer one. */
function declaredSince(scope: NamespaceScope, outer: NamespaceScope | undefined): Map<string, string> {
  const declared = new Map<string, string>();
  for (let at: NamespaceScope | undefined = scope; at && at !== outer; at = at.outer) {
    for (const [prefix, namespace] of Object.entries(at.declared)) {
      if (prefix !== 'xml' && prefix !== 'xmlns' && !declared.has(prefix)) declared.set(prefix, namespace);
    }
  }
  if (outer === undefined && declared.get('') === '') declared.delete('');
  return declared;
}

/** The innermost prefix of a namespace that nothing nearer takes for another; an attribute cannot use the default namespace. */
function boundPrefix(scope: NamespaceScope, namespace: string, ofAttribute: boolean): string | undefined {
  for (let at: NamespaceScope | undefined = scope; at; at = at.outer) {
    for (const prefix of Object.keys(at.declared)) {
      if (ofAttribute && prefix === '') continue;
      if (at.declared[prefix] === namespace && namespaceOfPrefix(scope, prefix) === namespace) return prefix;
    }
  }
  return undefined;
}
