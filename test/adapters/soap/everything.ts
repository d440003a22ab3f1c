import { wrapper } from './wsdl-text.ts';

/** The content of a schema with every construct at once, of the namespace `urn:shop`. */
export const everything = `
  <xs:simpleType name="State"><xs:restriction base="xs:string"><xs:enumeration value="IN-TRANSIT"/><xs:enumeration value=""/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Sizes"><xs:list itemType="xs:int"/></xs:simpleType>
  <xs:complexType name="Money"><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="currency" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:complexType name="Shape" abstract="true"><xs:sequence><xs:element name="id" type="xs:long"/></xs:sequence></xs:complexType>
  <xs:complexType name="Circle"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence><xs:element name="r" type="xs:double"/></xs:sequence><xs:attribute name="fill" type="xs:boolean"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:complexType name="Square"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence><xs:element name="side" type="xs:int" form="unqualified"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="payment" abstract="true" type="t:Shape"/>
  <xs:element name="round" type="t:Circle" substitutionGroup="t:payment"/>
  <xs:element name="edged" type="t:Square" substitutionGroup="t:payment"/>
  <xs:complexType name="Order">
    <xs:sequence>
      <xs:element name="text" type="xs:string"/>
      <xs:element name="nil" type="xs:string" nillable="true"/>
      <xs:element name="state" type="t:State"/>
      <xs:element name="sizes" type="t:Sizes" minOccurs="0"/>
      <xs:element name="total" type="t:Money"/>
      <xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="unbounded" nillable="true"/>
      <xs:choice><xs:element name="a" type="xs:string"/><xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="c" type="xs:date" minOccurs="0"/></xs:sequence></xs:choice>
      <xs:sequence minOccurs="0" maxOccurs="unbounded"><xs:element name="k" type="xs:string"/><xs:element name="v" type="xs:string" minOccurs="0" maxOccurs="2"/></xs:sequence>
      <xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="x" type="xs:string"/><xs:element name="y" type="xs:int"/></xs:choice>
      <xs:element name="shape" type="t:Shape"/>
      <xs:element ref="t:payment" minOccurs="0" maxOccurs="2"/>
      <xs:element name="name" type="xs:QName" minOccurs="0"/>
      <xs:element name="child" type="t:Order" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="no" type="xs:long" use="required"/>
    <xs:attribute name="when" type="xs:dateTime" form="qualified"/>
  </xs:complexType>
  <xs:element name="Echo" type="t:Order"/><xs:element name="EchoResponse" type="t:Order"/>
  ${wrapper('Say', '<xs:element name="text" type="xs:string" minOccurs="0"/><xs:element name="list" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>')}
  ${wrapper('SayResponse', '<xs:element name="text" type="xs:string"/>')}`;
