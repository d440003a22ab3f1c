import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrapper, wsdlText } from './wsdl-text.ts';

const bin = fileURLToPath(new URL('../../../bin/selvage.js', import.meta.url));
const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-wsdl-'));
  await run(process.execPath, [bin, '--version']); // builds what is missing
});
afterAll(() => rm(folder, { recursive: true }));

interface Inspected {
  readonly operations: { readonly total: number; readonly imported: number };
  readonly types: number;
  readonly diagnostics: readonly { readonly severity: string; readonly code: string; readonly at: readonly string[] }[];
}

let count = 0;

/** `selvage inspect` of the first of the documents, in a process with a small heap, within a minute. */
async function inspect(documents: Readonly<Record<string, string | Uint8Array>>, megabytes = 128): Promise<Inspected> {
  count += 1;
  const own = join(folder, String(count));
  for (const [name, text] of Object.entries(documents)) {
    await mkdir(dirname(join(own, name)), { recursive: true });
    await writeFile(join(own, name), text);
  }
  const [main = ''] = Object.keys(documents);
  const argv = [`--max-old-space-size=${megabytes}`, bin, 'inspect', '--json', '--protocol', 'soap', join(own, main)];
  const child = await run(process.execPath, argv, { timeout: 200_000, maxBuffer: 2 ** 26 }).catch(
    (error: { readonly stdout?: string; readonly stderr?: string }) => error,
  );
  if (!child.stdout) throw new Error(`selvage inspect has broken down: ${child.stderr?.slice(-500)}`);
  return JSON.parse(child.stdout) as Inspected; // inspect --json wrote it
}

/** What was told, notes apart, with the place in the document. */
function told({ diagnostics }: Inspected): string[] {
  const lines = diagnostics
    .filter(({ severity }) => severity !== 'note')
    .map(({ severity, code, at }) =>
      [severity, code, ...at.slice(1).map(place => place.replace(folder, ''))].join(' '),
    );
  return [...new Set(lines)].sort();
}

const schema = (content: string) =>
  wsdlText(`${content}${wrapper('Put', '<xs:element name="x" type="t:T"/>')}${wrapper('PutResponse', '')}`, ['Put']);
const many = (length: number, each: (n: number) => string) => Array.from({ length }, (_, n) => each(n)).join('');
const sequence = (content: string) => `<xs:sequence>${content}</xs:sequence>`;

describe('a document that is broken is told of, with its place', () => {
  const refused: readonly [string, string | Uint8Array, string][] = [
    ['no XML', 'GIF89a\u0001', 'error DOCUMENT_SYNTAX'],
    ['HTML', '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body></body></html>', 'error DOCUMENT_SYNTAX'],
    ['a truncated WSDL', schema('').slice(0, 900), 'error DOCUMENT_SYNTAX'],
    ['a schema', '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', 'error DOCUMENT_INVALID'],
    ['nothing', '', 'error DOCUMENT_SYNTAX'],
  ];
  it.for(refused)('%s', async ([, text, expected]) => {
    const found = await inspect({ 'x.wsdl': text });
    expect([told(found), found.operations.imported]).toEqual([[expected], 0]);
  });

  const odd: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
    [
      'a missing include',
      { 'x.wsdl': schema('<xs:include schemaLocation="gone.xsd"/>') },
      ['warning DOCUMENT_NOT_FOUND /6/gone.xsd', 'warning REFERENCE_NOT_FOUND /{urn:shop}Put/x'],
    ],
    [
      'a schema that includes itself, and one that includes it back',
      {
        'x.wsdl': schema('<xs:include schemaLocation="a.xsd"/>'),
        'a.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:shop"><xs:include schemaLocation="a.xsd"/><xs:include schemaLocation="sub/b.xsd"/></xs:schema>`,
        'sub/b.xsd': `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:shop"><xs:include schemaLocation="../a.xsd"/><xs:complexType name="T"><xs:sequence/></xs:complexType></xs:schema>`,
      },
      [],
    ],
    [
      'a WSDL that imports itself',
      {
        'x.wsdl': schema('<xs:complexType name="T"/>').replace(
          '<wsdl:types>',
          '<wsdl:import namespace="urn:shop" location="x.wsdl"/><wsdl:types>',
        ),
      },
      [],
    ],
    ['a name that nothing defines', { 'x.wsdl': schema('') }, ['warning REFERENCE_NOT_FOUND /{urn:shop}Put/x']],
    [
      'a message that nothing defines',
      { 'x.wsdl': schema('<xs:complexType name="T"/>').replace('message="t:PutIn"', 'message="t:Nothing"') },
      ['warning OPERATION_NOT_SUPPORTED Shop/Put'],
    ],
    [
      'a binding of a portType that nothing defines',
      { 'x.wsdl': schema('').replace('type="t:Shop"', 'type="t:Nothing"') },
      ['warning DOCUMENT_INVALID', 'warning REFERENCE_NOT_FOUND {urn:shop}ShopSoap'],
    ],
  ];
  it.for(odd)('%s', async ([, documents, expected]) => {
    expect(told(await inspect(documents)).map(line => line.replace(/ \/\d+\/gone/, ' /6/gone'))).toEqual(expected);
  });

  it('in UTF-16 it is read', async () => {
    const text = schema('<xs:complexType name="T"/>').replace(
      '<?xml version="1.0"?>',
      '<?xml version="1.0" encoding="UTF-16"?>',
    );
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    expect((await inspect({ 'x.wsdl': bytes })).operations).toEqual({ total: 1, imported: 1 });
  });
});

describe('a document of great size is imported', () => {
  it('with 1,500 operations', async () => {
    const names = Array.from({ length: 1_500 }, (_, n) => `Do${n}`);
    const content = names.map(
      name =>
        wrapper(name, '<xs:element name="a" type="t:T"/>') +
        wrapper(`${name}Response`, '<xs:element name="r" type="t:T"/>'),
    );
    const text = wsdlText(
      `<xs:complexType name="T">${sequence('<xs:element name="t" type="t:T" minOccurs="0"/>')}</xs:complexType>${content.join('')}`,
      names,
    );
    const found = await inspect({ 'x.wsdl': text }, 256);
    expect([found.operations, told(found)]).toEqual([{ total: 1_500, imported: 1_500 }, []]);
  });

  it('with names that stand in many namespaces', async () => {
    const others = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `${n}.xsd`,
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:${n}"><xs:complexType name="T">${sequence('<xs:element name="f" type="xs:int"/>')}</xs:complexType></xs:schema>`,
      ]),
    );
    const imports = many(50, n => `<xs:import namespace="urn:${n}" schemaLocation="${n}.xsd"/>`);
    const fields = many(50, n => `<xs:element xmlns:o="urn:${n}" name="f${n}" type="o:T"/>`);
    const found = await inspect({
      'x.wsdl': schema(`${imports}<xs:complexType name="T">${sequence(fields)}</xs:complexType>`),
      ...others,
    });
    // T and its input for each namespace, and the root types.
    expect([found.types, told(found)]).toEqual([53, []]);
  });
});

describe('a document made to harm is told of, in bounded time and memory', () => {
  const type = (content: string) => `<xs:complexType name="T">${content}</xs:complexType>`;
  const cases: readonly [string, string, RegExp][] = [
    [
      'entities in entities',
      '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>',
      /^error DOCUMENT_SYNTAX$/,
    ],
    [
      'a file as an entity',
      '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><d>&a;</d>',
      /^error DOCUMENT_SYNTAX$/,
    ],
    ['200,000 levels', `${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}`, /^error DOCUMENT_SYNTAX$/],
    ['500,000 attributes', `<a ${many(500_000, n => `a${n}="" `)}/>`, /^error DOCUMENT_SYNTAX$/],
    ['100,000 namespaces', `<a ${many(100_000, n => `xmlns:a${n}="urn:${n}" `)}/>`, /^error DOCUMENT_SYNTAX$/],
    ['a name of 8 MB', `<${'a'.repeat(8_000_000)}/>`, /^error DOCUMENT_INVALID$/],
    ['a text of 16 MB', `<a>${'a'.repeat(16_000_000)}</a>`, /^error DOCUMENT_INVALID$/],
    [
      'groups in groups, 2 to the power of 40',
      schema(
        many(
          40,
          n =>
            `<xs:group name="G${n + 1}">${sequence(`<xs:group ref="t:G${n}"/><xs:group ref="t:G${n}"/>`)}</xs:group>`,
        ) +
          `<xs:group name="G0">${sequence('<xs:element name="e" type="xs:int"/>')}</xs:group>${type('<xs:group ref="t:G40"/>')}`,
      ),
      /^warning DOCUMENT_TOO_LARGE \{urn:shop\}T$/,
    ],
    [
      'attribute groups likewise',
      schema(
        many(
          40,
          n =>
            `<xs:attributeGroup name="A${n + 1}"><xs:attributeGroup ref="t:A${n}"/><xs:attributeGroup ref="t:A${n}"/></xs:attributeGroup>`,
        ) +
          `<xs:attributeGroup name="A0"><xs:attribute name="a"/></xs:attributeGroup>${type('<xs:attributeGroup ref="t:A40"/>')}`,
      ),
      /^warning DOCUMENT_TOO_LARGE \{urn:shop\}T$/,
    ],
    [
      'unions likewise',
      schema(
        many(40, n => `<xs:simpleType name="U${n + 1}"><xs:union memberTypes="t:U${n} t:U${n}"/></xs:simpleType>`) +
          `<xs:simpleType name="U0"><xs:union memberTypes="xs:int xs:date"/></xs:simpleType>${type(sequence('<xs:element name="u" type="t:U40"/>'))}`,
      ),
      /^$/,
    ],
    [
      '20,000 types, each of the next',
      schema(
        `<xs:complexType name="T0">${sequence('')}</xs:complexType>` +
          many(
            20_000,
            n =>
              `<xs:complexType name="T${n + 1}"><xs:complexContent><xs:extension base="t:T${n}"/></xs:complexContent></xs:complexType>`,
          ) +
          type(sequence('<xs:element name="t" type="t:T20000"/>')),
      ),
      /^(warning CONSTRUCT_NOT_SUPPORTED \{urn:shop\}T\d+\n?)+$/,
    ],
    [
      '20,000 simple types, each of the next',
      schema(
        '<xs:simpleType name="S0"><xs:restriction base="xs:string"/></xs:simpleType>' +
          many(20_000, n => `<xs:simpleType name="S${n + 1}"><xs:restriction base="t:S${n}"/></xs:simpleType>`) +
          type(sequence('<xs:element name="s" type="t:S20000"/>')),
      ),
      /^warning CONSTRUCT_NOT_SUPPORTED \{urn:shop\}S\d+$/,
    ],
    [
      '20,000 elements, each for the next',
      schema(
        '<xs:element name="e0" type="xs:string"/>' +
          many(20_000, n => `<xs:element name="e${n + 1}" substitutionGroup="t:e${n}"/>`) +
          type(sequence('<xs:element ref="t:e19999"/>')),
      ),
      /^$/,
    ],
  ];
  it.for(cases)('%s', async ([, text, expected]) => {
    expect(told(await inspect({ 'x.wsdl': text }, 256)).join('\n')).toMatch(expected);
  });
});
