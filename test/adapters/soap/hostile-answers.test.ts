import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SoapReply, soapBackend } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const bin = fileURLToPath(new URL('../../../bin/selvage.js', import.meta.url));
const item = `<xs:complexType name="Item"><xs:sequence><xs:element name="sku" type="xs:string"/></xs:sequence><xs:attribute name="unit" type="xs:string"/></xs:complexType>`;
const shop = wsdlText(
  `${item}${wrapper('GetItem', '<xs:element name="sku" type="xs:string"/>')}${wrapper('GetItemResponse', '<xs:element name="item" type="t:Item"/>')}`,
  ['GetItem'],
);

let reply: SoapReply = {};
let folder: string;
let backend: Awaited<ReturnType<typeof soapBackend>>;
let child: ChildProcess;
let origin: string;
let said = '';

/** A gateway of its own process, whose heap is small. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-hostile-'));
  backend = await soapBackend(() => reply);
  await writeFile(join(folder, 'shop.wsdl'), shop);
  await writeFile(
    join(folder, 'selvage.yaml'),
    `gateway: { port: 0, admission: { loopDelay: 30s } } # a busy machine is no overload here
sources: { shop: { protocol: soap, document: shop.wsdl, endpoint: "${backend.url}" } }
`,
  );
  child = spawn(process.execPath, ['--max-old-space-size=160', bin, 'serve', '-c', join(folder, 'selvage.yaml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        said += chunk;
        if (said.includes('READY')) resolve();
      });
    child.once('exit', () => reject(new Error(said)));
  });
  origin = new URL(/GraphiQL: (\S+)/.exec(said)?.[1] ?? '').origin;
});

afterAll(async () => {
  child.kill();
  await backend[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function ask() {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ getItem(sku: "secret-of-the-request") { sku unit } }' }),
  });
  const text = await response.text();
  const answer = JSON.parse(text) as { data?: unknown; errors?: { path?: string[]; extensions: { code: string } }[] }; // GraphQL
  return {
    data: answer.data,
    errors: (answer.errors ?? []).map(one => `${one.extensions.code} ${one.path?.join('.')}`),
    text,
  };
}

const many = (length: number, each: (n: number) => string) => Array.from({ length }, (_, n) => each(n)).join('');
const envelope = (body: string, before = '<?xml version="1.0"?>') =>
  `${before}<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${body}</e:Body></e:Envelope>`;
const answer = (content: string, attributes = '') =>
  `<GetItemResponse xmlns="urn:shop"><item ${attributes}>${content}</item></GetItemResponse>`;
const sound = { data: { getItem: { sku: 'a', unit: null } }, errors: [] };

describe('an answer made to harm is an error of its field, and the gateway goes on', () => {
  const cases: readonly [string, string | Uint8Array, string?][] = [
    [
      'a billion laughs',
      envelope(
        '&l9;',
        `<!DOCTYPE l [<!ENTITY l0 "ha">${many(9, n => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`)}]>`,
      ),
    ],
    ['one large entity, often', envelope('&a;'.repeat(100_000), `<!DOCTYPE l [<!ENTITY a "${'a'.repeat(100_000)}">]>`)],
    [
      'a file as an entity',
      envelope(answer('<sku>&f;</sku>'), '<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
    ],
    [
      'an address as an entity',
      envelope(answer('<sku>&f;</sku>'), '<!DOCTYPE l [<!ENTITY f SYSTEM "http://127.0.0.1:1/">]>'),
    ],
    [
      'a parameter entity',
      envelope(answer('<sku>a</sku>'), '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://127.0.0.1:1/"> %p;]>'),
    ],
    ['a document type alone', envelope(answer('<sku>a</sku>'), '<!DOCTYPE l>')],
    ['an entity that nobody defines', envelope(answer('<sku>&nbsp;</sku>'))],
    ['200,000 levels', envelope(`${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`)],
    ['200,000 levels that are never closed', envelope('').replace('</e:Body></e:Envelope>', '<a>'.repeat(200_000))],
    ['250,000 elements', envelope(answer('<sku>a</sku><x/>'.repeat(125_000)))],
    ['500,000 attributes', envelope(`<a ${many(500_000, n => `a${n}=""`).replaceAll('""', '"" ')}/>`)],
    ['100,000 namespaces', envelope(`<a ${many(100_000, n => `xmlns:a${n}="urn:${n}" `)}/>`)],
    [
      'prefixes bound anew at each of 300 levels',
      envelope(`${many(300, n => `<p:a xmlns:p="urn:${n}">`)}${'</p:a>'.repeat(300)}`),
    ],
    ['a name of 6 MB', envelope(`<${'a'.repeat(6_000_000)}/>`)],
    ['an attribute of 6 MB that is not closed', envelope(`<a b="${'a'.repeat(6_000_000)}`)],
    ['an attribute twice, by two prefixes', envelope('<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="" q:b=""/>')],
    ['a prefix that nothing binds', envelope(answer('<zz:sku>a</zz:sku>'))],
    ['a character that is none', envelope(answer('<sku>&#0;</sku>'))],
    ['a character reference without an end', envelope(answer(`<sku>&#${'9'.repeat(1_000_000)};</sku>`))],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(envelope(answer('<sku>')).slice(0, -60)), Buffer.from([0xc3, 0x28, 0xff])]),
    ],
    ['UTF-7', envelope(answer('<sku>+ADw-</sku>')), 'text/xml; charset=utf-7'],
    ['UTF-32', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c]), 'text/xml'],
    ['UTF-16 of an odd number of bytes', Buffer.from([0xff, 0xfe, 0x3c]), 'text/xml'],
    ['HTML', '<html><body><p>Error at 10.1.2.3<br></body></html>', 'text/html'],
    ['JSON', '{"error":"10.1.2.3"}', 'application/json'],
    ['a truncated answer', envelope(answer('<sku>a</sku>')).slice(0, 120)],
    [
      'another root',
      envelope('<GetOtherResponse xmlns="urn:shop"><item><sku>10.1.2.3</sku></item></GetOtherResponse>'),
    ],
    ['more than an answer may have', envelope(answer(`<sku>${'a'.repeat(9_000_000)}</sku>`))],
  ];
  it.for(cases)('%s', async ([, text, contentType = 'text/xml']) => {
    reply = { envelope: text, contentType };
    const { data, errors, text: written } = await ask();
    expect([data, errors]).toEqual([{ getItem: null }, [expect.stringMatching(/^UPSTREAM_\w+ getItem$/)]]);
    expect(written).not.toMatch(/10\.1\.2\.3|root:|secret-of-the-request|file:\/\//);
    reply = { envelope: envelope(answer('<sku>a</sku>')) };
    expect(await ask()).toMatchObject(sound);
  });

  it('while what is only odd is read', async () => {
    const odd = `<?x ${'y'.repeat(100_000)}?><!--${'z'.repeat(100_000)}-->`;
    reply = { envelope: envelope(answer(`${odd}<sku><![CDATA[<a>]]>${odd}&lt;&#x62;&gt;</sku>`, 'unit="&#10;"')) };
    expect(await ask()).toMatchObject({ data: { getItem: { sku: '<a><b>', unit: '\n' } }, errors: [] });
  });

  it('and a large text is a text', async () => {
    reply = { envelope: envelope(answer(`<sku>${'a'.repeat(6_000_000)}</sku>`)) };
    const { data, errors } = await ask();
    expect([(data as { getItem: { sku: string } }).getItem.sku.length, errors]).toEqual([6_000_000, []]); // so says the schema
  });

  it('what is not declared is logged by its name, once, and counted; a client sees nothing of it', async () => {
    reply = { envelope: envelope(answer('<sku>a</sku><undeclared>10.1.2.3</undeclared>')) };
    expect(await ask()).toMatchObject(sound);
    expect(await ask()).toMatchObject(sound);
    await expect.poll(() => said).toContain('{urn:shop}undeclared');
    expect(said.split('{urn:shop}undeclared')).toHaveLength(2);
    expect(said).not.toContain('<undeclared>');
  });
});
