import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { type QName, qname } from '../qname.ts';

const policyNamespaces: ReadonlySet<string> = new Set([
  'http://schemas.xmlsoap.org/ws/2002/12/policy',
  'http://schemas.xmlsoap.org/ws/2004/09/policy',
  'http://www.w3.org/ns/ws-policy',
]);
const utilityNamespace = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';

/** The policies that stand in WSDL documents, to be referred to (WS-Policy 1.5 Attachment, 4.1). */
export class Policies {
  readonly #byId = new Map<string, XmlElement>();

  constructor(roots: readonly XmlElement[]) {
    for (const root of roots) this.#gather(root);
  }

  /**
   * Names of all elements below these, and of all assertions of the policies that they refer to. Alternatives are not told apart: it is
   * for warnings, and for what does no harm where it is not wanted.
   */
  assertions(elements: readonly XmlElement[]): ReadonlySet<QName> {
    const names = new Set<QName>();
    const seen = new Set<XmlElement>();
    const pending = [...elements];
    for (let element = pending.pop(); element; element = pending.pop()) {
      if (seen.has(element)) continue;
      seen.add(element);
      names.add(qname(element.namespace, element.local));
      for (const reference of referencesOf(element)) {
        const policy = this.#byId.get(reference);
        if (policy) pending.push(policy);
      }
      pending.push(...elementsOf(element));
    }
    return names;
  }

  #gather(element: XmlElement): void {
    for (const child of elementsOf(element)) {
      if (child.local !== 'Policy' || !policyNamespaces.has(child.namespace)) continue;
      const id =
        attribute(child, 'Id', utilityNamespace) ?? attribute(child, 'id', xmlNamespace) ?? attribute(child, 'Name');
      if (id !== undefined) this.#byId.set(id, child);
    }
  }
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** By `wsp:PolicyReference`, or by the attribute `wsp:PolicyURIs`. */
function referencesOf(element: XmlElement): readonly string[] {
  const uris = element.attributes
    .filter(one => one.local === 'PolicyURIs' && policyNamespaces.has(one.namespace))
    .flatMap(one => one.value.split(/\s+/));
  if (element.local === 'PolicyReference' && policyNamespaces.has(element.namespace))
    uris.push(attribute(element, 'URI')?.trim() ?? '');
  return uris.map(uri => uri.replace(/^#/, ''));
}
