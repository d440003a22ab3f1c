import { attribute, childrenNamed, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { SoapDocument } from '../load.ts';
import { bindingNamespace, lookUp, type QName, qname, type SoapVersion, wsdlNamespace } from '../qname.ts';
import { resolveQName } from '../xml-conventions.ts';
import { type MimeContent, mimeContents, mimePartsOf } from './mime-contents.ts';
import { Policies } from './policy.ts';

/** WSDL 1.1 in its own terms, over all documents that were loaded. */
export interface Wsdl {
  readonly targetNamespace: string;
  readonly ports: readonly Port[];
  /** Of bindings that nothing defines. */
  readonly unboundPorts: readonly { readonly name: string; readonly binding: QName }[];
  readonly bindings: readonly Binding[];
  readonly portTypes: ReadonlyMap<QName, PortType>;
  readonly messages: ReadonlyMap<QName, readonly MessagePart[]>;
}

interface Port {
  readonly name: string;
  readonly service: string;
  readonly binding: Binding;
  readonly location: string | undefined;
  /** Names of what stands at it and in its policies. */
  readonly assertions: ReadonlySet<QName>;
}

export interface Binding {
  readonly name: QName;
  readonly portType: QName;
  /** Undefined where it is no SOAP over HTTP. */
  readonly version: SoapVersion | undefined;
  readonly style: 'document' | 'rpc';
  /** What it and its operations call their style that is none. */
  readonly oddStyles: readonly string[];
  readonly operations: readonly BoundOperation[];
  /** Names of what stands in it and in its policies. */
  readonly assertions: ReadonlySet<QName>;
}

export interface BoundOperation {
  readonly name: string;
  readonly inputName: string | undefined;
  readonly outputName: string | undefined;
  readonly style: 'document' | 'rpc' | undefined;
  readonly soapAction: string | undefined;
  readonly input: BoundMessage | undefined;
  readonly output: BoundMessage | undefined;
}

/** How a message is put into an envelope (WSDL 1.1, 3.5 and 5). */
export interface BoundMessage {
  readonly encoded: boolean;
  /** URIs of the rules that it is encoded by, between spaces. */
  readonly encodingStyle: string | undefined;
  /** Of an rpc wrapper. */
  readonly namespace: string | undefined;
  /** Names of the parts that make the body; undefined: all that are no headers. */
  readonly parts: readonly string[] | undefined;
  readonly headers: readonly BoundHeader[];
  /** Its parts that are attachments, or why they cannot be told. */
  readonly contents: readonly MimeContent[] | { readonly reason: string };
}

/** A part of any message that is a header block (WSDL 1.1, 3.7). */
export interface BoundHeader {
  readonly message: QName;
  readonly part: string;
  readonly encoded: boolean;
  readonly encodingStyle: string | undefined;
  /** Of a part that is of a type. */
  readonly namespace: string | undefined;
  /** Parts that are the blocks which tell of its faults. */
  readonly faults: readonly { readonly message: QName; readonly part: string }[];
}

export interface PortType {
  readonly name: QName;
  readonly operations: readonly PortOperation[];
}

export interface PortOperation {
  readonly name: string;
  readonly portType: QName;
  readonly documentation: string | undefined;
  readonly input: PortMessage | undefined;
  readonly output: PortMessage | undefined;
  /** Messages of its faults. */
  readonly faults: readonly QName[];
  /** Solicit-response and notification (WSDL 1.1, 2.4.3 and 2.4.4): the server speaks first. */
  readonly outputFirst: boolean;
}

interface PortMessage {
  readonly name: string | undefined;
  readonly message: QName;
  /** WS-Addressing 1.0 Metadata, 4.4.1. */
  readonly action: string | undefined;
}

export interface MessagePart {
  readonly name: string;
  readonly element: QName | undefined;
  readonly type: QName | undefined;
}

export function readWsdl(document: SoapDocument): Wsdl {
  const bindings = new Map<QName, Binding>();
  const portTypes = new Map<QName, PortType>();
  const messages = new Map<QName, readonly MessagePart[]>();
  const ports: Port[] = [];
  const unboundPorts: { name: string; binding: QName }[] = [];
  const policies = new Policies(document.definitions.map(({ root }) => root));
  for (const { root } of document.definitions) {
    const namespace = attribute(root, 'targetNamespace') ?? '';
    for (const element of childrenNamed(root, wsdlNamespace, 'message')) {
      messages.set(qname(namespace, nameOf(element)), childrenNamed(element, wsdlNamespace, 'part').map(partOf));
    }
    for (const element of childrenNamed(root, wsdlNamespace, 'portType')) {
      const name = qname(namespace, nameOf(element));
      portTypes.set(name, {
        name,
        operations: childrenNamed(element, wsdlNamespace, 'operation').map(operation => operationOf(operation, name)),
      });
    }
    for (const element of childrenNamed(root, wsdlNamespace, 'binding')) {
      const binding = bindingOf(element, namespace, policies);
      bindings.set(binding.name, binding);
    }
  }
  for (const { root } of document.definitions) {
    for (const service of childrenNamed(root, wsdlNamespace, 'service')) {
      for (const element of childrenNamed(service, wsdlNamespace, 'port')) {
        const written = attribute(element, 'binding') ?? '';
        const reference = resolveQName(element, written) ?? written;
        const binding = lookUp(bindings, reference)?.[1];
        if (!binding) {
          unboundPorts.push({ name: nameOf(element), binding: reference });
          continue;
        }
        ports.push({
          name: nameOf(element),
          service: nameOf(service),
          binding,
          location: locationOf(element),
          assertions: policies.assertions([element]),
        });
      }
    }
  }
  const targetNamespace = attribute(document.definitions[0]!.root, 'targetNamespace') ?? ''; // load() gives at least one
  return { targetNamespace, ports, unboundPorts, bindings: [...bindings.values()], portTypes, messages };
}

function nameOf(element: XmlElement): string {
  return attribute(element, 'name') ?? '';
}

function partOf(element: XmlElement): MessagePart {
  const reference = (name: string) => {
    const value = attribute(element, name);
    return value === undefined ? undefined : (resolveQName(element, value) ?? value);
  };
  return { name: nameOf(element), element: reference('element'), type: reference('type') };
}

function operationOf(element: XmlElement, portType: QName): PortOperation {
  const side = (local: string) => {
    const found = childrenNamed(element, wsdlNamespace, local)[0];
    if (!found) return undefined;
    const message = attribute(found, 'message');
    const action = found.attributes.find(one => one.local === 'Action' && /\baddressing\b/.test(one.namespace))?.value;
    const name = attribute(found, 'name');
    // Nothing is not the default namespace's.
    return { name, message: message ? (resolveQName(found, message) ?? message) : '', action };
  };
  const first = elementsOf(element).find(child => child.local === 'input' || child.local === 'output');
  return {
    name: nameOf(element),
    portType,
    documentation: documentationOf(element),
    input: side('input'),
    output: side('output'),
    faults: childrenNamed(element, wsdlNamespace, 'fault').map(fault => {
      const message = attribute(fault, 'message') ?? '';
      return resolveQName(fault, message) ?? message;
    }),
    outputFirst: first?.local === 'output',
  };
}

function documentationOf(element: XmlElement): string | undefined {
  const text = childrenNamed(element, wsdlNamespace, 'documentation').map(textOf).join('\n').trim();
  return text === '' ? undefined : text;
}

function bindingOf(element: XmlElement, namespace: string, policies: Policies): Binding {
  const found = soapChild(element, 'binding');
  // SOAP over JMS, SMTP or TCP has the same binding element with another transport (SOAP over JMS 1.0, 3.4).
  const overHttp = found && !/jms|smtp|tcp/i.test(attribute(found.element, 'transport') ?? '');
  const reference = attribute(element, 'type') ?? '';
  const operations = childrenNamed(element, wsdlNamespace, 'operation');
  const styles = [found, ...operations.map(operation => soapChild(operation, 'operation'))].flatMap(
    soap => (soap && attribute(soap.element, 'style')) ?? [],
  );
  return {
    name: qname(namespace, nameOf(element)),
    portType: resolveQName(element, reference) ?? reference,
    version: overHttp ? found.version : undefined,
    style: found && attribute(found.element, 'style') === 'rpc' ? 'rpc' : 'document',
    oddStyles: [...new Set(styles.filter(style => style !== 'rpc' && style !== 'document'))],
    operations: operations.map(boundOperationOf),
    assertions: policies.assertions([element]),
  };
}

function boundOperationOf(element: XmlElement): BoundOperation {
  const soap = soapChild(element, 'operation')?.element;
  const style = soap ? attribute(soap, 'style') : undefined;
  const input = childrenNamed(element, wsdlNamespace, 'input')[0];
  const output = childrenNamed(element, wsdlNamespace, 'output')[0];
  return {
    name: nameOf(element),
    inputName: input ? attribute(input, 'name') : undefined,
    outputName: output ? attribute(output, 'name') : undefined,
    style: style === 'rpc' || style === 'document' ? style : undefined,
    soapAction: soap ? attribute(soap, 'soapAction') : undefined,
    input: input ? boundMessageOf(input) : undefined,
    output: output ? boundMessageOf(output) : undefined,
  };
}

function boundMessageOf(element: XmlElement): BoundMessage {
  const mimeParts = mimePartsOf(element);
  const holders = [element, ...mimeParts];
  const body = holders.map(holder => soapChild(holder, 'body')?.element).find(found => found !== undefined);
  const headers = holders.flatMap(elementsOf).filter(child => child.local === 'header' && isSoapBinding(child));
  const parts = body ? attribute(body, 'parts') : undefined;
  return {
    encoded: body !== undefined && attribute(body, 'use') === 'encoded',
    encodingStyle: body ? attribute(body, 'encodingStyle') : undefined,
    namespace: body ? attribute(body, 'namespace') : undefined,
    parts: parts?.split(/\s+/).filter(part => part !== ''),
    headers: headers.map(headerOf),
    contents: mimeContents(mimeParts),
  };
}

function headerOf(element: XmlElement): BoundHeader {
  const faults = elementsOf(element).filter(child => child.local === 'headerfault' && isSoapBinding(child));
  return {
    ...partIn(element),
    faults: faults.map(partIn),
    encoded: attribute(element, 'use') === 'encoded',
    encodingStyle: attribute(element, 'encodingStyle'),
    namespace: attribute(element, 'namespace'),
  };
}

function partIn(element: XmlElement): { readonly message: QName; readonly part: string } {
  const message = attribute(element, 'message') ?? '';
  return { message: resolveQName(element, message) ?? message, part: attribute(element, 'part') ?? '' };
}

function locationOf(port: XmlElement): string | undefined {
  const address = soapChild(port, 'address');
  return address ? attribute(address.element, 'location')?.trim() : undefined;
}

function soapChild(element: XmlElement, local: string): { element: XmlElement; version: SoapVersion } | undefined {
  for (const version of ['1.1', '1.2'] as const) {
    const [found] = childrenNamed(element, bindingNamespace[version], local);
    if (found) return { element: found, version };
  }
  return undefined;
}

function isSoapBinding(element: XmlElement): boolean {
  return element.namespace === bindingNamespace['1.1'] || element.namespace === bindingNamespace['1.2'];
}
