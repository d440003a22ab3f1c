/** A number as it is written: its digits, and the power of ten that they count. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Longer numbers, and those of greater exponents, are compared as doubles: exactness has a bound in time. */
const longest = 400;
const greatestExponent = 400;

function decimalOf(text: string): Decimal | undefined {
  if (text.length > longest) return undefined;
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text);
  const digits = parts ? `${parts[2]}${parts[3] ?? ''}` : '';
  if (!parts || digits === '') return undefined;
  const exponent = Number(parts[4] ?? 0) - (parts[3]?.length ?? 0);
  if (Math.abs(exponent) > greatestExponent) return undefined;
  return { digits: parts[1] === '-' ? -BigInt(digits) : BigInt(digits), exponent };
}

/** Both as counts of the smaller of their powers of ten. */
function aligned(one: Decimal, other: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(one.exponent, other.exponent);
  const scaled = (number: Decimal) => number.digits * 10n ** BigInt(number.exponent - exponent);
  return [scaled(one), scaled(other)];
}

/** Negative where the first number is less, zero where they are equal: by all their digits. */
export function compareDecimals(one: string, other: string): number {
  const [first, second] = [decimalOf(one), decimalOf(other)];
  if (!first || !second) return Number(one) - Number(other);
  const [left, right] = aligned(first, second);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** JSON Schema Validation, 6.2.1: `0.3` is a multiple of `0.1`, whatever doubles say. True where that cannot be told. */
export function isMultipleOf(number: string, divisor: string): boolean {
  const [first, second] = [decimalOf(number), decimalOf(divisor)];
  if (!first || !second || second.digits === 0n) return true;
  const [dividend, by] = aligned(first, second);
  return dividend % by === 0n;
}
