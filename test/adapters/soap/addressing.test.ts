import { describe, expect, it } from 'vitest';
import type { SourceOptions } from '../../../src/source/source.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { describing } from './described.ts';
import { gate, seen } from './gate.ts';
import { soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const schema = `${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('GetItemResponse', '<xs:element name="sku" type="xs:string"/>')}`;
const plain = wsdlText(schema, ['GetItem']);
const core = 'http://www.w3.org/2005/08/addressing';
const old = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const using = '<w:UsingAddressing xmlns:w="http://www.w3.org/2006/05/addressing/wsdl"/>';
const inBinding = (element: string, wsdl = plain) => wsdl.replace('<soap:binding ', `${element}<soap:binding `);
const silent = plain.replace('soapAction="urn:shop#GetItem"', 'soapAction=""');

type Header = (id: string) => string;

/** The lines of the header of a request that the backend answers with another header. */
async function asked(wsdl: string, options: Partial<SourceOptions> = {}, header: Header = () => '') {
  await using backend = await soapBackend(({ envelope }) => ({
    envelope: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>${header(idIn(envelope))}</e:Header><e:Body><GetItemResponse xmlns="urn:shop"><sku>a</sku></GetItemResponse></e:Body></e:Envelope>`,
  }));
  await using shop = await gate(wsdl, backend.url, options);
  const { errors } = seen(await shop.ask('{ getItem(sku: "a") }'));
  const [request] = backend.requests;
  const lines = canonicalXml(request?.envelope ?? '').split('\n');
  const blocks = lines
    .slice(
      2,
      lines.findIndex(line => line.endsWith('}Body')),
    )
    .map(line => line.trim());
  return { errors, blocks, url: backend.url, action: request?.headers['soapaction'] };
}

function idIn(envelope: string): string {
  return /MessageID[^>]*>([^<]*)</.exec(envelope)?.[1] ?? '';
}

describe('WS-Addressing', () => {
  it('is not there unless somebody says so, and not where the configuration says no', async () => {
    expect((await asked(plain)).blocks).toEqual([]);
    expect((await asked(inBinding(using), { addressing: false })).blocks).toEqual([]);
  });

  const policy = `<p:Policy xmlns:p="http://www.w3.org/ns/ws-policy" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" u:Id="addr"><p:All><m:Addressing xmlns:m="http://www.w3.org/2007/05/addressing/metadata"/></p:All></p:Policy>`;
  const reference = '<p:PolicyReference xmlns:p="http://www.w3.org/ns/ws-policy" URI="#addr"/>';
  const ways: readonly [string, string, Partial<SourceOptions>][] = [
    ['the configuration', plain, { addressing: true }],
    ['the binding', inBinding(using), {}],
    ['a policy that the binding refers to', inBinding(reference).replace('<wsdl:types>', `${policy}<wsdl:types>`), {}],
    ['the port', plain.replace('<soap:address', `${using}<soap:address`), {}],
  ];
  it.for(ways)('is asked for by %s', async ([, wsdl, options]) => {
    const { blocks, errors, url } = await asked(wsdl, options);
    expect(errors).toEqual([]);
    const [action, id, ...rest] = blocks;
    expect(action).toBe(`{${core}}Action "urn:shop#GetItem"`);
    expect(id).toMatch(/MessageID "urn:uuid:[0-9a-f]{8}-[0-9a-f-]{27}"$/);
    expect(rest).toEqual([`{${core}}To "${url}"`, `{${core}}ReplyTo`, `{${core}}Address "${core}/anonymous"`]);
  });

  it('of the submission has its namespace', async () => {
    const { blocks } = await asked(
      inBinding('<p:UsingAddressing xmlns:p="http://schemas.xmlsoap.org/ws/2004/08/addressing/policy"/>'),
    );
    expect(blocks[0]).toMatch(`{${old}}Action `);
    expect(blocks.at(-1)).toBe(`{${old}}Address "${old}/role/anonymous"`);
  });

  const input = '<wsdl:input message="t:GetItemIn"/>';
  const actions: readonly [string, string, string][] = [
    [
      'the WSDL’s own',
      silent.replace(
        input,
        '<wsdl:input message="t:GetItemIn" w:Action="urn:own" xmlns:w="http://www.w3.org/2007/05/addressing/metadata"/>',
      ),
      'urn:own',
    ],
    ['the SOAPAction', plain, 'urn:shop#GetItem'],
    ['the pattern, of a URN', silent, 'urn:shop:Shop:GetItemRequest'],
    [
      'the pattern, with the input’s name',
      silent.replace(input, '<wsdl:input name="In" message="t:GetItemIn"/>'),
      'urn:shop:Shop:In',
    ],
    [
      'the pattern, of a URL',
      silent.replaceAll('urn:shop', 'http://shop.test/v1'),
      'http://shop.test/v1/Shop/GetItemRequest',
    ],
    [
      'the pattern, of a URL that ends in a slash',
      silent.replaceAll('urn:shop', 'http://shop.test/v1/'),
      'http://shop.test/v1/Shop/GetItemRequest',
    ],
    ['the pattern, one-way', silent.replace('<wsdl:output message="t:GetItemOut"/>', ''), 'urn:shop:Shop:GetItem'],
  ];
  it.for(actions)('has as its action %s', async ([, wsdl, expected]) => {
    const { blocks, action } = await asked(wsdl, { addressing: true });
    expect(blocks[0]).toBe(`{${core}}Action ${JSON.stringify(expected)}`);
    expect(action).toBe(JSON.stringify(expected));
  });

  const answers: readonly [string, Header, readonly string[]][] = [
    ['this message', id => `<w:RelatesTo e:mustUnderstand="1" xmlns:w="${core}">${id}</w:RelatesTo>`, []],
    [
      'another message',
      () => `<w:RelatesTo xmlns:w="${core}">urn:uuid:1</w:RelatesTo>`,
      ['UPSTREAM_MALFORMED getItem'],
    ],
    [
      'another message, otherwise',
      () => `<w:RelatesTo RelationshipType="urn:cause" xmlns:w="${core}">urn:uuid:1</w:RelatesTo>`,
      [],
    ],
  ];
  it.for(answers)('reads an answer that relates to %s', async ([, header, errors]) => {
    expect((await asked(plain, { addressing: true }, header)).errors).toEqual(errors);
  });
});

describe('a WSDL of several services', () => {
  const two = plain.replace(
    '</wsdl:definitions>',
    '<wsdl:service name="Other"><wsdl:port name="OtherSoap" binding="t:ShopSoap"><soap:address location="http://other.invalid/"/></wsdl:port></wsdl:service></wsdl:definitions>',
  );
  const endpointOf = async (options: Partial<SourceOptions>) => {
    const description = await describing({ '/shop.wsdl': two }, options);
    const calls = description.ok ? Object.values(description.value.blueprint.calls) : [];
    return { calls, errors: description.diagnostics.filter(({ severity }) => severity === 'error') };
  };

  it('takes the ports of the one that is named', async () => {
    expect((await endpointOf({ service: 'Other' })).calls).toMatchObject([{ endpoint: 'http://other.invalid/' }]);
    expect((await endpointOf({})).calls).toMatchObject([{ endpoint: 'http://shop.invalid/soap' }]);
  });

  it('refuses a service that is not there, and a port of another', async () => {
    expect((await endpointOf({ service: 'Othr' })).errors).toMatchObject([
      { message: expect.stringContaining('Did you mean "Other"') },
    ]);
    expect((await endpointOf({ service: 'Other', port: 'ShopSoap' })).errors).toMatchObject([
      { hint: 'Its ports: OtherSoap.' },
    ]);
  });
});
