import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readXml } from '../../src/adapter/xml/read-xml.ts';
import { childrenNamed, elementsOf, textOf } from '../../src/adapter/xml/tree.ts';
import { answerLimits } from '../../src/adapters/soap/xml-conventions.ts';
import { Upload } from '../../src/base/upload.ts';
import type { SourceOptions } from '../../src/source/source.ts';
import { gate, seen } from '../adapters/soap/gate.ts';
import { soapBackend } from '../adapters/soap/soap-backend.ts';
import { wrapper, wsdlText } from '../adapters/soap/wsdl-text.ts';
import { hasOpenssl, makeAuthority } from '../support/certificates.ts';
import { wholeFile } from '../support/whole-file.ts';

const python = '/usr/bin/python3'; // Debian's, whose packages these are
const hasZeep = spawnSync(python, ['-c', 'import zeep, xmlsec, requests_toolbelt']).status === 0;
if (!hasZeep)
  console.warn(
    'SKIPPED: zeep with xmlsec is not installed (Debian: python3-zeep python3-xmlsec); it looks at no message.',
  );

function zeepSays(question: object): unknown {
  const script = join(import.meta.dirname, 'zeep/messages.py');
  const { stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(question), encoding: 'utf8' });
  if (stdout === '') throw new TypeError(stderr);
  return JSON.parse(stdout) as unknown; // what zeep says
}

const media = 'xmlns:m="http://www.w3.org/2005/05/xmlmime" m:expectedContentTypes="image/*"';
const wsdl = wsdlText(
  `${wrapper('PutItem', `<xs:element name="sku" type="xs:string"/><xs:element name="photo" type="xs:base64Binary" minOccurs="0" ${media}/><xs:element name="raw" type="xs:base64Binary" minOccurs="0"/>`)}
  ${wrapper('PutItemResponse', '<xs:element name="sku" type="xs:string"/>')}`,
  ['PutItem'],
);
const done = { body: '<PutItemResponse xmlns="urn:shop"><sku>a</sku></PutItemResponse>' };

/** The one request that an operation made. */
async function sent(query: string, options: Partial<SourceOptions>, variables: Record<string, unknown> = {}) {
  await using backend = await soapBackend(() => done);
  await using shop = await gate(wsdl, backend.url, options);
  const result = seen(await shop.ask(query, variables));
  const [request] = backend.requests;
  if (!request) throw new TypeError(JSON.stringify(result));
  return { request, url: backend.url, result };
}

describe.skipIf(!hasZeep)('messages of ours, by zeep', () => {
  const folder = mkdtempSync(join(tmpdir(), 'selvage-zeep-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.skipIf(!hasOpenssl)('hold their signature, and hold it no more when a word of them is changed', async () => {
    const [own, other] = [makeAuthority(folder, 'own', true), makeAuthority(folder, 'other', true)];
    const wsse = { digest: true, timestamp: true, cert: own.cert, key: own.key };
    const { request } = await sent('mutation { putItem(sku: "<é>") }', { credential: { wsse } });
    const verified = (envelope: string, cert: string) => zeepSays({ verify: envelope, cert });
    expect(verified(request.envelope, own.files.cert)).toBe(true);
    expect(verified(request.envelope.replace('&lt;é&gt;', 'e'), own.files.cert)).toBe(false);
    expect(verified(request.envelope, other.files.cert)).toBe(false);
  });

  // It strips line ends from the beginning of a part.
  it('include what MTOM attaches', async () => {
    const photo = new Upload(
      wholeFile(Buffer.from('x\r\n--\u00ff', 'latin1'), 'a.png', 'image/png'),
      'variables.photo',
    );
    const raw = Buffer.alloc(3_000, '<é>');
    const query = 'mutation ($photo: File, $raw: Base64) { putItem(sku: "a", photo: $photo, raw: $raw) }';
    const { request } = await sent(query, { mtom: true }, { photo, raw: raw.toString('base64') });
    const said = zeepSays({ related: request.bytes.toString('base64'), type: request.headers['content-type'] });
    const content = (name: string) => new RegExp(`<n0:${name}>([^<]*)</n0:${name}>`).exec(String(said))?.[1];
    expect(Buffer.from(content('photo') ?? '', 'base64').toString('latin1')).toBe('x\r\n--\u00ff');
    expect(Buffer.from(content('raw') ?? '', 'base64')).toEqual(raw);
  });

  it('have the addresses that its own would have', async () => {
    const path = join(folder, 'shop.wsdl');
    writeFileSync(path, wsdl);
    const { request, url } = await sent('mutation { putItem(sku: "a") }', { addressing: true });
    const said = zeepSays({ wsdl: path, operation: 'PutItem', address: url, arguments: { sku: 'a' } });
    const reading = readXml(request.envelope, answerLimits);
    const header = reading.ok ? childrenNamed(reading.root, reading.root.namespace, 'Header')[0] : undefined;
    const own = (header ? elementsOf(header) : []).map(block => [block.namespace, block.local, textOf(block)]);
    // Of its identifiers each is another; zeep leaves it to a default where replies go.
    const alike = (blocks: unknown) =>
      (blocks as string[][])
        .filter(([, local]) => local !== 'ReplyTo')
        .map(([namespace, local, text = '']) => [namespace, local, text.replace(/[0-9a-f-]{36}$/, '…')])
        .toSorted();
    expect(alike(own)).toEqual(alike(said));
    expect(alike(own)).toHaveLength(3);
  });
});
