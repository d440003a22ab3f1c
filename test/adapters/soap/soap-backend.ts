import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SoapRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly envelope: string;
  /** The whole of it, as it came. */
  readonly bytes: Buffer;
  /** What stands in the body. */
  readonly body: string;
}

export interface SoapReply {
  readonly status?: number;
  readonly contentType?: string;
  /** The whole answer; or what stands in its envelope's body. */
  readonly envelope?: string | Uint8Array;
  readonly body?: string;
}

/** A SOAP 1.1 server on a free port of this machine, which answers as it is told. */
export async function soapBackend(answer: (request: SoapRequest) => SoapReply) {
  const requests: SoapRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const envelope = bytes.toString();
      const request = { headers: incoming.headers, envelope, bytes, body: bodyOf(envelope) };
      requests.push(request);
      const reply = answer(request);
      outgoing.writeHead(reply.status ?? 200, { 'content-type': reply.contentType ?? 'text/xml; charset=utf-8' });
      outgoing.end(reply.envelope ?? envelopeOf(reply.body ?? ''));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  return {
    url: `http://127.0.0.1:${port}/soap`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export function envelopeOf(body: string): string {
  return `<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;
}

function bodyOf(envelope: string): string {
  return /<soap:Body>(.*)<\/soap:Body>/s.exec(envelope)?.[1] ?? '';
}
