import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { envelopeNamespace, type QName, qname, roleName, type SoapVersion } from '../qname.ts';

/**
 * The first block of an answer's header that must be understood by us and is not (SOAP 1.1, 4.2.3; SOAP 1.2 part 1, 5.2.3): such an answer
 * must not be used. Blocks for other nodes are none of our business.
 */
export function notUnderstood(
  header: XmlElement | undefined,
  version: SoapVersion,
  isKnown: (name: QName) => boolean,
): QName | undefined {
  const namespace = envelopeNamespace[version];
  for (const block of header ? elementsOf(header) : []) {
    const must = attribute(block, 'mustUnderstand', namespace)?.trim();
    if (must !== '1' && must !== 'true') continue;
    const role = attribute(block, roleName[version], namespace)?.trim();
    const name = qname(block.namespace, block.local);
    if ((role === undefined || ours.has(role)) && !isKnown(name)) return name;
  }
  return undefined;
}

/** SOAP 1.1, 4.2.2; SOAP 1.2 part 1, 2.2. */
const ours: ReadonlySet<string> = new Set([
  '',
  'http://schemas.xmlsoap.org/soap/actor/next',
  'http://www.w3.org/2003/05/soap-envelope/role/next',
  'http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver',
]);
