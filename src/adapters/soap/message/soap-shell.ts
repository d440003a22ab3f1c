import type { Client, IHeaders, IHttpClient } from 'soap';
import { escapeAttribute } from '../../../adapter/xml/xml-writer.ts';
import { bindingNamespace, type SoapVersion, wsdlNamespace } from '../qname.ts';

/** What stands around every body of one version, and the HTTP headers that every message has. */
export interface Wrapping {
  readonly head: string;
  /** Around header blocks, where there are any: it stands in the place of `head`. */
  readonly withBlocks: { readonly head: string; readonly middle: string };
  readonly tail: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The client of the `soap` package as a shell around our codec (docs/adr/0002-soap-shell.md): it builds the envelope, its headers and
 * later its security; it never parses a backend's document or answer, never opens a connection or a file, and never sees a value.
 * The package is loaded by the first call: that costs 0.1 s. What it builds is the same for every message of a version, so it is asked once.
 */
export class SoapShell {
  readonly #wrappings = new Map<SoapVersion, Promise<Wrapping>>();

  wrapping(version: SoapVersion): Promise<Wrapping> {
    const known = this.#wrappings.get(version);
    if (known) return known;
    const wrapping = createClient(version).then(wrappingOf);
    this.#wrappings.set(version, wrapping);
    return wrapping;
  }
}

/** Stand where the body and the header blocks will; the package writes them as they are. */
const bodyMark = '<body/>';
const blocksMark = '<blocks/>';

async function wrappingOf(client: Client): Promise<Wrapping> {
  const plain = await envelopeOf(client);
  client.addSoapHeader(blocksMark);
  const full = await envelopeOf(client);
  const [head = '', middle] = full.head.split(blocksMark);
  if (middle === undefined || full.tail !== plain.tail)
    throw new TypeError('The soap package did not write the header once.');
  return { ...plain, withBlocks: { head, middle } };
}

async function envelopeOf(client: Client): Promise<Omit<Wrapping, 'withBlocks'>> {
  const [envelope, headers] = await new Promise<[string, IHeaders]>(resolve => {
    const method: unknown = client[operationName];
    if (typeof method !== 'function') throw new TypeError('The soap package did not make a method of the operation.');
    const transmit = async (...message: [string, IHeaders]) => resolve(message);
    method.call(client, { body: bodyMark }, () => {}, { transmit });
  });
  const [head, tail, ...more] = envelope.split(bodyMark);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new TypeError('The soap package did not write the body once.');
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { head, tail, headers: Object.fromEntries(named) };
}

const operationName = 'Ask';

/** SOAP 1.1, 6.1.1; SOAP 1.2 part 2, 7.1.4 and RFC 3902. */
export function actionHeaders(version: SoapVersion, soapAction: string): Record<string, string> {
  if (version === '1.1') return { soapaction: `"${inHeader(soapAction)}"` };
  return { 'content-type': `application/soap+xml; charset=utf-8${actionParameter(soapAction)}` };
}

/** Of a media type of SOAP 1.2 (RFC 3902). */
export function actionParameter(soapAction: string): string {
  return soapAction === '' ? '' : `; action="${inHeader(soapAction)}"`;
}

/** What stands in a header cannot hold a quote, a line end or a character beyond Latin-1. */
function inHeader(soapAction: string): string {
  return soapAction.replace(/["\\\r\n]|[^\t\u0020-\u00FF]/g, character => encodeURIComponent(character));
}

async function createClient(version: SoapVersion): Promise<Client> {
  // Not the package's index: it also loads its server and its signatures.
  const [{ Client }, { WSDL }] = await Promise.all([import('soap/lib/client.js'), import('soap/lib/wsdl/index.js')]);
  const wsdl = new WSDL(shellWsdl(version), 'selvage:shell', {});
  await new Promise<void>((resolve, reject) => {
    wsdl.onReady(error => (error ? reject(error) : resolve()));
  });
  const client = new Client(wsdl, 'selvage:shell', {
    httpClient: new Transmitter(),
    forceSoap12Headers: version === '1.2',
  });
  // Ours in, nothing out: `params` is the record made in `send`, and answers are read by our own decoder.
  wsdl.objectToDocumentXML = (_name: string, params: { body: string }) => params.body;
  wsdl.xmlToObject = () => ({ Header: {}, Body: {} });
  wsdl.xmlnsInEnvelope = ''; // of its own WSDL's prefixes, which nothing here uses
  return client;
}

/** Stands where the package has its own HTTP client. */
class Transmitter implements IHttpClient {
  request(
    _url: string,
    envelope: string,
    _callback: unknown,
    headers: IHeaders | undefined,
    options: { transmit(envelope: string, headers: IHeaders): Promise<void> },
  ) {
    return options.transmit(envelope, headers ?? {}) as never; // the package's type wants axios' promise; nobody looks at it
  }
}

/** A WSDL of one operation of nothing: all that the package needs to know. */
function shellWsdl(version: SoapVersion): string {
  const soap = escapeAttribute(bindingNamespace[version]);
  return `<definitions xmlns="${wsdlNamespace}" xmlns:s="${soap}" xmlns:t="selvage:shell" targetNamespace="selvage:shell">
<message name="Nothing"/>
<portType name="Shell"><operation name="${operationName}"><input message="t:Nothing"/><output message="t:Nothing"/></operation></portType>
<binding name="Shell" type="t:Shell"><s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="${operationName}"><s:operation soapAction=""/><input><s:body use="literal"/></input><output><s:body use="literal"/></output></operation></binding>
<service name="Shell"><port name="Shell" binding="t:Shell"><s:address location="selvage:shell"/></port></service>
</definitions>`;
}
