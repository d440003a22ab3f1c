import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { soap } from '../../../src/adapters/soap/index.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { sourceOf, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const schema = (namespace: string, content: string) =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="${namespace}">${content}</xs:schema>`;

/** Serves documents to those who sign in, and notes who asks for what. */
async function serve(documents: (path: string) => string | undefined) {
  const asked: string[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push(`${url} ${headers['authorization'] ?? 'nobody'}`);
    const text = headers['authorization'] === undefined ? undefined : documents(url);
    response.writeHead(text === undefined ? 401 : 200).end(text);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }; // a TCP server has one
}

describe('documents behind a sign-in', () => {
  let own: Awaited<ReturnType<typeof serve>>;
  let other: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    other = await serve(() => schema('urn:away', '<xs:complexType name="T"/>'));
    const wsdl = () =>
      wsdlText(
        `<xs:include schemaLocation="parts/t.xsd"/><xs:import namespace="urn:away" schemaLocation="${other.origin}/away.xsd"/>
        <xs:import namespace="urn:metadata" schemaLocation="http://169.254.169.254/latest"/>
        ${wrapper('GetX', '')}${wrapper('GetXResponse', '<xs:element name="x" type="t:T"/>')}`,
        ['GetX'],
      );
    const parts: Readonly<Record<string, string>> = {
      '/a/parts/t.xsd': schema('urn:shop', '<xs:include schemaLocation="../u.xsd"/><xs:complexType name="T"/>'),
      '/a/u.xsd': schema('urn:shop', '<xs:complexType name="U"/>'),
    };
    own = await serve(path => (path === '/a/x.wsdl' ? wsdl() : parts[path]));
  });
  afterAll(() => {
    own.close();
    other.close();
  });

  it('are all asked for with the source’s credential; other hosts are not asked at all', async () => {
    const source = sourceOf(`${own.origin}/a/x.wsdl`, {
      documentCredential: { basic: { username: 'ann', password: 'secret' } },
      allowHosts: [new URL(other.origin).host],
    });
    const description = await soap.describe(source, {
      reader: openReader(source),
      signal: AbortSignal.timeout(60_000),
    });
    const basic = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
    expect(own.asked).toEqual(['/a/x.wsdl', '/a/parts/t.xsd', '/a/u.xsd'].map(path => `${path} ${basic}`));
    expect([description.ok, summary(description.diagnostics)]).toEqual([
      true,
      expect.arrayContaining(['warning DOCUMENT_HOST_NOT_ALLOWED http://169.254.169.254/latest']),
    ]);
    // Another port of the machine is another origin: it may be read where its host is allowed, but is not told the password.
    expect(other.asked).toEqual(['/away.xsd nobody']);
  });
});
