import { anything, elements, otherAttributes, others, schemaText, sequence } from './schema-text.ts';

/** A type and a global element of it: a fault of WS-ResourceFramework, with what it has beyond the base. */
const fault = (own: 'wsnt' | 'wsrf', name: string, content = '') =>
  `<xs:complexType name="${name}Type"><xs:complexContent><xs:extension base="bf:BaseFaultType">${content === '' ? '' : `<xs:sequence>${content}</xs:sequence>`}</xs:extension></xs:complexContent></xs:complexType>${elements(own, `${name}:${name}Type`)}`;

/** A message: a global element whose type has no name, open at its end. */
const message = (name: string, content = '', attributes = '') =>
  `<xs:element name="${name}"><xs:complexType><xs:sequence>${content}${others}</xs:sequence>${attributes}</xs:complexType></xs:element>`;

const expression = (name: string, attributes = '') =>
  sequence(
    name,
    '<xs:any minOccurs="0" processContents="lax"/>',
    `<xs:attribute name="Dialect" type="xs:anyURI" use="required"/>${attributes}`,
    ' mixed="true"',
  );

const anyAttributes = '<xs:anyAttribute/>';
const times =
  '<xs:element name="MinimumTime" type="xs:dateTime"/><xs:element name="MaximumTime" type="xs:dateTime" minOccurs="0"/>';
const currentTime = '<xs:element ref="wsnt:CurrentTime" minOccurs="0"/>';

/** Web Services Base Notification 1.3. */
export const baseNotification = schemaText(
  'wsnt',
  `${expression('QueryExpressionType')}${expression('TopicExpressionType', anyAttributes)}
${sequence('FilterType', '<xs:any minOccurs="0" maxOccurs="unbounded"/>')}${sequence('SubscriptionPolicyType', anything)}
${elements(
  'wsnt',
  `TopicExpression:TopicExpressionType Filter:FilterType SubscriptionPolicy:SubscriptionPolicyType Topic:TopicExpressionType
NotificationMessage:NotificationMessageHolderType ProducerProperties:QueryExpressionType MessageContent:QueryExpressionType`,
)}
<xs:element name="FixedTopicSet" type="xs:boolean" default="true"/><xs:element name="TopicExpressionDialect" type="xs:anyURI"/>
<xs:element name="CreationTime" type="xs:dateTime"/><xs:element name="CurrentTime" type="xs:dateTime"/>
<xs:element name="TerminationTime" type="xs:dateTime" nillable="true"/><xs:element name="UseRaw"><xs:complexType/></xs:element>
<xs:element name="ConsumerReference" type="wsa:EndpointReferenceType"/><xs:element name="SubscriptionReference" type="wsa:EndpointReferenceType"/>
<xs:element name="ProducerReference" type="wsa:EndpointReferenceType"/>
<xs:element name="NotificationProducerRP"><xs:complexType><xs:sequence><xs:element ref="wsnt:TopicExpression" minOccurs="0" maxOccurs="unbounded"/>
<xs:element ref="wsnt:FixedTopicSet" minOccurs="0"/><xs:element ref="wsnt:TopicExpressionDialect" minOccurs="0" maxOccurs="unbounded"/>
<xs:element ref="wstop:TopicSet" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="SubscriptionManagerRP"><xs:complexType><xs:sequence><xs:element ref="wsnt:ConsumerReference"/>
<xs:element ref="wsnt:Filter" minOccurs="0"/><xs:element ref="wsnt:SubscriptionPolicy" minOccurs="0"/>
<xs:element ref="wsnt:CreationTime" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
${sequence(
  'NotificationMessageHolderType',
  `<xs:element ref="wsnt:SubscriptionReference" minOccurs="0"/><xs:element ref="wsnt:Topic" minOccurs="0"/>
<xs:element ref="wsnt:ProducerReference" minOccurs="0"/><xs:element name="Message"><xs:complexType><xs:sequence>
<xs:any namespace="##any" processContents="lax"/></xs:sequence></xs:complexType></xs:element>`,
)}
<xs:simpleType name="AbsoluteOrRelativeTimeType"><xs:union memberTypes="xs:dateTime xs:duration"/></xs:simpleType>
${message('Notify', '<xs:element ref="wsnt:NotificationMessage" maxOccurs="unbounded"/>')}
${message(
  'Subscribe',
  `<xs:element name="ConsumerReference" type="wsa:EndpointReferenceType"/><xs:element name="Filter" type="wsnt:FilterType" minOccurs="0"/>
<xs:element name="InitialTerminationTime" type="wsnt:AbsoluteOrRelativeTimeType" nillable="true" minOccurs="0"/>
<xs:element name="SubscriptionPolicy" minOccurs="0"><xs:complexType><xs:sequence>${anything}</xs:sequence></xs:complexType></xs:element>`,
)}
${message(
  'SubscribeResponse',
  `<xs:element name="SubscriptionReference" type="wsa:EndpointReferenceType"/>${currentTime}<xs:element ref="wsnt:TerminationTime" minOccurs="0"/>`,
)}
${message('GetCurrentMessage', '<xs:element name="Topic" type="wsnt:TopicExpressionType"/>')}${message('GetCurrentMessageResponse')}
${message('GetMessages', '<xs:element name="MaximumNumber" type="xs:nonNegativeInteger" minOccurs="0"/>', anyAttributes)}
${message('GetMessagesResponse', '<xs:element ref="wsnt:NotificationMessage" minOccurs="0" maxOccurs="unbounded"/>', anyAttributes)}
${message('DestroyPullPoint', '', anyAttributes)}${message('DestroyPullPointResponse', '', anyAttributes)}
${message('CreatePullPoint', '', anyAttributes)}
${message('CreatePullPointResponse', '<xs:element name="PullPoint" type="wsa:EndpointReferenceType"/>', anyAttributes)}
${message('Renew', '<xs:element name="TerminationTime" type="wsnt:AbsoluteOrRelativeTimeType" nillable="true"/>')}
${message('RenewResponse', `<xs:element ref="wsnt:TerminationTime"/>${currentTime}`)}
${['Unsubscribe', 'PauseSubscription', 'ResumeSubscription'].map(name => message(name) + message(`${name}Response`)).join('')}
${`SubscribeCreationFailedFault TopicExpressionDialectUnknownFault InvalidTopicExpressionFault TopicNotSupportedFault
MultipleTopicsSpecifiedFault InvalidProducerPropertiesExpressionFault InvalidMessageContentExpressionFault NotifyMessageNotSupportedFault
NoCurrentMessageOnTopicFault UnableToGetMessagesFault UnableToDestroyPullPointFault UnableToCreatePullPointFault
UnableToDestroySubscriptionFault PauseFailedFault ResumeFailedFault`
  .split(/\s+/)
  .map(name => fault('wsnt', name))
  .join('')}
${fault('wsnt', 'InvalidFilterFault', '<xs:element name="UnknownFilter" type="xs:QName" maxOccurs="unbounded"/>')}
${fault('wsnt', 'UnrecognizedPolicyRequestFault', '<xs:element name="UnrecognizedPolicy" type="xs:QName" minOccurs="0" maxOccurs="unbounded"/>')}
${fault('wsnt', 'UnsupportedPolicyRequestFault', '<xs:element name="UnsupportedPolicy" type="xs:QName" minOccurs="0" maxOccurs="unbounded"/>')}
${fault('wsnt', 'UnacceptableInitialTerminationTimeFault', times)}${fault('wsnt', 'UnacceptableTerminationTimeFault', times)}`,
);

/** Web Services Base Faults 1.2. */
export const baseFaults = schemaText(
  'bf',
  `${elements('bf', 'BaseFault:BaseFaultType')}
${sequence(
  'BaseFaultType',
  `${others}<xs:element name="Timestamp" type="xs:dateTime"/><xs:element name="Originator" type="wsa:EndpointReferenceType" minOccurs="0"/>
<xs:element name="ErrorCode" minOccurs="0"><xs:complexType><xs:complexContent mixed="true"><xs:extension base="xs:anyType">
<xs:attribute name="dialect" type="xs:anyURI" use="required"/></xs:extension></xs:complexContent></xs:complexType></xs:element>
<xs:element name="Description" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
<xs:attribute ref="xml:lang"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
<xs:element name="FaultCause" minOccurs="0"><xs:complexType><xs:sequence><xs:any namespace="##other" processContents="lax"/></xs:sequence></xs:complexType></xs:element>`,
  otherAttributes,
)}`,
);

/** Web Services Resource 1.2. */
export const resource = schemaText(
  'wsrf',
  `${fault('wsrf', 'ResourceUnknownFault')}${fault('wsrf', 'ResourceUnavailableFault')}`,
);

const documented = (name: string, content: string, attributes = '') =>
  `<xs:complexType name="${name}"><xs:complexContent><xs:extension base="wstop:ExtensibleDocumented"><xs:sequence>${content}</xs:sequence>${attributes}</xs:extension></xs:complexContent></xs:complexType>`;
const final = '<xs:attribute name="final" type="xs:boolean" default="false"/>';
const step = '([\\i-[:]][\\c-[:]]*:)?[\\i-[:]][\\c-[:]]*';
const path = `([\\i-[:]][\\c-[:]]*:)?(//)?([\\i-[:]][\\c-[:]]*|\\*)((/|//)(${step}|\\*|[.]))*`;
const topics = (name: string, pattern: string) =>
  `<xs:simpleType name="${name}"><xs:restriction base="xs:token"><xs:pattern value="${pattern}"/></xs:restriction></xs:simpleType>`;

/** Web Services Topics 1.3. */
export const notificationTopics = schemaText(
  'wstop',
  `${sequence('Documentation', anything, '', ' mixed="true"')}
${sequence('ExtensibleDocumented', '<xs:element name="documentation" type="wstop:Documentation" minOccurs="0"/>', otherAttributes, ' abstract="true"')}
${expression('QueryExpressionType')}
${documented(
  'TopicNamespaceType',
  `<xs:element name="Topic" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:complexContent><xs:extension base="wstop:TopicType">
<xs:attribute name="parent" type="wstop:ConcreteTopicExpression"/></xs:extension></xs:complexContent></xs:complexType></xs:element>${others}`,
  `<xs:attribute name="name" type="xs:NCName"/><xs:attribute name="targetNamespace" type="xs:anyURI" use="required"/>${final}`,
)}
${documented(
  'TopicType',
  `<xs:element name="MessagePattern" type="wstop:QueryExpressionType" minOccurs="0"/>
<xs:element name="Topic" type="wstop:TopicType" minOccurs="0" maxOccurs="unbounded"/>${others}`,
  `<xs:attribute name="name" type="xs:NCName" use="required"/>
<xs:attribute name="messageTypes"><xs:simpleType><xs:list itemType="xs:QName"/></xs:simpleType></xs:attribute>${final}`,
)}
${documented('TopicSetType', others)}
${elements('wstop', 'TopicNamespace:TopicNamespaceType TopicSet:TopicSetType')}
<xs:attribute name="topicNamespaceLocation" type="xs:anyURI"/><xs:attribute name="topic" type="xs:boolean" default="false"/>
${topics('FullTopicExpression', `${path}(\\|${path})*`)}${topics('ConcreteTopicExpression', `(${step})(/${step})*`)}
<xs:simpleType name="SimpleTopicExpression"><xs:restriction base="xs:QName"/></xs:simpleType>`,
);
