import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { parseDuration } from '../../src/base/duration.ts';
import { matchesAny } from '../../src/base/glob.ts';
import { parseSize } from '../../src/base/size.ts';
import { didYouMean } from '../../src/base/suggestion.ts';

describe('units and globs of the configuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['5', undefined],
    ['5 s', undefined],
    ['-5s', undefined],
    ['s', undefined],
  ])('duration %j is %j ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each([
    ['512B', 512],
    ['512KB', 524_288],
    ['8MB', 8_388_608],
    ['1GB', 1_073_741_824],
    ['8mb', undefined],
    ['8', undefined],
  ])('size %j is %j bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each([
    ['listUsers', ['*'], true],
    ['listUsers', ['list*'], true],
    ['listUsers', ['*Users'], true],
    ['listUsers', ['l*U*s'], true],
    ['listUsers', ['listUsers'], true],
    ['listUsers', ['list'], false],
    ['listUsers', ['*list'], false],
    ['ab', ['ab*b'], false],
    ['listUsers', [], false],
  ])('%s against %j: %j', (name, globs, expected) => expect(matchesAny(name, globs)).toBe(expected));

  it('suggests what is near and nothing that is far', () => {
    expect(didYouMean('timout', ['timeout', 'headers'])).toBe(' Did you mean "timeout"?');
    expect(didYouMean('prot', ['host', 'port'])).toBe(' Did you mean "port"?');
    expect(didYouMean('zzz', ['timeout', 'headers'])).toBe('');
  });

  it('shows what would steer a terminal or forge a line', () => {
    const diagnostic = {
      severity: 'note',
      code: 'NAME_CHANGED',
      message: 'a\u001b[2Jb\nerror c',
      at: ['d\u202e'],
    } as const;
    expect(formatDiagnostic(diagnostic)).toBe('note NAME_CHANGED d\ufffd: a\ufffd[2Jb\ufffderror c');
  });
});
