import { describe, expect, it } from 'vitest';
import type { SourceOptions } from '../../../src/source/source.ts';
import { gate, seen } from './gate.ts';
import { envelopeOf, type SoapReply, soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const schema = `${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('GetItemResponse', '<xs:element name="sku" type="xs:string"/>')}
  <xs:element name="OutOfStock"><xs:complexType><xs:sequence><xs:element name="left" type="xs:int"/><xs:element name="note" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Expired"><xs:complexType><xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="why" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>`;
const wsdl = wsdlText(schema, ['GetItem'])
  .replace(
    '<wsdl:portType',
    '<wsdl:message name="Gone"><wsdl:part name="fault" element="t:OutOfStock"/></wsdl:message><wsdl:portType',
  )
  .replace(
    '<wsdl:portType',
    '<wsdl:message name="Expired"><wsdl:part name="ticket" element="t:Expired"/></wsdl:message><wsdl:portType',
  )
  .replace(
    '<wsdl:input><soap:body use="literal"/>',
    '<wsdl:input><soap:body use="literal"/><soap:header message="t:Expired" part="ticket" use="literal"><soap:headerfault message="t:Expired" part="ticket" use="literal"/></soap:header>',
  )
  .replace(
    '<wsdl:output message="t:GetItemOut"/>',
    '<wsdl:output message="t:GetItemOut"/><wsdl:fault name="gone" message="t:Gone"/>',
  );

const detail = (content: string) =>
  `<t:OutOfStock xmlns:t="urn:shop">${content}</t:OutOfStock><x:Stack xmlns:x="urn:other">at 10.1.2.3</x:Stack>`;
const fault11 = (entries: string, text = 'None is\n left.'): SoapReply => ({
  status: 500,
  body: `<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:o="urn:shop"><faultcode>o:Gone</faultcode><faultstring>${text}</faultstring><detail>${entries}</detail></s:Fault>`,
});
const fault12 = (entries: string): SoapReply => ({
  status: 400,
  contentType: 'application/soap+xml',
  envelope: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:o="urn:shop"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>o:Gone</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">None is left.</s:Text></s:Reason><s:Detail>${entries}</s:Detail></s:Fault></s:Body></s:Envelope>`,
});

/** The error that a client gets. */
async function told(reply: SoapReply | ((url: string) => SoapReply), options: Partial<SourceOptions>) {
  let url = '';
  await using backend = await soapBackend(() => (typeof reply === 'function' ? reply(url) : reply));
  ({ url } = backend);
  await using shop = await gate(wsdl, backend.url, options);
  const result = await shop.ask('{ getItem(sku: "a") }');
  expect(seen(result).data).toEqual({ getItem: null });
  const [error] = result.errors ?? [];
  const { code, soap, body } = error?.extensions ?? {};
  return { message: error?.message, code, soap, body };
}

const gone = 'Client';

describe('a fault', () => {
  it('is a standard code and our own words, unless the source exposes more', async () => {
    expect(await told(fault11(detail('<t:left>1</t:left>')), {})).toEqual({
      message: 'The source "shop" failed.',
      code: 'UPSTREAM_ERROR',
      soap: { faultCode: 'Server' },
      body: undefined,
    });
  });

  it('of PROBLEM has its own codes and text, of either version', async () => {
    expect(await told(fault11(detail('<t:left>1</t:left>')), { exposeErrors: 'PROBLEM' })).toEqual({
      message: 'None is left.',
      code: 'UPSTREAM_ERROR',
      soap: { faultCode: 'Server', codes: ['{urn:shop}Gone'] },
      body: undefined,
    });
    expect(await told(fault12(detail('')), { exposeErrors: 'PROBLEM' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      soap: { faultCode: gone, codes: ['{http://www.w3.org/2003/05/soap-envelope}Sender', '{urn:shop}Gone'] },
    });
  });

  it('of BODY has what the document declares of its detail, by its types', async () => {
    const content = detail('<t:left>007</t:left><t:secret>x</t:secret>');
    for (const reply of [fault11(content), fault12(content)])
      expect((await told(reply, { exposeErrors: 'BODY' })).body).toEqual({ OutOfStock: { left: 7, note: null } });
  });

  it('of BODY has what the document declares of faults of header blocks, which stand in the header', async () => {
    const header =
      '<t:Expired xmlns:t="urn:shop" why="old">007</t:Expired><x:Stack xmlns:x="urn:other">at 10.1.2.3</x:Stack>';
    const envelope = envelopeOf(fault11('').body ?? '').replace('<e:Body>', `<e:Header>${header}</e:Header><e:Body>`);
    const told11 = await told({ status: 500, envelope }, { exposeErrors: 'BODY' });
    expect(told11.body).toEqual({ Expired: { _value: 7, why: 'old' } });
    expect((await told({ status: 500, envelope }, { exposeErrors: 'PROBLEM' })).body).toBeUndefined();
  });

  it('has null for what is no value, and nothing where nothing of it is declared or it is too much', async () => {
    const options: Partial<SourceOptions> = { exposeErrors: 'BODY' };
    expect((await told(fault11(detail('<t:left>few</t:left>')), options)).body).toEqual({
      OutOfStock: { left: null, note: null },
    });
    expect((await told(fault11('<x:Stack xmlns:x="urn:other">at 10.1.2.3</x:Stack>'), options)).body).toBeUndefined();
    const much = detail(`<t:left>1</t:left><t:note>${'x'.repeat(5_000)}</t:note>`);
    expect((await told(fault11(much), options)).body).toBeUndefined();
  });

  it('never tells where the backend is, or what signs in to it', async () => {
    const options: Partial<SourceOptions> = {
      exposeErrors: 'BODY',
      credential: { wsse: { username: 'gateway-user', password: 'hunter22', digest: false, timestamp: false } },
    };
    const { message, body } = await told(url => {
      const { host } = new URL(url);
      return fault11(detail(`<t:left>1</t:left><t:note>${host} hunter22</t:note>`), `gateway-user at ${url}: hunter22`);
    }, options);
    expect(message).toBe('[redacted] at [redacted]/soap: [redacted]');
    expect(body).toEqual({ OutOfStock: { left: 1, note: '[redacted] [redacted]' } });
  });
});
