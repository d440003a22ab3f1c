import { anything, elements, otherAttributes, others, schemaText, sequence, text, values } from './schema-text.ts';

const final = ' blockDefault="#all"';

/** WS-Addressing 1.0 Core and SOAP Binding. */
export const addressing = schemaText(
  'wsa',
  `${elements(
    'wsa',
    `EndpointReference:EndpointReferenceType Metadata:MetadataType MessageID:AttributedURIType RelatesTo:RelatesToType
ReplyTo:EndpointReferenceType From:EndpointReferenceType FaultTo:EndpointReferenceType To:AttributedURIType Action:AttributedURIType
ReferenceParameters:ReferenceParametersType RetryAfter:AttributedUnsignedLongType ProblemHeaderQName:AttributedQNameType
ProblemHeader:AttributedAnyType ProblemIRI:AttributedURIType ProblemAction:ProblemActionType`,
  )}
${sequence(
  'EndpointReferenceType',
  `<xs:element name="Address" type="wsa:AttributedURIType"/><xs:element ref="wsa:ReferenceParameters" minOccurs="0"/>
<xs:element ref="wsa:Metadata" minOccurs="0"/>${others}`,
  otherAttributes,
)}
${sequence('ReferenceParametersType', anything, otherAttributes)}
${sequence('MetadataType', anything, otherAttributes)}
${text(
  'RelatesToType',
  'xs:anyURI',
  `<xs:attribute name="RelationshipType" type="wsa:RelationshipTypeOpenEnum" default="http://www.w3.org/2005/08/addressing/reply"/>${otherAttributes}`,
)}
<xs:simpleType name="RelationshipTypeOpenEnum"><xs:union memberTypes="wsa:RelationshipType xs:anyURI"/></xs:simpleType>
${values('RelationshipType', 'xs:anyURI', ['http://www.w3.org/2005/08/addressing/reply'])}
${text('AttributedURIType', 'xs:anyURI', otherAttributes)}
<xs:attribute name="IsReferenceParameter" type="xs:boolean"/>
<xs:simpleType name="FaultCodesOpenEnumType"><xs:union memberTypes="wsa:FaultCodesType xs:QName"/></xs:simpleType>
${values(
  'FaultCodesType',
  'xs:QName',
  `InvalidAddressingHeader InvalidAddress InvalidEPR InvalidCardinality MissingAddressInEPR DuplicateMessageID ActionMismatch
MessageAddressingHeaderRequired DestinationUnreachable ActionNotSupported EndpointUnavailable`
    .split(/\s+/)
    .map(code => `wsa:${code}`),
)}
${text('AttributedUnsignedLongType', 'xs:unsignedLong', otherAttributes)}
${text('AttributedQNameType', 'xs:QName', otherAttributes)}
${sequence('AttributedAnyType', '<xs:any namespace="##any" processContents="lax"/>', otherAttributes)}
${sequence(
  'ProblemActionType',
  '<xs:element ref="wsa:Action" minOccurs="0"/><xs:element name="SoapAction" type="xs:anyURI" minOccurs="0"/>',
  otherAttributes,
)}`,
  final,
);

/** WS-Addressing, member submission of August 2004. */
export const addressing2004 = schemaText(
  'wsa04',
  `${elements(
    'wsa04',
    `EndpointReference:EndpointReferenceType MessageID:AttributedURI RelatesTo:Relationship To:AttributedURI Action:AttributedURI
From:EndpointReferenceType ReplyTo:EndpointReferenceType FaultTo:EndpointReferenceType ReplyAfter:ReplyAfterType`,
  )}
${sequence(
  'EndpointReferenceType',
  `<xs:element name="Address" type="wsa04:AttributedURI"/>
<xs:element name="ReferenceProperties" type="wsa04:ReferencePropertiesType" minOccurs="0"/>
<xs:element name="ReferenceParameters" type="wsa04:ReferenceParametersType" minOccurs="0"/>
<xs:element name="PortType" type="wsa04:AttributedQName" minOccurs="0"/>
<xs:element name="ServiceName" type="wsa04:ServiceNameType" minOccurs="0"/>${others}`,
  otherAttributes,
)}
${sequence('ReferencePropertiesType', anything)}
${sequence('ReferenceParametersType', anything)}
${text('ServiceNameType', 'xs:QName', `<xs:attribute name="PortName" type="xs:NCName"/>${otherAttributes}`)}
${text('Relationship', 'xs:anyURI', `<xs:attribute name="RelationshipType" type="xs:QName"/>${otherAttributes}`)}
${text('ReplyAfterType', 'xs:nonNegativeInteger', otherAttributes)}
${text('AttributedQName', 'xs:QName', otherAttributes)}
${text('AttributedURI', 'xs:anyURI', otherAttributes)}
<xs:attribute name="Action" type="xs:anyURI"/>
${values(
  'FaultSubcodeValues',
  'xs:QName',
  'InvalidMessageInformationHeader MessageInformationHeaderRequired DestinationUnreachable ActionNotSupported EndpointUnavailable'
    .split(' ')
    .map(code => `wsa04:${code}`),
)}`,
  final,
);
