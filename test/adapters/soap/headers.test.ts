import { describe, expect, it } from 'vitest';
import type { CallContext } from '../../../src/adapter/adapter.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { described, describing, summary } from './described.ts';
import { gate, seen } from './gate.ts';
import { withHeaders as wsdl } from './header-text.ts';
import { rpcText } from './rpc-text.ts';
import { soapBackend } from './soap-backend.ts';

const item = '<r:GetItemResponse xmlns:r="urn:shop"><r:item><r:sku>a</r:sku></r:item></r:GetItemResponse>';
const query = '{ getItem(sku: "a") { sku } }';
const caller: Partial<CallContext> = {
  headers: { 'accept-language': 'de', 'x-evil': '<Session xmlns="urn:shop"/>' },
  principal: { subject: 'ann', via: 'test', scopes: new Set(), claims: { tenant: 't"1', groups: ['a', 'b'] } },
};

/** The content of the header that a query was sent with. */
async function sent(options: Partial<SourceOptions>, text = query, context: Partial<CallContext> = caller) {
  await using backend = await soapBackend(() => ({ body: item }));
  await using shop = await gate(wsdl, backend.url, options, context);
  const result = await shop.ask(text);
  const blocks = backend.requests.map(({ envelope }) => /<soap:Header>(.*)<\/soap:Header>/s.exec(envelope)?.[1]);
  return { blocks, errors: seen(result).errors };
}

describe('header blocks that are sent', () => {
  it('are none where nothing fills them, which is told', async () => {
    expect(await sent({})).toEqual({ blocks: [undefined], errors: [] });
    const { diagnostics } = await described({ '/shop.wsdl': wsdl });
    expect(summary(diagnostics).filter(line => line.includes('CONSTRUCT'))).toEqual([
      'note CONSTRUCT_NOT_SUPPORTED Shop/GetItem',
      'note CONSTRUCT_NOT_SUPPORTED Shop/GetNames',
      'note CONSTRUCT_NOT_SUPPORTED Shop/GetNames',
    ]);
  });

  it('hold what the configuration and the request say, as their types want it', async () => {
    const Session = { user: '$subject', note: '$claims.groups', tenant: '$claims.tenant', tries: 3 };
    expect(await sent({ soapHeaders: { Session, Locale: '$header.accept-language' } })).toEqual({
      blocks: [
        '<n0:Session xmlns:n0="urn:shop" tenant="t&quot;1"><n0:user>ann</n0:user><n0:tries>3</n0:tries><n0:note>a</n0:note><n0:note>b</n0:note></n0:Session><n0:Locale xmlns:n0="urn:shop">de</n0:Locale>',
      ],
      errors: [],
    });
  });

  it('are found, and told, where the name of their message is in another namespace', async () => {
    const astray = wsdl.replaceAll('message="t:Blocks"', 'message="o:Blocks" xmlns:o="urn:other"');
    const options = { soapHeaders: { Locale: 'de' } };
    const { diagnostics, sdl } = await described({ '/shop.wsdl': astray }, options);
    expect(sdl).toBe((await described({ '/shop.wsdl': wsdl }, options)).sdl);
    expect(summary(diagnostics).filter(line => line.startsWith('warning'))).toEqual([
      'warning REFERENCE_NOT_FOUND {urn:other}Blocks',
    ]);
  });

  it('leave a body its part where the binding calls it by another name, which is told', async () => {
    const misnamed = wsdl.replace('<soap:body use="literal"/>', '<soap:body use="literal" parts="in"/>');
    const { diagnostics, sdl } = await described({ '/shop.wsdl': misnamed });
    expect(sdl).toBe((await described({ '/shop.wsdl': wsdl })).sdl);
    expect(summary(diagnostics).filter(line => line.startsWith('warning'))).toEqual([
      'warning REFERENCE_NOT_FOUND Shop/GetItem',
    ]);
  });

  it('say by whom they must be understood', async () => {
    const { blocks } = await sent({
      soapHeaders: { '{urn:shop}Locale': { _value: 'de', _mustUnderstand: true, _role: 'urn:next' } },
    });
    expect(blocks[0]).toMatch(/^<n0:Locale [^>]* (n\d):mustUnderstand="1" \1:actor="urn:next">de<\/n0:Locale>$/);
  });

  it('are text, whatever a client says, and dollars that come from elsewhere are read by nobody', async () => {
    const { blocks } = await sent({ soapHeaders: { Session: { user: '$header.x-evil', tenant: '$$subject' } } });
    expect(blocks[0]).toBe(
      '<n0:Session xmlns:n0="urn:shop" tenant="$subject"><n0:user>&lt;Session xmlns="urn:shop"/&gt;</n0:user></n0:Session>',
    );
  });

  it('are left out where nothing of them is there, and refuse where a part of them is not', async () => {
    const Locale = '$header.accept-language';
    const anonymous = { headers: {} };
    expect(await sent({ soapHeaders: { Locale } }, query, anonymous)).toEqual({ blocks: [undefined], errors: [] });
    const Session = { user: '$claims.name', tries: 1 };
    expect(await sent({ soapHeaders: { Session } }, query, anonymous)).toEqual({
      blocks: [],
      errors: ['BAD_USER_INPUT getItem'],
    });
  });

  it('go with every operation where none declares them and the schema has them', async () => {
    expect((await sent({ soapHeaders: { Trace: 'on' } }, 'mutation { putItem(sku: "a") }')).blocks).toEqual([
      '<n0:Trace xmlns:n0="urn:shop">on</n0:Trace>',
    ]);
  });

  it('are arguments where that is wished, in place of the template', async () => {
    const options = { headerArguments: ['Session'], soapHeaders: { Session: { user: 'gateway' } } };
    const { sdl } = await described({ '/shop.wsdl': wsdl }, options);
    expect(sdl).toMatch(/getItem\(\s*sku: String!\s*"""[^"]*"""\s*Session: SessionInput\s*\)/);
    expect(sdl).toMatch(/Session: String\s*"""[^"]*"""\s*Session_header: SessionInput/);
    const user = (name: string) => `<n0:Session xmlns:n0="urn:shop"><n0:user>${name}</n0:user></n0:Session>`;
    expect((await sent(options, '{ getItem(sku: "a", Session: { user: "<me>" }) { sku } }')).blocks).toEqual([
      user('&lt;me&gt;'),
    ]);
    expect((await sent(options)).blocks).toEqual([user('gateway')]);
  });

  const mistakes: readonly [string, Partial<SourceOptions>, RegExp][] = [
    ['a block that is nowhere', { soapHeaders: { Sesion: {} } }, /nothing in the document is called "Sesion".*Session/],
    ['an argument that is nowhere', { headerArguments: ['Trace'] }, /headerArguments.*"Trace"/],
    ['a field that is not declared', { soapHeaders: { Session: { usr: 'x' } } }, /Session has no "usr"/],
    ['a constant without what is required', { soapHeaders: { Session: { tries: 1 } } }, /"Session\.user"/],
    ['a constant of another type', { soapHeaders: { Session: { user: 'x', tries: 'many' } } }, /"Session\.tries"/],
    ['a text for an object', { soapHeaders: { Session: 'x' } }, /Session must be a map/],
    ['a reference for an object', { soapHeaders: { Session: '$claims.session' } }, /stands for text/],
    ['a reference to nothing', { soapHeaders: { Locale: '$args.locale' } }, /"\$args\.locale" is nothing/],
    ['a mark that is none', { soapHeaders: { Session: { user: 'x', _mustUnderstand: 'yes' } } }, /_mustUnderstand/],
  ];
  it.for(mistakes)('are refused: %s', async ([, options, message]) => {
    const description = await describing({ '/shop.wsdl': wsdl }, options);
    const errors = description.diagnostics.filter(({ severity }) => severity === 'error');
    expect(description.ok).toBe(false);
    expect(errors.map(({ code }) => code)).toEqual(['CONFIG_INVALID_VALUE']);
    expect(errors[0]?.message).toMatch(message);
  });

  it('are no part of the body where they are parts of the same message', async () => {
    const part = (name: string) => `<part name="${name}" type="xs:string"/>`;
    const rpc = rpcText({
      operations: [{ name: 'get', input: part('key') + part('token'), output: part('result') }],
      use: 'literal',
    }).replace(
      /(<input>)(<soap:body)/,
      '$1<soap:header message="t:getIn" part="token" use="literal" namespace="urn:h"/>$2',
    );
    await using backend = await soapBackend(() => ({
      body: '<c:getResponse xmlns:c="urn:calls"><result>x</result></c:getResponse>',
    }));
    await using calls = await gate(rpc, backend.url, { soapHeaders: { token: 'secret' } });
    expect(seen(await calls.ask('{ get(key: "k") }'))).toEqual({ data: { get: 'x' }, errors: [] });
    expect(backend.requests[0]?.body).toBe('<n0:get xmlns:n0="urn:calls"><key>k</key></n0:get>');
    expect(backend.requests[0]?.envelope).toContain(
      '<soap:Header><n0:token xmlns:n0="urn:h">secret</n0:token></soap:Header>',
    );
  });
});

describe('header blocks of an answer', () => {
  const answering = (header: string, body = item) =>
    soapBackend(() => ({
      envelope: `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:shop"><e:Header>${header}</e:Header><e:Body>${body}</e:Body></e:Envelope>`,
    }));

  it('can be asked for where the document declares them', async () => {
    await using backend = await answering(
      '<t:Quota>7</t:Quota><t:Session tenant="x"><t:user>u</t:user></t:Session><t:Other/>',
    );
    await using shop = await gate(wsdl, backend.url);
    expect(seen(await shop.ask('{ getItem(sku: "a") { sku _headers { Quota Session { user tenant } } } }'))).toEqual({
      data: { getItem: { sku: 'a', _headers: { Quota: 7, Session: { user: 'u', tenant: 'x' } } } },
      errors: [],
    });
  });

  it('fail alone, and are null where they are not there', async () => {
    await using backend = await answering('<t:Quota>much</t:Quota>');
    await using shop = await gate(wsdl, backend.url);
    expect(seen(await shop.ask('{ getItem(sku: "a") { sku _headers { Quota Session { user } } } }'))).toEqual({
      data: { getItem: { sku: 'a', _headers: { Quota: null, Session: null } } },
      errors: ['UPSTREAM_MALFORMED getItem._headers.Quota'],
    });
  });

  it('stand beside a list in an envelope', async () => {
    const names = '<t:GetNamesResponse><t:name>a</t:name><t:name>b</t:name></t:GetNamesResponse>';
    await using backend = await answering('<t:Quota>1</t:Quota>', names);
    await using shop = await gate(wsdl, backend.url, { envelope: ['getNames'] });
    expect(shop.sdl).toMatch(/type GetNamesAnswer \{\s*value: \[String!\]/);
    expect(seen(await shop.ask('{ getNames { value _headers { Quota } } }'))).toEqual({
      data: { getNames: { value: ['a', 'b'], _headers: { Quota: 1 } } },
      errors: [],
    });
  });

  const must = 'e:mustUnderstand="1"';
  const blocks: readonly [string, string, boolean][] = [
    ['unknown, and must be understood', `<t:Other ${must}/>`, false],
    [
      'unknown, and must be understood by the next',
      `<t:Other ${must} e:actor="http://schemas.xmlsoap.org/soap/actor/next"/>`,
      false,
    ],
    ['declared', `<t:Quota ${must}>1</t:Quota>`, true],
    ['for somebody else', `<t:Other ${must} e:actor="urn:else"/>`, true],
    ['not required', '<t:Other e:mustUnderstand="0"/>', true],
  ];
  it.for(blocks)('that are %s: is the answer used?', async ([, block, isUsed]) => {
    await using backend = await answering(block);
    await using shop = await gate(wsdl, backend.url);
    expect(seen(await shop.ask(query)).errors).toEqual(isUsed ? [] : ['UPSTREAM_MALFORMED getItem']);
  });
});
