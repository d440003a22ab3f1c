import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearPattern } from '../../src/adapter/linear-pattern.ts';

function matches(pattern: string, text: string, steps = 1_000_000) {
  const compiled = linearPattern(pattern);
  if ('problem' in compiled) throw new TypeError(compiled.problem);
  return compiled.matches(text, { left: steps });
}

/** Patterns as documents have them. */
const patterns: readonly string[] = [
  '',
  'a',
  '^a$',
  '^[a-z]+$',
  '^[A-Z]{2}$',
  '^[\\w.-]+@[\\w-]+\\.[a-z]{2,}$',
  '^\\d{3}-\\d{2,4}$',
  '^(foo|bar)?baz*$',
  '^(?:a|b(c|d)+){2,3}$',
  '^[^/]*$',
  '^[-a-z0-9_]{0,5}$',
  '^[a-z-]$',
  '[\\]\\\\^]',
  '^\\p{Lu}\\p{L}*$',
  '^[\\p{N}_]+$',
  '^\\u0041\\x42\\t?$',
  '^\\u{1F600}+$',
  '.+@.+',
  '^.$',
  '\\bword\\b',
  'a\\Bb',
  '^(a*)*$',
  '^(a|a)*b$',
  '^$',
  'x{2}',
  '^a{0}b$',
  '(^a|b$)',
  '^[\\s\\S]{1,3}$',
  '^(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])$',
  '^a+?b??$',
];

const texts = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'foo',
  'foobaz',
  'AB',
  'ABC',
  'x@y.de',
  '123-45',
  'word',
  'a word!',
  'Ünï',
  '😀',
  '😀😀',
  '\n',
  'a\nb',
  'a/b',
  '-',
  ']',
  '2024-12',
  'bcbd',
  'AB\t',
  'zz xx',
];

describe('a pattern', () => {
  it.each(patterns)('finds what ECMA-262 finds: %s', pattern => {
    const reference = new RegExp(pattern, 'u');
    for (const text of texts) expect([text, matches(pattern, text)]).toEqual([text, reference.test(text)]);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abAB01-_.@/ \n😀ü]^\\') }),
        text => matches(pattern, text) === reference.test(text),
      ),
      { numRuns: 200, seed: 5 },
    );
  });

  it('finds in any text what was made for it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-f]{2,4}(-\d+|_[x-z]?)*$/),
        text => matches('^[a-f]{2,4}(-\\d+|_[x-z]?)*$', text) === true,
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(5_000)}!`],
    ['^(a|aa)+$', `${'a'.repeat(5_000)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5_000)],
    ['^(.*?,){11}P', '1,'.repeat(2_000)],
    ['^a?{50}b'.replace('a?{50}', 'a?'.repeat(50)), 'a'.repeat(5_000)],
  ])('takes time in proportion to the text, whatever the text: %s', (pattern, text) => {
    const allowance = { left: 10_000_000 };
    const compiled = linearPattern(pattern);
    const found = 'matches' in compiled ? compiled.matches(text, allowance) : undefined;
    expect(found).toBe(false);
    expect(10_000_000 - allowance.left).toBeLessThan(text.length * 300);
  });

  it('is given up where the allowance is used up', () => {
    expect(matches('^(a|aa)+$', 'a'.repeat(5_000), 100)).toBeUndefined();
  });

  it.each([
    ['(?=a)b', 'looks ahead'],
    ['(?!a)b', 'looks ahead'],
    ['(?<=a)b', 'looks ahead'],
    ['(?i)a', 'mode'],
    ['(a)\\1', 'refers back'],
    ['\\Aa\\z', 'means nothing in ECMA-262'],
    ['[[:alpha:]]', 'POSIX'],
    ['(a', 'not closed'],
    ['a)', 'not opened'],
    ['*a', 'nothing to repeat'],
    ['a**', 'nothing to repeat'],
    ['a{3,2}', 'before it begins'],
    ['[z-a]', 'before it begins'],
    ['[a', 'too early'],
    ['\\p{Nonsense}', 'no class'],
    ['(a{100}){100}', 'states'],
    ['^.{1,2097152}$', 'states'],
    ['('.repeat(60) + ')'.repeat(60), 'nested deeper'],
  ])('that cannot be followed so is told: %s', (pattern, problem) => {
    expect(linearPattern(pattern)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
