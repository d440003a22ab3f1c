/** One operation of an rpc binding: its parts are XML. */
interface RpcOperation {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

interface RpcText {
  readonly schema?: string;
  readonly operations: readonly RpcOperation[];
  readonly version?: '1.1' | '1.2';
  readonly use?: 'literal' | 'encoded';
  /** Of `soap:body`. */
  readonly encodingStyle?: string;
  readonly style?: 'rpc' | 'document';
}

/** A WSDL of one rpc/encoded port. */
export function rpcText({
  schema = '',
  operations,
  version = '1.1',
  use = 'encoded',
  style = 'rpc',
  ...more
}: RpcText): string {
  const soap = version === '1.1' ? 'http://schemas.xmlsoap.org/wsdl/soap/' : 'http://schemas.xmlsoap.org/wsdl/soap12/';
  const encoding =
    version === '1.1' ? 'http://schemas.xmlsoap.org/soap/encoding/' : 'http://www.w3.org/2003/05/soap-encoding';
  const body = `<soap:body use="${use}" namespace="urn:calls" encodingStyle="${more.encodingStyle ?? encoding}"/>`;
  const messages = operations.map(
    ({ name, input, output }) =>
      `<message name="${name}In">${input}</message><message name="${name}Out">${output}</message>`,
  );
  const offered = operations.map(
    ({ name }) =>
      `<operation name="${name}"><input message="t:${name}In"/><output message="t:${name}Out"/></operation>`,
  );
  const bound = operations.map(
    ({ name }) =>
      `<operation name="${name}"><soap:operation soapAction=""/><input>${body}</input><output>${body}</output></operation>`,
  );
  return `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="${soap}"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:enc="${encoding}" xmlns:t="urn:t" targetNamespace="urn:t">
  <types><xs:schema targetNamespace="urn:t"><xs:import namespace="${encoding}"/>${schema}</xs:schema></types>
  ${messages.join('\n')}
  <portType name="Calls">${offered.join('')}</portType>
  <binding name="CallsSoap" type="t:Calls"><soap:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/>
  ${bound.join('\n')}</binding>
  <service name="Calls"><port name="Calls" binding="t:CallsSoap"><soap:address location="http://calls.invalid/"/></port></service>
</definitions>`;
}

/** A complex type that restricts `soapenc:Array`. */
export function arrayType(name: string, of: string): string {
  return `<xs:complexType name="${name}"><xs:complexContent><xs:restriction base="enc:Array">
    <xs:attribute ref="enc:arrayType" wsdl:arrayType="${of}"/></xs:restriction></xs:complexContent></xs:complexType>`;
}
