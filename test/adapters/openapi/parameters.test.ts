import { describe, expect, it } from 'vitest';
import type { ParameterStyle } from '../../../src/adapters/openapi/call/call.ts';
import {
  cookiePairs,
  deepPairs,
  headerText,
  type Pair,
  pathText,
  queryPairs,
} from '../../../src/adapters/openapi/request/parameters.ts';

const empty = '';
const string = 'blue';
const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };

/** OpenAPI 3.2, 4.12.2.3 "Style Examples", cell by cell; absent cells are "n/a" there. */
const table: readonly (readonly [ParameterStyle, boolean, unknown, string])[] = [
  ['matrix', false, empty, ';color'],
  ['matrix', false, string, ';color=blue'],
  ['matrix', false, array, ';color=blue,black,brown'],
  ['matrix', false, object, ';color=R,100,G,200,B,150'],
  ['matrix', true, empty, ';color'],
  ['matrix', true, string, ';color=blue'],
  ['matrix', true, array, ';color=blue;color=black;color=brown'],
  ['matrix', true, object, ';R=100;G=200;B=150'],
  ['label', false, empty, '.'],
  ['label', false, string, '.blue'],
  ['label', false, array, '.blue,black,brown'],
  ['label', false, object, '.R,100,G,200,B,150'],
  ['label', true, empty, '.'],
  ['label', true, string, '.blue'],
  ['label', true, array, '.blue.black.brown'],
  ['label', true, object, '.R=100.G=200.B=150'],
  ['simple', false, empty, ''],
  ['simple', false, string, 'blue'],
  ['simple', false, array, 'blue,black,brown'],
  ['simple', false, object, 'R,100,G,200,B,150'],
  ['simple', true, empty, ''],
  ['simple', true, string, 'blue'],
  ['simple', true, array, 'blue,black,brown'],
  ['simple', true, object, 'R=100,G=200,B=150'],
  ['form', false, empty, 'color='],
  ['form', false, string, 'color=blue'],
  ['form', false, array, 'color=blue,black,brown'],
  ['form', false, object, 'color=R,100,G,200,B,150'],
  ['form', true, empty, 'color='],
  ['form', true, string, 'color=blue'],
  ['form', true, array, 'color=blue&color=black&color=brown'],
  ['form', true, object, 'R=100&G=200&B=150'],
  ['spaceDelimited', false, array, 'color=blue%20black%20brown'],
  ['spaceDelimited', false, object, 'color=R%20100%20G%20200%20B%20150'],
  ['pipeDelimited', false, array, 'color=blue%7Cblack%7Cbrown'],
  ['pipeDelimited', false, object, 'color=R%7C100%7CG%7C200%7CB%7C150'],
  ['deepObject', true, object, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
  ['cookie', false, empty, 'color='],
  ['cookie', false, string, 'color=blue'],
  ['cookie', false, array, 'color=blue,black,brown'],
  ['cookie', false, object, 'color=R,100,G,200,B,150'],
  ['cookie', true, empty, 'color='],
  ['cookie', true, string, 'color=blue'],
  ['cookie', true, array, 'color=blue; color=black; color=brown'],
  ['cookie', true, object, 'R=100; G=200; B=150'],
];

describe('the style table of OpenAPI', () => {
  it.each(table)('%s explode=%s %j -> %s', (style, explode, value, written) => {
    expect(serialise(style, explode, value)).toBe(written);
  });
});

function serialise(style: ParameterStyle, explode: boolean, value: unknown): string {
  const how = { style, explode };
  const text = (pairs: readonly Pair[], between: string) =>
    pairs.map(([name, part]) => `${name}=${part}`).join(between);
  if (['matrix', 'label', 'simple'].includes(style)) return pathText('color', value, how);
  return style === 'cookie'
    ? text(cookiePairs('color', value, how)!, '; ')
    : text(queryPairs('color', value, how), '&');
}

describe('values', () => {
  const form = { style: 'form', explode: true } as const;

  it.each([
    ['nothing where the value is null', null, []],
    ['nothing for an empty list', [], []],
    ['what would end the parameter is encoded', 'a&b=c#d+e f', [['q', 'a%26b%3Dc%23d%2Be%20f']]],
    ["even !'()*", "!'()*", [['q', '%21%27%28%29%2A']]],
    ['half a surrogate pair is U+FFFD', '\ud800', [['q', '%EF%BF%BD']]],
    ['members that are null are left out', { a: 1, b: null }, [['a', '1']]],
    ['an object in a list is JSON', [{ a: 1 }], [['q', '%7B%22a%22%3A1%7D']]],
  ])('%s', (_, value, pairs) => {
    expect(queryPairs('q', value, form)).toEqual(pairs);
  });

  it('leaves reserved characters where that is allowed, but those that end the parameter', () => {
    const how = { ...form, allowReserved: true as const };
    expect(queryPairs('q', "/a?b[c]@d:e!f$g'h(i)j*k,l;m%20 &=+#", how)).toEqual([
      ['q', "/a?b[c]@d:e!f$g'h(i)j*k,l;m%20%20%26%3D%2B%23"],
    ]);
  });

  it('goes on in brackets below a deep object', () => {
    expect(deepPairs('f', { a: { b: 1 }, list: [1, 2], rows: [{ x: 1 }, { x: 2 }], none: null })).toEqual([
      ['f%5Ba%5D%5Bb%5D', '1'],
      ['f%5Blist%5D', '1'],
      ['f%5Blist%5D', '2'],
      ['f%5Brows%5D%5B0%5D%5Bx%5D', '1'],
      ['f%5Brows%5D%5B1%5D%5Bx%5D', '2'],
    ]);
  });

  it('encodes nothing in a header', () => {
    expect(headerText(['a b', 'c/d'], { style: 'simple', explode: false })).toBe('a b,c/d');
  });
});
