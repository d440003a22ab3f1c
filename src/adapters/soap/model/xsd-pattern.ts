/**
 * A pattern of XML Schema (1.0 part 2, appendix F) in the terms of ECMA-262: anchored at both ends, with `\i`, `\c`, `\d` and `\w` as they are
 * meant there. Undefined where it has what ECMA-262 has no word for: blocks (`\p{IsGreek}`), and classes that are subtracted from others.
 */
export function ecmaPattern(source: string): string | undefined {
  const characters = [...source];
  let written = '';
  for (let at = 0; at < characters.length; ) {
    const character = characters[at]!; // within the text
    if (character === '[') {
      const found = classAt(characters, at);
      if (!found) return undefined;
      written += found.written;
      at = found.end;
      continue;
    }
    at += 1;
    if (character === '\\') {
      const found = escapeAt(characters, at);
      if (!found) return undefined;
      written += found.isClass ? `[${found.written}]` : found.written;
      at = found.end;
    } else written += outside[character] ?? character;
  }
  return `^(?:${written})$`;
}

/** What stands for itself there and for something else here, or the other way about. */
const outside: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  '^': '\\^',
  $: '\\$',
  '.': '[^\\n\\r]',
  '(': '(?:',
});

/** Classes that are named by one letter, as they stand within brackets (appendix F.1.1; XML 1.0, 2.3). */
const named: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  s: ' \\t\\n\\r',
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{N}\\p{S}',
  i: '\\p{L}\\p{Nl}_:',
  c: '\\p{L}\\p{Nl}\\p{M}\\p{Nd}\\-._:\\u00B7',
});

/** Their complements; only outside of brackets can they be said so. */
const complements: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  S: `^${named['s']}`,
  D: '\\P{Nd}',
  W: '\\p{P}\\p{Z}\\p{C}',
  I: `^${named['i']}`,
  C: `^${named['c']}`,
});

interface Piece {
  readonly written: string;
  readonly end: number;
  /** Is it what stands within brackets? */
  readonly isClass: boolean;
}

/** What follows a backslash. */
function escapeAt(characters: readonly string[], at: number): Piece | undefined {
  const letter = characters[at];
  if (letter === undefined) return undefined;
  if (letter === 'p' || letter === 'P') {
    const close = characters.indexOf('}', at);
    const name = characters.slice(at + 2, close).join('');
    if (characters[at + 1] !== '{' || close < 0 || !/^[A-Z][a-z]?$/.test(name)) return undefined;
    return { written: `\\${letter}{${name}}`, end: close + 1, isClass: true };
  }
  const within = named[letter] ?? complements[letter];
  if (within !== undefined) return { written: within, end: at + 1, isClass: true };
  if (/[nrt]/.test(letter)) return { written: `\\${letter}`, end: at + 1, isClass: false };
  if (!/[\\|.?*+(){}[\]^-]/.test(letter)) return undefined;
  return { written: letter === '-' ? '-' : `\\${letter}`, end: at + 1, isClass: false };
}

/** A class in brackets. Of subtractions the one that everybody writes: names without a colon. */
function classAt(characters: readonly string[], start: number): Piece | undefined {
  const head = characters.slice(start, start + 8).join('');
  const nameWithout = /^\[\\([ic])-\[:\]\]/.exec(head);
  if (nameWithout) {
    const written = `[${named[nameWithout[1]!]!.replace(':', '')}]`; // both are in the table
    return { written, end: start + nameWithout[0].length, isClass: true };
  }
  let written = '[';
  let at = start + 1;
  if (characters[at] === '^') {
    written += '^';
    at += 1;
  }
  for (let next = characters[at]; next !== ']'; next = characters[at]) {
    if (next === undefined || next === '[') return undefined;
    at += 1;
    if (next !== '\\') {
      written += next === '^' ? '\\^' : next;
      continue;
    }
    const found = escapeAt(characters, at);
    // A complement within brackets cannot be said in brackets, but for those that are plain classes themselves.
    if (!found || (found.isClass && found.written.startsWith('^'))) return undefined;
    written += found.written === '-' ? '\\-' : found.written;
    at = found.end;
  }
  return { written: `${written}]`, end: at + 1, isClass: true };
}
