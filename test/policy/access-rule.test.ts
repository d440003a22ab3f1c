import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decisions } from '../../src/edge/authorization/decisions.ts';
import {
  type AccessRule,
  type AnyOf,
  allOf,
  everyone,
  isOpen,
  nobody,
  ruleText,
} from '../../src/policy/access-rule.ts';
import { caller } from '../edge/authorization/callers.ts';

const names = ['a', 'b', 'c', 'd'];
const anyOf = fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});
const rule: fc.Arbitrary<AccessRule> = fc.record({
  nobody: fc.constant(false),
  authenticated: fc.boolean(),
  scopes: fc.array(anyOf, { maxLength: 2 }),
  policies: fc.constant([]),
});
/** Every set of scopes. */
const subsets = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, index) => bits & (1 << index)));

function may(rule: AccessRule, scopes: readonly string[]): boolean {
  return new Decisions(caller('x', scopes), new Map(), new Map()).may(rule);
}

it('Z9: [[a, b], [c]] is (a AND b) OR c, for every set of scopes', () => {
  const scopes: AnyOf = [['a', 'b'], ['c']];
  for (const held of subsets) {
    const expected = (held.includes('a') && held.includes('b')) || held.includes('c');
    expect(may({ ...everyone, scopes: [scopes] }, held), held.join()).toBe(expected);
  }
});

it('Z9: what several places say holds together, for every set of scopes', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), rules => {
      for (const held of subsets) expect(may(allOf(rules), held)).toBe(rules.every(one => may(one, held)));
    }),
  );
});

it('Z1: no order of what is said matters, nor how often it is said', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), rules => {
      const texts = [rules, [...rules].reverse(), [...rules, ...rules], [allOf(rules)]].map(each =>
        ruleText(allOf(each)),
      );
      expect(new Set(texts).size).toBe(1);
    }),
  );
});

it('is open where nothing is said, and closed to all where one says nobody', () => {
  expect(isOpen(allOf([]))).toBe(true);
  expect(isOpen(allOf([everyone, everyone]))).toBe(true);
  expect(ruleText(allOf([{ ...everyone, authenticated: true }, nobody]))).toBe(ruleText(nobody));
  expect(may(nobody, names)).toBe(false);
});
