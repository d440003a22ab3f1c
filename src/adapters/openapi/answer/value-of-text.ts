import type { ScalarShape, UnionMember } from '../call/shape.ts';
import { NumberText } from './json-text.ts';

/** A scalar whose text alone came, as JSON would have it. What is not of its type stays text, and is found out where all answers are. */
export function valueOfText({ scalar, wire }: ScalarShape, text: string): unknown {
  const trimmed = text.trim();
  if (scalar === 'Boolean') {
    if (trimmed === 'true' || trimmed === '1') return true;
    return trimmed === 'false' || trimmed === '0' ? false : text;
  }
  const isNumber = scalar === 'Int' || scalar === 'Float' || wire === 'number';
  return isNumber && number.test(trimmed) ? numberOf(trimmed) : text;
}

/** A text that may be of several types: what it looks like, of those that it may be. */
export function likeliestValue(boxed: readonly UnionMember[], text: string): unknown {
  const kinds = new Set(boxed.map(({ json }) => json));
  const trimmed = text.trim();
  if (kinds.has('boolean') && (trimmed === 'true' || trimmed === 'false')) return trimmed === 'true';
  return kinds.has('number') && number.test(trimmed) ? numberOf(trimmed) : text;
}

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** With all its digits. */
function numberOf(text: string): unknown {
  const value = Number(text);
  return String(value) === text ? value : new NumberText(text.replace(/^\+/, ''));
}
