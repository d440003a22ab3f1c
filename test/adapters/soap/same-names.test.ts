import { describe, expect, it } from 'vitest';

import { described, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

/** A WSDL of two that have the same names in namespaces of their own. */
function twins(): Record<string, string> {
  const twin = (namespace: string, field: string) =>
    wsdlText(
      wrapper('Ping', `<xs:element name="${field}" type="xs:string"/>`) +
        wrapper('PingResponse', `<xs:element name="${field}" type="xs:int"/>`),
      ['Ping'],
      namespace,
    ).replace(/<wsdl:service.*<\/wsdl:service>/s, '');
  const port = (prefix: string) =>
    `<wsdl:port name="${prefix}" binding="${prefix}:ShopSoap"><soap:address location="http://${prefix}.invalid/"/></wsdl:port>`;
  const main = `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:a="urn:a" xmlns:b="urn:b" targetNamespace="urn:main">
    <wsdl:import namespace="urn:a" location="a.wsdl"/><wsdl:import namespace="urn:b" location="b.wsdl"/>
    <wsdl:service name="Both">${port('a')}${port('b')}</wsdl:service></wsdl:definitions>`;
  return { '/main.wsdl': main, '/a.wsdl': twin('urn:a', 'of_a'), '/b.wsdl': twin('urn:b', 'of_b') };
}

const one = wsdlText(
  wrapper('Ping', '<xs:element name="text" type="xs:string"/>') +
    wrapper('PingResponse', '<xs:element name="text" type="xs:string"/>') +
    wrapper('Count', '<xs:element name="least" type="xs:int"/>') +
    wrapper('CountResponse', '<xs:element name="number" type="xs:int"/>'),
  ['Ping', 'Count'],
);

/** Both operations are called `Ping`; the inputs get these attributes. */
function overloaded(first: string, second: string): Record<string, string> {
  const named = (text: string, of: string, attributes: string) =>
    text
      .replace(`<wsdl:input message="t:${of}In"/>`, `<wsdl:input ${attributes} message="t:${of}In"/>`)
      .replace(new RegExp(`(#${of}"/>\\s*<wsdl:input)>`), `$1 ${attributes}>`);
  const text = named(named(one, 'Ping', first), 'Count', second);
  return { '/x.wsdl': text.replaceAll('operation name="Count"', 'operation name="Ping"') };
}

describe('operations of one name', () => {
  it('in portTypes of one name, of two namespaces, are each asked as their own', async () => {
    const { blueprint, operations, diagnostics } = await described(twins());
    expect(operations).toEqual({ total: 2, imported: 2 });
    expect(Object.keys(blueprint.calls)).toEqual([
      expect.stringMatching(/^Mutation\.shopPing_[0-9a-f]{4}$/),
      expect.stringMatching(/^Mutation\.shopPing_[0-9a-f]{4}$/),
    ]);
    const asked = Object.values(blueprint.calls).map(
      ({ endpoint, soapAction, input }) => `${endpoint} ${soapAction} ${input.element?.namespace}`,
    );
    expect(asked).toEqual(['http://a.invalid/ urn:a#Ping urn:a', 'http://b.invalid/ urn:b#Ping urn:b']);
    expect(summary(diagnostics)).toEqual([
      'note OPERATION_KIND_GUESSED {urn:a}Shop/Ping',
      'note OPERATION_KIND_GUESSED {urn:b}Shop/Ping',
    ]);
  });

  it.each([
    ['by the names of their inputs', 'name="ByText"', 'name="ByNumber"', ['pingByText', 'pingByNumber']],
    ['by their messages, where inputs have no names', '', '', ['pingPingIn', 'pingCountIn']],
    ['by their messages, where inputs have the same', 'name="I"', 'name="I"', ['pingPingIn', 'pingCountIn']],
  ])('in one portType are told apart %s', async (_, first, second, names) => {
    const { blueprint } = await described(overloaded(first, second));
    const found = Object.values(blueprint.calls).map(
      ({ operation, soapAction, input }) => `${operation} ${soapAction} ${input.element?.local}`,
    );
    expect(found).toEqual([`${names[0]} urn:shop#Ping Ping`, `${names[1]} urn:shop#Count Count`]);
  });
});
