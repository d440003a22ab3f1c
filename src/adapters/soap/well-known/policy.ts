import { anything, elements, others, prefixes, schemaText, sequence } from './schema-text.ts';

const anyAttribute = '<xs:anyAttribute namespace="##any" processContents="lax"/>';

/** The assertions and operators of the two versions differ in their namespace, and in an attribute for what may be ignored. */
const policyOf = (own: 'wsp04' | 'wsp', more: string) =>
  schemaText(
    own,
    `<xs:element name="Policy"><xs:complexType><xs:complexContent><xs:extension base="${own}:OperatorContentType">
<xs:attribute name="Name" type="xs:anyURI"/>${anyAttribute}</xs:extension></xs:complexContent></xs:complexType></xs:element>
${elements(own, 'ExactlyOne:OperatorContentType All:OperatorContentType')}
${sequence(
  'OperatorContentType',
  `<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element ref="${own}:Policy"/><xs:element ref="${own}:All"/>
<xs:element ref="${own}:ExactlyOne"/><xs:element ref="${own}:PolicyReference"/><xs:any namespace="##other" processContents="lax"/></xs:choice>`,
)}
<xs:element name="PolicyReference"><xs:complexType><xs:attribute name="URI" type="xs:anyURI" use="required"/><xs:attribute name="Digest" type="xs:base64Binary"/>
<xs:attribute name="DigestAlgorithm" type="xs:anyURI" default="${prefixes[own]}/Sha1Exc"/>${anyAttribute}</xs:complexType></xs:element>
<xs:element name="PolicyAttachment"><xs:complexType><xs:sequence><xs:element ref="${own}:AppliesTo"/><xs:choice maxOccurs="unbounded">
<xs:element ref="${own}:Policy"/><xs:element ref="${own}:PolicyReference"/></xs:choice>${others}</xs:sequence>${anyAttribute}</xs:complexType></xs:element>
<xs:element name="AppliesTo"><xs:complexType><xs:sequence>${anything.replace('minOccurs="0"', 'minOccurs="1"')}</xs:sequence>${anyAttribute}</xs:complexType></xs:element>
<xs:attribute name="PolicyURIs"><xs:simpleType><xs:list itemType="xs:anyURI"/></xs:simpleType></xs:attribute>
<xs:attribute name="Optional" type="xs:boolean"/>${more}`,
  );

/** Web Services Policy 1.2 (September 2004). */
export const policy2004 = policyOf('wsp04', '');

/** Web Services Policy 1.5. */
export const policy = policyOf(
  'wsp',
  `<xs:attribute name="Ignorable" type="xs:boolean"/>
<xs:element name="URI"><xs:complexType><xs:simpleContent><xs:extension base="xs:anyURI">${anyAttribute}</xs:extension></xs:simpleContent></xs:complexType></xs:element>`,
);
