import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readEnvelope } from '../../../src/adapters/soap/message/envelope.ts';
import type { SoapCall } from '../../../src/adapters/soap/model/call.ts';
import type { Types } from '../../../src/adapters/soap/model/fields.ts';
import { Decoder, resultOf } from '../../../src/adapters/soap/read/decode.ts';
import type { Content, Read } from '../../../src/adapters/soap/read/read.ts';
import { described } from './described.ts';
import { envelopeOf } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const schema = `
<xs:complexType name="Item"><xs:sequence>
  <xs:element name="sku" type="xs:string"/><xs:element name="price" type="xs:decimal"/>
  <xs:element name="part" type="t:Item" minOccurs="0"/>
  <xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
</xs:sequence><xs:attribute name="unit" type="xs:string"/></xs:complexType>
${wrapper('List', '')}${wrapper('ListResponse', '<xs:element name="item" type="t:Item" minOccurs="0" maxOccurs="unbounded"/>')}`;

let types: Types;
let call: SoapCall;

beforeAll(async () => {
  const { blueprint } = await described({ '/x.wsdl': wsdlText(schema, ['List']) });
  types = blueprint.model.types;
  [call] = Object.values(blueprint.calls) as [SoapCall];
});

interface Work {
  /** Characters that the parser looked at, as often as it did. */
  readonly scanned: number;
  /** What the readers of values were told: elements begun and ended, values, pieces of text. */
  readonly told: number;
  /** Characters of text that they were told. */
  readonly text: number;
}

/** What reading an answer takes, whose items are these. */
function workOf(items: string): Work & { readonly value: unknown } {
  const work = { scanned: 0, told: 0, text: 0 };
  const counted = (content: Content): Content => ({
    child(start) {
      work.told += 1;
      return counted(content.child(start));
    },
    took(value) {
      work.told += 1;
      content.took(value);
    },
    text(piece) {
      work.told += 1;
      work.text += piece.length;
      content.text(piece);
    },
    end() {
      work.told += 1;
      return content.end();
    },
  });
  const getCode = vi.spyOn(SaxesParser.prototype as unknown as { getCode10(): number }, 'getCode10'); // saxes' own
  try {
    const awaited = new Decoder(types).awaited(call)!;
    const read: Read = (...begun) => counted(awaited.read(...begun));
    const malformed = Object.assign((reason: string): never => {
      throw new Error(reason);
    });
    const text = envelopeOf(`<ListResponse xmlns="urn:shop">${items}</ListResponse>`);
    const reading = readEnvelope(Buffer.from(text), 'text/xml', { awaited: { ...awaited, read }, malformed });
    if (reading.kind !== 'body' || !reading.value) throw new TypeError(JSON.stringify(reading));
    work.scanned = getCode.mock.calls.length;
    return { ...work, value: resultOf(call.output!, reading.value.of) };
  } finally {
    getCode.mockRestore();
  }
}

const many = (count: number, each: (n: number) => string) => Array.from({ length: count }, (_, n) => each(n)).join('');
const fields = (sku: string) => `<sku>${sku}</sku><price>1.50</price>`;

describe('twice as much of an answer is twice as much work, and no more', () => {
  const cases: readonly [string, number, (size: number) => string][] = [
    ['a list', 500, size => many(size, n => `<item unit="kg">${fields(`A-${n}`)}</item>`)],
    [
      'a list whose items bind their own prefixes',
      500,
      size => many(size, n => `<p:item xmlns:p="urn:shop" unit="${n}"><p:sku>a</p:sku><p:price>1</p:price></p:item>`),
    ],
    [
      'items in items',
      100,
      size => `<item>${fields('a')}${`<part>${fields('a')}`.repeat(size)}${'</part>'.repeat(size)}</item>`,
    ],
    ['a long text', 50_000, size => `<item>${fields('x'.repeat(size))}</item>`],
    ['a text in many pieces', 5_000, size => `<item>${fields('x<!--c--><![CDATA[y]]>'.repeat(size))}</item>`],
    ['a text of references', 5_000, size => `<item>${fields('&lt;&#x62;'.repeat(size))}</item>`],
    [
      'what a wildcard takes',
      500,
      size => `<item>${fields('a')}${'<o:x xmlns:o="urn:o">1<o:y/></o:x>'.repeat(size)}</item>`,
    ],
    ['what nobody declared', 500, size => `<item>${fields('a')}</item>${'<other><more/></other>'.repeat(size)}`],
  ];
  it.for(cases)('%s', ([, size, items]) => {
    const once = workOf(items(size));
    const twice = workOf(items(2 * size));
    expect(once.scanned).toBeGreaterThan(size);
    expect(twice.scanned / once.scanned).toBeLessThan(2.2);
    expect(twice.told / once.told).toBeLessThan(2.2);
    expect(twice.text / once.text).toBeLessThan(2.2);
  });

  it('and a text in 10,000 pieces is one text', () => {
    const { value } = workOf(`<item>${fields('x<!--c--><![CDATA[y]]>'.repeat(5_000))}</item>`);
    expect(value).toEqual([expect.objectContaining({ sku: 'xy'.repeat(5_000) })]);
  });
});
