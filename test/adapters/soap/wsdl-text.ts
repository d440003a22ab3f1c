/** A WSDL around a schema: one SOAP 1.1 document/literal operation for each pair of elements `<name>` and `<name>Response`. */
export function wsdlText(schema: string, operations: readonly string[], namespace = 'urn:shop'): string {
  const messages = operations.map(
    name => `<wsdl:message name="${name}In"><wsdl:part name="parameters" element="t:${name}"/></wsdl:message>
      <wsdl:message name="${name}Out"><wsdl:part name="parameters" element="t:${name}Response"/></wsdl:message>`,
  );
  const portOperations = operations.map(
    name =>
      `<wsdl:operation name="${name}"><wsdl:input message="t:${name}In"/><wsdl:output message="t:${name}Out"/></wsdl:operation>`,
  );
  const bound = operations.map(
    name => `<wsdl:operation name="${name}"><soap:operation soapAction="${namespace}#${name}"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`,
  );
  return `<?xml version="1.0"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="${namespace}" targetNamespace="${namespace}">
  <wsdl:types><xs:schema targetNamespace="${namespace}" elementFormDefault="qualified">${schema}</xs:schema></wsdl:types>
  ${messages.join('\n')}
  <wsdl:portType name="Shop">${portOperations.join('\n')}</wsdl:portType>
  <wsdl:binding name="ShopSoap" type="t:Shop">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>${bound.join('\n')}
  </wsdl:binding>
  <wsdl:service name="ShopService"><wsdl:port name="ShopSoap" binding="t:ShopSoap">
    <soap:address location="http://shop.invalid/soap"/></wsdl:port></wsdl:service>
</wsdl:definitions>`;
}

/** An element with an anonymous type of these children. */
export function wrapper(name: string, children: string): string {
  return `<xs:element name="${name}"><xs:complexType><xs:sequence>${children}</xs:sequence></xs:complexType></xs:element>`;
}
