import * as z from 'zod';
import { parseDuration } from '../base/duration.ts';
import { parseSize } from '../base/size.ts';
import { didYouMean } from '../base/suggestion.ts';
import { Substituted } from './substitution.ts';

/** What a value must be, in words that follow "must be", and how it is read; undefined where it is something else. */
function leaf<T>(expected: string, read: (value: unknown) => T | undefined) {
  return z.unknown().transform((value, context): T => {
    const parsed = read(value);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: 'custom', message: expected, input: value });
    return z.NEVER;
  });
}

const textOf = (value: unknown) =>
  value instanceof Substituted ? value.text : typeof value === 'string' ? value : undefined;

/** A leaf that is read from text, wherever the text came from. */
export function textLeaf<T>(expected: string, read: (text: string) => T | undefined) {
  return leaf(expected, value => {
    const text = textOf(value);
    return text === undefined ? undefined : read(text);
  });
}

/** A text that satisfies the pattern. */
export function pattern(expected: string, allowed: RegExp) {
  return textLeaf(expected, text => (allowed.test(text) ? text : undefined));
}

/** Environment variables are texts: a number may come as one from there, but not from the file. */
export function integer(expected: string, min: number, max: number) {
  return leaf(expected, value => {
    const number = value instanceof Substituted && /^\d{1,15}$/.test(value.text) ? Number(value.text) : value;
    return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max
      ? number
      : undefined;
  });
}

const truth: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

export const boolean = leaf('true or false', value =>
  value instanceof Substituted ? truth.get(value.text) : typeof value === 'boolean' ? value : undefined,
);

/** A timer of Node.js counts no further than 2^31 - 1 ms; a day is beyond any sense here. */
const longest = 24 * 60 * 60 * 1000;

export const duration = textLeaf('a duration such as 500ms, 30s or 5m, at most 24h', text => {
  const milliseconds = parseDuration(text);
  return milliseconds !== undefined && milliseconds >= 1 && milliseconds <= longest ? milliseconds : undefined;
});

/** The same, with a limit of its own. */
export function durationUpTo(most: string) {
  return textLeaf(`a duration such as 500ms or 30s, at most ${most}`, text => {
    const milliseconds = parseDuration(text);
    return milliseconds !== undefined && milliseconds <= parseDuration(most)! ? milliseconds : undefined;
  });
}

export const size = textLeaf('a size such as 512KB or 8MB, at most 1GB', text => {
  const bytes = parseSize(text);
  return bytes !== undefined && bytes >= 1 && bytes <= 1024 ** 3 ? bytes : undefined;
});

export function oneOf<const T extends string>(names: readonly T[]) {
  return leaf(names.join(', ').replace(/, ([^,]*)$/, ' or $1'), value => names.find(name => name === textOf(value)));
}

/** A map with these keys and no others. An empty one may be left unwritten: YAML reads it as null. */
export function map<TShape extends z.core.$ZodShape>(shape: TShape) {
  const known = Object.keys(shape);
  return z.preprocess(
    emptyAsMap,
    z.strictObject(shape, {
      // The message of an unknown key is what could have been meant: `report-issues.ts` makes the sentence.
      error: issue => (issue.code === 'unrecognized_keys' ? suggestionsFor(issue.keys, known) : 'a map'),
    }),
  );
}

/** A map with keys of the operator's own. */
export function mapOf<TKey extends z.core.$ZodRecordKey, TValue extends z.core.SomeType>(key: TKey, value: TValue) {
  return z.preprocess(emptyAsMap, z.record(key, value, 'a map'));
}

function emptyAsMap(value: unknown): unknown {
  if (value === null) return {};
  return value instanceof Substituted ? value.text : value;
}

function suggestionsFor(keys: readonly string[], known: readonly string[]): string {
  return keys.map(key => didYouMean(key, known)).join('\n');
}
