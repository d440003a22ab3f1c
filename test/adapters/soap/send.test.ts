import { describe, expect, it } from 'vitest';
import { gate, seen } from './gate.ts';
import { envelopeOf, type SoapReply, soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const item = `<xs:complexType name="Item"><xs:sequence>
  <xs:element name="sku" type="xs:string"/><xs:element name="pieces" type="xs:int"/>
  <xs:element name="note" type="xs:string" nillable="true"/></xs:sequence>
  <xs:attribute name="unit" type="xs:string"/></xs:complexType>`;
const schema = `${item}
  ${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/><xs:element name="depth" type="xs:int" minOccurs="0"/>')}
  ${wrapper('GetItemResponse', '<xs:element name="item" type="t:Item"/>')}
  <xs:element name="PutItem" type="t:Item"/>
  ${wrapper('PutItemResponse', '')}`;
const shop = wsdlText(schema, ['GetItem', 'PutItem']);

const query = '{ getItem(sku: "a") { sku pieces note unit } }';
const answer = (content: string): SoapReply => ({
  body: `<r:GetItemResponse xmlns:r="urn:shop" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><r:item unit="kg">${content}</r:item></r:GetItemResponse>`,
});
const whole = answer('<r:sku> 007 </r:sku><r:pieces>3</r:pieces><r:note xsi:nil="true"/>');

describe('a call', () => {
  it('writes the schema’s order, whatever that of the arguments, and reads the answer', async () => {
    await using backend = await soapBackend(() => whole);
    await using shopGate = await gate(shop, backend.url);
    const result = await shopGate.ask('{ getItem(depth: 2, sku: "a & <b>") { note unit pieces sku } }');
    expect(seen(result)).toEqual({
      data: { getItem: { sku: ' 007 ', pieces: 3, note: null, unit: 'kg' } },
      errors: [],
    });
    const [request] = backend.requests;
    expect(request?.headers).toMatchObject({
      soapaction: '"urn:shop#GetItem"',
      'content-type': 'text/xml; charset=utf-8',
    });
    expect(request?.envelope).not.toContain('selvage');
    expect(request?.body).toBe(
      '<n0:GetItem xmlns:n0="urn:shop"><n0:sku>a &amp; &lt;b&gt;</n0:sku><n0:depth>2</n0:depth></n0:GetItem>',
    );
  });

  it('of a bare element takes one input; an empty answer is true', async () => {
    await using backend = await soapBackend(() => ({ body: '<r:PutItemResponse xmlns:r="urn:shop"/>' }));
    await using shopGate = await gate(shop, backend.url);
    const result = await shopGate.ask('mutation { putItem(input: { note: null, unit: "kg", pieces: 1, sku: "a" }) }');
    expect(seen(result)).toEqual({ data: { putItem: true }, errors: [] });
    expect(backend.requests[0]?.body).toBe(
      '<n0:PutItem xmlns:n0="urn:shop" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" unit="kg"><n0:sku>a</n0:sku><n0:pieces>1</n0:pieces><n0:note xsi:nil="true"/></n0:PutItem>',
    );
  });

  it('of a SOAP 1.2 binding has its envelope and its media type', async () => {
    const envelope = `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${whole.body}</e:Body></e:Envelope>`;
    await using backend = await soapBackend(() => ({ envelope, contentType: 'application/soap+xml' }));
    const soap12 = shop.replace('http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/');
    await using shopGate = await gate(soap12, backend.url);
    expect(seen(await shopGate.ask('{ getItem(sku: "a") { sku } }')).errors).toEqual([]);
    const [request] = backend.requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/soap+xml; charset=utf-8; action="urn:shop#GetItem"',
    });
    expect(request?.headers).not.toHaveProperty('soapaction');
    expect(request?.envelope).toContain('<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"');
  });

  it('of many items at once makes one request each, and a bad one spoils only itself', async () => {
    await using backend = await soapBackend(({ body }) => (body.includes('>bad<') ? fault('s:Server') : whole));
    await using shopGate = await gate(shop, backend.url);
    const result = await shopGate.ask(
      '{ a: getItem(sku: "a") { sku } b: getItem(sku: "bad") { sku } c: getItem(sku: "a") { sku } }',
    );
    expect(seen(result)).toEqual({
      data: { a: { sku: ' 007 ' }, b: null, c: { sku: ' 007 ' } },
      errors: ['UPSTREAM_ERROR b'],
    });
    expect(backend.requests).toHaveLength(2);
  });
});

function fault(code: string, more = '', status = 500): SoapReply {
  return {
    status,
    body: `<s:Fault xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><faultcode>${code}</faultcode><faultstring>ORA-00942 at 10.1.2.3 password=secret</faultstring>${more}<detail><x>ORA-1</x></detail></s:Fault>`,
  };
}

const soap12Fault = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang="en">ORA-1</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`;

describe('a failure', () => {
  const cases: readonly [string, SoapReply, string, unknown][] = [
    ['Server, HTTP 500', fault('s:Server'), 'UPSTREAM_ERROR', { faultCode: 'Server' }],
    ['Server, HTTP 200', fault('s:Server', '', 200), 'UPSTREAM_ERROR', { faultCode: 'Server' }],
    ['Client', fault('s:Client.Input'), 'BAD_USER_INPUT', { faultCode: 'Client' }],
    ['a code of its own', fault('OutOfStock-10.1.2.3'), 'UPSTREAM_ERROR', { faultCode: 'Server' }],
    ['VersionMismatch', fault('s:VersionMismatch'), 'UPSTREAM_ERROR', { faultCode: 'VersionMismatch' }],
    ['MustUnderstand', fault('s:MustUnderstand'), 'UPSTREAM_ERROR', { faultCode: 'MustUnderstand' }],
    [
      'a role of the backend',
      fault('s:Client', '<faultactor>http://10.1.2.3/</faultactor>'),
      'BAD_USER_INPUT',
      { faultCode: 'Client' },
    ],
    [
      'a role of the specification',
      fault('s:Server', '<faultactor>http://schemas.xmlsoap.org/soap/actor/next</faultactor>'),
      'UPSTREAM_ERROR',
      { faultCode: 'Server', role: 'next' },
    ],
    ['our own password refused', fault('w:FailedAuthentication'), 'UPSTREAM_ERROR', { faultCode: 'Server' }],
    ['a code whose prefix nothing binds', fault('soapenv:Client'), 'BAD_USER_INPUT', { faultCode: 'Client' }],
    ['SOAP 1.2', { status: 400, envelope: soap12Fault }, 'BAD_USER_INPUT', { faultCode: 'Client' }],
    [
      'HTML, 200',
      { envelope: '<html><body>ORA-1</body></html>', contentType: 'text/html' },
      'UPSTREAM_MALFORMED',
      undefined,
    ],
    ['HTML, 503', { status: 503, envelope: '<html>10.1.2.3<br></html>' }, 'UPSTREAM_ERROR', undefined],
    ['nothing', { envelope: '' }, 'UPSTREAM_MALFORMED', undefined],
    [
      'truncated',
      { envelope: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Bo' },
      'UPSTREAM_MALFORMED',
      undefined,
    ],
    ['a wrong root', { body: '<r:Other xmlns:r="urn:shop">10.1.2.3</r:Other>' }, 'UPSTREAM_MALFORMED', undefined],
    ['a redirect', { status: 302, envelope: '' }, 'UPSTREAM_ERROR', undefined],
    ['an unknown encoding', { ...whole, contentType: 'text/xml; charset=utf-7' }, 'UPSTREAM_MALFORMED', undefined],
  ];
  it.for(cases)('%s: %#', async ([, reply, code, soap]) => {
    await using backend = await soapBackend(() => reply);
    await using shopGate = await gate(shop, backend.url);
    const result = await shopGate.ask(query);
    expect(seen(result)).toEqual({ data: { getItem: null }, errors: [`${code} getItem`] });
    const [error] = result.errors ?? [];
    expect(error?.extensions['soap']).toEqual(soap);
    expect(JSON.stringify(result)).not.toMatch(/10\.1\.2\.3|ORA-|password=/);
    expect(error?.originalError?.cause).toBeDefined();
  });

  it('of the security is the client’s where its own credential was passed on', async () => {
    await using backend = await soapBackend(() => fault('w:FailedAuthentication'));
    await using shopGate = await gate(shop, backend.url, { forward: ['authorization'] });
    expect(seen(await shopGate.ask(query)).errors).toEqual(['UNAUTHENTICATED getItem']);
  });
});

describe('a part that breaks the contract is an error in its place', () => {
  const cases: readonly [string, string, unknown, string[]][] = [
    ['a number', '<r:sku>1</r:sku><r:pieces>many</r:pieces><r:note/>', null, ['UPSTREAM_MALFORMED getItem.pieces']],
    ['a missing element', '<r:pieces>1</r:pieces><r:note/>', null, ['UPSTREAM_MALFORMED getItem.sku']],
    [
      'a second one',
      '<r:sku>1</r:sku><r:sku>2</r:sku><r:pieces>1</r:pieces><r:note/>',
      null,
      ['UPSTREAM_MALFORMED getItem.sku'],
    ],
    [
      'what nobody declared is passed over, and a local name will do',
      '<sku>1</sku><x>?</x><r:pieces>1</r:pieces><r:note>n</r:note>',
      { sku: '1', pieces: 1, note: 'n', unit: 'kg' },
      [],
    ],
  ];
  it.for(cases)('%s', async ([, content, getItem, errors]) => {
    await using backend = await soapBackend(() => answer(content));
    await using shopGate = await gate(shop, backend.url);
    expect(seen(await shopGate.ask(query))).toEqual({ data: { getItem }, errors });
  });
});

describe('an answer’s text is read', () => {
  const text = (encoding: string) =>
    `<?xml version="1.0" encoding="${encoding}"?>${envelopeOf(umlaut.body ?? '').replace(/^<\?.*?\?>/, '')}`;
  const umlaut = answer('<r:sku>ü</r:sku><r:pieces>1</r:pieces><r:note/>');
  const utf16 = (bigEndian: boolean) => {
    const bytes = Buffer.from(text('UTF-16'), 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  const cases: readonly [string, Uint8Array, string][] = [
    ['UTF-16, little end first, with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(false)]), 'text/xml'],
    ['UTF-16, big end first, with its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(true)]), 'text/xml'],
    ['UTF-16 without a mark', utf16(true), 'text/xml; charset=utf-16'],
    ['UTF-8 that declares UTF-16, as .NET’s StringWriter does', Buffer.from(text('utf-16')), 'text/xml'],
    ['UTF-8 with a mark, whatever the header says', Buffer.from(`\uFEFF${text('utf-8')}`), 'text/xml; charset=latin1'],
    ['ISO-8859-1 by its declaration', Buffer.from(text('ISO-8859-1'), 'latin1'), 'text/xml'],
    ['ISO-8859-1 by its media type', Buffer.from(text('utf-8'), 'latin1'), 'text/xml; charset="ISO-8859-1"'],
  ];
  it.for(cases)('%s', async ([, envelope, contentType]) => {
    await using backend = await soapBackend(() => ({ envelope, contentType }));
    await using shopGate = await gate(shop, backend.url);
    expect(seen(await shopGate.ask('{ getItem(sku: "a") { sku } }'))).toEqual({
      data: { getItem: { sku: 'ü' } },
      errors: [],
    });
  });
});

describe('an answer with nothing in it', () => {
  const cases: readonly [string, SoapReply, string, unknown, string[]][] = [
    ['is true where nothing is expected', { envelope: '' }, 'mutation { putItem(input: $i) }', { putItem: true }, []],
    ['and so is 202', { status: 202, envelope: '' }, 'mutation { putItem(input: $i) }', { putItem: true }, []],
    [
      'is malformed where a value is',
      { status: 202, envelope: '' },
      query,
      { getItem: null },
      ['UPSTREAM_MALFORMED getItem'],
    ],
    ['an empty body too', { body: '' }, query, { getItem: null }, ['UPSTREAM_MALFORMED getItem']],
  ];
  it.for(cases)('%s', async ([, reply, asked, data, errors]) => {
    await using backend = await soapBackend(() => reply);
    await using shopGate = await gate(shop, backend.url);
    const source = asked.replace('$i', '{ sku: "a", pieces: 1, note: "n" }');
    expect(seen(await shopGate.ask(source))).toEqual({ data, errors });
  });
});

describe('values as backends write them', () => {
  const reading = wsdlText(
    `${wrapper('GetReading', '')}${wrapper(
      'GetReadingResponse',
      `<xs:element name="count" type="xs:long" minOccurs="0"/><xs:element name="on" type="xs:boolean" minOccurs="0"/>
       <xs:element name="at" type="xs:dateTime" minOccurs="0"/><xs:element name="unit" type="t:Unit" minOccurs="0"/>
       <xs:element name="note" type="xs:string" minOccurs="0"/>`,
    )}<xs:simpleType name="Unit"><xs:restriction base="xs:string"><xs:enumeration value="kg"/></xs:restriction></xs:simpleType>`,
    ['GetReading'],
  );
  const nothing = { count: null, on: null, at: null, unit: null, note: null };
  const cases: readonly [string, string, unknown, string[]][] = [
    [
      'white space around numbers, booleans, times and enumerations is none of theirs',
      '<r:count>\n 9223372036854775807 </r:count><r:on> 1 </r:on><r:at> 2009-01-01T00:00:00.1234567+05:30 </r:at><r:unit> kg\n</r:unit>',
      { count: '9223372036854775807', on: true, at: '2009-01-01T00:00:00.1234567+05:30', unit: 'kg', note: null },
      [],
    ],
    [
      'an empty element that may be absent is absent, where empty is no value',
      '<r:count/><r:on/><r:at> </r:at><r:unit></r:unit><r:note/>',
      { ...nothing, note: '' },
      [],
    ],
    [
      'nil of an old draft is nil',
      '<r:count xmlns:i="http://www.w3.org/1999/XMLSchema-instance" i:nil="1"/>',
      nothing,
      [],
    ],
    ['True is no boolean', '<r:on>True</r:on>', nothing, ['UPSTREAM_MALFORMED getReading.on']],
  ];
  it.for(cases)('%s', async ([, content, getReading, errors]) => {
    await using backend = await soapBackend(() => ({
      body: `<r:GetReadingResponse xmlns:r="urn:shop">${content}</r:GetReadingResponse>`,
    }));
    await using readingGate = await gate(reading, backend.url);
    expect(seen(await readingGate.ask('{ getReading { count on at unit note } }'))).toEqual({
      data: { getReading },
      errors,
    });
  });
});

describe('XML made to harm', () => {
  const envelope = (body: string, before = '') =>
    `<?xml version="1.0"?>${before}<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;
  const cases: readonly [string, string][] = [
    ['billion laughs', envelope('&b;', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>')],
    ['an external entity', envelope('&f;', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>')],
    ['an external DTD', envelope('', '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">')],
    ['200,000 levels', envelope(`${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`)],
    ['200,001 elements', envelope('<a/>'.repeat(200_001))],
    ['65 attributes', envelope(`<a ${Array.from({ length: 65 }, (_, n) => `a${n}=""`).join(' ')}/>`)],
    ['an attribute twice', envelope('<a x="" x=""/>')],
    ['an unbound prefix', envelope('<zzz:a/>')],
    ['a character that is none', envelope('<a>&#0;</a>')],
  ];
  it.for(cases)('%s is refused', async ([, text]) => {
    await using backend = await soapBackend(() => ({ envelope: text }));
    await using shopGate = await gate(shop, backend.url);
    expect(seen(await shopGate.ask(query)).errors).toEqual(['UPSTREAM_MALFORMED getItem']);
  });

  it('a processing instruction, a comment and CDATA are no harm', async () => {
    await using backend = await soapBackend(() =>
      answer('<?x y?><!-- c --><r:sku><![CDATA[<a>]]>b</r:sku><r:pieces>1</r:pieces><r:note/>'),
    );
    await using shopGate = await gate(shop, backend.url);
    expect(seen(await shopGate.ask('{ getItem(sku: "a") { sku } }'))).toEqual({
      data: { getItem: { sku: '<a>b' } },
      errors: [],
    });
  });
});
