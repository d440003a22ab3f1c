/** An element as it was read: names resolved, text and elements in their order. */
export interface XmlElement {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  readonly scope: NamespaceScope;
}

export type XmlNode = XmlElement | string;

export interface XmlAttribute {
  readonly namespace: string;
  readonly local: string;
  readonly value: string;
}

/** The prefixes in scope: an element's own over its parent's. */
export interface NamespaceScope {
  readonly declared: Readonly<Record<string, string>>;
  readonly outer?: NamespaceScope;
}

/** Drafts of XML Schema, which the oldest documents still name, are read as the recommendation. */
export function canonicalNamespace(namespace: string): string {
  return drafts.get(namespace) ?? namespace;
}

/** What a prefix is bound to here (`''`: the default namespace); undefined where nothing binds it. */
export function namespaceOfPrefix(scope: NamespaceScope, prefix: string): string | undefined {
  for (let at: NamespaceScope | undefined = scope; at; at = at.outer) {
    const namespace = Object.hasOwn(at.declared, prefix) ? at.declared[prefix] : undefined;
    if (namespace !== undefined) return canonicalNamespace(namespace);
  }
  return prefix === '' ? '' : undefined;
}

export function attribute(element: Pick<XmlElement, 'attributes'>, local: string, namespace = ''): string | undefined {
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

const drafts: ReadonlyMap<string, string> = new Map(
  ['1999', '2000/10'].flatMap(draft =>
    ['XMLSchema', 'XMLSchema-instance'].map(name => [
      `http://www.w3.org/${draft}/${name}`,
      `http://www.w3.org/2001/${name}`,
    ]),
  ),
);
