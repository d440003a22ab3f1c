import { type QName, qname, soapEncodingNamespaces, xsdNamespace } from './qname.ts';

/**
 * Namespaces that everybody's documents import and whose schemas are never fetched. What a document uses of them is opaque (kept as
 * XML), but for the simple types below and for attributes, which are all text.
 */
const namespaces: ReadonlySet<string> = new Set([
  xsdNamespace,
  'http://www.w3.org/XML/1998/namespace',
  ...soapEncodingNamespaces,
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2003/05/soap-envelope',
  'http://schemas.xmlsoap.org/wsdl/',
  'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  'http://www.w3.org/2005/08/addressing',
  'http://www.w3.org/2006/05/addressing/wsdl',
  'http://www.w3.org/2005/05/xmlmime',
  'http://www.w3.org/2004/11/xmlmime',
  'http://www.w3.org/2004/08/xop/include',
  'http://www.w3.org/2000/09/xmldsig#',
  'http://www.w3.org/2001/04/xmlenc#',
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  'http://docs.oasis-open.org/wsn/b-2',
  'http://docs.oasis-open.org/wsn/t-1',
  'http://docs.oasis-open.org/wsn/bw-2',
  'http://docs.oasis-open.org/wsrf/bf-2',
  'http://docs.oasis-open.org/wsrf/rw-2',
  'http://docs.oasis-open.org/wsrf/r-2',
  'http://schemas.xmlsoap.org/ws/2004/09/policy',
  'http://www.w3.org/ns/ws-policy',
]);

export function isWellKnown(namespace: string): boolean {
  return namespaces.has(namespace);
}

/** The built-in type of XML Schema that a well-known type comes down to, where it is a simple one. */
export function wellKnownSimpleType(name: QName): QName | undefined {
  const twin = simple.get(name);
  return twin === undefined ? undefined : qname(xsdNamespace, twin);
}

const encoded = [
  'string normalizedString token Name NCName ID IDREF ENTITY NMTOKEN language anyURI QName boolean float double decimal integer',
  'nonPositiveInteger negativeInteger nonNegativeInteger positiveInteger long int short byte unsignedLong unsignedInt unsignedShort',
  'unsignedByte date time dateTime duration gYear gYearMonth gMonth gMonthDay gDay base64Binary hexBinary',
].flatMap(line => line.split(' '));

const simple: ReadonlyMap<QName, string> = new Map([
  ...soapEncodingNamespaces.flatMap(namespace => encoded.map(local => [qname(namespace, local), local] as const)),
  ...soapEncodingNamespaces.map(namespace => [qname(namespace, 'base64'), 'base64Binary'] as const),
  ...['http://www.w3.org/2005/05/xmlmime', 'http://www.w3.org/2004/11/xmlmime'].flatMap(namespace => [
    [qname(namespace, 'base64Binary'), 'base64Binary'] as const,
    [qname(namespace, 'hexBinary'), 'hexBinary'] as const,
  ]),
]);
