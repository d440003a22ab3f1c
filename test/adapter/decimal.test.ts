import { describe, expect, it } from 'vitest';
import { compareDecimals, isMultipleOf } from '../../src/adapter/decimal.ts';

describe('decimal numbers', () => {
  it.each([
    ['9007199254740993', '9007199254740992', 1],
    ['-0.1', '0', -1],
    ['1.10', '1.1', 0],
    ['1e3', '1000', 0],
    ['0.1', '0.10000000000000000001', -1],
    ['1e999999', '1', 1],
    ['-1e999999', '1', -1],
    ['.5', '0.5', 0],
  ])('%s compared with %s', (one, other, sign) => {
    expect(Math.sign(compareDecimals(one, other))).toBe(sign);
  });

  it.each([
    ['0.3', '0.1', true],
    ['0.35', '0.1', false],
    ['19.99', '0.01', true],
    ['1e2', '25', true],
    ['9007199254740993', '2', false],
    ['-6', '3', true],
    ['0', '7', true],
  ])('%s is a multiple of %s: %s', (number, divisor, is) => {
    expect(isMultipleOf(number, divisor)).toBe(is);
  });

  it('of any length take no time that grows with it', () => {
    expect(compareDecimals(`1e${'9'.repeat(300)}`, '1')).not.toBe(0);
    expect(isMultipleOf('9'.repeat(1_000_000), '2')).toBe(true);
  });
});
