import { describe, expect, it } from 'vitest';
import { soap } from '../../../src/adapters/soap/index.ts';
import { described, describing, memoryReader, sourceOf, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const xsd = 'xmlns:xs="http://www.w3.org/2001/XMLSchema"';
const schemaFile = (namespace: string, content: string) =>
  `<xs:schema ${xsd} xmlns:t="${namespace}" targetNamespace="${namespace}" elementFormDefault="qualified">${content}</xs:schema>`;

/** A WSDL whose GetX answers with `x` of a type that stands in other documents. */
const asking = (type: string, references: string) =>
  wsdlText(
    `${references}${wrapper('GetX', '')}<xs:element name="GetXResponse"><xs:complexType><xs:sequence>
      <xs:element name="x" xmlns:o="urn:other" type="${type}"/></xs:sequence></xs:complexType></xs:element>`,
    ['GetX'],
  );
const answerOf = (sdl: string) => /getX: (.*)/.exec(sdl)?.[1];
const complex = (name: string, content = '<xs:element name="f" type="xs:int"/>') =>
  `<xs:complexType name="${name}"><xs:sequence>${content}</xs:sequence></xs:complexType>`;
const importOther = '<xs:import namespace="urn:other" schemaLocation="other.xsd"/>';

describe('references between documents', () => {
  const cases: readonly [string, string, Readonly<Record<string, string>>][] = [
    ['import', asking('o:T', importOther), { '/a/other.xsd': schemaFile('urn:other', complex('T')) }],
    [
      'import without a location, of a schema beside it',
      asking('o:T', '<xs:import namespace="urn:other"/>').replace(
        '<wsdl:types>',
        `<wsdl:types>${schemaFile('urn:other', complex('T'))}`,
      ),
      {},
    ],
    [
      'include',
      asking('t:T', '<xs:include schemaLocation="t.xsd"/>'),
      { '/a/t.xsd': schemaFile('urn:shop', complex('T')) },
    ],
    [
      'an include of no namespace takes on that of the includer, its references too',
      asking('t:T', '<xs:include schemaLocation="t.xsd"/>'),
      { '/a/t.xsd': `<xs:schema ${xsd}>${complex('T', '<xs:element name="u" type="U"/>')}${complex('U')}</xs:schema>` },
    ],
    [
      'redefine',
      asking(
        't:T',
        `<xs:redefine schemaLocation="t.xsd"><xs:complexType name="T"><xs:complexContent><xs:extension base="t:T">
        <xs:sequence><xs:element name="g" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:redefine>`,
      ),
      { '/a/t.xsd': schemaFile('urn:shop', complex('T')) },
    ],
    [
      'a cycle of imports',
      asking('o:T', importOther),
      {
        '/a/other.xsd': schemaFile(
          'urn:other',
          `<xs:import namespace="urn:third" schemaLocation="sub/third.xsd"/>${complex('T')}`,
        ),
        '/a/sub/third.xsd': schemaFile('urn:third', '<xs:import namespace="urn:other" schemaLocation="../other.xsd"/>'),
      },
    ],
  ];
  it.for(cases)('%s', async ([, wsdl, others]) => {
    const { sdl, diagnostics } = await described({ '/a/x.wsdl': wsdl, ...others });
    expect(answerOf(sdl)).toBe('T');
    expect(summary(diagnostics)).toEqual(['note OPERATION_KIND_GUESSED Shop/GetX']);
  });

  it('a redefinition has what it redefines', async () => {
    const [, wsdl, others] = cases[4]!;
    const { sdl } = await described({ '/a/x.wsdl': wsdl, ...others });
    expect(sdl).toContain('type T {\n  f: Int!\n  g: Int!\n}');
  });

  it('wsdl:import', async () => {
    const whole = asking('t:T', complex('T'));
    const at = whole.indexOf('<wsdl:binding');
    const head = whole.slice(0, whole.indexOf('<wsdl:types>'));
    const abstract = `${whole.slice(0, at)}</wsdl:definitions>`;
    const concrete = `${head}<wsdl:import namespace="urn:shop" location="parts/abstract.wsdl"/>${whole.slice(at)}`;
    const { sdl } = await described({ '/a/x.wsdl': concrete, '/a/parts/abstract.wsdl': abstract });
    expect(answerOf(sdl)).toBe('T');
  });

  it('several schemas of one namespace, and the same file by two ways', async () => {
    const wsdl = asking(
      't:T',
      '<xs:include schemaLocation="t.xsd"/><xs:include schemaLocation="sub/../t.xsd"/>',
    ).replace('<wsdl:types>', `<wsdl:types>${schemaFile('urn:shop', complex('Other'))}`);
    const { sdl, asked } = await described({ '/a/x.wsdl': wsdl, '/a/t.xsd': schemaFile('urn:shop', complex('T')) });
    expect(answerOf(sdl)).toBe('T');
    expect(asked).toEqual(['/a/x.wsdl', '/a/t.xsd', '/a/t.xsd']);
  });
});

describe('what is missing or odd is told, and spoils nothing else', () => {
  it('a missing import leaves what is of it as XML', async () => {
    const { sdl, diagnostics } = await described({ '/a/x.wsdl': asking('o:T', importOther) });
    expect(answerOf(sdl)).toBe('XML');
    expect(summary(diagnostics)).toEqual(
      expect.arrayContaining([
        'warning DOCUMENT_NOT_FOUND other.xsd',
        'warning REFERENCE_NOT_FOUND /{urn:shop}GetXResponse/x',
      ]),
    );
  });

  it('an import that no schema is around', async () => {
    const loose = '<wsdl:types><xs:import namespace="urn:other" schemaLocation="o.xsd"/>';
    const wsdl = asking('o:T', '').replace('<wsdl:types>', loose);
    const other = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other">
      <xs:simpleType name="T"><xs:restriction base="xs:int"/></xs:simpleType></xs:schema>`;
    const { sdl, diagnostics } = await described({ '/a/x.wsdl': wsdl, '/a/o.xsd': other });
    expect(summary(diagnostics).filter(line => !line.startsWith('note'))).toEqual([]);
    expect(answerOf(sdl)).toBe('Int');
  });

  it('WSDL 2.0 is refused by its name', async () => {
    const { diagnostics } = await describing({ '/x.wsdl': '<description xmlns="http://www.w3.org/ns/wsdl"/>' });
    const messages = diagnostics.map(({ severity, message }) => `${severity} ${message}`);
    expect(messages).toEqual(['error It is WSDL 2.0, and WSDL 1.1 is what is read.']);
  });

  it('an import that is no XML', async () => {
    const { diagnostics } = await described({
      '/a/x.wsdl': asking('o:T', importOther),
      '/a/other.xsd': '<html><br></html>',
    });
    expect(diagnostics.map(one => `${one.severity} ${one.code} ${one.at[0]}`)).toContain(
      'warning DOCUMENT_SYNTAX /a/other.xsd:1:17',
    );
  });

  it('a prefix that nothing binds is read by custom, with a warning', async () => {
    const { sdl, diagnostics } = await described({
      '/a/x.wsdl': asking('o:T', importOther),
      '/a/other.xsd': schemaFile('urn:other', complex('T', '<s:element name="f" type="s:int"/>')),
    });
    expect(sdl).toContain('type T {\n  f: Int!\n}');
    expect(diagnostics.map(one => one.code)).toContain('DOCUMENT_INVALID');
  });

  it('schemas that everybody knows are never asked for', async () => {
    const references = `<xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="http://www.w3.org/2001/xml.xsd"/>
      <xs:import namespace="http://www.w3.org/2005/08/addressing" schemaLocation="https://www.w3.org/2006/03/addressing/ws-addr.xsd"/>`;
    const type = `<xs:complexType name="T"><xs:sequence><xs:element ref="a:EndpointReference" xmlns:a="http://www.w3.org/2005/08/addressing"/></xs:sequence>
      <xs:attribute ref="xml:lang"/></xs:complexType>`;
    const { sdl, asked, diagnostics } = await described({ '/a/x.wsdl': asking('t:T', references + type) });
    expect(asked).toEqual(['/a/x.wsdl']);
    expect(sdl).toContain('type T {\n  EndpointReference: EndpointReferenceType!\n  lang: String\n}');
    expect(sdl).toContain('type AttributedURIType {\n  _value: String!\n}');
    expect(summary(diagnostics)).toEqual([
      'note OPERATION_KIND_GUESSED Shop/GetX',
      'note CONSTRUCT_NOT_SUPPORTED {http://www.w3.org/2005/08/addressing}EndpointReferenceType',
    ]);
  });

  it('schemas of what is built in are passed over, wherever they lie', async () => {
    const text = `<xs:simpleType name="string"><xs:restriction base="xs:anySimpleType"/></xs:simpleType><xs:simpleType name="int"><xs:restriction base="xs:string"/></xs:simpleType>`;
    const { sdl } = await described({
      '/a/x.wsdl': asking(
        'xs:int',
        '<xs:import namespace="http://www.w3.org/2001/XMLSchema" schemaLocation="xs.xsd"/>',
      ),
      '/a/xs.xsd': schemaFile('http://www.w3.org/2001/XMLSchema', text),
    });
    expect(answerOf(sdl)).toBe('Int');
  });

  it('a WSDL that cannot be had is told of, however well known its namespace', async () => {
    const imported =
      '<wsdl:import namespace="http://www.w3.org/2005/08/addressing" location="http://www.w3.org/2005/08/addressing.wsdl"/>';
    const wsdl = asking('xs:int', '').replace('<wsdl:types>', `${imported}<wsdl:types>`);
    const { diagnostics } = await described({ '/a/x.wsdl': wsdl });
    expect(summary(diagnostics)).toContain('warning DOCUMENT_NOT_FOUND http://www.w3.org/2005/08/addressing.wsdl');
  });

  const bound = (
    portType: string,
    operations: readonly string[],
  ) => `<wsdl:binding name="${portType}Soap" type="bw:${portType}">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>${operations
      .map(
        name => `<wsdl:operation name="${name}"><soap:operation soapAction="urn:${name}"/>
        <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`,
      )
      .join('')}</wsdl:binding>`;
  const notifying = (
    location: string,
  ) => `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:bw="http://docs.oasis-open.org/wsn/bw-2"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" targetNamespace="urn:camera">
    <wsdl:import namespace="http://docs.oasis-open.org/wsn/bw-2" location="${location}"/>
    ${bound('NotificationConsumer', ['Notify'])}${bound('NotificationProducer', ['Subscribe', 'GetCurrentMessage'])}
    ${bound('PullPoint', ['GetMessages', 'DestroyPullPoint', 'Notify'])}${bound('CreatePullPoint', ['CreatePullPoint'])}
    ${bound('SubscriptionManager', ['Renew', 'Unsubscribe'])}
    ${bound('PausableSubscriptionManager', ['Renew', 'Unsubscribe', 'PauseSubscription', 'ResumeSubscription'])}</wsdl:definitions>`;

  it.each(['http://docs.oasis-open.org/wsn/bw-2.wsdl', 'missing.wsdl'])(
    'the WSDL of notifications is built in: %s',
    async location => {
      const { sdl, operations, diagnostics } = await described(
        { '/a/x.wsdl': notifying(location) },
        { exposeErrors: 'BODY' },
      );
      expect(operations).toEqual({ total: 13, imported: 13 });
      // It has bindings and no service: nothing says where the backend is.
      expect(summary(diagnostics).filter(line => !line.startsWith('note'))).toEqual([
        'warning CONFIG_MISSING_KEY {urn:camera}NotificationConsumerSoap',
      ]);
      expect(sdl).toContain('subscribe(input: SubscribeInput!): SubscribeResponse');
      expect(sdl).toContain('notificationConsumerNotify(input: NotifyInput!): Boolean');
    },
  );

  it('a copy of it comes before what is built in', async () => {
    const copy =
      '<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" targetNamespace="http://docs.oasis-open.org/wsn/bw-2"/>';
    const { operations } = await described({ '/a/x.wsdl': notifying('bw-2.wsdl'), '/a/bw-2.wsdl': copy });
    expect(operations).toEqual({ total: 0, imported: 0 });
  });

  it('names without a prefix, where WSDL’s own is the default, are those of the document', async () => {
    const wsdl = asking('xs:int', '')
      .replaceAll('wsdl:', '')
      .replace('xmlns:wsdl=', 'xmlns=')
      .replaceAll(/(message|type|binding)="t:/g, '$1="');
    expect((await described({ '/a/x.wsdl': wsdl })).operations).toEqual({ total: 1, imported: 1 });
  });

  const refused: readonly [string, string, string, string][] = [
    ['a WSDL that is not well-formed', '<wsdl:definitions', 'DOCUMENT_SYNTAX', ':1:17'],
    ['nothing', '', 'DOCUMENT_SYNTAX', ':1:1'],
    ['something else', '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', 'DOCUMENT_INVALID', ''],
    ['WSDL 2.0', '<description xmlns="http://www.w3.org/ns/wsdl"/>', 'DOCUMENT_INVALID', ''],
    ['entities', '<!DOCTYPE d [<!ENTITY e "x">]><d>&e;</d>', 'DOCUMENT_SYNTAX', ':1:36'],
    ['300 levels', '<a>'.repeat(300) + '</a>'.repeat(300), 'DOCUMENT_SYNTAX', ':1:771'],
  ];
  it.for(refused)('%s is refused', async ([, text, code, place]) => {
    const io = { reader: memoryReader({ '/x.wsdl': text }), signal: new AbortController().signal };
    const result = await soap.describe(sourceOf('/x.wsdl'), io);
    expect([result.ok, result.diagnostics.map(one => `${one.severity} ${one.code} ${one.at[0]}`)]).toEqual([
      false,
      [`error ${code} /x.wsdl${place}`],
    ]);
  });
});

it('the same documents give the same blueprint, which survives JSON', async () => {
  const documents = { '/a/x.wsdl': asking('o:T', importOther), '/a/other.xsd': schemaFile('urn:other', complex('T')) };
  const one = await described(documents);
  const two = await described(documents);
  expect(JSON.stringify(one.blueprint)).toBe(JSON.stringify(two.blueprint));
  expect(JSON.parse(JSON.stringify(one.blueprint))).toEqual(one.blueprint);
});
