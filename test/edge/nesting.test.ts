import fc from 'fast-check';
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { expect, test } from 'vitest';
import { nestingOf } from '../../src/edge/limits/nesting.ts';

const rows: [name: string, document: string, nesting: number][] = [
  ['nothing', '', 0],
  ['one level', '{ a }', 1],
  ['all brackets nest', '{ a(x: [{ y: [1] }]) }', 5],
  ['siblings do not add up', '{ a { b } c { d } }', 2],
  ['brackets in a string', '{ a(x: "{{{{") }', 2],
  ['a quote in a string', '{ a(x: "\\"{{{{") }', 2],
  ['brackets in a block string', '{ a(x: """{{"{{""") }', 2],
  ['quotes in a block string', '{ a(x: """{{\\"""{{""") }', 2],
  ['an empty string hides nothing', '{ a(x: "") { b } }', 2],
  ['an empty block string hides nothing', '{ a(x: """""") { b { c } } }', 3],
  ['brackets in a comment', '{ a # {{{{\n }', 1],
  ['a comment ends with its line', '{ a # {{{{\r{ b } }', 2],
  ['an unclosed string ends the reading', '{ a(x: "\n{{{{', 2],
  ['2,000 levels', '{a'.repeat(2_000), 2_000],
  ['200,000 levels', '{a'.repeat(200_000), 200_000],
];

test.each(rows)('%s', (_, document, nesting) => {
  expect(nestingOf(document)).toBe(nesting);
});

test('never less than what the lexer finds, whatever the text', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '"',
    '"""',
    '\\',
    '#',
    '\n',
    '\r',
    'a',
    ' ',
    '1',
    '$',
    '\u{1F600}',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      const text = pieces.join('');
      expect(nestingOf(text)).toBeGreaterThanOrEqual(byLexer(text));
    }),
    { numRuns: 5_000 },
  );
});

const opening: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Up to the end, or to where the lexer stops. */
function byLexer(text: string): number {
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  let deepest = 0;
  try {
    for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
      if (opening.has(token.kind)) depth += 1;
      else if (closing.has(token.kind)) depth -= 1;
      deepest = Math.max(deepest, depth);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(GraphQLError);
  }
  return deepest;
}
