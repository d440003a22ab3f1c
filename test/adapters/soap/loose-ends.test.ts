import { describe, expect, it } from 'vitest';
import { described, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const wsdl = wsdlText(
  `${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('GetItemResponse', '<xs:element name="sku" type="xs:string"/>')}`,
  ['GetItem'],
);
const port = '<wsdl:port name="ShopSoap" binding="t:ShopSoap">';
const binding = '<wsdl:binding name="ShopSoap" type="t:Shop">';
const output = '<wsdl:output message="t:GetItemOut"/>';
const ghost =
  '<wsdl:operation name="Ghost"><soap:operation soapAction=""/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>';
const nowhere = 'warning CONFIG_MISSING_KEY {urn:shop}ShopSoap';

describe('what of a WSDL leads nowhere is told', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['nothing', wsdl, []],
    [
      'a port’s binding, and with it where the backend is',
      wsdl.replace(port, port.replace('t:ShopSoap', 't:Nothing')),
      ['warning REFERENCE_NOT_FOUND ShopSoap', nowhere],
    ],
    [
      'a binding’s name whose prefix nothing binds',
      wsdl.replace(port, port.replace('t:ShopSoap', 'zz:Nothing')),
      ['warning REFERENCE_NOT_FOUND ShopSoap', nowhere],
    ],
    [
      'an address that is a placeholder',
      wsdl.replace('http://shop.invalid/soap', 'REPLACE_WITH_ACTUAL_URL'),
      [nowhere],
    ],
    ['a port without an address', wsdl.replace(/<soap:address[^>]*>/, ''), [nowhere]],
    ['a WSDL without a service', wsdl.replace(/<wsdl:service.*<\/wsdl:service>/s, ''), [nowhere]],
    [
      'an operation of the binding alone',
      wsdl.replace(binding, binding + ghost),
      ['warning REFERENCE_NOT_FOUND {urn:shop}ShopSoap'],
    ],
    [
      'a style that is none',
      wsdl.replace('style="document"', 'style="literal"'),
      ['warning DOCUMENT_INVALID {urn:shop}ShopSoap'],
    ],
    [
      'a fault’s message',
      wsdl.replace(output, `${output}<wsdl:fault name="gone" message="t:Nothing"/>`),
      ['warning REFERENCE_NOT_FOUND Shop/GetItem'],
    ],
  ];
  it.each(cases)('%s', async (_, document, told) => {
    const { sdl, diagnostics } = await described({ '/shop.wsdl': document });
    expect(sdl).toContain('getItem(sku: String!): String');
    expect(summary(diagnostics).filter(line => !line.startsWith('note'))).toEqual(told);
  });
});
