import { readXml } from '../../../adapter/xml/read-xml.ts';
import type { XmlElement } from '../../../adapter/xml/tree.ts';
import { wsdlNamespace, xsdNamespace } from '../qname.ts';
import { documentLimits } from '../xml-conventions.ts';
import { prefixes } from './schema-text.ts';

const resources = 'http://docs.oasis-open.org/wsrf/rw-2';
const notification = 'http://docs.oasis-open.org/wsn/bw-2';

/** A message of one part, which is an element. */
const message = (name: string, element: string) =>
  `<wsdl:message name="${name}"><wsdl:part name="${name}" element="${element}"/></wsdl:message>`;

const definitions = (own: string, content: string, namespaces: Readonly<Record<string, string>>) => {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const imported = Object.values(namespaces).map(uri => `<xs:import namespace="${uri}"/>`);
  return `<wsdl:definitions xmlns:wsdl="${wsdlNamespace}" xmlns:xs="${xsdNamespace}" xmlns:own="${own}"${declared.join('')} targetNamespace="${own}">
${own === resources ? '' : `<wsdl:import namespace="${resources}" location="${resources}.wsdl"/>`}
<wsdl:types><xs:schema>${imported.join('')}</xs:schema></wsdl:types>${content}</wsdl:definitions>`;
};

/** Web Services Resource 1.2. */
const resourceDefinitions = definitions(
  resources,
  ['ResourceUnknownFault', 'ResourceUnavailableFault'].map(name => message(name, `wsrf:${name}`)).join(''),
  { wsrf: prefixes.wsrf },
);

/** The operations of Web Services Base Notification 1.3, and their faults besides that of an unknown resource. */
const operations: Readonly<Record<string, string>> = {
  Subscribe: `InvalidFilterFault TopicExpressionDialectUnknownFault InvalidTopicExpressionFault TopicNotSupportedFault
    InvalidProducerPropertiesExpressionFault InvalidMessageContentExpressionFault UnacceptableInitialTerminationTimeFault
    UnrecognizedPolicyRequestFault UnsupportedPolicyRequestFault NotifyMessageNotSupportedFault SubscribeCreationFailedFault`,
  GetCurrentMessage: `TopicExpressionDialectUnknownFault InvalidTopicExpressionFault TopicNotSupportedFault NoCurrentMessageOnTopicFault
    MultipleTopicsSpecifiedFault`,
  GetMessages: 'UnableToGetMessagesFault',
  DestroyPullPoint: 'UnableToDestroyPullPointFault',
  CreatePullPoint: 'UnableToCreatePullPointFault',
  Renew: 'UnacceptableTerminationTimeFault',
  Unsubscribe: 'UnableToDestroySubscriptionFault',
  PauseSubscription: 'PauseFailedFault',
  ResumeSubscription: 'ResumeFailedFault',
};

const portTypes: Readonly<Record<string, string>> = {
  NotificationConsumer: 'Notify',
  NotificationProducer: 'Subscribe GetCurrentMessage',
  PullPoint: 'GetMessages DestroyPullPoint Notify',
  CreatePullPoint: 'CreatePullPoint',
  SubscriptionManager: 'Renew Unsubscribe',
  PausableSubscriptionManager: 'Renew Unsubscribe PauseSubscription ResumeSubscription',
};

function operation(name: string): string {
  const faults = operations[name];
  if (faults === undefined)
    return `<wsdl:operation name="${name}"><wsdl:input message="own:${name}"/></wsdl:operation>`;
  const known = faults.split(/\s+/).map(fault => `<wsdl:fault name="${fault}" message="own:${fault}"/>`);
  const unknown = '<wsdl:fault name="ResourceUnknownFault" message="rw:ResourceUnknownFault"/>';
  return `<wsdl:operation name="${name}"><wsdl:input message="own:${name}Request"/><wsdl:output message="own:${name}Response"/>
${name === 'CreatePullPoint' ? '' : unknown}${known.join('')}</wsdl:operation>`;
}

/** Web Services Base Notification 1.3. */
const notificationDefinitions = definitions(
  notification,
  `${message('Notify', 'wsnt:Notify')}
${Object.keys(operations)
  .map(name => message(`${name}Request`, `wsnt:${name}`) + message(`${name}Response`, `wsnt:${name}Response`))
  .join('')}
${[...new Set(Object.values(operations).flatMap(faults => faults.split(/\s+/)))].map(name => message(name, `wsnt:${name}`)).join('')}
${Object.entries(portTypes)
  .map(([name, own]) => `<wsdl:portType name="${name}">${own.split(' ').map(operation).join('')}</wsdl:portType>`)
  .join('')}`,
  { wsnt: prefixes.wsnt, rw: resources },
);

const texts: ReadonlyMap<string, string> = new Map([
  [resources, resourceDefinitions],
  [notification, notificationDefinitions],
]);

/** The WSDL of a namespace that everybody imports and that is never fetched; undefined for any other. */
export function wellKnownDefinitions(namespace: string): XmlElement | undefined {
  const text = texts.get(namespace);
  if (text === undefined) return undefined;
  const reading = readXml(text, documentLimits);
  if (!reading.ok) throw new TypeError(`The WSDL of ${namespace} is not well-formed: ${reading.problem}`);
  return reading.root;
}
