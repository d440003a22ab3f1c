import { anything, elements, otherAttributes, schemaText, sequence, text, values } from './schema-text.ts';

/** SOAP 1.1, 4. */
export const envelope11 = schemaText(
  'soap',
  `${elements('soap', 'Envelope:Envelope Header:Header Body:Body Fault:Fault')}
${sequence('Envelope', `<xs:element ref="soap:Header" minOccurs="0"/><xs:element ref="soap:Body"/>`, otherAttributes)}
${sequence('Header', anything, otherAttributes)}
${sequence('Body', anything, '<xs:anyAttribute namespace="##any" processContents="lax"/>')}
${sequence(
  'Fault',
  `<xs:element name="faultcode" type="xs:QName" form="unqualified"/><xs:element name="faultstring" type="xs:string" form="unqualified"/>
<xs:element name="faultactor" type="xs:anyURI" minOccurs="0" form="unqualified"/><xs:element name="detail" type="soap:detail" minOccurs="0" form="unqualified"/>`,
)}
${sequence('detail', anything, '<xs:anyAttribute namespace="##any" processContents="lax"/>')}
<xs:attribute name="mustUnderstand"><xs:simpleType><xs:restriction base="xs:boolean"><xs:pattern value="0|1"/></xs:restriction></xs:simpleType></xs:attribute>
<xs:attribute name="actor" type="xs:anyURI"/>
<xs:simpleType name="encodingStyle"><xs:list itemType="xs:anyURI"/></xs:simpleType>
<xs:attribute name="encodingStyle" type="soap:encodingStyle"/>
<xs:attributeGroup name="encodingStyle"><xs:attribute ref="soap:encodingStyle"/></xs:attributeGroup>`,
);

/** SOAP 1.2 part 1, 5. */
export const envelope12 = schemaText(
  'soap12',
  `${elements('soap12', 'Envelope:Envelope Header:Header Body:Body Fault:Fault NotUnderstood:NotUnderstoodType Upgrade:UpgradeType')}
${sequence('Envelope', `<xs:element ref="soap12:Header" minOccurs="0"/><xs:element ref="soap12:Body"/>`, otherAttributes)}
${sequence('Header', anything, otherAttributes)}
${sequence('Body', anything, otherAttributes)}
${sequence(
  'Fault',
  `<xs:element name="Code" type="soap12:faultcode"/><xs:element name="Reason" type="soap12:faultreason"/>
<xs:element name="Node" type="xs:anyURI" minOccurs="0"/><xs:element name="Role" type="xs:anyURI" minOccurs="0"/>
<xs:element name="Detail" type="soap12:detail" minOccurs="0"/>`,
)}
${sequence('faultreason', '<xs:element name="Text" type="soap12:reasontext" maxOccurs="unbounded"/>')}
${text('reasontext', 'xs:string', '<xs:attribute ref="xml:lang" use="required"/>')}
${sequence('faultcode', '<xs:element name="Value" type="soap12:faultcodeEnum"/><xs:element name="Subcode" type="soap12:subcode" minOccurs="0"/>')}
${values('faultcodeEnum', 'xs:QName', ['soap12:DataEncodingUnknown', 'soap12:MustUnderstand', 'soap12:Receiver', 'soap12:Sender', 'soap12:VersionMismatch'])}
${sequence('subcode', '<xs:element name="Value" type="xs:QName"/><xs:element name="Subcode" type="soap12:subcode" minOccurs="0"/>')}
${sequence('detail', anything, otherAttributes)}
<xs:attribute name="role" type="xs:anyURI"/><xs:attribute name="mustUnderstand" type="xs:boolean" default="0"/>
<xs:attribute name="relay" type="xs:boolean"/><xs:attribute name="encodingStyle" type="xs:anyURI"/>
<xs:complexType name="NotUnderstoodType"><xs:attribute name="qname" type="xs:QName" use="required"/></xs:complexType>
<xs:complexType name="SupportedEnvType"><xs:attribute name="qname" type="xs:QName" use="required"/></xs:complexType>
${sequence('UpgradeType', '<xs:element name="SupportedEnvelope" type="soap12:SupportedEnvType" maxOccurs="unbounded"/>')}`,
);
