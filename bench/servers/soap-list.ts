import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { soapAnswer } from '../backend.ts';
import { invoices } from '../data.ts';

/** Answers with as many invoices as the company's number says, of bytes that were made once: what is measured is its client. Tells its port to its parent. */
const made = new Map<number, Buffer>();

function answer(count: number): Buffer {
  const known = made.get(count);
  if (known) return known;
  const items = Array.from({ length: count }, (_, index) => invoices[index % invoices.length]!);
  const bytes = Buffer.from(soapAnswer('GetInvoices', 'invoice', items));
  made.set(count, bytes);
  return bytes;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const count = Number(/companyId>(\d+)</.exec(Buffer.concat(chunks).toString())?.[1] ?? 0);
    const bytes = answer(count);
    response.writeHead(200, { 'content-type': 'text/xml; charset=utf-8', 'content-length': bytes.length });
    response.end(bytes);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port)); // it listens on a port
