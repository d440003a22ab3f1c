import { describe, expect, it } from 'vitest';
import type { SourceOptions } from '../../../src/source/source.ts';
import { account, ntlmServer } from '../../adapter/ntlm/ntlm-server.ts';
import { described } from './described.ts';
import { gate, seen } from './gate.ts';
import { envelopeOf, soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const wsdl = wsdlText(
  `${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('GetItemResponse', '<xs:element name="sku" type="xs:string"/>')}`,
  ['GetItem'],
);
const { hash: _kept, ...ntlm } = { ...account, workstation: '' };
const item = envelopeOf('<GetItemResponse xmlns="urn:shop"><sku>a</sku></GetItemResponse>');

async function shop(options: Parameters<typeof ntlmServer>[1] = {}, more: Partial<SourceOptions> = {}) {
  const bodies: string[] = [];
  const server = await ntlmServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'text/xml' }).end(item);
    });
  }, options);
  const opened = await gate(wsdl, server.url, { credential: { ntlm }, ...more });
  return {
    bodies,
    server,
    ask: async (query = '{ getItem(sku: "a") }') => seen(await opened.ask(query)),
    /** What came over each connection. */
    came: () => server.seen.map(({ connection, authorization }) => `${connection} ${authorization}`),
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const found = { data: { getItem: 'a' }, errors: [] };
const failed = { data: { getItem: null }, errors: ['UPSTREAM_ERROR getItem'] };

describe('NTLM', () => {
  it.each([
    ['', {}],
    [', sealed where the server tells the time', { timed: true }],
    [', beside other schemes', { others: ['Negotiate', 'Basic realm="NTLM x"'] }],
  ])('signs in to a connection, by a message without the body%s, and keeps it', async (_, options) => {
    await using its = await shop(options);
    expect(await its.ask()).toEqual(found);
    expect(await its.ask()).toEqual(found);
    expect(its.came()).toEqual(['1 negotiate', '1 authenticate', '1 none']);
    expect(its.server.seen[0]?.length).toBe(0);
    expect(its.bodies.map(body => body.includes('<n0:sku>a</n0:sku>'))).toEqual([true, true]);
  });

  it('takes a connection for each call that is under way', async () => {
    await using its = await shop();
    expect(await its.ask('{ a: getItem(sku: "a") b: getItem(sku: "b") }')).toEqual({
      data: { a: 'a', b: 'a' },
      errors: [],
    });
    expect(its.came().toSorted()).toEqual(['1 authenticate', '1 negotiate', '2 authenticate', '2 negotiate']);
  });

  it('signs in again where the connection was closed', async () => {
    await using its = await shop();
    expect(await its.ask()).toEqual(found);
    await its.server.disconnect();
    expect(await its.ask()).toEqual(found);
    expect(its.came()).toEqual(['1 negotiate', '1 authenticate', '2 negotiate', '2 authenticate']);
  });

  it('signs in again where the server has forgotten it, and nothing is done twice', async () => {
    await using its = await shop({ lasts: 1 });
    expect(await its.ask()).toEqual(found);
    expect(await its.ask()).toEqual(found);
    expect(its.came()).toEqual(['1 negotiate', '1 authenticate', '1 none', '1 negotiate', '1 authenticate']);
    expect(its.bodies).toHaveLength(2);
  });

  it.each([
    ['the password is another', {}, { credential: { ntlm: { ...ntlm, password: 'hunter2' } } }, 2],
    ['the domain is another', {}, { credential: { ntlm: { ...ntlm, domain: 'OTHER' } } }, 2],
    ['the challenge is none', { challenge: 'NTLM aGVsbG8=' }, {}, 1],
    ['the server wants something else', { challenge: 'Basic realm="x"' }, {}, 1],
    ['the server closes the connection', { closes: true }, {}, 1],
  ])('fails, and asks for nothing, where %s', async (_, options, more, messages) => {
    await using its = await shop(options, more);
    expect(await its.ask()).toEqual(failed);
    expect(its.came()).toHaveLength(messages);
    expect(its.bodies).toEqual([]);
  });

  it('says nothing of who asks where nobody asks for it', async () => {
    await using its = await shop({ others: [] });
    await using open = await gate(wsdl, its.server.url);
    expect(seen(await open.ask('{ getItem(sku: "a") }'))).toEqual(failed);
    expect(its.came()).toEqual(['1 none']);
  });

  it('is not forced on a server that does not ask who it is', async () => {
    await using backend = await soapBackend(() => ({ envelope: item }));
    await using open = await gate(wsdl, backend.url, { credential: { ntlm } });
    expect(seen(await open.ask('{ getItem(sku: "a") }'))).toEqual(found);
    expect(
      backend.requests.map(({ headers, bytes }) => [headers['authorization'] !== undefined, bytes.length > 0]),
    ).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('is no matter of the schema', async () => {
    const { sdl } = await described({ '/shop.wsdl': wsdl }, { credential: { ntlm } });
    expect(sdl).toBe((await described({ '/shop.wsdl': wsdl })).sdl);
  });
});
