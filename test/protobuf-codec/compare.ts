import { Float32, unordered } from './told.ts';

/** The first place in which a decoded value is not what was expected; undefined where there is none. */
export function difference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (expected instanceof Float32) {
    const isFloat = typeof actual === 'number' && Object.is(Math.fround(actual), expected.value);
    return isFloat ? undefined : told(path, expected.value, actual);
  }
  if (isObject(expected) && unordered in expected)
    return ofMap(expected[unordered] as Map<unknown, unknown>, actual, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return told(path, expected, actual);
    return first(expected.map((item: unknown, index) => () => difference(item, actual[index], `${path}.${index}`)));
  }
  if (isObject(expected)) {
    if (!isObject(actual) || actual instanceof Error) return told(path, expected, actual);
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return first([...keys].map(key => () => difference(expected[key], actual[key], `${path}.${key}`)));
  }
  return Object.is(expected, actual) ? undefined : told(path, expected, actual);
}

function ofMap(expected: Map<unknown, unknown>, actual: unknown, path: string): string | undefined {
  if (!Array.isArray(actual) || actual.length !== expected.size) return told(path, [...expected], actual);
  const found = new Map(actual.map((entry: { key: unknown; value: unknown }) => [entry.key, entry.value]));
  return first(
    [...expected].map(
      ([key, value]) =>
        () =>
          found.has(key) ? difference(value, found.get(key), `${path}[${String(key)}]`) : told(path, key, undefined),
    ),
  );
}

function first(tests: readonly (() => string | undefined)[]): string | undefined {
  for (const test of tests) {
    const found = test();
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string | symbol, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(path: string, expected: unknown, actual: unknown): string {
  const text = (value: unknown) =>
    (value instanceof Error
      ? String(value)
      : JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
    )?.slice(0, 200);
  return `${path || 'the message'}: ${text(expected)} became ${text(actual)}`;
}
