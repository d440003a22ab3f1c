import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../src/adapter/xml/read-xml.ts';
import type { XmlElement } from '../../../src/adapter/xml/tree.ts';
import { readEnvelope } from '../../../src/adapters/soap/message/envelope.ts';
import type { BodyModel } from '../../../src/adapters/soap/model/call.ts';
import type { Model } from '../../../src/adapters/soap/model/model.ts';
import { Decoder } from '../../../src/adapters/soap/read/decode.ts';
import { encodeBody } from '../../../src/adapters/soap/write/encode.ts';
import { answerLimits } from '../../../src/adapters/soap/xml-conventions.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { described } from './described.ts';
import { everything } from './everything.ts';
import { Sampler } from './sample.ts';
import { envelopeOf } from './soap-backend.ts';
import { wsdlText } from './wsdl-text.ts';

const { blueprint } = await described({ '/x.wsdl': wsdlText(everything, ['Echo', 'Say']) });
const echo = blueprint.calls['Mutation.echo']!;
const say = blueprint.calls['Mutation.say']!;

const malformed = (reason: string) => new GatewayError('UPSTREAM_MALFORMED', reason);

function bodyIn(text: string): XmlElement {
  const reading = readEnvelope(Buffer.from(envelopeOf(text)), 'text/xml');
  if (reading.kind !== 'body') throw new TypeError(JSON.stringify(reading));
  return reading.body;
}

function roundTrip(model: Model, body: BodyModel, args: Record<string, unknown>): unknown {
  const text = encodeBody(model.types, body, args);
  return new Decoder(model.types).body({ ...body, shape: 'bare' }, bodyIn(text), 'document', malformed);
}

/** What was written, as it is read: what is absent is null or empty, and an abstract value tells its type. */
function asRead(written: unknown, read: unknown): unknown {
  if (written === undefined) return Array.isArray(read) ? [] : null;
  if (Array.isArray(written) && Array.isArray(read)) return written.map((item, index) => asRead(item, read[index]));
  if (typeof written !== 'object' || written === null || typeof read !== 'object' || read === null) return written;
  const [chosen] = Object.values(written);
  if ('__typename' in read && Object.keys(written).length === 1 && typeof chosen === 'object') {
    return { ...(asRead(chosen, { ...read, __typename: undefined }) as object), __typename: read.__typename }; // the variant's own record
  }
  const keys = Object.keys(read).filter(key => key !== '__typename');
  const record = Object.fromEntries(
    keys.map(key => [key, asRead((written as Record<string, unknown>)[key], (read as Record<string, unknown>)[key])]),
  );
  return '__typename' in read ? { ...record, __typename: read.__typename } : record;
}

/** Strings that XML can carry, the nastiest among them. */
const nasty = [
  '<',
  '&',
  ']]>',
  '"',
  "'",
  '\r',
  '\n',
  '\t',
  ' ',
  '<!--',
  '&amp;',
  '</n0:text>',
  '<?x?>',
  '\u{1F600}',
  '\uFFFD',
  '{env.HOME}',
  '$${x}',
  '%s',
  '__proto__',
];
const strings = (random: () => number) =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => nasty[Math.floor(random() * nasty.length)]).join('a');

describe('parse(write(x)) = x', () => {
  it('for values of every type', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const args = new Sampler(blueprint.model.types, seed, strings).args(echo.input);
        const read = roundTrip(blueprint.model, echo.input, args);
        expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(asRead(args['input'], read))));
      }),
      { numRuns: 500, seed: 42 },
    );
  });

  it('for every string that XML can carry', () => {
    const legal = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter(text => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text));
    fc.assert(
      fc.property(legal, text => {
        expect(roundTrip(blueprint.model, say.input, { text })).toMatchObject({ text });
      }),
      { numRuns: 5_000, seed: 7 },
    );
  });
});

describe('nothing a client gives changes the structure', () => {
  const injections: readonly [string, Record<string, unknown>][] = [
    ['an end tag', { text: '</n0:text></n0:Say><evil/>' }],
    ['_xml', { text: 'a', _xml: '<evil/>' }],
    ['$xml', { text: 'a', $xml: '<evil/>' }],
    ['$value', { text: 'a', $value: '<evil/>' }],
    ['attributes', { text: 'a', attributes: { evil: '1' } }],
    ['a name', { text: 'a', 'evil><evil': '1' }],
    ['a prototype', { text: 'a', __proto__: { list: ['evil'] }, constructor: 'evil' }],
    ['CDATA', { text: ']]><evil/><![CDATA[' }],
    ['an entity', { text: '&evil;' }],
    ['a comment', { text: '--><evil/><!--' }],
    ['a processing instruction', { text: '?><evil/><?x' }],
    ['a document type', { text: '<!DOCTYPE evil [<!ENTITY e SYSTEM "file:///etc/passwd">]>' }],
    ['a character reference', { text: '&#60;evil&#x3E;' }],
    ['a namespace', { text: 'xmlns:n0="urn:evil"' }],
    ['an item of a list', { text: 'a', list: [], ' list': ['<evil/>'] }],
    ['the mark of our own declarations', { text: '\uFFFD n0:Say' }],
  ];
  it.for(injections)('%s', ([, args]) => {
    const text = encodeBody(blueprint.model.types, say.input, args);
    const reading = readXml(text, answerLimits);
    expect(reading.ok && reading.root.children.map(child => (typeof child === 'string' ? child : child.local))).toEqual(
      ['text'],
    );
  });

  const order = { no: '1', text: 'a', nil: null, state: '_EMPTY', total: { _value: '1', currency: 'EUR' }, a: 'x' };
  const shape = { circle: { id: '1', r: 1 } };
  const structure = (input: Record<string, unknown>): string =>
    canonicalXml(encodeBody(blueprint.model.types, echo.input, { input })).replace(/"(?:[^"\\]|\\.)*"/g, '"…"');

  it('nor of a larger one: its names are those that it has with plain values', () => {
    const plain = structure({ ...order, shape, tag: ['a', null], name: '{urn:q}n', when: '2009-01-01T00:00:00Z' });
    for (const text of nasty) {
      const total = { _value: '1', currency: text };
      const evil = {
        ...order,
        shape,
        text: `a${text}`,
        a: `a${text}`,
        tag: [`a${text}`, null],
        total,
        name: '{urn:q}n',
      };
      expect(structure({ ...evil, when: '2009-01-01T00:00:00Z' })).toBe(plain);
    }
  });

  const names = ['a b', 'a"b', '<evil/>', '{urn:q}a>b', '{urn:"q}a', 'a:b', '{a{b}c', '', 'xmlns:a="b"', '{urn:q}a\n'];
  it.for(names)('a qualified name that is none is refused: %j', name => {
    const { types } = blueprint.model;
    const given = { ...order, shape, name };
    const [argument] = ['input.name'];
    let text = '';
    try {
      text = encodeBody(types, echo.input, { input: given });
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { argument } });
      return;
    }
    // A namespace may hold whatever an attribute's value can: it is declared, and the name stays a name.
    expect(structure({ ...given, name: '{urn:q}n' })).toBe(structure(given));
    expect(readXml(text, answerLimits).ok).toBe(true);
  });

  const variants: readonly Readonly<Record<string, unknown>>[] = [
    { 'circle xsi:type="evil"': {} },
    { 't:Circle': {} },
    Object.assign(Object.create(null), { constructor: {} }),
    {},
  ];
  it.for(variants)('a type that is none of the schema’s is refused: %j', variant => {
    expect(() => encodeBody(blueprint.model.types, echo.input, { input: { ...order, shape: variant } })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'input.shape' } }),
    );
  });

  const illegal = ['\u0000', '\u0001', '\u000b', '\u001f', '\uFFFE', '\uFFFF', '\uD800', 'a\uDC00b'];
  it.for(illegal)('a character that XML has no way to write is refused: %j', text => {
    expect(() => encodeBody(blueprint.model.types, say.input, { text: `a${text}` })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'text' } }),
    );
  });
});

describe('an input that the schema does not allow is refused, with its place', () => {
  const order = {
    no: '1',
    text: 'a',
    nil: null,
    state: '_EMPTY',
    total: { _value: '1', currency: 'EUR' },
    a: 'x',
    shape: { circle: { id: '1', r: 1 } },
  };
  const cases: readonly [string, Record<string, unknown>, string][] = [
    ['a required element', { ...order, text: undefined }, 'input.text'],
    ['null where nil is not allowed', { ...order, text: null }, 'input.text'],
    ['a required attribute', { ...order, no: undefined }, 'input.no'],
    ['two of a choice', { ...order, b: 1 }, 'input.b'],
    ['none of a choice', { ...order, a: undefined }, 'input.a'],
    ['two variants', { ...order, shape: { circle: { id: '1', r: 1 }, square: { id: '1', side: 1 } } }, 'input.shape'],
    ['deep in a list', { ...order, _group1: [{ k: 'a' }, { v: ['b'] }] }, 'input._group1.1.k'],
    ['an item of a list that has spaces', { ...order, sizes: ['1 2'] }, 'input.sizes'],
    ['a qualified name that is none', { ...order, name: 'a b' }, 'input.name'],
  ];
  it.for(cases)('%s', ([, input, argument]) => {
    expect(() => encodeBody(blueprint.model.types, echo.input, { input })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument } }),
    );
  });

  it('a list that is given twice in the schema is not cut', () => {
    const input = { ...order, tag: ['a', null, 'b'], _group2: [{ x: '1' }, { y: 2 }, { x: '3' }] };
    expect(roundTrip(blueprint.model, echo.input, { input })).toMatchObject({
      tag: ['a', null, 'b'],
      _group2: [{ x: '1' }, { y: 2 }, { x: '3' }],
    });
  });
});

describe('values are read as they stand', () => {
  const read = (content: string) => {
    const element = `<t:SayResponse xmlns:t="urn:shop">${content}</t:SayResponse>`;
    return new Decoder(blueprint.model.types).body(say.output!, bodyIn(element), 'document', malformed);
  };
  it('007 is not 7, and white space is text', () => {
    expect(read('<t:text>007</t:text>')).toBe('007');
    expect(read('<t:text> a\n</t:text>')).toBe(' a\n');
    expect(read('<t:text></t:text>')).toBe('');
  });
});

describe('qualified names', () => {
  const named = `<xs:simpleType name="Names"><xs:list itemType="xs:QName"/></xs:simpleType>
    <xs:complexType name="Named"><xs:simpleContent><xs:extension base="t:Names"><xs:attribute name="kind" type="xs:QName"/></xs:extension></xs:simpleContent></xs:complexType>
    <xs:element name="Put" type="t:Named"/><xs:element name="PutResponse" type="t:Named"/>`;

  it('have prefixes on the wire, in attributes and lists too', async () => {
    const { blueprint: put } = await described({ '/x.wsdl': wsdlText(named, ['Put']) });
    const { input } = put.calls['Mutation.put']!;
    const value = { kind: '{urn:k}a', _value: ['{urn:shop}b', '{urn:k}c'] };
    expect(encodeBody(put.model.types, input, { input: value })).toBe(
      '<n0:Put xmlns:n0="urn:shop" xmlns:n1="urn:k" kind="n1:a">n0:b n1:c</n0:Put>',
    );
    expect(roundTrip(put.model, input, { input: value })).toEqual(value);
  });
});

describe('XML that the schema leaves open', () => {
  const open = `<xs:complexType name="Open"><xs:sequence><xs:element name="before" type="xs:int"/><xs:any maxOccurs="unbounded" processContents="lax"/><xs:element name="after" type="xs:int"/></xs:sequence></xs:complexType>
    <xs:element name="Put" type="t:Open"/><xs:element name="PutResponse" type="t:Open"/>`;
  const fragment = '<x xmlns="urn:x" xmlns:p="urn:p" p:a="1 &amp; 2">text<p:y>p:name</p:y></x>';

  it('keeps its place, its namespaces and its text', async () => {
    const { blueprint: put } = await described({ '/x.wsdl': wsdlText(open, ['Put']) });
    const { input } = put.calls['Mutation.put']!;
    const args = { input: { after: 2, before: 1, _any: [fragment, '<z/>'] } };
    const text = encodeBody(put.model.types, input, args);
    expect(text).toBe(
      `<n0:Put xmlns:n0="urn:shop"><n0:before>1</n0:before>${fragment}<z/><n0:after>2</n0:after></n0:Put>`,
    );
    const read = new Decoder(put.model.types).body(input, bodyIn(text), 'document', malformed) as { _any: string[] }; // so says its schema
    const [first = ''] = read._any;
    const again = readXml(first, answerLimits);
    expect(again.ok && [again.root.namespace, again.root.attributes, again.root.children[0]]).toEqual([
      'urn:x',
      [{ namespace: 'urn:p', local: 'a', value: '1 & 2' }],
      'text',
    ]);
  });

  it.for([
    ['what only the envelope uses', '<y xmlns="urn:y"/>', '<y xmlns="urn:y"/>'],
    ['a name of its own', '<p:y><p:z/></p:y>', '<p:y xmlns:p="urn:p"><p:z/></p:y>'],
    ['an attribute', '<y q:a="1"/>', '<y xmlns:q="urn:q" q:a="1"/>'],
    ['a text', '<y>q:name</y>', '<y xmlns:q="urn:q">q:name</y>'],
    ['an expression', '<y><z at="/p:a[.=q:b]"/></y>', '<y xmlns:p="urn:p" xmlns:q="urn:q"><z at="/p:a[.=q:b]"/></y>'],
    ['no prefix at all', '<y>at 12:30</y>', '<y>at 12:30</y>'],
  ])('is read with the namespaces that it uses: %s', async ([, given, read]) => {
    const { blueprint: put } = await described({ '/x.wsdl': wsdlText(open, ['Put']) });
    const text = `<n0:Put xmlns:n0="urn:shop" xmlns:p="urn:p" xmlns:q="urn:q"><n0:before>1</n0:before>${given}<n0:after>2</n0:after></n0:Put>`;
    const { input } = put.calls['Mutation.put']!;
    expect(new Decoder(put.model.types).body(input, bodyIn(text), 'document', malformed)).toMatchObject({
      _any: [read],
    });
  });

  it('is there as often as the schema demands', async () => {
    const { blueprint: put } = await described({ '/x.wsdl': wsdlText(open, ['Put']) });
    expect(() =>
      encodeBody(put.model.types, put.calls['Mutation.put']!.input, { input: { before: 1, after: 2 } }),
    ).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'input._any' } }));
  });

  it.for(['<a/><evil/>', '</n0:Put>', 'text', '<a>', '<!DOCTYPE a><a/>', '<p:a/>'])(
    'is one well-formed element: %s',
    async given => {
      const { blueprint: put } = await described({ '/x.wsdl': wsdlText(open, ['Put']) });
      const args = { input: { after: 2, before: 1, _any: [given] } };
      expect(() => encodeBody(put.model.types, put.calls['Mutation.put']!.input, args)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument: 'input._any.0' } }),
      );
    },
  );
});
