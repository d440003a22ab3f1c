import { describe, expect, it } from 'vitest';
import { coded } from './coded.ts';

const told = (diagnostics: readonly { readonly code: string; readonly message: string }[]) =>
  diagnostics.filter(({ code }) => code === 'CONSTRUCT_NOT_SUPPORTED').map(({ message }) => message);

describe('what is abstract and has nothing that stands for it', () => {
  it('is left out, of an element, and told', async () => {
    const { sdl, write, read, diagnostics } = await coded(
      `<xs:complexType name="Any" abstract="1"/><xs:element name="extension" type="t:Any" abstract="1"/>
      <xs:complexType name="T"><xs:sequence><xs:element ref="t:extension" minOccurs="0" maxOccurs="unbounded"/>
      <xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType>`,
    );
    expect(sdl).toContain('type T {\n  a: String!\n}');
    expect(write({ a: 'a' })).toEqual(['x', '  a "a"']);
    expect(read('<extension/><a>a</a>')).toMatchObject({ value: { a: 'a' }, unexpected: ['{urn:shop}extension'] });
    expect(told(diagnostics)).toContain(
      'The element {urn:shop}extension is abstract, and none stands for it: it is left out.',
    );
  });

  it('is told, of a type', async () => {
    const { diagnostics } = await coded(
      `<xs:complexType name="Car" abstract="true"><xs:sequence><xs:element name="make" type="xs:string"/></xs:sequence></xs:complexType>
      <xs:complexType name="T"><xs:sequence><xs:element name="car" type="t:Car"/></xs:sequence></xs:complexType>`,
    );
    expect(told(diagnostics)).toEqual([
      'The type {urn:shop}Car is abstract, and none is derived from it: backends may refuse what is sent of it.',
    ]);
  });
});

it('a boolean of a schema may be written as a number (XSD 1.0 part 2, 3.2.2)', async () => {
  const { sdl, write } = await coded(
    `<xs:complexType name="T" mixed="1"><xs:sequence><xs:element name="n" type="xs:int" nillable="1"/></xs:sequence></xs:complexType>`,
  );
  expect(sdl).toContain('type T {\n  _text: String\n  n: Int\n}');
  expect(write({ n: null })).toEqual(['x', '  n {http://www.w3.org/2001/XMLSchema-instance}nil="true"']);
});
