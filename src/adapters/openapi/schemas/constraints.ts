import { compareDecimals } from '../../../adapter/decimal.ts';
import { linearPattern } from '../../../adapter/linear-pattern.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord } from '../../../base/json.ts';
import type { Bound, Constraints, Range } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { oncePerPlace } from '../document/once-per-place.ts';
import type { NormalForm } from './normal-form.ts';
import { valuesOf } from './scalar-shapes.ts';

type Keywords = Readonly<Record<string, unknown>>;

/** A constraint while it is being gathered. */
type Draft = { -readonly [K in keyof Constraints]: Constraints[K] };

/** Reads what a schema demands of its values beyond their type (JSON Schema Validation, 6). */
export class ConstraintReader {
  readonly #normal: NormalForm;
  readonly #report: (diagnostic: Diagnostic) => void;
  /** Why a pattern cannot be checked; undefined: it can. */
  readonly #patterns = new Map<string, string | undefined>();

  constructor(normal: NormalForm, report: (diagnostic: Diagnostic) => void) {
    this.#normal = normal;
    this.#report = report;
  }

  /** Of all schemas that hold at once: the schema itself, what its references name, and what `allOf` joins. Undefined: none. */
  readonly of = oncePerPlace((located): Constraints | undefined => {
    const draft: Draft = {};
    for (const part of this.#normal.conjuncts(located)) {
      if (isRecord(part.value)) this.#add(draft, part.value, part);
    }
    return Object.keys(draft).length > 0 ? draft : undefined;
  });

  #add(draft: Draft, keywords: Keywords, at: Located): void {
    const range = (least: string, most: string, known: Range | undefined) =>
      narrowed(known, count(keywords[least]), count(keywords[most]));
    assign(draft, 'length', range('minLength', 'maxLength', draft.length));
    assign(draft, 'items', range('minItems', 'maxItems', draft.items));
    assign(draft, 'members', range('minProperties', 'maxProperties', draft.members));
    if (keywords['uniqueItems'] === true) draft.unique = true;
    for (const bound of lowerBounds(keywords)) draft.least = stricter(draft.least, bound, 1);
    for (const bound of upperBounds(keywords)) draft.most = stricter(draft.most, bound, -1);
    const divisor = keywords['multipleOf'];
    if (typeof divisor === 'number' && divisor > 0 && Number.isFinite(divisor))
      draft.multiplesOf = [...(draft.multiplesOf ?? []), String(divisor)];
    const { pattern } = keywords;
    if (typeof pattern === 'string' && this.#isCheckable(pattern, at))
      draft.patterns = [...(draft.patterns ?? []), pattern];
    const values = valuesOf(keywords);
    if (values?.every(isScalar)) draft.values = draft.values?.filter(value => values.includes(value)) ?? values;
  }

  #isCheckable(pattern: string, { address, pointer }: Located): boolean {
    const known = this.#patterns.has(pattern);
    const compiled = known ? undefined : linearPattern(pattern);
    if (compiled) this.#patterns.set(pattern, 'problem' in compiled ? compiled.problem : undefined);
    const problem = this.#patterns.get(pattern);
    if (problem === undefined) return true;
    this.#report({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: `The pattern ${JSON.stringify(pattern.slice(0, 100))} is left to the backend to check: ${problem}.`,
      at: [address, `${pointer}/pattern`],
    });
    return false;
  }
}

function assign<K extends keyof Draft>(draft: Draft, key: K, value: Draft[K] | undefined): void {
  if (value !== undefined) draft[key] = value;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** A bound that allows everything is none. */
function narrowed(known: Range | undefined, least = 0, most = Number.POSITIVE_INFINITY): Range | undefined {
  const narrow = [Math.max(known?.[0] ?? 0, least), Math.min(known?.[1] ?? Number.POSITIVE_INFINITY, most)] as const;
  if (narrow[0] === 0 && narrow[1] === Number.POSITIVE_INFINITY) return undefined;
  return narrow[1] === Number.POSITIVE_INFINITY ? [narrow[0]] : narrow;
}

/** OpenAPI's registry of formats: those that say how many bits an integer has, beyond what its GraphQL type says. */
const rangeOfFormat: Readonly<Record<string, readonly [least: string, most: string] | undefined>> = Object.assign(
  Object.create(null),
  {
    int8: ['-128', '127'],
    uint8: ['0', '255'],
    int16: ['-32768', '32767'],
    uint16: ['0', '65535'],
    uint32: ['0', '4294967295'],
    uint64: ['0', '18446744073709551615'],
  },
);

function lowerBounds(keywords: Keywords): Bound[] {
  const { minimum, exclusiveMinimum, format } = keywords;
  const byFormat = typeof format === 'string' ? rangeOfFormat[format] : undefined;
  return [
    ...boundOf(minimum, exclusiveMinimum === true, -1), // 3.0: a boolean beside the bound; 3.1: a bound by itself
    ...boundOf(exclusiveMinimum, true, -1),
    ...(byFormat ? [{ value: byFormat[0] }] : []),
  ];
}

function upperBounds(keywords: Keywords): Bound[] {
  const { maximum, exclusiveMaximum, format } = keywords;
  const byFormat = typeof format === 'string' ? rangeOfFormat[format] : undefined;
  return [
    ...boundOf(maximum, exclusiveMaximum === true, 1),
    ...boundOf(exclusiveMaximum, true, 1),
    ...(byFormat ? [{ value: byFormat[1] }] : []),
  ];
}

/** Reading the document rounded integers beyond 2^53: such a bound is taken outwards, so that nothing is refused that it allows. */
function boundOf(value: unknown, isExclusive: boolean, outwards: 1 | -1): Bound[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return [];
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const written = BigInt(value);
    return [{ value: String(written + (BigInt(outwards) * (written < 0n ? -written : written)) / 2n ** 52n) }];
  }
  return [{ value: String(value), ...(isExclusive ? { exclusive: true as const } : {}) }];
}

/** The bound that allows less; `inwards` is 1 for lower bounds. */
function stricter(known: Bound | undefined, bound: Bound, inwards: 1 | -1): Bound {
  if (!known) return bound;
  const order = compareDecimals(bound.value, known.value) * inwards;
  return order > 0 || (order === 0 && bound.exclusive === true) ? bound : known;
}
