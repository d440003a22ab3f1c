import { elements, others, schemaText, sequence, text } from './schema-text.ts';

const id = '<xs:attribute name="Id" type="xs:ID"/>';
const algorithm = '<xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>';
const other = '<xs:any namespace="##other" processContents="lax"/>';
const mixed = ' mixed="true"';
const binary = (name: string, more = '') => `<xs:element name="${name}" type="ds:CryptoBinary"${more}/>`;

/** XML-Signature Syntax and Processing, 4 and 5. */
export const signature = schemaText(
  'ds',
  `<xs:simpleType name="CryptoBinary"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
<xs:simpleType name="DigestValueType"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
<xs:simpleType name="HMACOutputLengthType"><xs:restriction base="xs:integer"/></xs:simpleType>
${elements(
  'ds',
  `Signature:SignatureType SignatureValue:SignatureValueType SignedInfo:SignedInfoType CanonicalizationMethod:CanonicalizationMethodType
SignatureMethod:SignatureMethodType Reference:ReferenceType Transforms:TransformsType Transform:TransformType DigestMethod:DigestMethodType
DigestValue:DigestValueType KeyInfo:KeyInfoType KeyValue:KeyValueType RetrievalMethod:RetrievalMethodType X509Data:X509DataType
PGPData:PGPDataType SPKIData:SPKIDataType Object:ObjectType Manifest:ManifestType SignatureProperties:SignaturePropertiesType
SignatureProperty:SignaturePropertyType DSAKeyValue:DSAKeyValueType RSAKeyValue:RSAKeyValueType`,
)}
<xs:element name="KeyName" type="xs:string"/><xs:element name="MgmtData" type="xs:string"/>
${sequence(
  'SignatureType',
  `<xs:element ref="ds:SignedInfo"/><xs:element ref="ds:SignatureValue"/><xs:element ref="ds:KeyInfo" minOccurs="0"/>
<xs:element ref="ds:Object" minOccurs="0" maxOccurs="unbounded"/>`,
  id,
)}
${text('SignatureValueType', 'xs:base64Binary', id)}
${sequence(
  'SignedInfoType',
  '<xs:element ref="ds:CanonicalizationMethod"/><xs:element ref="ds:SignatureMethod"/><xs:element ref="ds:Reference" maxOccurs="unbounded"/>',
  id,
)}
${sequence('CanonicalizationMethodType', '<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded"/>', algorithm, mixed)}
${sequence('SignatureMethodType', `<xs:element name="HMACOutputLength" type="ds:HMACOutputLengthType" minOccurs="0"/>${others}`, algorithm, mixed)}
${sequence(
  'ReferenceType',
  '<xs:element ref="ds:Transforms" minOccurs="0"/><xs:element ref="ds:DigestMethod"/><xs:element ref="ds:DigestValue"/>',
  `${id}<xs:attribute name="URI" type="xs:anyURI"/><xs:attribute name="Type" type="xs:anyURI"/>`,
)}
${sequence('TransformsType', '<xs:element ref="ds:Transform" maxOccurs="unbounded"/>')}
<xs:complexType name="TransformType" mixed="true"><xs:choice minOccurs="0" maxOccurs="unbounded">${other}<xs:element name="XPath" type="xs:string"/></xs:choice>${algorithm}</xs:complexType>
${sequence('DigestMethodType', others, algorithm, mixed)}
<xs:complexType name="KeyInfoType" mixed="true"><xs:choice maxOccurs="unbounded"><xs:element ref="ds:KeyName"/><xs:element ref="ds:KeyValue"/>
<xs:element ref="ds:RetrievalMethod"/><xs:element ref="ds:X509Data"/><xs:element ref="ds:PGPData"/><xs:element ref="ds:SPKIData"/>
<xs:element ref="ds:MgmtData"/>${other}</xs:choice>${id}</xs:complexType>
<xs:complexType name="KeyValueType" mixed="true"><xs:choice><xs:element ref="ds:DSAKeyValue"/><xs:element ref="ds:RSAKeyValue"/>${other}</xs:choice></xs:complexType>
${sequence('RetrievalMethodType', '<xs:element ref="ds:Transforms" minOccurs="0"/>', '<xs:attribute name="URI" type="xs:anyURI"/><xs:attribute name="Type" type="xs:anyURI"/>')}
<xs:complexType name="X509DataType"><xs:sequence maxOccurs="unbounded"><xs:choice><xs:element name="X509IssuerSerial" type="ds:X509IssuerSerialType"/>
<xs:element name="X509SKI" type="xs:base64Binary"/><xs:element name="X509SubjectName" type="xs:string"/>
<xs:element name="X509Certificate" type="xs:base64Binary"/><xs:element name="X509CRL" type="xs:base64Binary"/>${other}</xs:choice></xs:sequence></xs:complexType>
${sequence('X509IssuerSerialType', '<xs:element name="X509IssuerName" type="xs:string"/><xs:element name="X509SerialNumber" type="xs:integer"/>')}
<xs:complexType name="PGPDataType"><xs:choice>
<xs:sequence><xs:element name="PGPKeyID" type="xs:base64Binary"/><xs:element name="PGPKeyPacket" type="xs:base64Binary" minOccurs="0"/>${others}</xs:sequence>
<xs:sequence><xs:element name="PGPKeyPacket" type="xs:base64Binary"/>${others}</xs:sequence></xs:choice></xs:complexType>
<xs:complexType name="SPKIDataType"><xs:sequence maxOccurs="unbounded"><xs:element name="SPKISexp" type="xs:base64Binary"/>
<xs:any namespace="##other" processContents="lax" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="ObjectType" mixed="true"><xs:sequence minOccurs="0" maxOccurs="unbounded"><xs:any namespace="##any" processContents="lax"/></xs:sequence>
${id}<xs:attribute name="MimeType" type="xs:string"/><xs:attribute name="Encoding" type="xs:anyURI"/></xs:complexType>
${sequence('ManifestType', '<xs:element ref="ds:Reference" maxOccurs="unbounded"/>', id)}
${sequence('SignaturePropertiesType', '<xs:element ref="ds:SignatureProperty" maxOccurs="unbounded"/>', id)}
<xs:complexType name="SignaturePropertyType" mixed="true"><xs:choice maxOccurs="unbounded">${other}</xs:choice>
<xs:attribute name="Target" type="xs:anyURI" use="required"/>${id}</xs:complexType>
${sequence(
  'DSAKeyValueType',
  `<xs:sequence minOccurs="0">${binary('P')}${binary('Q')}</xs:sequence>${binary('G', ' minOccurs="0"')}${binary('Y')}
${binary('J', ' minOccurs="0"')}<xs:sequence minOccurs="0">${binary('Seed')}${binary('PgenCounter')}</xs:sequence>`,
)}
${sequence('RSAKeyValueType', `${binary('Modulus')}${binary('Exponent')}`)}`,
);
