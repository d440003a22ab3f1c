import type { Addressing } from '../model/call.ts';
import { localOf, namespaceOf, type QName, qname } from '../qname.ts';
import type { PortedOperation } from './operations.ts';

/** How a WSDL says that its operations use WS-Addressing: on the binding or the port, by itself or in a policy. */
const said: readonly (readonly [QName, Addressing['version']])[] = [
  [qname('http://www.w3.org/2006/05/addressing/wsdl', 'UsingAddressing'), '2005/08'],
  [qname('http://www.w3.org/2007/05/addressing/metadata', 'Addressing'), '2005/08'],
  [qname('http://www.w3.org/2007/02/addressing/metadata', 'Addressing'), '2005/08'],
  [qname('http://schemas.xmlsoap.org/ws/2004/08/addressing/policy', 'UsingAddressing'), '2004/08'],
  [qname('http://schemas.xmlsoap.org/ws/2004/08/addressing', 'UsingAddressing'), '2004/08'],
];

/** `wanted`: what the configuration says, which goes before the WSDL. Undefined: the operation is not addressed. */
export function addressingOf(operation: PortedOperation, wanted: boolean | undefined): Addressing | undefined {
  const version = said.find(([name]) => operation.assertions.has(name))?.[1] ?? (wanted ? '2005/08' : undefined);
  return version === undefined || wanted === false ? undefined : { version, action: actionOf(operation) };
}

/**
 * WS-Addressing 1.0 Metadata, 4.4: what the WSDL says, else the SOAPAction, else the default pattern. The pattern is the same in the
 * submission (3.3.2).
 */
function actionOf({ operation, bound }: PortedOperation): string {
  const { input } = operation;
  if (input?.action !== undefined) return input.action;
  if (bound?.soapAction) return bound.soapAction;
  const namespace = namespaceOf(operation.portType);
  const delimiter = /^urn:/i.test(namespace) ? ':' : '/';
  const name = input?.name ?? (operation.output ? `${operation.name}Request` : operation.name); // WSDL 1.1, 2.4.5
  const start = namespace.endsWith(delimiter) ? namespace : namespace + delimiter;
  return `${start}${localOf(operation.portType)}${delimiter}${name}`;
}
