import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway } from '../../corpus/open-gateway.ts';
import { hasOpenssl, makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { envelopeOf } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const part = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:part"><xs:simpleType name="Sku"><xs:restriction base="xs:string"/></xs:simpleType></xs:schema>`;
const wsdl = wsdlText(
  `<xs:import namespace="urn:part" schemaLocation="part.xsd"/>
  ${wrapper('GetItem', '<xs:element name="sku" type="p:Sku" xmlns:p="urn:part"/>')}${wrapper('GetItemResponse', '<xs:element name="sku" type="xs:string"/>')}`,
  ['GetItem'],
);

describe.skipIf(!hasOpenssl)('mutual TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'selvage-mtls-'));
  const authority = makeAuthority(folder, 'authority');
  const stranger = makeAuthority(folder, 'stranger');
  const own = makeCertificate(folder, authority, 'backend', 'IP:127.0.0.1');
  const client = makeCertificate(folder, authority, 'gateway', 'DNS:gateway.example');
  const shown: string[] = [];
  const server = createServer({ ...own, ca: authority.cert, requestCert: true }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate(); // of an https server
    shown.push(`${request.method} ${request.url} ${subject?.CN}`);
    request.resume();
    const documents: Readonly<Record<string, string>> = { '/shop?wsdl': wsdl, '/part.xsd': part };
    response.setHeader('content-type', 'text/xml');
    response.end(
      documents[request.url ?? ''] ?? envelopeOf('<GetItemResponse xmlns="urn:shop"><sku>a</sku></GetItemResponse>'),
    );
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has one
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  async function asked(tls: object, endpoint: object) {
    shown.length = 0;
    const shop = { protocol: 'soap', document: `${origin}/shop?wsdl`, tls, ...endpoint };
    const gateway = await openGateway({ sources: { shop } });
    try {
      return await gateway.ask('{ getItem(sku: "a") }');
    } finally {
      await gateway.close();
    }
  }

  it('shows the backend the gateway’s certificate, to load what it says of itself and to ask it', async () => {
    const tls = { ca: authority.files.cert, ...client.files };
    expect(await asked(tls, { endpoint: `${origin}/shop` })).toEqual({ data: { getItem: 'a' } });
    expect(shown).toEqual(['GET /shop?wsdl gateway', 'GET /part.xsd gateway', 'POST /shop gateway']);
  });

  it('does not show it where documents lie elsewhere than the backend', async () => {
    const tls = { ca: authority.files.cert, ...client.files };
    await expect(asked(tls, { endpoint: 'https://shop.example.com/' })).rejects.toThrow(/DOCUMENT_UNREACHABLE/);
    expect(shown).toEqual([]);
  });

  it('does not speak to a backend of another authority', async () => {
    const tls = { ca: stranger.files.cert, ...client.files };
    await expect(asked(tls, { endpoint: `${origin}/shop` })).rejects.toThrow(/DOCUMENT_UNREACHABLE/);
    expect(shown).toEqual([]);
  });

  it('is that of documents, too, where the configuration does not say where the backend is', async () => {
    const tls = { ca: authority.files.cert, ...client.files };
    // The WSDL’s own endpoint is no host that there is.
    expect((await asked(tls, {})).errors).toHaveLength(1);
    expect(shown).toEqual(['GET /shop?wsdl gateway', 'GET /part.xsd gateway']);
  });
});
