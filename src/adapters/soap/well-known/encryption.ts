import { elements, others, schemaText, sequence } from './schema-text.ts';

const id = '<xs:attribute name="Id" type="xs:ID"/>';
const strictOthers = others.replace(' processContents="lax"', '');
const algorithm = '<xs:attribute name="Algorithm" type="xs:anyURI" use="required"/>';
const uri = '<xs:attribute name="URI" type="xs:anyURI" use="required"/>';

const extended = (name: string, content: string, attributes = '') =>
  `<xs:complexType name="${name}"><xs:complexContent><xs:extension base="xenc:EncryptedType">${content}${attributes}</xs:extension></xs:complexContent></xs:complexType>`;

/** XML Encryption Syntax and Processing. */
export const encryption = schemaText(
  'xenc',
  `${sequence(
    'EncryptedType',
    `<xs:element name="EncryptionMethod" type="xenc:EncryptionMethodType" minOccurs="0"/><xs:element ref="ds:KeyInfo" minOccurs="0"/>
<xs:element ref="xenc:CipherData"/><xs:element ref="xenc:EncryptionProperties" minOccurs="0"/>`,
    `${id}<xs:attribute name="Type" type="xs:anyURI"/><xs:attribute name="MimeType" type="xs:string"/>
<xs:attribute name="Encoding" type="xs:anyURI"/>`,
    ' abstract="true"',
  )}
${sequence(
  'EncryptionMethodType',
  `<xs:element name="KeySize" type="xenc:KeySizeType" minOccurs="0"/><xs:element name="OAEPparams" type="xs:base64Binary" minOccurs="0"/>${strictOthers}`,
  algorithm,
  ' mixed="true"',
)}
<xs:simpleType name="KeySizeType"><xs:restriction base="xs:integer"/></xs:simpleType>
<xs:complexType name="CipherDataType"><xs:choice><xs:element name="CipherValue" type="xs:base64Binary"/>
<xs:element ref="xenc:CipherReference"/></xs:choice></xs:complexType>
<xs:complexType name="CipherReferenceType"><xs:choice><xs:element name="Transforms" type="xenc:TransformsType" minOccurs="0"/></xs:choice>${uri}</xs:complexType>
${sequence('TransformsType', '<xs:element ref="ds:Transform" maxOccurs="unbounded"/>')}
${extended('EncryptedDataType', '')}
${extended(
  'EncryptedKeyType',
  `<xs:sequence><xs:element ref="xenc:ReferenceList" minOccurs="0"/><xs:element name="CarriedKeyName" type="xs:string" minOccurs="0"/></xs:sequence>`,
  '<xs:attribute name="Recipient" type="xs:string"/>',
)}
${sequence(
  'AgreementMethodType',
  `<xs:element name="KA-Nonce" type="xs:base64Binary" minOccurs="0"/>${strictOthers}
<xs:element name="OriginatorKeyInfo" type="ds:KeyInfoType" minOccurs="0"/><xs:element name="RecipientKeyInfo" type="ds:KeyInfoType" minOccurs="0"/>`,
  algorithm,
  ' mixed="true"',
)}
<xs:element name="ReferenceList"><xs:complexType><xs:choice maxOccurs="unbounded"><xs:element name="DataReference" type="xenc:ReferenceType"/>
<xs:element name="KeyReference" type="xenc:ReferenceType"/></xs:choice></xs:complexType></xs:element>
${sequence('ReferenceType', strictOthers, uri)}
${sequence('EncryptionPropertiesType', '<xs:element ref="xenc:EncryptionProperty" maxOccurs="unbounded"/>', id)}
<xs:complexType name="EncryptionPropertyType" mixed="true"><xs:choice maxOccurs="unbounded"><xs:any namespace="##other" processContents="lax"/></xs:choice>
<xs:attribute name="Target" type="xs:anyURI"/>${id}<xs:anyAttribute namespace="http://www.w3.org/XML/1998/namespace"/></xs:complexType>
${elements(
  'xenc',
  `CipherData:CipherDataType CipherReference:CipherReferenceType EncryptedData:EncryptedDataType EncryptedKey:EncryptedKeyType
AgreementMethod:AgreementMethodType EncryptionProperties:EncryptionPropertiesType EncryptionProperty:EncryptionPropertyType`,
)}`,
);
