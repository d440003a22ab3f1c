import { compareDecimals } from '../../../adapter/decimal.ts';
import type { Allowance } from '../../../adapter/linear-pattern.ts';
import { facetProblem, lengthProblem } from '../model/facet-check.ts';
import type { Primitive, SimpleType } from '../model/model.ts';

/** Why a text is no value of its type, or a value no text. */
interface LexicalProblem {
  readonly problem: string;
}

type ReadLexical = (text: string) => unknown;

/** The reader of a type's texts (XSD 1.0 part 2): strings as they are, numbers that JavaScript would round as their digits. */
export function lexicalReader(type: SimpleType): ReadLexical {
  const read = itemReader(type);
  if (!type.list) return type.whiteSpace === 'preserve' ? read : text => read(normalised(type, text));
  return text => {
    const items = text.trim().split(/[ \t\n\r]+/);
    return (items[0] === '' ? [] : items).map(read);
  };
}

/** The text of a value that GraphQL has coerced. `allowance` is the work that patterns may still make. */
export function writeLexical(type: SimpleType, value: unknown, allowance: Allowance): string | LexicalProblem {
  const text = type.list ? writeList(type, value, allowance) : writeItem(type, value, allowance);
  if (typeof text !== 'string' || !type.members) return text;
  if (type.members.some(member => accepts(member, text, allowance))) return text;
  return { problem: 'it is a value of none of the types that are united there' };
}

function writeList(type: SimpleType, value: unknown, allowance: Allowance): string | LexicalProblem {
  const items: string[] = [];
  for (const item of Array.isArray(value) ? value : [value]) {
    const text = writeItem(type, item, allowance);
    if (typeof text !== 'string') return text;
    if (/[ \t\n\r]/.test(text) || text === '') {
      return { problem: 'an item of a list is written between spaces: it cannot be empty or have spaces in it' };
    }
    items.push(text);
  }
  const text = items.join(' ');
  const problem =
    (type.items && lengthProblem(items.length, type.items, 'item')) ?? wholeProblem(type, text, allowance);
  return problem === undefined ? text : { problem };
}

function wholeProblem({ whole }: SimpleType, text: string, allowance: Allowance): string | undefined {
  if (whole?.values && !whole.values.some(([, lexical]) => lexical === text))
    return 'the list is none of its enumeration';
  return whole && facetProblem(whole, text, allowance);
}

/** Is a text that was given as text one of the type's? */
function accepts(type: SimpleType, text: string, allowance: Allowance): boolean {
  if (type.list) {
    const items = normalised(type, text)
      .split(' ')
      .filter(item => item !== '');
    const isShort = type.items && lengthProblem(items.length, type.items) !== undefined;
    if (isShort || wholeProblem(type, items.join(' '), allowance) !== undefined) return false;
    return items.every(item => accepts({ ...type, list: false }, item, allowance));
  }
  if (type.members) return type.members.some(member => accepts(member, text, allowance));
  const read = normalised(type, text);
  if (type.values) return type.values.some(([, lexical]) => lexical === read);
  if (type.primitive === 'Boolean') return !isProblem(readBoolean(read));
  const shape = shapes[type.primitive];
  return (!shape || shape.test(read)) && facetProblem(type, read, allowance) === undefined;
}

export function isProblem(value: unknown): value is LexicalProblem {
  return typeof value === 'object' && value !== null && 'problem' in value;
}

/** Is the empty text one of the type's values? */
export function hasEmptyValue(type: SimpleType): boolean {
  return type.list || !isProblem(itemReader(type)(''));
}

function normalised(type: SimpleType, text: string): string {
  if (type.whiteSpace === 'preserve' && !type.list) return text;
  if (!/[\t\n\r ]/.test(text)) return text;
  const spaced = text.replace(/[\t\n\r]/g, ' ');
  return type.whiteSpace === 'replace' ? spaced : spaced.replace(/ {2,}/g, ' ').replace(/^ | $/g, '');
}

function itemReader(type: SimpleType): ReadLexical {
  if (type.values) return enumerationReader(type.values, type.primitive);
  const { primitive } = type;
  if (primitive === 'Boolean') return readBoolean;
  const shape = shapes[primitive];
  if (!shape) return text => text;
  const read = primitive === 'Int' ? readInt : primitive === 'Float' ? finite : undefined;
  return text => {
    if (!shape.test(text)) return { problem: `"${text}" is no ${primitive}` };
    return read ? read(text) : text;
  };
}

/** The first of those that are written alike; of numbers, the one that is the same. */
function enumerationReader(values: readonly (readonly [string, string])[], primitive: Primitive): ReadLexical {
  const names = new Map(values.map(([name, lexical]) => [lexical, name] as const).toReversed());
  const equal = (text: string) =>
    numeric.has(primitive) && shapes[primitive]?.test(text)
      ? values.find(([, lexical]) => compareDecimals(lexical, text) === 0)?.[0]
      : undefined;
  return text =>
    names.get(text) ??
    names.get(text.trim()) ??
    equal(text.trim()) ?? { problem: `"${text}" is none of the values of its enumeration` };
}

function readBoolean(text: string): boolean | LexicalProblem {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return { problem: `"${text}" is no boolean` };
}

function readInt(text: string): number | LexicalProblem {
  const value = Number(text);
  return Math.abs(value) <= 2 ** 31 && value !== 2 ** 31 ? value : { problem: `${text} is no 32-bit integer` };
}

/** JSON has no infinity and no NaN, which XSD writes INF, -INF and NaN. */
function finite(text: string): number | LexicalProblem {
  const value = Number(text);
  return Number.isFinite(value) ? value : { problem: `${text} is no number that JSON can carry` };
}

const shapes: Readonly<Partial<Record<Primitive, RegExp>>> = {
  Int: /^[+-]?\d{1,40}$/,
  Int64: /^[+-]?\d+$/,
  BigInt: /^[+-]?\d+$/,
  Decimal: /^[+-]?(\d+(\.\d*)?|\.\d+)$/,
  Float: /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN)$/,
  DateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  Date: /^-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$/,
  Time: /^\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  Duration: /^-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/,
};

const day = '((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|[12]\\d))';
const clock = '(([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?|24:00:00(\\.0+)?)';
const zone = '(Z|[+-]((0\\d|1[0-3]):[0-5]\\d|14:00))?';

/** What is read is less particular: backends say `0000-00-00` for no date. */
const written: typeof shapes = {
  ...shapes,
  DateTime: new RegExp(`^-?\\d{4,}-${day}T${clock}${zone}$`),
  Date: new RegExp(`^-?\\d{4,}-${day}${zone}$`),
  Time: new RegExp(`^${clock}${zone}$`),
};

function writeItem(type: SimpleType, value: unknown, allowance: Allowance): string | LexicalProblem {
  if (type.values) {
    const found = type.values.find(([name]) => name === value);
    return found ? found[1] : { problem: 'the value is none of its enumeration' };
  }
  const text = textOfItem(type, value);
  if (typeof text !== 'string') return text;
  const problem = facetProblem(type, normalised(type, text), allowance);
  if (problem === undefined) return text;
  const digit = typeof value === 'boolean' ? String(Number(value)) : undefined; // the other spelling, where a pattern wants it
  return digit !== undefined && facetProblem(type, digit, allowance) === undefined ? digit : { problem };
}

function textOfItem(type: SimpleType, value: unknown): string | LexicalProblem {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return { problem: 'an object or a list has no text form here' };
  const text = adapt[type.primitive]?.(value) ?? value;
  const shape = written[type.primitive];
  return shape && !shape.test(text) ? { problem: `XML Schema has no such ${type.primitive}` } : text;
}

/** Do two texts mean the same value? */
export function isSameValue(type: SimpleType, one: string, other: string): boolean {
  const [first, second] = [normalised(type, one), normalised(type, other)];
  if (type.list || first === second) return first === second;
  if (type.primitive === 'Boolean') return readBoolean(first) === readBoolean(second);
  const shape = shapes[type.primitive];
  return numeric.has(type.primitive) && shape?.test(second) === true && compareDecimals(first, second) === 0;
}

const numeric: ReadonlySet<Primitive> = new Set(['Int', 'Int64', 'BigInt', 'Decimal', 'Float']);

/** Spellings that GraphQL's scalars allow and XML Schema does not. */
const adapt: Readonly<Partial<Record<Primitive, (text: string) => string>>> = {
  Decimal: withoutExponent,
  DateTime: text => withSeconds(text.replace(/[t ]/, 'T').replace('z', 'Z')).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
  Time: text => withSeconds(text.replace('z', 'Z')),
  Duration: text => (/^-?\d/.test(text) ? text.replace(/^(-?)(.*)s$/, '$1PT$2S') : text),
  Base64: text => text.replace(/-/g, '+').replace(/_/g, '/'),
};

function withSeconds(text: string): string {
  return text.replace(/(^|T)(\d\d:\d\d)(?!:\d)/, '$1$2:00');
}

/** `12.5e-3` as XSD's decimal wants it: `0.0125`. */
function withoutExponent(text: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)[eE]([+-]?\d{1,3})$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = `${'0'.repeat(Math.max(0, 1 - point))}${whole}${fraction}`;
  const at = Math.max(point, 1);
  const padded = digits.padEnd(at, '0');
  const rest = padded.slice(at);
  return `${sign}${padded.slice(0, at)}${rest === '' ? '' : `.${rest}`}`;
}
