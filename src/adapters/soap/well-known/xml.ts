import { otherAttributes, others, schemaText, sequence, text } from './schema-text.ts';

/** Attributes of XML itself (XML 1.0, 2.10 and 2.12; XML Base; xml:id). */
export const xml = schemaText(
  'xml',
  `<xs:attribute name="lang"><xs:simpleType><xs:union memberTypes="xs:language"><xs:simpleType>
  <xs:restriction base="xs:string"><xs:enumeration value=""/></xs:restriction></xs:simpleType></xs:union></xs:simpleType></xs:attribute>
<xs:attribute name="space"><xs:simpleType><xs:restriction base="xs:NCName">
  <xs:enumeration value="default"/><xs:enumeration value="preserve"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="base" type="xs:anyURI"/>
<xs:attribute name="id" type="xs:ID"/>
<xs:attributeGroup name="specialAttrs"><xs:attribute ref="xml:base"/><xs:attribute ref="xml:lang"/><xs:attribute ref="xml:space"/><xs:attribute ref="xml:id"/></xs:attributeGroup>`,
);

/** Describing Media Content of Binary Data in XML, W3C Note of May 2005 and its draft of November 2004. */
const media = (own: 'xmime' | 'xmime04') =>
  schemaText(
    own,
    `<xs:attribute name="contentType"><xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="3"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="expectedContentTypes" type="xs:string"/>
${text('base64Binary', 'xs:base64Binary', `<xs:attribute ref="${own}:contentType"/>`)}
${text('hexBinary', 'xs:hexBinary', `<xs:attribute ref="${own}:contentType"/>`)}`,
  );
export const xmlmime = media('xmime');
export const xmlmime2004 = media('xmime04');

/** XML-binary Optimized Packaging, 2.1. */
export const xopInclude = schemaText(
  'xop',
  `<xs:element name="Include" type="xop:Include"/>
${sequence('Include', others, `<xs:attribute name="href" type="xs:anyURI" use="required"/>${otherAttributes}`)}`,
);
