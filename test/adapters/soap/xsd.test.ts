import { describe, expect, it } from 'vitest';
import { coded } from './coded.ts';
import { described, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const sequence = (content: string, more = '') =>
  `<xs:complexType name="T"><xs:sequence>${content}</xs:sequence>${more}</xs:complexType>`;
const text = (name: string, more = '') => `<xs:element name="${name}" type="xs:string" ${more}/>`;
const refusal = (argument: string, reason: RegExp | string) =>
  expect.objectContaining({
    code: 'BAD_USER_INPUT',
    details: { argument },
    message: expect.stringMatching(reason),
  });

describe('facets are demanded of what is written, with the place of the fault', () => {
  const simple = (content: string, base = 'xs:string') =>
    `<xs:simpleType name="S"><xs:restriction base="${base}">${content}</xs:restriction></xs:simpleType>${sequence('<xs:element name="f" type="t:S"/>')}`;
  const cases: readonly [string, string, unknown, unknown, RegExp][] = [
    ['length', simple('<xs:length value="2"/>'), 'ab', 'abc', /at most 2 characters/],
    ['minLength', simple('<xs:minLength value="2"/>'), '\u{1F600}\u{1F600}', '\u{1F600}', /at least 2 characters/],
    ['maxLength', simple('<xs:maxLength value="1"/>'), '', 'ab', /at most 1 character\b/],
    ['white space before length', simple('<xs:maxLength value="3"/>', 'xs:token'), '  a  b ', 'a b c', /at most 3/],
    ['octets', simple('<xs:length value="2"/>', 'xs:hexBinary'), '0AFF', '0A', /at least 2/],
    ['octets in base64', simple('<xs:maxLength value="2"/>', 'xs:base64Binary'), 'YWI=', 'YWJj', /at most 2/],
    ['pattern', simple('<xs:pattern value="\\d{2}-\\c+"/>'), '12-a:b', '12-', /must match the pattern/],
    ['patterns are alternatives', simple('<xs:pattern value="a+"/><xs:pattern value="b"/>'), 'b', 'ab', /"a\+" or "b"/],
    ['anchors are characters', simple('<xs:pattern value="^a$"/>'), '^a$', 'a', /pattern/],
    ['minInclusive', simple('<xs:minInclusive value="5"/>', 'xs:int'), 5, 4, /at least 5/],
    ['maxExclusive', simple('<xs:maxExclusive value="5"/>', 'xs:long'), '4', '5', /less than 5/],
    [
      'beyond doubles',
      simple('<xs:maxInclusive value="9007199254740992"/>', 'xs:long'),
      '9007199254740992',
      '9007199254740993',
      /at most 9007199254740992/,
    ],
    ['totalDigits', simple('<xs:totalDigits value="3"/>', 'xs:decimal'), '0012.30', '12.345', /at most 3 digits/],
    [
      'fractionDigits',
      simple('<xs:fractionDigits value="1"/>', 'xs:decimal'),
      '1.50',
      '1.55',
      /1 digit after the point/,
    ],
    [
      'of a date',
      simple('<xs:minInclusive value="2000-01-01"/>', 'xs:date'),
      '2000-01-01',
      '1999-12-31',
      /at least 2000/,
    ],
    [
      'of times in other offsets',
      simple('<xs:maxExclusive value="2000-01-01T00:00:00Z"/>', 'xs:dateTime'),
      '2000-01-01T00:59:59.999+01:00',
      '2000-01-01T01:00:00+01:00',
      /less than 2000/,
    ],
    ['a date', sequence('<xs:element name="f" type="xs:date"/>'), '2000-02-29', '2000-02-30', /no such Date/],
    ['a time', sequence('<xs:element name="f" type="xs:time"/>'), '24:00:00', '24:00:01', /no such Time/],
    [
      'an offset',
      sequence('<xs:element name="f" type="xs:dateTime"/>'),
      '2000-01-31T00:00:00-14:00',
      '2000-01-31T00:00:00-14:01',
      /no such DateTime/,
    ],
    ['of durations', simple('<xs:maxInclusive value="P1M"/>', 'xs:duration'), 'P30D', 'P32D', /at most P1M/],
    ['of years', simple('<xs:minInclusive value="1900"/>', 'xs:gYear'), '1900', '1899', /at least 1900/],
    ['a byte', sequence('<xs:element name="f" type="xs:byte"/>'), 127, 128, /at most 127/],
    ['an unsignedLong', sequence('<xs:element name="f" type="xs:unsignedLong"/>'), '0', '-1', /at least 0/],
    ['a positiveInteger', sequence('<xs:element name="f" type="xs:positiveInteger"/>'), '1', '0', /at least 1/],
    ['an NCName', sequence('<xs:element name="f" type="xs:NCName"/>'), 'ä.b', 'a:b', /no NCName/],
    ['a gYear', sequence('<xs:element name="f" type="xs:gYear"/>'), '2009Z', '09', /no gYear/],
    [
      'a list',
      `<xs:simpleType name="L"><xs:list itemType="xs:byte"/></xs:simpleType>${simple('<xs:maxLength value="2"/>', 't:L')}`,
      [1, 127],
      [1, 2, 3],
      /at most 2 items/,
    ],
    [
      'the pattern of a list',
      `<xs:simpleType name="L"><xs:list itemType="xs:byte"/></xs:simpleType>${simple('<xs:pattern value="1 \\d+"/>', 't:L')}`,
      [1, 20],
      [2, 20],
      /pattern "1 \\\\d\+"/,
    ],
    [
      'the enumeration of a list',
      `<xs:simpleType name="L"><xs:list itemType="xs:byte"/></xs:simpleType>${simple('<xs:enumeration value=" 1  2 "/><xs:enumeration value="3"/>', 't:L')}`,
      [1, 2],
      [1],
      /none of its enumeration/,
    ],
    [
      'an item of a list',
      `<xs:simpleType name="S"><xs:list itemType="xs:byte"/></xs:simpleType>${sequence('<xs:element name="f" type="t:S"/>')}`,
      [127],
      [1, 128],
      /at most 127/,
    ],
    [
      'a union',
      `<xs:simpleType name="S"><xs:union memberTypes="xs:byte xs:date"/></xs:simpleType>${sequence('<xs:element name="f" type="t:S"/>')}`,
      '2009-12-31',
      '128',
      /none of the types/,
    ],
    [
      'of a step before',
      `<xs:simpleType name="B"><xs:restriction base="xs:string"><xs:pattern value="[a-c]+"/></xs:restriction></xs:simpleType>${simple('<xs:pattern value="[b-d]+"/><xs:maxLength value="2"/>', 't:B')}`,
      'bc',
      'bd',
      /pattern "\[a-c\]\+"/,
    ],
  ];
  it.for(cases)('%s', async ([, schema, good, bad, reason]) => {
    const { write } = await coded(schema);
    expect(write({ f: good })).toHaveLength(2);
    expect(() => write({ f: bad })).toThrow(refusal('x.f', reason));
  });

  it('of a QName not: its prefix is chosen where it is written', async () => {
    const { write } = await coded(simple('<xs:pattern value="a:b"/><xs:length value="3"/>', 'xs:QName'));
    expect(write({ f: '{urn:other}b' })).toHaveLength(2);
  });

  it('of a boolean by its other spelling, where it has to be', async () => {
    const { write } = await coded(simple('<xs:pattern value="0|1"/>', 'xs:boolean'));
    expect(write({ f: true }).at(-1)).toContain('"1"');
    expect(write({ f: false }).at(-1)).toContain('"0"');
  });

  it('of simple content and of attributes', async () => {
    const { write } = await coded(
      `<xs:simpleType name="S"><xs:restriction base="xs:string"><xs:maxLength value="1"/></xs:restriction></xs:simpleType>
      <xs:complexType name="T"><xs:simpleContent><xs:extension base="t:S"><xs:attribute name="a" type="t:S"/></xs:extension></xs:simpleContent></xs:complexType>`,
    );
    expect(() => write({ _value: 'ab' })).toThrow(refusal('x._value', /at most 1/));
    expect(() => write({ _value: 'a', a: 'ab' })).toThrow(refusal('x.a', /at most 1/));
  });

  it('never by a pattern that a text could make slow', async () => {
    const { write } = await coded(simple('<xs:pattern value="(a+)+b"/>'));
    expect(() => write({ f: 'a'.repeat(2_000) })).toThrow(refusal('x.f', /pattern/));
    expect(write({ f: `${'a'.repeat(3_000_000)}c` })).toHaveLength(2); // more than is checked: the backend's to tell
  });
});

describe('enumerations', () => {
  const state =
    '<xs:restriction base="xs:string"><xs:enumeration value="on-line"/><xs:enumeration value="off"/></xs:restriction>';
  it('of attributes, of simple content and over unions are enums', async () => {
    const { sdl, write, read } = await coded(
      `<xs:simpleType name="State">${state}</xs:simpleType>
      <xs:simpleType name="Either"><xs:union memberTypes="t:State"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="?"/></xs:restriction></xs:simpleType></xs:union></xs:simpleType>
      <xs:complexType name="T"><xs:simpleContent><xs:extension base="t:Either"><xs:attribute name="a" type="t:State"/>
      <xs:attribute name="b"><xs:simpleType>${state}</xs:simpleType></xs:attribute></xs:extension></xs:simpleContent></xs:complexType>`,
    );
    expect(sdl).toContain('type T {\n  _value: Either!\n  a: State\n  b: TB\n}');
    expect(write({ _value: '_x3f', a: 'on_line', b: 'off' })).toEqual(['x a="on-line" b="off" "?"']);
    expect(read(' off ', 'a="on-line"')).toMatchObject({ value: { _value: 'off', a: 'on_line', b: null }, broken: [] });
  });
});

describe('defaults and fixed values', () => {
  const schema = `<xs:simpleType name="S"><xs:restriction base="xs:decimal"/></xs:simpleType>
    ${sequence(
      `${text('d', 'default="dd"')}<xs:element name="f" type="t:S" fixed="1.0"/><xs:element name="o" type="xs:int" default="7" minOccurs="0"/>`,
      '<xs:attribute name="ad" type="xs:int" default="3"/><xs:attribute name="af" type="xs:string" use="required" fixed="v1"/>',
    )}`;
  it('are written where something is needed and nothing is given', async () => {
    const { sdl, write } = await coded(schema);
    expect(sdl).toContain('input TInput {\n  d: String\n  f: Decimal\n  o: Int\n  ad: Int\n  af: String\n}');
    expect(write({})).toEqual(['x af="v1"', '  d "dd"', '  f "1.0"']);
    expect(write({ f: '01', d: 'x', ad: 4, af: 'v1' })).toEqual(['x ad="4" af="v1"', '  d "x"', '  f "01"']);
  });
  it('that are fixed allow no other', async () => {
    const { write } = await coded(schema);
    expect(() => write({ f: '1.1' })).toThrow(refusal('x.f', /must be "1.0"/));
    expect(() => write({ af: 'v2' })).toThrow(refusal('x.af', /must be "v1"/));
  });
  it('are read of what is empty, or absent as an attribute', async () => {
    const { read } = await coded(schema);
    const value = { d: 'dd', f: '1.0', o: 7, ad: 3, af: 'v1' };
    expect(read('<d/><f/><o/>')).toEqual({ value, broken: [], unexpected: [] });
    expect(read('<d/><f/>')).toEqual({ value: { ...value, o: null }, broken: [], unexpected: [] });
  });
});

describe('wildcards', () => {
  it('have room for their namespaces and their number', async () => {
    const { write, read } = await coded(
      sequence(
        '<xs:any namespace="##other" minOccurs="0" maxOccurs="2" processContents="lax"/><xs:element name="a" type="xs:string"/><xs:any namespace="##local urn:l" minOccurs="0" processContents="lax"/>',
      ),
    );
    const [one, two] = ['<y xmlns="urn:y"/>', '<z/>'];
    expect(write({ _any: [one, one], a: 'a', _any2: [two] })).toEqual([
      'x',
      '  {urn:y}y',
      '  {urn:y}y',
      '  a "a"',
      '  z',
    ]);
    expect(() => write({ _any: [one, one, one], a: 'a' })).toThrow(refusal('x._any', /more of it than/));
    expect(() => write({ _any: ['<a xmlns="urn:shop"/>'], a: 'a' })).toThrow(refusal('x._any.0', /namespace/));
    expect(() => write({ _any2: [one], a: 'a' })).toThrow(refusal('x._any2.0', /namespace/));
    expect(read(`${one}<a>a</a><z xmlns=""/>`).value).toEqual({
      _any: ['<y xmlns="urn:y"/>'],
      a: 'a',
      _any2: ['<z/>'],
    });
  });

  it('of attributes are told of, once for all types', async () => {
    const { diagnostics } = await coded(sequence(text('a'), '<xs:anyAttribute/>'));
    expect(summary(diagnostics).filter(line => line.includes('CONSTRUCT'))).toEqual([
      'note CONSTRUCT_NOT_SUPPORTED {urn:shop}T',
    ]);
  });
});

describe('a group that repeats begins anew where its content does', () => {
  const groups = (content: string) => `<xs:complexType name="T">${content}</xs:complexType>`;
  const element = (name: string, more = '') => text(name, more);
  const any = '<xs:any namespace="##other" processContents="lax"/>';
  const cases: readonly [string, string, string, unknown][] = [
    [
      'a choice within, before something optional',
      `<xs:sequence maxOccurs="unbounded"><xs:choice>${element('a')}${element('b')}</xs:choice>${element('c', 'minOccurs="0"')}</xs:sequence>`,
      '<a>1</a><b>2</b><c>3</c><a>4</a>',
      [{ a: '1' }, { b: '2', c: '3' }, { a: '4' }],
    ],
    [
      'an optional beginning',
      `<xs:sequence maxOccurs="unbounded">${element('k', 'minOccurs="0"')}${element('v')}</xs:sequence>`,
      '<v>1</v><k>2</k><v>3</v><v>4</v>',
      [{ v: '1' }, { k: '2', v: '3' }, { v: '4' }],
    ],
    [
      'a choice of sequences',
      `<xs:choice maxOccurs="unbounded"><xs:sequence>${element('a')}${element('b', 'minOccurs="0"')}</xs:sequence>${element('c')}</xs:choice>`,
      '<a>1</a><a>2</a><b>3</b><c>4</c><c>5</c>',
      [{ a: '1' }, { a: '2', b: '3' }, { c: '4' }, { c: '5' }],
    ],
    [
      'a repetition within',
      `<xs:sequence maxOccurs="unbounded">${element('a', 'maxOccurs="unbounded"')}${element('b')}</xs:sequence>`,
      '<a>1</a><a>2</a><b>3</b><a>4</a><b>5</b>',
      [
        { a: ['1', '2'], b: '3' },
        { a: ['4'], b: '5' },
      ],
    ],
    [
      'the same element twice',
      `<xs:sequence maxOccurs="unbounded">${element('a')}${element('b')}${element('a')}</xs:sequence>`,
      '<a>1</a><b>2</b><a>3</a><a>4</a><b>5</b><a>6</a>',
      [
        { a: ['1', '3'], b: '2' },
        { a: ['4', '6'], b: '5' },
      ],
    ],
    [
      'a wildcard',
      `<xs:choice minOccurs="0" maxOccurs="unbounded">${any}${element('a')}</xs:choice>`,
      '<a>1</a><y xmlns="urn:y"/><a>2</a>',
      [
        { a: '1', _any: [] },
        { a: null, _any: ['<y xmlns="urn:y"/>'] },
        { a: '2', _any: [] },
      ],
    ],
    [
      'a group within',
      `<xs:sequence maxOccurs="unbounded">${element('a')}<xs:sequence minOccurs="0" maxOccurs="unbounded">${element('k')}${element('v')}</xs:sequence></xs:sequence>`,
      '<a>1</a><k>2</k><v>3</v><k>4</k><v>5</v><a>6</a>',
      [
        {
          a: '1',
          _group1: [
            { k: '2', v: '3' },
            { k: '4', v: '5' },
          ],
        },
        { a: '6', _group1: [] },
      ],
    ],
  ];
  it.for(cases)('%s', async ([, content, given, groupsRead]) => {
    const { read, text: written } = await coded(groups(content));
    const { value, broken, unexpected } = read(given);
    expect(value).toMatchObject({ _group1: groupsRead });
    expect([broken, unexpected]).toEqual([[], []]);
    // And it is written as it was read.
    const again = read(/<n0:x>(.*)<\/n0:x>/s.exec(written(withoutNulls(value)))![1]!.replaceAll(/(<\/?)n0:/g, '$1'));
    expect(again.value).toEqual(value);
  });

  it('never more often than it may', async () => {
    const { write } = await coded(groups(`<xs:sequence maxOccurs="2">${element('k')}${element('v')}</xs:sequence>`));
    const pair = { k: '1', v: '2' };
    expect(write({ _group1: [pair, pair] })).toHaveLength(5);
    expect(() => write({ _group1: [pair, pair, pair] })).toThrow(refusal('x._group1', /more of it than/));
  });
});

function withoutNulls(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, one: unknown) => (one === null ? undefined : one)));
}

describe('more than the schema has room for is refused, never cut', () => {
  it('of a list', async () => {
    const { write } = await coded(sequence(text('a', 'maxOccurs="2"')));
    expect(() => write({ a: ['1', '2', '3'] })).toThrow(refusal('x.a', /more of it than/));
  });
  it('of an element that stands twice', async () => {
    const { write } = await coded(sequence(`${text('a')}${text('b')}${text('a')}`));
    expect(write({ a: ['1', '2'], b: 'b' })).toEqual(['x', '  a "1"', '  b "b"', '  a "2"']);
    expect(() => write({ a: ['1', '2', '3'], b: 'b' })).toThrow(refusal('x.a', /more of it than/));
  });
});

describe('nil', () => {
  it('chooses a branch that may be it', async () => {
    const { write } = await coded(sequence(`<xs:choice>${text('a', 'nillable="true"')}${text('b')}</xs:choice>`));
    const nil = '{http://www.w3.org/2001/XMLSchema-instance}nil="true"';
    expect(write({ a: null })).toEqual(['x', `  a ${nil}`]);
    expect(write({ a: null, b: 'b' })).toEqual(['x', '  b "b"']);
  });
  it('is of a member of a substitution group by the member’s own declaration', async () => {
    const { read, write } = await coded(
      `<xs:element name="h" type="xs:string" nillable="true"/><xs:element name="m" type="xs:string" substitutionGroup="t:h"/>${sequence('<xs:element ref="t:h"/>')}`,
    );
    expect(read('<h xsi:nil="true"/>')).toMatchObject({ value: { h: null }, broken: [] });
    expect(read('<m xsi:nil="true"/>').broken).toEqual(['m is nil, and may not be.']);
    expect(write({ h: null })).toEqual(['x', '  h {http://www.w3.org/2001/XMLSchema-instance}nil="true"']);
  });
});

describe('an element of one name in a type and in what it extends', () => {
  it('is two fields, by its place', async () => {
    const { sdl, read, write } = await coded(
      `<xs:complexType name="B"><xs:sequence>${text('a')}</xs:sequence></xs:complexType>
      <xs:complexType name="T"><xs:complexContent><xs:extension base="t:B"><xs:sequence>${text('b')}${text('a')}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>`,
    );
    const [, again = ''] = /(a_[0-9a-f]{4}): String!/.exec(sdl)!;
    expect(read('<a>1</a><b>2</b><a>3</a>')).toMatchObject({ value: { a: '1', b: '2', [again]: '3' }, broken: [] });
    expect(write({ [again]: '3', b: '2', a: '1' })).toEqual(['x', '  a "1"', '  b "2"', '  a "3"']);
  });
});

describe('block', () => {
  const derived = (name: string, how: string, more = '') =>
    `<xs:complexType name="${name}"><xs:complexContent><xs:${how} base="t:B"><xs:sequence>${text('a')}${more}</xs:sequence></xs:${how}></xs:complexContent></xs:complexType>`;
  const base = (block: string) =>
    `<xs:complexType name="B" block="${block}"><xs:sequence>${text('a')}</xs:sequence></xs:complexType>
    ${derived('R', 'restriction')}
    <xs:complexType name="E"><xs:complexContent><xs:extension base="t:B"><xs:sequence>${text('e')}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>
    ${sequence('<xs:element name="b" type="t:B"/>')}`;
  it.for([
    ['', ['b', 'e', 'r']],
    ['extension', ['b', 'r']],
    ['restriction', ['b', 'e']],
    ['#all', []],
  ] as const)('="%s" of a type rules derived ones out', async ([block, variants]) => {
    const { sdl } = await coded(base(block));
    const found = /input BInput @oneOf \{\n(.*?)\n\}/s.exec(sdl)?.[1]?.match(/\w+(?=:)/g) ?? [];
    expect(found).toEqual(variants);
  });
  it('of an element rules substitutes out', async () => {
    const elements = (block: string) =>
      `<xs:element name="h" type="xs:string" block="${block}"/><xs:element name="m" type="xs:string" substitutionGroup="t:h"/>${sequence('<xs:element ref="t:h"/>')}`;
    expect((await coded(elements(''))).sdl).toContain('h: HInput!');
    expect((await coded(elements('substitution'))).sdl).toContain('input TInput {\n  h: String!\n}');
  });
});

describe('what leads back to itself', () => {
  it('a group through the anonymous type of its element is one type', async () => {
    const { sdl, write, read } = await coded(
      `<xs:group name="G"><xs:sequence><xs:element name="a" minOccurs="0"><xs:complexType><xs:sequence>${text('v')}<xs:group ref="t:G"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:group>
      <xs:complexType name="T"><xs:group ref="t:G"/></xs:complexType>`,
    );
    expect(sdl).toContain('type TA {\n  v: String!\n  a: TA\n}');
    expect(write({ a: { v: '1', a: { v: '2' } } })).toEqual(['x', '  a', '    v "1"', '    a', '      v "2"']);
    expect(read('<a><v>1</v><a><v>2</v></a></a>').value).toEqual({ a: { v: '1', a: { v: '2', a: null } } });
  });
  const circles: readonly [string, string][] = [
    [
      'a group',
      `<xs:group name="G"><xs:sequence>${text('a')}<xs:group ref="t:G"/></xs:sequence></xs:group>${sequence('<xs:group ref="t:G"/>')}`,
    ],
    [
      'groups in a circle',
      `<xs:group name="G"><xs:sequence>${text('a')}<xs:group ref="t:H"/></xs:sequence></xs:group><xs:group name="H"><xs:sequence><xs:group ref="t:G"/></xs:sequence></xs:group>${sequence('<xs:group ref="t:G"/>')}`,
    ],
    [
      'an attribute group',
      `<xs:attributeGroup name="G"><xs:attribute name="a"/><xs:attributeGroup ref="t:G"/></xs:attributeGroup>${sequence('', '<xs:attributeGroup ref="t:G"/>')}`,
    ],
    [
      'a type',
      `<xs:complexType name="T"><xs:complexContent><xs:extension base="t:T"><xs:sequence>${text('a')}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>`,
    ],
  ];
  it.for(circles)('%s is told of', async ([, schema]) => {
    const { diagnostics, sdl } = await coded(schema);
    expect(summary(diagnostics)).toContain('warning REFERENCE_CYCLE {urn:shop}T');
    expect(sdl).toContain('  a: String');
  });
});

describe('a redefinition', () => {
  const file = (content: string) =>
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:shop" targetNamespace="urn:shop" elementFormDefault="qualified">${content}</xs:schema>`;
  const redefine = (location: string, content: string) =>
    `<xs:redefine schemaLocation="${location}">${content}</xs:redefine>`;
  const extended = (name: string, content: string, base = name) =>
    `<xs:complexType name="${name}"><xs:complexContent><xs:extension base="t:${base}"><xs:sequence>${content}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>`;
  it('of a redefinition has what both add', async () => {
    const { write, diagnostics } = await coded(redefine('two.xsd', extended('T', text('c'))), {
      '/two.xsd': file(redefine('one.xsd', extended('T', text('b')))),
      '/one.xsd': file(sequence(text('a'))),
    });
    expect(write({ c: '3', b: '2', a: '1' })).toEqual(['x', '  a "1"', '  b "2"', '  c "3"']);
    expect(summary(diagnostics)).toEqual(['note OPERATION_KIND_GUESSED Shop/Put']);
  });
  it('of a group and of an attribute group hold what they were', async () => {
    const { write } = await coded(
      `${redefine(
        'one.xsd',
        `<xs:group name="G"><xs:sequence><xs:group ref="t:G"/>${text('b')}</xs:sequence></xs:group>
        <xs:attributeGroup name="A"><xs:attributeGroup ref="t:A"/><xs:attribute name="q"/></xs:attributeGroup>`,
      )}<xs:complexType name="T"><xs:group ref="t:G"/><xs:attributeGroup ref="t:A"/></xs:complexType>`,
      {
        '/one.xsd': file(
          `<xs:group name="G"><xs:sequence>${text('a')}</xs:sequence></xs:group><xs:attributeGroup name="A"><xs:attribute name="p"/></xs:attributeGroup>`,
        ),
      },
    );
    expect(write({ b: '2', a: '1', q: 'q', p: 'p' })).toEqual(['x p="p" q="q"', '  a "1"', '  b "2"']);
  });
  it('of a simple type restricts what it was', async () => {
    const { write } = await coded(
      `${redefine('one.xsd', '<xs:simpleType name="S"><xs:restriction base="t:S"><xs:maxLength value="2"/></xs:restriction></xs:simpleType>')}${sequence('<xs:element name="s" type="t:S"/>')}`,
      {
        '/one.xsd': file(
          '<xs:simpleType name="S"><xs:restriction base="xs:string"><xs:minLength value="2"/></xs:restriction></xs:simpleType>',
        ),
      },
    );
    expect(() => write({ s: 'abc' })).toThrow(refusal('x.s', /at most 2/));
    expect(() => write({ s: 'a' })).toThrow(refusal('x.s', /at least 2/));
  });
  it('stands for what its original was derived from', async () => {
    const { write } = await coded(
      `${redefine('one.xsd', extended('D', text('c')))}${sequence('<xs:element name="b" type="t:B"/>')}`,
      {
        '/one.xsd': file(
          `<xs:complexType name="B"><xs:sequence>${text('a')}</xs:sequence></xs:complexType>${extended('D', text('b'), 'B')}`,
        ),
      },
    );
    expect(write({ b: { d: { a: '1', b: '2', c: '3' } } })).toEqual([
      'x',
      '  b {http://www.w3.org/2001/XMLSchema-instance}type="D"',
      '    a "1"',
      '    b "2"',
      '    c "3"',
    ]);
  });
});

describe('what is not declared is told of, and spoils nothing', () => {
  it('an element, and one of another namespace', async () => {
    const { read } = await coded(sequence(text('a')));
    expect(read('<b>?</b><a xmlns="urn:other">1</a>')).toEqual({
      value: { a: '1' },
      broken: [],
      unexpected: ['{urn:shop}b', '{urn:other}a instead of {urn:shop}a'],
    });
  });
  it('an attribute that is referred to and not there', async () => {
    const { diagnostics } = await coded(sequence(text('a'), '<xs:attribute ref="t:missing"/>'));
    expect(summary(diagnostics)).toContain('warning REFERENCE_NOT_FOUND {urn:shop}T');
  });
});

it('names of one local part in several namespaces are told apart, on the wire and in GraphQL', async () => {
  const other = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:other" elementFormDefault="qualified"><xs:element name="a" type="xs:string"/></xs:schema>`;
  const schema = `<xs:import namespace="urn:other" schemaLocation="o.xsd"/>${wrapper('Put', `${text('a')}<xs:element xmlns:o="urn:other" ref="o:a"/>`)}${wrapper('PutResponse', '')}`;
  const { sdl } = await described({ '/x.wsdl': wsdlText(schema, ['Put']), '/o.xsd': other });
  expect(sdl).toMatch(/put\(a: String!, a_[0-9a-f]{4}: String!\)/);
});
