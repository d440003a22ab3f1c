import { SaxesParser } from 'saxes';
import { type Backend, secret } from './backend.ts';
import { type HttpAnswer, startHttpBackend } from './http-backend.ts';
import type { Traffic } from './traffic.ts';

const statuses: Readonly<Record<string, number>> = {
  unauthenticated: 401,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  limited: 429,
};

/** `items.wsdl` beside this file. */
export async function startSoapBackend(): Promise<Backend> {
  const http = await startHttpBackend(async ({ body }, traffic) => answer(readRequest(body), traffic));
  return {
    ...http,
    protocol: 'soap',
    document: new URL('./items.wsdl', import.meta.url).pathname,
    endpoint: `${http.url}/soap`,
    fields: {
      item: value => `getItem(id: ${value}) { id name note }`,
      items: 'listItems { id name note }',
      fail: value => `getFailure(how: ${value}) { id name note }`,
      createItem: value => `createItem(name: ${value}) { id name note }`,
    },
    listed: items => items,
    missing: 'BAD_USER_INPUT',
    skips: {},
    refused: [],
  };
}

/** The element in the body, and the text in it. */
function readRequest(body: string): { operation: string; value: string } {
  const path: string[] = [];
  const request = { operation: '', value: '' };
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', tag => {
    path.push(tag.local);
    if (path.length === 3) request.operation = tag.local;
  });
  parser.on('closetag', () => path.pop());
  parser.on('text', text => {
    if (path.length === 4) request.value += text;
  });
  parser.write(body).close();
  return request;
}

async function answer(
  { operation, value }: { operation: string; value: string },
  traffic: Traffic,
): Promise<HttpAnswer | 'hang' | 'reset'> {
  switch (operation) {
    case 'getItem':
      traffic.asked.push({ operation: 'item', value });
      if (value.startsWith('held-')) await traffic.held();
      return value === 'missing' ? fault('Client') : response(operation, item(value));
    case 'listItems':
      traffic.asked.push({ operation: 'items', value });
      return response(operation, ['1', '2', '3'].map(id => item(id)).join(''));
    case 'createItem':
      traffic.asked.push({ operation: 'createItem', value });
      return response(operation, item('new', value));
    default:
      traffic.asked.push({ operation: 'fail', value });
      return failure(operation, value);
  }
}

function failure(operation: string, how: string): HttpAnswer | 'hang' | 'reset' {
  if (how === 'hang' || how === 'reset') return how;
  if (how === 'garbage') return { headers: xml, body: `<p>${secret}</p>` };
  if (how === 'redirect') return { status: 307, headers: { location: '/elsewhere' }, body: secret };
  if (how === 'null-name') return response(operation, '<item><id>1</id></item>');
  if (how === 'huge') return response(operation, item('huge', 'x'.repeat(1_000_000)));
  const status = statuses[how];
  if (status !== undefined) return { status, headers: { 'content-type': 'text/html' }, body: `<p>${secret}</p>` };
  return fault(how === 'invalid' ? 'Client' : 'Server');
}

const xml = { 'content-type': 'text/xml; charset=utf-8' };

function envelope(body: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
}

function response(operation: string, content: string): HttpAnswer {
  return { headers: xml, body: envelope(`<${operation}Response xmlns="urn:items">${content}</${operation}Response>`) };
}

function fault(code: string): HttpAnswer {
  const body = `<s:Fault><faultcode>s:${code}</faultcode><faultstring>${secret}</faultstring><faultactor>${secret}</faultactor><detail><d xmlns="urn:items">${secret}</d></detail></s:Fault>`;
  return { status: 500, headers: xml, body: envelope(body) };
}

function item(id: string, name = `Item ${id}`): string {
  return `<item><id>${xmlText(id)}</id><name>${xmlText(name)}</name></item>`;
}

function xmlText(text: string): string {
  return text.replace(/[&<>\r]/g, character => `&#${character.charCodeAt(0)};`);
}
