import type { XmlLimits } from '../../adapter/xml/parse-xml.ts';
import { answerLimits as plainAnswerLimits } from '../../adapter/xml/read-xml.ts';
import { namespaceOfPrefix, type XmlElement } from '../../adapter/xml/tree.ts';
import { type QName, qname } from './qname.ts';

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

/** What a backend's answer may look like. */
export const answerLimits: XmlLimits = { ...plainAnswerLimits, customary: customaryPrefixes };
/** What a WSDL or XSD may look like. */
export const documentLimits: XmlLimits = {
  depth: 256,
  nodes: 4_000_000,
  attributes: 512,
  doctype: true,
  unbound: true,
  customary: customaryPrefixes,
};

/** A QName in content or an attribute's value, resolved; undefined where its prefix is not bound and has no customary meaning. */
export function resolveQName(element: Pick<XmlElement, 'scope'>, text: string): QName | undefined {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  const prefix = colon < 0 ? '' : trimmed.slice(0, colon);
  const bound = namespaceOfPrefix(element.scope, prefix);
  const namespace = bound ?? (Object.hasOwn(customaryPrefixes, prefix) ? customaryPrefixes[prefix] : undefined);
  return namespace === undefined ? undefined : qname(namespace, trimmed.slice(colon + 1));
}
