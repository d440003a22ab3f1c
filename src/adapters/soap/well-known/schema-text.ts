import { xsdNamespace } from '../qname.ts';

/** Namespaces of the schemas that are built in, by the prefixes that their texts use. */
export const prefixes = {
  xml: 'http://www.w3.org/XML/1998/namespace',
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
  wsa: 'http://www.w3.org/2005/08/addressing',
  wsa04: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  xmime: 'http://www.w3.org/2005/05/xmlmime',
  xmime04: 'http://www.w3.org/2004/11/xmlmime',
  xop: 'http://www.w3.org/2004/08/xop/include',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xenc: 'http://www.w3.org/2001/04/xmlenc#',
  wsp04: 'http://schemas.xmlsoap.org/ws/2004/09/policy',
  wsp: 'http://www.w3.org/ns/ws-policy',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wstop: 'http://docs.oasis-open.org/wsn/t-1',
  bf: 'http://docs.oasis-open.org/wsrf/bf-2',
  wsrf: 'http://docs.oasis-open.org/wsrf/r-2',
} as const;

type Prefix = keyof typeof prefixes;

/** A schema's text; it imports every namespace whose prefix it uses. Its local elements are qualified. */
export function schemaText(own: Prefix, content: string, more = ''): string {
  const used = Object.entries(prefixes).filter(([prefix]) => prefix !== own && content.includes(`"${prefix}:`));
  const imported = used.map(([, uri]) => `<xs:import namespace="${uri}"/>`).join('');
  const declared = used
    .filter(([prefix]) => prefix !== 'xml')
    .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
    .join('');
  const home = own === 'xml' ? '' : ` xmlns:${own}="${prefixes[own]}"`;
  return `<xs:schema xmlns:xs="${xsdNamespace}"${home}${declared} targetNamespace="${prefixes[own]}" elementFormDefault="qualified"${more}>${imported}${content}</xs:schema>`;
}

/** `name:type` pairs as global elements of types of the schema itself. */
export function elements(own: Prefix, pairs: string): string {
  return pairs
    .trim()
    .split(/\s+/)
    .map(pair => pair.split(':') as [string, string]) // they are written so
    .map(([name, type]) => `<xs:element name="${name}" type="${own}:${type}"/>`)
    .join('');
}

/** Any elements of other namespaces; any elements at all. */
export const others = '<xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>';
export const anything = '<xs:any namespace="##any" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>';
export const otherAttributes = '<xs:anyAttribute namespace="##other" processContents="lax"/>';

/** A complex type of a sequence, with what follows it. */
export function sequence(name: string, content: string, rest = '', more = ''): string {
  return `<xs:complexType name="${name}"${more}><xs:sequence>${content}</xs:sequence>${rest}</xs:complexType>`;
}

/** A complex type of simple content. */
export function text(name: string, base: string, attributes: string): string {
  return `<xs:complexType name="${name}"><xs:simpleContent><xs:extension base="${base}">${attributes}</xs:extension></xs:simpleContent></xs:complexType>`;
}

/** A simple type of listed values. */
export function values(name: string, base: string, listed: readonly string[]): string {
  const enumerated = listed.map(value => `<xs:enumeration value="${value}"/>`).join('');
  return `<xs:simpleType name="${name}"><xs:restriction base="${base}">${enumerated}</xs:restriction></xs:simpleType>`;
}
