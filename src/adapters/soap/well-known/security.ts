import { anything, elements, otherAttributes, schemaText, sequence, text, values } from './schema-text.ts';

const id = '<xs:attribute ref="wsu:Id"/>';

/** Web Services Security: SOAP Message Security 1.0, appendix A. */
export const securityUtility = schemaText(
  'wsu',
  `${values('tTimestampFault', 'xs:QName', ['wsu:MessageExpired'])}
<xs:attribute name="Id" type="xs:ID"/>
<xs:attributeGroup name="commonAtts"><xs:attribute ref="wsu:Id"/>${otherAttributes}</xs:attributeGroup>
${text('AttributedDateTime', 'xs:string', '<xs:attributeGroup ref="wsu:commonAtts"/>')}
${text('AttributedURI', 'xs:anyURI', '<xs:attributeGroup ref="wsu:commonAtts"/>')}
${sequence(
  'TimestampType',
  `<xs:element ref="wsu:Created" minOccurs="0"/><xs:element ref="wsu:Expires" minOccurs="0"/>
<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:any namespace="##other" processContents="lax"/></xs:choice>`,
  '<xs:attributeGroup ref="wsu:commonAtts"/>',
)}
${elements('wsu', 'Timestamp:TimestampType Expires:AttributedDateTime Created:AttributedDateTime')}`,
);

/** Web Services Security: SOAP Message Security 1.0 and its Username Token Profile. */
export const securityExtension = schemaText(
  'wsse',
  `${text('AttributedString', 'xs:string', `${id}${otherAttributes}`)}
${text('PasswordString', 'wsse:AttributedString', '<xs:attribute name="Type" type="xs:anyURI"/>')}
${text('EncodedString', 'wsse:AttributedString', '<xs:attribute name="EncodingType" type="xs:anyURI"/>')}
${sequence('UsernameTokenType', `<xs:element name="Username" type="wsse:AttributedString"/>${anything}`, `${id}${otherAttributes}`)}
${text('BinarySecurityTokenType', 'wsse:EncodedString', '<xs:attribute name="ValueType" type="xs:anyURI"/>')}
${text('KeyIdentifierType', 'wsse:EncodedString', '<xs:attribute name="ValueType" type="xs:anyURI"/>')}
<xs:simpleType name="tUsage"><xs:list itemType="xs:anyURI"/></xs:simpleType>
<xs:attribute name="Usage" type="wsse:tUsage"/>
<xs:complexType name="ReferenceType"><xs:attribute name="URI" type="xs:anyURI"/><xs:attribute name="ValueType" type="xs:anyURI"/>${otherAttributes}</xs:complexType>
${sequence('EmbeddedType', anything, `<xs:attribute name="ValueType" type="xs:anyURI"/>${id}${otherAttributes}`)}
${sequence('SecurityTokenReferenceType', anything, `${id}<xs:attribute ref="wsse:Usage"/>${otherAttributes}`)}
${sequence('SecurityHeaderType', anything, otherAttributes)}
${sequence('TransformationParametersType', anything, otherAttributes)}
${elements(
  'wsse',
  `UsernameToken:UsernameTokenType BinarySecurityToken:BinarySecurityTokenType Reference:ReferenceType Embedded:EmbeddedType
KeyIdentifier:KeyIdentifierType SecurityTokenReference:SecurityTokenReferenceType Security:SecurityHeaderType
TransformationParameters:TransformationParametersType Password:PasswordString Nonce:EncodedString`,
)}
${values(
  'FaultcodeEnum',
  'xs:QName',
  'UnsupportedSecurityToken UnsupportedAlgorithm InvalidSecurity InvalidSecurityToken FailedAuthentication FailedCheck SecurityTokenUnavailable'
    .split(' ')
    .map(code => `wsse:${code}`),
)}`,
);
