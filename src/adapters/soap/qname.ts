/** A qualified name as one text: `{namespace}local`; `local` alone where there is no namespace. */
export type QName = string;

export function qname(namespace: string, local: string): QName {
  return namespace === '' ? local : `{${namespace}}${local}`;
}

export function namespaceOf(name: QName): string {
  return name.startsWith('{') ? name.slice(1, name.lastIndexOf('}')) : '';
}

export function localOf(name: QName): string {
  return name.slice(name.lastIndexOf('}') + 1);
}

export const xsdNamespace = 'http://www.w3.org/2001/XMLSchema';
/** `xs:string`. */
export const textType: QName = qname(xsdNamespace, 'string');
export const anyType: QName = qname(xsdNamespace, 'anyType');
export const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
export const wsdlNamespace = 'http://schemas.xmlsoap.org/wsdl/';
/** SOAP bindings in WSDL, by version. */
export const bindingNamespace = {
  '1.1': 'http://schemas.xmlsoap.org/wsdl/soap/',
  '1.2': 'http://schemas.xmlsoap.org/wsdl/soap12/',
} as const;
/** Envelopes, by version. */
export const envelopeNamespace = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
} as const;
/** The attribute that says whom a header block is for, by version. */
export const roleName = { '1.1': 'actor', '1.2': 'role' } as const;
export const mimeNamespace = 'http://schemas.xmlsoap.org/wsdl/mime/';
/** The type of references to attachments (WS-I Attachments Profile 1.0, 4.4). */
export const swaNamespace = 'http://ws-i.org/profiles/basic/1.1/xsd';
export const swaRef: QName = qname(swaNamespace, 'swaRef');
/** The rules of SOAP encoding, and what they name, by version. */
export const encodingNamespace = {
  '1.1': 'http://schemas.xmlsoap.org/soap/encoding/',
  '1.2': 'http://www.w3.org/2003/05/soap-encoding',
} as const;
export const soapEncodingNamespaces: readonly string[] = Object.values(encodingNamespace);

export type SoapVersion = keyof typeof envelopeNamespace;

/**
 * The entry of a name; for a name without a namespace (its prefix is bound to none, or it has none where it should, and so is in WSDL's own
 * where that is the default) the only entry of that local name. Real documents have such names, and there is nothing else they could mean.
 */
export function lookUp<T>(table: ReadonlyMap<QName, T>, name: QName): readonly [QName, T] | undefined {
  const exact = table.get(name);
  if (exact !== undefined) return [name, exact];
  const namespace = namespaceOf(name);
  if (namespace !== '' && namespace !== wsdlNamespace) return undefined;
  const local = namespace === '' ? name.slice(name.indexOf(':') + 1) : localOf(name);
  if (local === '') return undefined;
  const found = [...table].filter(([key]) => localOf(key) === local);
  return found.length === 1 ? found[0] : undefined;
}
