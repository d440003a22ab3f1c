import { compareDecimals } from '../../../adapter/decimal.ts';
import { type Allowance, type LinearPattern, linearPattern } from '../../../adapter/linear-pattern.ts';
import { forms, timeKind } from './facets.ts';
import type { Facets, SimpleType } from './model.ts';
import { compareTimes } from './time-order.ts';
import { ecmaPattern } from './xsd-pattern.ts';

/** What is wrong with a text of a type, white space normalised; undefined where nothing is. */
type FacetCheck = (text: string, allowance: Allowance) => string | undefined;

/** The work that patterns may make of one request; what is left over then is the backend's to check (docs/adr/0016-linear-patterns.md). */
export const mostSteps = 2_000_000;

/** By type, for as long as its model is in use. */
const compiled = new WeakMap<SimpleType, FacetCheck>();

/** Holds a text against the facets of its type: of a list, each item. */
export function facetProblem(type: SimpleType, text: string, allowance: Allowance): string | undefined {
  if (!type.facets) return undefined;
  const known = compiled.get(type);
  if (known) return known(text, allowance);
  const check = checkOf(type, type.facets);
  compiled.set(type, check);
  return check(text, allowance);
}

function checkOf(type: SimpleType, facets: Facets): FacetCheck {
  const checks: FacetCheck[] = [];
  const { length, least, most, digits, fractionDigits, form } = facets;
  if (length) checks.push(text => lengthProblem(lengthOf(type, text), length));
  const time = timeKind(type.primitive, facets);
  // Where it cannot be told which of two is greater, the backend may know.
  const compare = (one: string, other: string) =>
    time ? (compareTimes(time, one, other) ?? Number.NaN) : compareDecimals(one, other);
  if (least) {
    const { value, exclusive } = least;
    const isBelow = (order: number) => (exclusive ? order <= 0 : order < 0);
    checks.push(text =>
      isBelow(compare(text, value)) ? `it must be ${exclusive ? 'greater than' : 'at least'} ${value}` : undefined,
    );
  }
  if (most) {
    const { value, exclusive } = most;
    const isAbove = (order: number) => (exclusive ? order >= 0 : order > 0);
    checks.push(text =>
      isAbove(compare(text, value)) ? `it must be ${exclusive ? 'less than' : 'at most'} ${value}` : undefined,
    );
  }
  if (digits !== undefined || fractionDigits !== undefined)
    checks.push(text => digitsProblem(text, digits ?? Number.POSITIVE_INFINITY, fractionDigits));
  const shape = form === undefined ? undefined : forms[form];
  if (shape) checks.push(text => (shape.test(text) ? undefined : `it is no ${form} of XML Schema`));
  for (const alternatives of facets.patterns ?? []) {
    const patterns = patternsOf(alternatives);
    if (!patterns) continue;
    const told = alternatives.map(pattern => JSON.stringify(pattern.slice(0, 200))).join(' or ');
    checks.push((text, allowance) => {
      for (const matches of patterns) if (matches(text, allowance) !== false) return undefined;
      return `it must match the pattern ${told}`;
    });
  }
  return (text, allowance) => {
    for (const check of checks) {
      const problem = check(text, allowance);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** Undefined where one of the alternatives is none that can be followed here: then it may be the one that is met. */
function patternsOf(alternatives: readonly string[]): readonly LinearPattern[] | undefined {
  const patterns: LinearPattern[] = [];
  for (const source of alternatives) {
    const ecma = ecmaPattern(source);
    const pattern = ecma === undefined ? undefined : linearPattern(ecma);
    if (!pattern || 'problem' in pattern) return undefined;
    patterns.push(pattern.matches);
  }
  return patterns;
}

/** Characters; of binary values octets (XSD 1.0 part 2, 4.3.1). */
function lengthOf({ primitive }: SimpleType, text: string): number {
  if (primitive === 'HexBinary') return text.length / 2;
  if (primitive === 'Base64') {
    const bare = text.replace(/[\s=]/g, '');
    return Math.floor((bare.length * 3) / 4);
  }
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

export function lengthProblem(
  given: number,
  [least, most]: NonNullable<Facets['length']>,
  unit = 'character',
): string | undefined {
  const counted = (count: number) => `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (given < least) return `it must have at least ${counted(least)}`;
  return most !== undefined && given > most ? `it must have at most ${counted(most)}` : undefined;
}

/** Of the value, not of the text: `007.50` has two digits, one of them a fraction's (4.3.11 and 4.3.12). */
function digitsProblem(text: string, total: number, fraction: number | undefined): string | undefined {
  const unsigned = text.replace(/^[+-]/, '');
  const point = unsigned.indexOf('.');
  const whole = (point < 0 ? unsigned : unsigned.slice(0, point)).replace(/^0+/, '');
  const rest = point < 0 ? '' : withoutZerosAtEnd(unsigned.slice(point + 1));
  const counted = (count: number) => `${count} digit${count === 1 ? '' : 's'}`;
  if (fraction !== undefined && rest.length > fraction)
    return `it must have at most ${counted(fraction)} after the point`;
  const significant = whole === '' ? rest.replace(/^0+/, '').length : whole.length + rest.length;
  return significant > total ? `it must have at most ${counted(total)}` : undefined;
}

/** Not by a pattern: one that looks for zeros at the end tries those in between, too. */
function withoutZerosAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '0') end -= 1;
  return text.slice(0, end);
}
