import { describe, expect, it } from 'vitest';
import { readRelated } from '../../../src/adapters/soap/message/related-parts.ts';
import { Upload } from '../../../src/base/upload.ts';
import { wholeFile } from '../../support/whole-file.ts';
import { described, summary } from './described.ts';
import { gate, seen } from './gate.ts';
import { envelopeOf, soapBackend } from './soap-backend.ts';

interface Bound {
  readonly style?: 'document' | 'rpc';
  /** Parts of the two messages. */
  readonly input: string;
  readonly output: string;
  /** What stands in `wsdl:input` and `wsdl:output` of the binding. */
  readonly asks: string;
  readonly answers: string;
}

const schema = `<xs:schema targetNamespace="urn:docs" elementFormDefault="qualified">
  <xs:import namespace="http://ws-i.org/profiles/basic/1.1/xsd" schemaLocation="http://ws-i.org/profiles/basic/1.1/swaref.xsd"/>
  <xs:element name="Title" type="xs:string"/>
  <xs:element name="Ticket" type="xs:string"/>
  <xs:element name="Meta"><xs:complexType><xs:sequence><xs:element name="pages" type="xs:int"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="Folder"><xs:complexType><xs:sequence>
    <xs:element name="cover" type="wsi:swaRef" minOccurs="0"/><xs:element name="page" type="wsi:swaRef" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="note" type="xs:string" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
</xs:schema>`;

/** A WSDL of one operation, `store`. */
function wsdlOf({ style = 'document', input, output, asks, answers }: Bound): string {
  return `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:mime="http://schemas.xmlsoap.org/wsdl/mime/"
    xmlns:wsi="http://ws-i.org/profiles/basic/1.1/xsd" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:docs" targetNamespace="urn:docs"><types>${schema}</types>
  <message name="In">${input}</message><message name="Out">${output}</message>
  <portType name="Docs"><operation name="store"><input message="t:In"/><output message="t:Out"/></operation></portType>
  <binding name="DocsSoap" type="t:Docs"><soap:binding style="${style}" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="store"><soap:operation soapAction=""/><input>${asks}</input><output>${answers}</output></operation></binding>
  <service name="Docs"><port name="DocsSoap" binding="t:DocsSoap"><soap:address location="http://docs.invalid/"/></port></service></definitions>`;
}

const contents = (...parts: readonly string[]) =>
  `<mime:multipartRelated>${parts.map(part => `<mime:part>${part}</mime:part>`).join('')}</mime:multipartRelated>`;
const content = (part: string, type: string) => `<mime:content part="${part}" type="${type}"/>`;
const plain = '<soap:body use="literal"/>';
const title = '<part name="title" element="t:Title"/>';

const documents = wsdlOf({
  input: `${title}<part name="scan" type="xs:base64Binary"/><part name="words" type="xs:string"/><part name="meta" element="t:Meta"/>`,
  output: `${title}<part name="scan" type="xs:hexBinary"/><part name="words" type="xs:string"/><part name="meta" element="t:Meta"/>`,
  asks: contents(
    '<soap:body use="literal" parts="title"/>',
    content('scan', 'image/gif') + content('scan', 'image/jpeg'),
    content('words', 'text/plain'),
    '<mime:mimeXml part="meta"/>',
  ),
  answers: contents(
    plain,
    content('scan', 'image/*'),
    content('words', 'text/html'),
    content('meta', 'application/xml'),
  ),
});
const calls = wsdlOf({
  style: 'rpc',
  input: '<part name="name" type="xs:string"/><part name="scan" type="xs:base64Binary"/>',
  output: '<part name="size" type="xs:int"/><part name="scan" type="xs:base64Binary"/>',
  asks: contents('<soap:body use="literal" namespace="urn:docs"/>', content('scan', '*/*')),
  answers: contents('<soap:body use="literal" namespace="urn:docs"/>', '<mime:content part="scan"/>'),
});
const references = wsdlOf({
  input: '<part name="folder" element="t:Folder"/>',
  output: '<part name="folder" element="t:Folder"/>',
  asks: plain,
  answers: plain,
});

/** The root field, without descriptions. */
const rootIn = (sdl: string) =>
  /store\([^}]*/
    .exec(sdl.replace(/\s*""".*?"""/gs, ''))?.[0]
    .replace(/\s*\n\s*/g, ', ')
    .replace('(, ', '(')
    .replace(/, (?=\)|$)/g, '');

const file = (text: string, contentType = 'image/gif') =>
  new Upload(wholeFile(Buffer.from(text, 'latin1'), 'a', contentType), 'variables.scan');

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');

interface Part {
  readonly id?: string;
  readonly type?: string;
  readonly content: string;
}

/** An answer of an envelope and attachments, as others write them: the root is the first part. */
function answerOf(body: string, parts: readonly Part[]): { envelope: Buffer; contentType: string } {
  const pieces = [{ type: 'text/xml; charset=UTF-8', content: envelopeOf(body) }, ...parts].map(
    ({ id, type = 'application/octet-stream', content: text }: Part) =>
      `--b\r\nContent-Type: ${type}\r\n${id === undefined ? '' : `Content-ID: <${id}>\r\n`}\r\n${text}\r\n`,
  );
  return {
    envelope: Buffer.from(`${pieces.join('')}--b--\r\n`, 'latin1'),
    contentType: 'multipart/related; type="text/xml"; boundary=b',
  };
}

const stored = (body: string) => `<d:Title xmlns:d="urn:docs">${body}</d:Title>`;
const meta = {
  id: 'meta=1@h',
  type: 'application/xml',
  content: '<m:Meta xmlns:m="urn:docs"><m:pages>3</m:pages></m:Meta>',
};
const scan = { id: 'scan=1@h', content: '\x00\xff' };
const words = { id: 'words=1@h', type: 'text/html; charset=iso-8859-1', content: '<p>\xe9</p>' };
const mutation = `mutation ($scan: File!) {
  store(input: "T", scan: $scan, words: "é & <w>", meta: { pages: 7 }) { Title scan words meta { pages } } }`;

/** What was sent, by our own reader, and what the client saw. */
async function stores(
  document: string,
  query: string,
  variables: Record<string, unknown>,
  reply: { envelope?: Buffer; contentType?: string; body?: string },
) {
  await using backend = await soapBackend(() => reply);
  await using docs = await gate(document, backend.url);
  const result = seen(await docs.ask(query, variables));
  const [request] = backend.requests;
  const contentType = String(request?.headers['content-type']);
  const parts = readRelated(request?.bytes ?? Buffer.alloc(0), contentType);
  return { result, contentType, parts, body: request?.body };
}

function sentParts(parts: ReturnType<typeof readRelated>) {
  if (typeof parts === 'string') throw new TypeError(parts);
  const others = parts.others.map(({ id, contentType, content: bytes }) => [
    id.replace(/=?[0-9a-f-]{36}@selvage$/, ''),
    contentType,
    bytes.toString('latin1'),
  ]);
  return { rootType: parts.root.contentType, root: parts.root.content.toString(), others };
}

describe('parts of a message that a binding makes attachments', () => {
  it('are arguments, and fields of the result, beside the body’s', async () => {
    const { sdl, diagnostics } = await described({ '/docs.wsdl': documents });
    expect(rootIn(sdl)).toBe(
      'store(input: String!, scan: File!, words: String!, meta: MetaInput!): StoreResponseParts',
    );
    expect(sdl).toMatch(/type StoreResponseParts \{\s+Title: String!\s+scan: Base64\s+words: String\s+meta: Meta\s+\}/);
    expect(summary(diagnostics)).toEqual(['note OPERATION_KIND_GUESSED Docs/store']);
    const rpc = await described({ '/docs.wsdl': calls });
    expect(rootIn(rpc.sdl)).toBe('store(name: String!, scan: File!): StoreResponse');
  });

  it('go beside the envelope by their names, and are no elements of it', async () => {
    const reply = answerOf(stored('T'), [words, scan, meta]);
    const { result, contentType, parts } = await stores(documents, mutation, { scan: file('GIF\xff') }, reply);
    expect(contentType).toMatch(/^multipart\/related; type="text\/xml"; start="<message@selvage>"; boundary="/);
    const { rootType, root, others } = sentParts(parts);
    expect(rootType).toBe('text/xml; charset=UTF-8');
    expect(root).toContain('<soap:Body><n0:Title xmlns:n0="urn:docs">T</n0:Title></soap:Body>');
    expect(others).toEqual([
      ['scan', 'image/gif', 'GIF\xff'],
      ['words', 'text/plain; charset=UTF-8', Buffer.from('é & <w>').toString('latin1')],
      [
        'meta',
        'text/xml; charset=UTF-8',
        '<?xml version="1.0" encoding="UTF-8"?><n0:Meta xmlns:n0="urn:docs"><n0:pages>7</n0:pages></n0:Meta>',
      ],
    ]);
    expect(result).toEqual({
      data: { store: { Title: 'T', scan: base64('\x00\xff'), words: '<p>é</p>', meta: { pages: 3 } } },
      errors: [],
    });
  });

  it.each([
    ['one of the binding’s', 'image/jpeg', 'image/jpeg'],
    ['another', 'text/html', 'image/gif'],
    ['none', '', 'image/gif'],
  ])('are sent as a type that the binding names: the file is said to be %s', async (_, said, sent) => {
    const reply = answerOf(stored('T'), [words, scan, meta]);
    const { parts } = await stores(documents, mutation, { scan: file('x', said) }, reply);
    expect(sentParts(parts).others[0]).toEqual(['scan', sent, 'x']);
  });

  it('are no accessors of an rpc call', async () => {
    const reply = answerOf('<r:storeResponse xmlns:r="urn:docs"><size>2</size></r:storeResponse>', [scan]);
    const query = 'mutation ($scan: File!) { store(name: "n", scan: $scan) { size scan } }';
    const { result, parts } = await stores(calls, query, { scan: file('x', 'text/csv') }, reply);
    const { root, others } = sentParts(parts);
    expect(root).toContain('<n0:store xmlns:n0="urn:docs"><name>n</name></n0:store>');
    expect(others).toEqual([['scan', 'text/csv', 'x']]);
    expect(result).toEqual({ data: { store: { size: 2, scan: base64('\x00\xff') } }, errors: [] });
  });

  const found: readonly [string, string, readonly Part[]][] = [
    ['has a name with escapes', 'sc%61n=1@h', [{ ...scan, id: 'sc%61n=1@h' }]],
    ['is called by the part', 'scan', [{ ...scan, id: 'scan' }]],
    [
      'is called by the part, at a host',
      'scan@h',
      [
        { id: 'other=1@h', content: '' },
        { ...scan, id: 'scan@h' },
      ],
    ],
    ['is the only one, and nameless', '', [{ content: scan.content }]],
  ];
  it.each(found)('are found where the attachment %s', async (_title, _id, parts) => {
    const reply = answerOf('<r:storeResponse xmlns:r="urn:docs"><size>2</size></r:storeResponse>', parts);
    const query = 'mutation ($scan: File!) { store(name: "n", scan: $scan) { size scan } }';
    const { result } = await stores(calls, query, { scan: file('x') }, reply);
    expect(result).toEqual({ data: { store: { size: 2, scan: base64('\x00\xff') } }, errors: [] });
  });

  it('are found where the body refers to them, as Axis writes it', async () => {
    const body = '<r:storeResponse xmlns:r="urn:docs"><size>2</size><scan href="cid:77"/></r:storeResponse>';
    const query = 'mutation ($scan: File!) { store(name: "n", scan: $scan) { size scan } }';
    const { result } = await stores(calls, query, { scan: file('x') }, answerOf(body, [{ ...scan, id: '77' }]));
    expect(result).toEqual({ data: { store: { size: 2, scan: base64('\x00\xff') } }, errors: [] });
  });

  const lacking: readonly [string, readonly Part[], string][] = [
    ['is not there', [words, meta], 'scan'],
    ['holds another element', [scan, words, { ...meta, content: '<Meta/>' }], 'meta'],
    ['is no XML', [scan, words, { ...meta, content: 'ORA-00942' }], 'meta'],
    ['is not in the encoding it says', [scan, { ...words, type: 'text/plain; charset=utf-8' }, meta], 'words'],
  ];
  it.each(lacking)('fail in their place alone, where one %s', async (_, parts, field) => {
    const { result } = await stores(documents, mutation, { scan: file('x') }, answerOf(stored('T'), parts));
    expect(result.errors).toEqual([`UPSTREAM_MALFORMED store.${field}`]);
    expect(result.data).toMatchObject({ store: { Title: 'T', [field]: null } });
  });

  it('are missed, each, in an answer that is a mere envelope', async () => {
    const { result } = await stores(documents, mutation, { scan: file('x') }, { body: stored('T') });
    expect(result).toEqual({
      data: { store: { Title: 'T', scan: null, words: null, meta: null } },
      errors: ['scan', 'words', 'meta'].map(field => `UPSTREAM_MALFORMED store.${field}`),
    });
  });

  it('may be all that a message has', async () => {
    const only = wsdlOf({
      style: 'rpc',
      input: '<part name="scan" type="xs:base64Binary"/>',
      output: '<part name="scan" type="xs:base64Binary"/>',
      asks: contents('<soap:body use="literal" namespace="urn:docs"/>', '<mime:content type="image/png"/>'),
      answers: contents('<soap:body use="literal" namespace="urn:docs"/>', content('scan', 'image/png')),
    });
    const query = 'mutation ($scan: File!) { store(scan: $scan) }';
    const reply = answerOf('<r:storeResponse xmlns:r="urn:docs"/>', [scan]);
    const { result, parts } = await stores(only, query, { scan: file('x') }, reply);
    expect(sentParts(parts).root).toContain('<soap:Body><n0:store xmlns:n0="urn:docs"/></soap:Body>');
    expect(result).toEqual({ data: { store: base64('\x00\xff') }, errors: [] });
  });

  it('leave header blocks of the envelope’s part what they are', async () => {
    const headed = documents
      .replace(
        '<soap:body use="literal" parts="title"/>',
        '<soap:body use="literal" parts="title"/><soap:header message="t:In" part="ticket" use="literal"/>',
      )
      .replace('<message name="In">', '<message name="In"><part name="ticket" element="t:Ticket"/>');
    const { sdl } = await described({ '/docs.wsdl': headed }, { headerArguments: ['Ticket'] });
    expect(rootIn(sdl)).toBe(
      'store(input: String!, scan: File!, words: String!, meta: MetaInput!, Ticket: String): StoreResponseParts',
    );
  });

  const bindings: readonly [string, string][] = [
    ['is no part of its message', contents(plain, content('nothing', 'a/b'))],
    ['is of several parts', contents(plain, content('scan', 'a/b') + content('words', 'a/b'))],
    ['are MIME packages in MIME packages', contents(plain, contents(content('scan', 'a/b')))],
    ['stands in several MIME parts', contents(plain, content('scan', 'a/b'), content('scan', 'a/b'))],
  ];
  it.each(bindings)('are refused, with their operation, where one %s', async (_, asks) => {
    const input = `${title}<part name="scan" type="xs:base64Binary"/><part name="words" type="xs:string"/>`;
    const { diagnostics } = await described({ '/docs.wsdl': wsdlOf({ input, output: title, asks, answers: plain }) });
    expect(summary(diagnostics)).toEqual(['warning OPERATION_NOT_SUPPORTED Docs/store']);
  });

  it('are told where messages are signed', async () => {
    const wsse = { digest: true, timestamp: true, cert: 'PEM', key: 'PEM' };
    const { diagnostics } = await described({ '/docs.wsdl': documents }, { credential: { wsse } });
    expect(diagnostics.map(({ message }) => message)).toContain(
      'What is attached to messages is not signed with them: of store.',
    );
  });
});

describe('values that refer to an attachment (swaRef)', () => {
  const query = `mutation ($cover: File, $page: [File!]) {
    store(input: { cover: $cover, page: $page, note: "cid:1" }) { cover page note } }`;
  const folder = (inner: string) => `<d:Folder xmlns:d="urn:docs">${inner}</d:Folder>`;

  it('are files where they are sent, and Base64 where they come', async () => {
    const { sdl, asked } = await described({ '/docs.wsdl': references });
    expect(sdl).toMatch(/type Folder \{\s+cover: Base64\s+page: \[Base64!\]!\s+note: String\s+\}/);
    expect(sdl).toMatch(/input FolderInput \{\s+cover: File\s+page: \[File!\]\s+note: String\s+\}/);
    expect(asked.filter(address => address.startsWith('http'))).toEqual([]);
  });

  it('are the attachments’ URLs in the message', async () => {
    const reply = answerOf(
      folder('<d:cover> cid:a%40h </d:cover><d:page>cid:b</d:page><d:page>cid:a@h</d:page><d:note>cid:b</d:note>'),
      [
        { id: 'b', content: 'B' },
        { id: 'a@h', content: 'A much longer one' },
        { id: 'c', content: 'as much as what is there twice' },
      ],
    );
    const variables = { cover: file('C'), page: [file('1', 'text/plain'), file('2')] };
    const { result, parts } = await stores(references, query, variables, reply);
    const { root, others } = sentParts(parts);
    const urls = [...root.matchAll(/<n0:(cover|page)>cid:([0-9a-f-]{36}@selvage)</g)].map(([, name]) => name);
    expect(urls).toEqual(['cover', 'page', 'page']);
    expect(root).toContain('<n0:note>cid:1</n0:note>');
    expect(others).toEqual([
      ['', 'image/gif', 'C'],
      ['', 'text/plain', '1'],
      ['', 'image/gif', '2'],
    ]);
    expect(result).toEqual({
      data: {
        store: { cover: base64('A much longer one'), page: [base64('B'), base64('A much longer one')], note: 'cid:b' },
      },
      errors: [],
    });
  });

  it('are a mere envelope where there are none', async () => {
    const { contentType, body, result } = await stores(references, query, {}, { body: folder('<d:cover/>') });
    expect(contentType).toBe('text/xml; charset=utf-8');
    expect(body).toBe('<n0:Folder xmlns:n0="urn:docs"><n0:note>cid:1</n0:note></n0:Folder>');
    expect(result).toEqual({ data: { store: { cover: null, page: [], note: null } }, errors: [] });
  });

  it.each([
    ['came with the answer', answerOf(folder('<d:cover>cid:x</d:cover>'), [scan])],
    ['came alone', { body: folder('<d:cover>cid:x</d:cover>') }],
    ['is an address', { body: folder('<d:cover>http://10.1.2.3/secret</d:cover>') }],
  ])('are malformed where no attachment is meant: the answer %s', async (_, reply) => {
    const { result } = await stores(references, query, {}, reply);
    expect(result).toEqual({
      data: { store: { cover: null, page: [], note: null } },
      errors: ['UPSTREAM_MALFORMED store.cover'],
    });
  });

  it('do not grow without bound', async () => {
    const reply = answerOf(folder('<d:page>cid:a</d:page>'.repeat(1_000)), [{ id: 'a', content: 'x'.repeat(10_000) }]);
    const { result } = await stores(references, query, {}, reply);
    expect(result.errors).toHaveLength(1);
  });

  it('are text, and told, where they are no elements', async () => {
    const attributes = references
      .replace(
        '<xs:element name="Ticket" type="xs:string"/>',
        `<xs:simpleType name="Own"><xs:restriction base="wsi:swaRef"/></xs:simpleType>
      <xs:element name="Ticket"><xs:complexType><xs:attribute name="scan" type="wsi:swaRef"/><xs:attribute name="own" type="t:Own"/></xs:complexType></xs:element>`,
      )
      .replaceAll('element="t:Folder"', 'element="t:Ticket"');
    const { sdl, diagnostics } = await described({ '/docs.wsdl': attributes });
    expect(sdl).toMatch(/input TicketInput \{\s+scan: String\s+own: String\s+\}/);
    expect(summary(diagnostics).filter(line => line.startsWith('warning'))).toEqual([
      'warning CONSTRUCT_NOT_SUPPORTED /{urn:docs}Ticket',
      'warning CONSTRUCT_NOT_SUPPORTED {http://ws-i.org/profiles/basic/1.1/xsd}swaRef',
    ]);
  });
});
