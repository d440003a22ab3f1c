import { wrapper, wsdlText } from './wsdl-text.ts';

const schema = `
  <xs:complexType name="Session"><xs:sequence><xs:element name="user" type="xs:string"/>
    <xs:element name="tries" type="xs:int" minOccurs="0"/><xs:element name="note" type="xs:string" minOccurs="0" maxOccurs="2"/></xs:sequence>
    <xs:attribute name="tenant" type="xs:string"/></xs:complexType>
  <xs:element name="Session" type="t:Session"/><xs:element name="Locale" type="xs:language"/>
  <xs:element name="Trace" type="xs:string"/><xs:element name="Quota" type="xs:int"/>
  ${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}
  ${wrapper('GetItemResponse', '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="sku" type="xs:string"/></xs:sequence></xs:complexType></xs:element>')}
  ${wrapper('GetNames', '<xs:element name="Session" type="xs:string" minOccurs="0"/>')}
  ${wrapper('GetNamesResponse', '<xs:element name="name" type="xs:string" maxOccurs="unbounded"/>')}
  ${wrapper('PutItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('PutItemResponse', '')}`;

const declared = (names: readonly string[]) =>
  names.map(name => `<soap:header message="t:Blocks" part="${name}" use="literal"/>`).join('');

/** GetItem and GetNames have the headers Session and Locale, and Session and Quota in their answers; PutItem has none. */
export const withHeaders = wsdlText(schema, ['GetItem', 'GetNames', 'PutItem'])
  .replace(
    '<wsdl:portType',
    `<wsdl:message name="Blocks">${['Session', 'Locale', 'Quota'].map(name => `<wsdl:part name="${name}" element="t:${name}"/>`).join('')}</wsdl:message><wsdl:portType`,
  )
  .replaceAll(
    /(#Get\w+"\/>\s*<wsdl:input>)(<soap:body use="literal"\/>)(<\/wsdl:input><wsdl:output>)/g,
    `$1${declared(['Session', 'Locale'])}$2$3${declared(['Session', 'Quota'])}`,
  );
