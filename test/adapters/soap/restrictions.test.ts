import { describe, expect, it } from 'vitest';
import { coded } from './coded.ts';

const refused = (argument: string, reason: RegExp) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', details: { argument }, message: expect.stringMatching(reason) });

describe('a restriction of a type that others stand for has the base’s fields in results, and is written as it says itself', () => {
  it('its attributes', async () => {
    const { sdl, write, read } = await coded(
      `<xs:complexType name="Base"><xs:sequence/><xs:attribute name="gone" type="xs:int"/><xs:attribute name="kept" type="xs:string"/></xs:complexType>
      <xs:complexType name="Less"><xs:complexContent><xs:restriction base="t:Base"><xs:sequence/><xs:attribute name="gone" use="prohibited"/>
      <xs:attribute name="kept" use="required"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="on"/><xs:enumeration value="off"/></xs:restriction></xs:simpleType></xs:attribute>
      </xs:restriction></xs:complexContent></xs:complexType>
      <xs:complexType name="T"><xs:sequence><xs:element name="o" type="t:Base"/></xs:sequence></xs:complexType>`,
    );
    expect(sdl).toContain('type Less implements Base {\n  gone: Int\n  kept: String!\n}');
    expect(sdl).toContain('input LessInput {\n  kept: String!\n}');
    expect(write({ o: { less: { kept: 'on' } } })[1]).toMatch(/^ {2}o kept="on" \S+type="Less"$/);
    expect(() => write({ o: { less: { kept: 'maybe' } } })).toThrow(refused('x.o.less.kept', /none of the types/));
    expect(() => write({ o: { less: {} } })).toThrow(refused('x.o.less.kept', /a value is required/));
    const { value, broken } = read('<o xmlns:t="urn:shop" xsi:type="t:Less" kept="off"/>');
    expect([value, broken]).toEqual([{ o: { __typename: 'Less', kept: 'off', gone: null } }, []]);
  });

  it('its value, and the facets of its elements', async () => {
    const { write } = await coded(
      `<xs:complexType name="Text" abstract="true"><xs:simpleContent><xs:extension base="xs:string"/></xs:simpleContent></xs:complexType>
      <xs:complexType name="Word"><xs:simpleContent><xs:restriction base="t:Text"><xs:enumeration value="one"/><xs:enumeration value="two"/></xs:restriction></xs:simpleContent></xs:complexType>
      <xs:complexType name="Any"><xs:sequence><xs:element name="n" type="xs:int" nillable="true" minOccurs="0"/></xs:sequence></xs:complexType>
      <xs:complexType name="Few"><xs:complexContent><xs:restriction base="t:Any"><xs:sequence><xs:element name="n"><xs:simpleType><xs:restriction base="xs:int"><xs:maxInclusive value="5"/></xs:restriction></xs:simpleType></xs:element></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>
      <xs:complexType name="T"><xs:sequence><xs:element name="w" type="t:Text"/><xs:element name="f" type="t:Any"/></xs:sequence></xs:complexType>`,
    );
    const w = { word: { _value: 'two' } };
    expect(write({ w, f: { few: { n: 5 } } })).toEqual([
      'x',
      expect.stringContaining('type="Word" "two"'),
      expect.stringContaining('type="Few"'),
      '    n "5"',
    ]);
    expect(() => write({ w: { word: { _value: 'six' } }, f: { few: { n: 5 } } })).toThrow(/none of the types/);
    expect(() => write({ w, f: { few: { n: 6 } } })).toThrow(refused('x.f.few.n', /at most 5/));
    expect(() => write({ w, f: { few: { n: null } } })).toThrow(refused('x.f.few.n', /a value is required/));
  });
});

it('what is nil still has the attributes that its type demands', async () => {
  const { write } = await coded(
    `<xs:complexType name="N"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence><xs:attribute name="why" type="xs:string" use="required"/></xs:complexType>
    <xs:complexType name="F"><xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="v" type="xs:string" use="required" fixed="1"/></xs:extension></xs:simpleContent></xs:complexType>
    <xs:complexType name="T"><xs:sequence><xs:element name="n" type="t:N" nillable="true" minOccurs="0"/><xs:element name="f" type="t:F" nillable="true"/></xs:sequence></xs:complexType>`,
  );
  expect(write({ f: null })).toEqual(['x', '  f v="1" {http://www.w3.org/2001/XMLSchema-instance}nil="true"']);
  expect(() => write({ n: null, f: null })).toThrow(refused('x.n.why', /a value is required/));
});
