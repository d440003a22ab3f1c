import { describe, expect, it } from 'vitest';
import { readRelated } from '../../../src/adapters/soap/message/related-parts.ts';
import { Upload } from '../../../src/base/upload.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { wholeFile } from '../../support/whole-file.ts';
import { described } from './described.ts';
import { gate, seen } from './gate.ts';
import { rpcText } from './rpc-text.ts';
import { envelopeOf, soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const photo = '<xs:element name="photo" type="xs:base64Binary" minOccurs="0"/>';
const wsdl = wsdlText(
  `${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}
  ${wrapper('GetItemResponse', `<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="sku" type="xs:string"/>${photo}<xs:element name="pages" type="xs:base64Binary" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>`)}`,
  ['GetItem'],
);
const query = '{ getItem(sku: "a") { sku photo pages } }';
const bytes = Buffer.from([0, 13, 10, 45, 45, 255, 0, 1]);

interface Part {
  readonly headers: readonly string[];
  readonly content: string | Buffer;
}

function related(parts: readonly Part[], { boundary = 'b=_1', end = '--' } = {}): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    `--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`,
    content,
    '\r\n',
  ]);
  return Buffer.concat([...pieces, `--${boundary}${end}\r\n`].map(piece => Buffer.from(piece as string))); // a text or bytes: both are taken
}

const include = (href: string) => `<x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="${href}"/>`;
const rootOf = (content: string): Part => ({
  headers: ['Content-Type: application/xop+xml; charset=UTF-8; type="text/xml"', 'Content-ID: <root@x>'],
  content: envelopeOf(
    `<r:GetItemResponse xmlns:r="urn:shop"><r:item><r:sku>a</r:sku>${content}</r:item></r:GetItemResponse>`,
  ),
});
const attachment = (id: string, content: string | Buffer = bytes, encoding = 'binary'): Part => ({
  headers: ['Content-Type: image/png', `Content-Transfer-Encoding: ${encoding}`, `content-id: <${id}>`],
  content,
});
const mtom = 'multipart/related; type="application/xop+xml"; start="<root@x>"; boundary="b=_1"; start-info="text/xml"';

/** What is seen of an answer. */
async function answered(envelope: Buffer, contentType = mtom) {
  await using backend = await soapBackend(() => ({ envelope, contentType }));
  await using shop = await gate(wsdl, backend.url);
  const result = await shop.ask(query);
  expect(backend.requests[0]?.headers['accept']).toContain('multipart/related');
  return seen(result);
}

const item = (photo: string | null, pages: readonly string[] = []) => ({
  data: { getItem: { sku: 'a', photo, pages } },
  errors: [],
});
const base64 = bytes.toString('base64');

describe('an answer with attachments', () => {
  it('has them in the places that refer to them, wherever its root stands', async () => {
    const root = rootOf(
      `<r:photo>\n ${include('cid:p%2B1@x')}\n</r:photo><r:pages>${include('cid:2')}</r:pages><r:pages>QUI=</r:pages>`,
    );
    const parts = [attachment('2', 'AB'), root, attachment('p+1@x')];
    expect(await answered(related(parts))).toEqual(item(base64, ['QUI=', 'QUI=']));
  });

  it('has as its root the first part where it names none', async () => {
    const parts = [rootOf(`<r:photo>${include('cid:1')}</r:photo>`), attachment('1')];
    const type = 'Multipart/Related; boundary=b=_1';
    expect(await answered(Buffer.concat([Buffer.from('preamble\r\n'), related(parts)]), type)).toEqual(item(base64));
  });

  it('is read in the encodings of its parts', async () => {
    const parts = [
      rootOf(`<r:photo>${include('cid:1')}</r:photo><r:pages>${include('cid:2')}</r:pages>`),
      attachment('1', base64, 'BASE64'),
      attachment('2', 'a=3Db=\r\nc', 'quoted-printable'),
    ];
    expect(await answered(related(parts))).toEqual(item(base64, [Buffer.from('a=bc').toString('base64')]));
  });

  const lacking: readonly [string, string][] = [
    ['is not there', include('cid:2')],
    ['is no attachment', include('http://10.1.2.3/secret')],
    ['says nothing', include('')],
  ];
  it.for(lacking)('that refers to what %s fails in that place alone', async ([, reference]) => {
    const parts = [rootOf(`<r:photo>${reference}</r:photo>`), attachment('1')];
    expect(await answered(related(parts))).toEqual({
      data: { getItem: { sku: 'a', photo: null, pages: [] } },
      errors: ['UPSTREAM_MALFORMED getItem.photo'],
    });
  });

  it('that refers to one attachment again and again does not grow without bound', async () => {
    const places = `<r:pages>${include('cid:1')}</r:pages>`.repeat(1_000);
    const { errors } = await answered(related([rootOf(places), attachment('1', 'x'.repeat(10_000))]));
    expect(errors).toHaveLength(1);
  });

  const broken: readonly [string, Buffer, string][] = [
    ['no boundary', related([rootOf('')]), 'multipart/related'],
    ['another boundary', related([rootOf('')]), 'multipart/related; boundary=other'],
    ['a root that is not there', related([rootOf('')]), 'multipart/related; boundary="b=_1"; start="<other>"'],
    ['a part that breaks off', related([rootOf('')]).subarray(0, 200), mtom],
    ['headers that do not end', related([{ headers: ['x'.repeat(20_000)], content: '' }, rootOf('')]), mtom],
    ['an encoding that nobody knows', related([attachment('1', 'a', 'uuencode'), rootOf('')]), mtom],
    [
      'too many parts',
      related([...Array.from({ length: 1_000 }, (_, at) => attachment(`${at}`, '')), rootOf('')]),
      mtom,
    ],
    ['a root that is no XML', related([{ headers: ['Content-ID: <root@x>'], content: 'ORA-1' }]), mtom],
  ];
  it.for(broken)('is malformed with %s', async ([, body, type]) => {
    expect(await answered(body, type)).toEqual({ data: { getItem: null }, errors: ['UPSTREAM_MALFORMED getItem'] });
  });

  it('of encoded values refers to them by href', async () => {
    const rpc = rpcText({
      operations: [{ name: 'get', input: '', output: '<part name="file" type="xs:base64Binary"/>' }],
    });
    const root = {
      headers: ['Content-Type: text/xml'],
      content: envelopeOf('<c:getResponse xmlns:c="urn:calls"><file href="cid:1"/></c:getResponse>'),
    };
    await using backend = await soapBackend(() => ({
      envelope: related([root, attachment('1')]),
      contentType: 'multipart/related; boundary="b=_1"; type="text/xml"',
    }));
    await using calls = await gate(rpc, backend.url);
    expect(seen(await calls.ask('{ get }'))).toEqual({ data: { get: base64 }, errors: [] });
  });

  it('may be a fault', async () => {
    const fault = {
      headers: ['Content-Type: text/xml'],
      content: envelopeOf(
        '<e:Fault xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>e:Client</faultcode></e:Fault>',
      ),
    };
    expect((await answered(related([fault]), 'multipart/related; boundary="b=_1"')).errors).toEqual([
      'BAD_USER_INPUT getItem',
    ]);
  });
});

describe('a request of MTOM', () => {
  const media = 'xmlns:m="http://www.w3.org/2005/05/xmlmime" m:expectedContentTypes="image/*"';
  const upload = wsdlText(
    `${wrapper('PutItem', `<xs:element name="sku" type="xs:string"/><xs:element name="photo" type="xs:base64Binary" ${media} maxOccurs="unbounded"/><xs:element name="raw" type="xs:base64Binary" minOccurs="0"/>`)}
    ${wrapper('PutItemResponse', '<xs:element name="sku" type="xs:string"/>')}`,
    ['PutItem'],
  );
  const mutation = 'mutation ($photos: [File!]!, $raw: Base64) { putItem(sku: "a<b", photo: $photos, raw: $raw) }';
  const done = { body: '<PutItemResponse xmlns="urn:shop"><sku>a</sku></PutItemResponse>' };

  /** The request's parts, by our own reader of answers. */
  async function sent(variables: Record<string, unknown>, options: Partial<SourceOptions> = {}, document = upload) {
    await using backend = await soapBackend(() => done);
    await using shop = await gate(document, backend.url, { mtom: true, ...options });
    expect(seen(await shop.ask(mutation, variables))).toEqual({ data: { putItem: 'a' }, errors: [] });
    const [request] = backend.requests;
    const contentType = String(request?.headers['content-type']);
    const parts = readRelated(request?.bytes ?? Buffer.alloc(0), contentType);
    if (typeof parts === 'string') throw new TypeError(parts);
    const root = parts.root.content.toString();
    return {
      contentType,
      length: request?.headers['content-length'],
      root,
      rootType: parts.root.contentType,
      others: new Map(parts.others.map(({ id, content }) => [id, content] as const)),
    };
  }

  const file = (content: string, contentType = 'image/png') =>
    new Upload(wholeFile(Buffer.from(content, 'latin1'), 'a.png', contentType), 'variables.photos.0');
  const cids = (root: string) =>
    [...root.matchAll(/<xop:Include [^>]*href="cid:([^"]*)"\/>/g)].map(([, id = '']) => id);

  it('takes files where the schema expects media, and Base64 elsewhere', async () => {
    const { sdl } = await described({ '/shop.wsdl': upload }, { mtom: true });
    expect(sdl).toContain('putItem(sku: String!, photo: [File!]!, raw: Base64): String');
    const plain = await described({ '/shop.wsdl': upload });
    expect(plain.sdl).toContain('putItem(sku: String!, photo: [Base64!]!, raw: Base64): String');
  });

  it('has files as its attachments, and its length where that is known', async () => {
    const { contentType, length, root, rootType, others } = await sent({
      photos: [file('\r\n--\u00ff'), file('two')],
      raw: 'QUI=',
    });
    expect(contentType).toMatch(
      /^multipart\/related; type="application\/xop\+xml"; start="<message@selvage>"; start-info="text\/xml"; boundary="/,
    );
    expect(rootType).toBe('application/xop+xml; charset=UTF-8; type="text/xml"');
    expect(Number(length)).toBeGreaterThan(500);
    const [first = '', second = '', ...more] = cids(root);
    expect(more).toEqual([]);
    expect(root).toMatch(/<n0:sku>a&lt;b<\/n0:sku><n0:photo><xop:Include .*<n0:raw>QUI=<\/n0:raw><\/n0:PutItem>/);
    expect(others.get(first)).toEqual(Buffer.from('\r\n--\u00ff', 'latin1'));
    expect(others.get(second)).toEqual(Buffer.from('two'));
    expect(others.size).toBe(2);
  });

  it('attaches large bytes, too', async () => {
    const large = Buffer.alloc(5_000, 7);
    const { root, others } = await sent({ photos: [file('x')], raw: large.toString('base64') });
    const [, raw = ''] = cids(root);
    expect(others.get(raw)).toEqual(large);
  });

  it('of SOAP 1.2 says the action where its media type does', async () => {
    const soap12 = upload.replace('http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/');
    const { contentType, rootType } = await sent({ photos: [file('x')] }, {}, soap12);
    expect(contentType).toContain('start-info="application/soap+xml"; action="urn:shop#PutItem"; boundary=');
    expect(rootType).toBe(
      'application/xop+xml; charset=UTF-8; type="application/soap+xml; action=\\"urn:shop#PutItem\\""',
    );
  });

  it('says of a file no more than a media type', async () => {
    await using backend = await soapBackend(() => done);
    await using shop = await gate(upload, backend.url, { mtom: true });
    await shop.ask(mutation, { photos: [file('x', 'a\r\nX-Evil: 1')] });
    expect(backend.requests[0]?.envelope).not.toContain('X-Evil');
  });
});
