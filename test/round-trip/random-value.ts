import fc from 'fast-check';
import type { Random } from '../fuzz/random.ts';
import { Digits } from './digits.ts';

/** Texts that are data wherever they stand; those of parameters leave out what a path, a header or a cookie cannot carry. */
const texts = {
  body: [
    'a',
    'b c',
    'ünï ☃',
    '"quoted"',
    'a&b=c',
    '100%',
    'line\nbreak',
    '../x',
    '{id}',
    '',
    '漢字',
    '<b>',
    "it's",
    '\\',
    '0',
    'true',
  ],
  xml: ['a', 'b c', 'ünï ☃', '"quoted"', 'a&b=c', '<b>', ']]>', 'line\nbreak', '漢字', '', "it's", '0', 'true'],
  query: ['a', 'b c', 'ünï ☃', 'a&b=c', '100%', '../x', '{id}', 'a,b', 'x=y', '漢字', 'a+b', '#', '0', 'true', '?'],
  path: ['a', 'b c', 'ünï ☃', 'a&b=c', '100%', 'a/b', '{id}', 'a,b', 'x;y=z', '漢字', 'a+b', '#', '0', '?q', '...'],
  header: ['a', 'b c', 'a&b=c', '100%', 'x=y', '0', 'true', '"q"', 'semi;colon'],
  cookie: ['a', 'b', '100', 'x-y', 'true'],
} as const;

export type TextPlace = keyof typeof texts;

type Keywords = Readonly<Record<string, unknown>>;

/** A text that the keywords allow, as far as one is found by trying. */
export function randomText(random: Random, keywords: Keywords, place: TextPlace): string | undefined {
  const { format, pattern, minLength, maxLength } = keywords;
  const byFormat = typeof format === 'string' ? formats[format]?.(random) : undefined;
  if (typeof pattern === 'string') return matching(random, pattern, minLength, maxLength);
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
  const text = byFormat ?? random.pick(texts[place]);
  const padded = [...text, ...'x'.repeat(Math.max(0, Math.min(least, 10_000) - [...text].length))];
  return padded.slice(0, Math.max(least, Math.min(most, padded.length))).join('');
}

function matching(random: Random, pattern: string, minLength: unknown, maxLength: unknown): string | undefined {
  try {
    const options = typeof maxLength === 'number' ? { maxLength: Math.max(maxLength, 1) } : {};
    const candidates = fc.sample(fc.stringMatching(new RegExp(pattern), options), {
      seed: random.below(2 ** 30),
      numRuns: 10,
    });
    return candidates.find(text => {
      const length = [...text].length;
      return (
        (typeof minLength !== 'number' || length >= minLength) && (typeof maxLength !== 'number' || length <= maxLength)
      );
    });
  } catch {
    return undefined;
  }
}

const formats: Readonly<Record<string, ((random: Random) => string) | undefined>> = Object.assign(Object.create(null), {
  'date-time': (random: Random) => random.pick(['2024-02-29T12:34:56.789Z', '1999-12-31T23:59:59+02:00']),
  date: (random: Random) => random.pick(['2024-02-29', '1970-01-01']),
  time: () => '12:34:56Z',
  duration: (random: Random) => random.pick(['P1DT2H', 'PT0.5S', 'P3W']),
  uuid: () => '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  byte: (random: Random) => random.pick(['aGVsbG8=', '']),
  base64: () => 'aGVsbG8=',
  email: () => 'someone@example.com',
  'idn-email': () => 'someone@example.com',
  uri: () => 'https://example.com/a?b=c#d',
  url: () => 'https://example.com/a',
  'uri-reference': () => '/a/b',
  'uri-template': () => '/a/{b}',
  hostname: () => 'example.com',
  ipv4: () => '192.0.2.1',
  ipv6: () => '2001:db8::1',
  'json-pointer': () => '/a/0',
  regex: () => '^a+$',
  decimal: () => '123456789.000000000000000001',
  int64: () => '9007199254740993',
  uint64: () => '18446744073709551615',
});

/** A number that the keywords allow; integers of 64 bits are written out where doubles end. */
export function randomNumber(random: Random, keywords: Keywords, isInteger: boolean): unknown {
  const { format, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = keywords;
  const isWide = typeof format === 'string' && /^(int64|uint64|long)$/.test(format);
  const isUnsigned = typeof format === 'string' && /^uint\d+$/.test(format);
  const isNarrow = format === 'int8' || format === 'uint8';
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : isInteger ? 1 : 0.25;
  const low = Math.max(
    ...[minimum, exclusiveMinimum, isUnsigned ? 0 : isNarrow ? -128 : undefined].filter(
      bound => typeof bound === 'number',
    ),
    Number.NEGATIVE_INFINITY,
  );
  const high = Math.min(
    ...[maximum, exclusiveMaximum, isNarrow ? 127 : undefined].filter(bound => typeof bound === 'number'),
    Number.POSITIVE_INFINITY,
  );
  const isFree = (low <= -1e6 && high >= 1e18) || (low <= 1 && high === Number.POSITIVE_INFINITY);
  if (isWide && isFree && step === 1 && random.chance(30))
    return new Digits(random.pick(['9007199254740993', '9223372036854775807']));
  if (format === 'decimal' && isFree && random.chance(50)) return new Digits('123456789.000000000000000001');
  const start = Number.isFinite(low)
    ? low
    : Number.isFinite(high)
      ? Math.max(high - 100 * step, -1000)
      : random.pick([-1000, 0, 1]);
  const first = Math.ceil(
    start / step + (low === exclusiveMinimum || (minimum === low && exclusiveMinimum === true) ? 1e-9 : 0),
  );
  const room = Math.max(
    0,
    Math.min(1000, Math.floor((high === Number.POSITIVE_INFINITY ? start + 1000 * step : high) / step) - first),
  );
  return Number(((first + random.below(room + 1)) * step).toPrecision(12));
}
