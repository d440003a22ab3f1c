import { describe, expect, it } from 'vitest';
import { coded } from './coded.ts';

const type = (content: string) => `<xs:complexType name="T">${content}</xs:complexType>`;
const text = (name: string, more = '') => `<xs:element name="${name}" type="xs:string" ${more}/>`;

describe('a choice whose branches have elements in common takes that which has all it demands', () => {
  /** eCH-0213, SAML 2.0 and an example of KDSoap. */
  const cases: readonly [string, string, object, string[]][] = [
    [
      'either first, the other optional',
      `<xs:choice><xs:sequence>${text('a')}${text('b', 'minOccurs="0"')}</xs:sequence><xs:sequence>${text('b')}${text('a', 'minOccurs="0"')}</xs:sequence></xs:choice>`,
      { b: 'b' },
      ['  b "b"'],
    ],
    [
      'both of them as the first branch has them',
      `<xs:choice><xs:sequence>${text('a')}${text('b', 'minOccurs="0"')}</xs:sequence><xs:sequence>${text('b')}${text('a', 'minOccurs="0"')}</xs:sequence></xs:choice>`,
      { b: 'b', a: 'a' },
      ['  a "a"', '  b "b"'],
    ],
    [
      'a choice and a list, or the list alone',
      `<xs:choice><xs:sequence><xs:choice>${text('a')}${text('b')}</xs:choice>${text('c', 'minOccurs="0" maxOccurs="unbounded"')}</xs:sequence>${text('c', 'maxOccurs="unbounded"')}</xs:choice>`,
      { c: ['1', '2'] },
      ['  c "1"', '  c "2"'],
    ],
    [
      'one of four',
      `<xs:choice minOccurs="0"><xs:sequence>${text('low')}<xs:choice minOccurs="0">${text('width', 'minOccurs="0"')}${text('high', 'minOccurs="0"')}</xs:choice></xs:sequence>${text('high')}<xs:sequence>${text('width')}${text('high', 'minOccurs="0"')}</xs:sequence></xs:choice>`,
      { high: '9' },
      ['  high "9"'],
    ],
  ];
  it.for(cases)('%s', async ([, content, given, lines]) => {
    const { write, read } = await coded(type(content));
    expect(write(given)).toEqual(['x', ...lines]);
    const elements = lines.map(line => line.replace(/ {2}(\w+) "(\w+)"/, '<$1>$2</$1>')).join('');
    expect(read(elements)).toMatchObject({ value: given, broken: [], unexpected: [] });
  });

  it('and says what the first lacks where none has', async () => {
    const { write } = await coded(
      type(
        `<xs:choice><xs:sequence>${text('a')}${text('c')}</xs:sequence><xs:sequence>${text('b')}${text('c')}</xs:sequence></xs:choice>`,
      ),
    );
    expect(() => write({ c: 'c' })).toThrow('The argument "x.a" is not accepted: a value is required.');
  });
});
