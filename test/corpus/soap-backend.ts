import { type HttpAnswer, startHttpBackend } from '../adapters/backends/http-backend.ts';
import { canonicalXml } from '../support/canonical-xml.ts';

/** What a server says: the content of the envelope's body, or a whole answer. */
type Reply = string | HttpAnswer;

/** A SOAP 1.1 server that reads XML and writes it by hand, under prefixes of its own. */
export async function startSoapBackend(answer: (body: readonly string[]) => Reply) {
  const asked: { readonly action: unknown; readonly type: unknown; readonly body: readonly string[] }[] = [];
  const http = await startHttpBackend(async ({ headers, body: envelope }) => {
    const [root, ...parts] = canonicalXml(envelope).split('\n');
    const start = parts.indexOf(`  {${soap11}}Body`);
    if (root !== `{${soap11}}Envelope` || start < 0) return { status: 400, body: '' };
    const body = parts.slice(start + 1).map(line => line.slice(4));
    asked.push({ action: headers['soapaction'], type: headers['content-type'], body });
    const reply = answer(body);
    return typeof reply === 'string' ? { headers: { 'content-type': 'text/xml' }, body: envelopeOf(reply) } : reply;
  });
  return { ...http, asked };
}

export function fault(code: string, detail: string): HttpAnswer {
  const text = '<faultstring>secret</faultstring><faultactor>urn:secret</faultactor>';
  const content = `<E:Fault><faultcode>E:${code}</faultcode>${text}<detail>${detail}</detail></E:Fault>`;
  return { status: 500, headers: { 'content-type': 'text/xml' }, body: envelopeOf(content) };
}

function envelopeOf(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<E:Envelope xmlns:E="${soap11}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">
  <E:Header><h:served xmlns:h="urn:header">by hand</h:served></E:Header>
  <E:Body>${body}</E:Body>
</E:Envelope>`;
}

const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
