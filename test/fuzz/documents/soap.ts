import type { CallModel, Field, Leaf, ObjectType, Shape, SourceModel } from '../model.ts';

/** WSDL 1.1, document/literal. */
export function soapDocument(source: SourceModel): string {
  const { types, abstract, enumName, enumValues, calls, index } = source;
  const target = namespaceOf(source);
  const key = `<xs:complexType name="Key${index}"><xs:sequence>
    <xs:element name="id" type="xs:string"/><xs:element name="grp" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType>`;
  const wish = `<xs:complexType name="Wish${index}"><xs:sequence>
    <xs:element name="id" type="xs:string"/><xs:element name="note" type="xs:string" minOccurs="0"/>
    <xs:element name="colour" type="t:${enumName}" minOccurs="0"/><xs:element name="sizes" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>`;
  return `<?xml version="1.0"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${target}" targetNamespace="${target}">
  <types><xs:schema targetNamespace="${target}" elementFormDefault="qualified">
    <xs:complexType name="${abstract.name}" abstract="true"><xs:sequence>
      <xs:element name="label" type="xs:string" minOccurs="0" nillable="true"/>
    </xs:sequence></xs:complexType>
    ${types.map(type => complexType(source, type)).join('\n')}
    <xs:simpleType name="${enumName}"><xs:restriction base="xs:string">${enumValues.map(value => `<xs:enumeration value="${value}"/>`).join('')}</xs:restriction></xs:simpleType>
    ${key}
    ${wish}
    ${calls.map(call => elementsOf(source, call)).join('\n')}
  </xs:schema></types>
  ${calls.map(({ name }) => `<message name="${name}In"><part name="p" element="t:${name}"/></message><message name="${name}Out"><part name="p" element="t:${name}Response"/></message>`).join('\n')}
  <portType name="Port">${calls.map(({ name }) => `<operation name="${name}"><input message="t:${name}In"/><output message="t:${name}Out"/></operation>`).join('')}</portType>
  <binding name="Binding" type="t:Port"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    ${calls.map(({ name }) => `<operation name="${name}"><soap:operation soapAction="${name}"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>`).join('\n')}
  </binding>
  <service name="Service"><port name="Port" binding="t:Binding"><soap:address location="http://soap.invalid/"/></port></service>
</definitions>`;
}

export function namespaceOf({ index }: SourceModel): string {
  return `urn:s${index}`;
}

function complexType(source: SourceModel, { name, fields }: ObjectType): string {
  const isMember = source.abstract.members.includes(name);
  const own = isMember ? fields.filter(field => field.name !== 'label') : fields;
  const sequence = `<xs:sequence>${own.map(field => element(source, field)).join('')}</xs:sequence>`;
  const content = isMember
    ? `<xs:complexContent><xs:extension base="t:${source.abstract.name}">${sequence}</xs:extension></xs:complexContent>`
    : sequence;
  return `<xs:complexType name="${name}">${content}</xs:complexType>`;
}

function element(source: SourceModel, { name, shape, required }: Field): string {
  if (shape.kind === 'list')
    return `<xs:element name="${name}" type="${typeName(source, shape.of)}" minOccurs="0" maxOccurs="unbounded"${required ? '' : ' nillable="true"'}/>`;
  return `<xs:element name="${name}" type="${typeName(source, shape)}"${required ? '' : ' minOccurs="0" nillable="true"'}/>`;
}

function typeName(source: SourceModel, shape: Shape): string {
  if (shape.kind === 'object') return `t:${shape.type}`;
  if (shape.kind === 'abstract') return `t:${source.abstract.name}`;
  if (shape.kind === 'list') throw new TypeError('XML Schema has no lists of lists.');
  return shape.leaf === 'Enum' ? `t:${source.enumName}` : leaves[shape.leaf];
}

const leaves: Readonly<Record<Exclude<Leaf, 'Enum'>, string>> = {
  String: 'xs:string',
  Int: 'xs:int',
  Float: 'xs:double',
  Boolean: 'xs:boolean',
  Long: 'xs:long',
  Time: 'xs:dateTime',
};

function elementsOf({ index, enumName }: SourceModel, { name, kind, type }: CallModel): string {
  const many = kind === 'many' || kind === 'keyed' || kind === 'all' || kind === 'any';
  const request = {
    many: '<xs:element name="ids" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>',
    keyed: `<xs:element name="keys" type="t:Key${index}" minOccurs="0" maxOccurs="unbounded"/>`,
    all: `<xs:element name="colour" type="t:${enumName}" minOccurs="0"/><xs:element name="limit" type="xs:int" minOccurs="0"/>`,
    one: '<xs:element name="id" type="xs:string"/>',
    any: '',
    make: `<xs:element name="wish" type="t:Wish${index}"/>`,
  }[kind];
  const reply = `<xs:element name="item" type="t:${type}" minOccurs="0"${many ? ' maxOccurs="unbounded" nillable="true"' : ''}/>`;
  return [
    [name, request],
    [`${name}Response`, reply],
  ]
    .map(
      ([element, content]) =>
        `<xs:element name="${element}"><xs:complexType><xs:sequence>${content}</xs:sequence></xs:complexType></xs:element>`,
    )
    .join('');
}
