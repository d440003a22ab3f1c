import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readXml } from '../../../src/adapter/xml/read-xml.ts';
import { elementsOf, textOf, type XmlElement } from '../../../src/adapter/xml/tree.ts';
import { answerLimits } from '../../../src/adapters/soap/xml-conventions.ts';
import type { SourceOptions, WsSecurity } from '../../../src/source/source.ts';
import { hasOpenssl, makeAuthority } from '../../support/certificates.ts';
import { described } from './described.ts';
import { gate, seen } from './gate.ts';
import { soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const hasXmlsec = spawnSync('xmlsec1', ['--version']).status === 0;
if (!hasXmlsec) console.warn('SKIPPED: xmlsec1 is not installed (Debian: xmlsec1); signatures are not verified.');

const schema = `${wrapper('Say', '<xs:element name="text" type="xs:string"/><xs:any minOccurs="0" processContents="lax"/>')}${wrapper('SayResponse', '<xs:element name="text" type="xs:string"/>')}`;
const wsdl = wsdlText(schema, ['Say']);
const soap12 = wsdl.replace('http://schemas.xmlsoap.org/wsdl/soap/', 'http://schemas.xmlsoap.org/wsdl/soap12/');
const defaults: WsSecurity = { digest: true, timestamp: true };
const folder = mkdtempSync(join(tmpdir(), 'selvage-wsse-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The envelopes of a request that was asked as often as there are texts. */
async function sent(
  wsse: Partial<WsSecurity>,
  texts: readonly string[],
  more: Partial<SourceOptions> = {},
  document = wsdl,
  any = '',
) {
  await using backend = await soapBackend(() => ({
    body: '<SayResponse xmlns="urn:shop"><text>a</text></SayResponse>',
  }));
  await using shop = await gate(document, backend.url, { credential: { wsse: { ...defaults, ...wsse } }, ...more });
  for (const text of texts) {
    const result = await shop.ask(
      'mutation ($text: String!, $any: [XML!]) { say(input: { text: $text, _any: $any }) }',
      {
        text,
        ...(any === '' ? {} : { any: [any] }),
      },
    );
    expect(seen(result).errors).toEqual([]);
  }
  return backend.requests.map(({ envelope }) => envelope);
}

function treeOf(envelope: string): XmlElement {
  const reading = readXml(envelope, answerLimits);
  if (!reading.ok) throw new TypeError(reading.problem);
  return reading.root;
}

/** All elements of a local name, in their order. */
function named(root: XmlElement, local: string): XmlElement[] {
  return [...(root.local === local ? [root] : []), ...elementsOf(root).flatMap(child => named(child, local))];
}

const text = (root: XmlElement, local: string) => named(root, local).map(textOf)[0] ?? '';

describe('a UsernameToken', () => {
  it('proves the password by its digest, a nonce and the time', async () => {
    const envelopes = await sent({ username: 'ann & co', password: 'pass<word' }, ['a', 'b']);
    const trees = envelopes.map(treeOf);
    for (const tree of trees) {
      const [nonce, created] = [text(tree, 'Nonce'), textOf(named(named(tree, 'UsernameToken')[0]!, 'Created')[0]!)];
      const digest = createHash('sha1')
        .update(Buffer.from(nonce, 'base64'))
        .update(`${created}pass<word`)
        .digest('base64');
      expect(text(tree, 'Password')).toBe(digest);
      expect(text(tree, 'Username')).toBe('ann & co');
      expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(60_000);
      expect(named(tree, 'Timestamp')).toHaveLength(1);
      expect(named(tree, 'Security')[0]?.attributes).toEqual([
        { namespace: 'http://schemas.xmlsoap.org/soap/envelope/', local: 'mustUnderstand', value: '1' },
      ]);
    }
    expect(new Set(trees.map(tree => text(tree, 'Nonce'))).size).toBe(2);
    expect(envelopes.join()).not.toContain('pass');
  });

  it('has the password where that is wished, and no timestamp where none is', async () => {
    const [envelope = ''] = await sent({ username: 'ann', password: 'p&w', digest: false, timestamp: false }, ['a']);
    const tree = treeOf(envelope);
    expect(text(tree, 'Password')).toBe('p&w');
    expect(['Nonce', 'Created', 'Timestamp'].flatMap(local => named(tree, local))).toEqual([]);
  });

  it('stands before the blocks of the configuration', async () => {
    const [envelope = ''] = await sent({ username: 'a', password: 'b' }, ['a'], { addressing: true });
    const [header] = named(treeOf(envelope), 'Header');
    expect(elementsOf(header!).map(({ local }) => local)).toEqual(['Security', 'Action', 'MessageID', 'To', 'ReplyTo']);
  });
});

describe('a policy', () => {
  const sp = 'http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702';
  const policy = (...names: readonly string[]) =>
    wsdl.replace(
      '<soap:binding ',
      `<p:Policy xmlns:p="http://www.w3.org/ns/ws-policy" xmlns:sp="${sp}">${names.map(name => `<sp:${name}/>`).join('')}</p:Policy><soap:binding `,
    );
  const cases: readonly [string, Partial<SourceOptions>, readonly RegExp[]][] = [
    [policy('UsernameToken', 'X509Token', 'EncryptedParts'), {}, [/UsernameToken/, /X509Token/, /EncryptedParts/]],
    [policy('UsernameToken'), { credential: { wsse: { ...defaults, username: 'a', password: 'b' } } }, []],
    [policy('IncludeTimestamp'), {}, []],
  ];
  it.for(cases)('is told where what it asks for is not configured: %#', async ([document, options, expected]) => {
    const { diagnostics } = await described({ '/shop.wsdl': document }, options);
    const warnings = diagnostics.filter(({ severity }) => severity === 'warning').map(({ message }) => message);
    expect(warnings).toEqual(expected.map(pattern => expect.stringMatching(pattern)));
  });
});

describe.skipIf(!hasOpenssl || !hasXmlsec)('a signature', () => {
  const { cert, key, files } = hasOpenssl
    ? makeAuthority(folder, 'signer', true)
    : { cert: '', key: '', files: { cert: '' } };
  const utility = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
  const signed = [
    ...[
      'http://schemas.xmlsoap.org/soap/envelope/:Body',
      'http://www.w3.org/2003/05/soap-envelope:Body',
      `${utility}:Timestamp`,
    ],
    ...['Action', 'MessageID', 'To', 'ReplyTo'].map(local => `http://www.w3.org/2005/08/addressing:${local}`),
  ];

  /** By xmlsec, with the certificate that we know: no key that the message brings is believed. */
  function verifies(envelope: string): boolean {
    const file = join(folder, 'message.xml');
    writeFileSync(file, envelope);
    const ids = signed.flatMap(name => ['--id-attr:Id', name]);
    return spawnSync('xmlsec1', ['--verify', ...ids, '--pubkey-cert-pem', files.cert, file]).status === 0;
  }

  const referencesOf = (envelope: string) => {
    const tree = treeOf(envelope);
    const uris = named(tree, 'Reference').flatMap(
      one => one.attributes.find(({ local, value }) => local === 'URI' && value.startsWith('#_'))?.value ?? [],
    );
    const byId = (element: XmlElement, id: string): string[] => [
      ...(element.attributes.some(({ local, value }) => local === 'Id' && value === id) ? [element.local] : []),
      ...elementsOf(element).flatMap(child => byId(child, id)),
    ];
    return uris.flatMap(uri => byId(tree, uri.slice(1)));
  };

  it('of body and timestamp is verified by others, and by nobody once a character is another', async () => {
    const envelopes = await sent({ cert, key }, ['one & <two> "three" ä €', 'again']);
    for (const envelope of envelopes) {
      expect(referencesOf(envelope).sort()).toEqual(['Body', 'Timestamp']);
      expect(verifies(envelope)).toBe(true);
    }
    expect(verifies(envelopes[1]!.replace('again', 'agaim'))).toBe(false);
    expect(verifies(envelopes[1]!.replace(/(<Expires>2)/, '$19'))).toBe(false);
  });

  it('holds for SOAP 1.2, for addresses, and beside a UsernameToken', async () => {
    const [envelope = ''] = await sent(
      { cert, key, username: 'ann', password: 'secret' },
      ['a'],
      { addressing: true },
      soap12,
    );
    expect(referencesOf(envelope).sort()).toEqual(['Action', 'Body', 'MessageID', 'ReplyTo', 'Timestamp', 'To']);
    expect(named(treeOf(envelope), 'Timestamp')).toHaveLength(1);
    expect(named(treeOf(envelope), 'UsernameToken')).toHaveLength(1);
    expect(verifies(envelope)).toBe(true);
    expect(verifies(envelope.replace(/(:To [^>]*>)/, '$1x'))).toBe(false);
  });

  it('covers white space and line ends as they are', async () => {
    for (const envelope of await sent({ cert, key }, ['\r\n\ta\r', ' \u0085\u2028 ']))
      expect(verifies(envelope)).toBe(true);
  });

  it('is not led astray by what a client puts into the body', async () => {
    const any =
      '<wsse:Security xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><Timestamp/></wsse:Security>';
    const [envelope = ''] = await sent({ cert, key }, ['a'], {}, wsdl, any);
    const [header] = named(treeOf(envelope), 'Header');
    expect(named(header!, 'Signature')).toHaveLength(1);
    expect(named(treeOf(envelope), 'BinarySecurityToken')).toHaveLength(1);
    expect(named(named(treeOf(envelope), 'Body')[0]!, 'Signature')).toEqual([]);
  });
});
