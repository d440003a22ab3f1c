import { type QName, qname, soapEncodingNamespaces, swaNamespace, xsdNamespace } from '../qname.ts';
import { wellKnownSchemas } from './well-known-schema.ts';

/**
 * Namespaces that everybody's documents import and whose schemas are never fetched. Most are built in (`well-known-schema.ts`); what a
 * document uses of the others is opaque (kept as XML), but for the simple types of SOAP's encoding and for attributes, which are all text.
 */
const namespaces: ReadonlySet<string> = new Set([
  ...wellKnownSchemas.keys(),
  xsdNamespace,
  ...soapEncodingNamespaces,
  swaNamespace,
  'http://schemas.xmlsoap.org/wsdl/',
  'http://www.w3.org/2006/05/addressing/wsdl',
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
]);
