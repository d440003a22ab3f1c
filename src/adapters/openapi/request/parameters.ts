import { isRecord } from '../../../base/json.ts';
import { NumberText, writeJson } from '../answer/json-text.ts';
import type { ParameterPlace, ParameterStyle, Serialisation } from '../call/call.ts';

/** Percent-encodes all but unreserved characters (RFC 3986, 2.3); half a surrogate pair, which no encoding has, becomes U+FFFD. */
export function encodeStrictly(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text; // unreserved throughout
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Leaves reserved characters as they are, but those that would end the parameter or the part of it; what is encoded already stays so
 * (RFC 6570, 3.2.3).
 */
function keeping(reserved: RegExp): Encode {
  return text =>
    text
      .split(reserved)
      .map((part, index) => (index % 2 === 1 ? part : encodeStrictly(part)))
      .join('');
}

const keepInQuery = keeping(/(%[0-9A-Fa-f]{2}|[:/?[\]@!$'()*,;])/);
const keepInQueryPart = keeping(/(%[0-9A-Fa-f]{2}|[:/?[\]@!$'()*;])/);
const keepInPath = keeping(/(%[0-9A-Fa-f]{2}|[:@!$&'()*+,;=])/);
const keepInPathPart = keeping(/(%[0-9A-Fa-f]{2}|[:@!$&'()*+])/);

/** One name and value of a query, a form or a cookie, both encoded. */
export type Pair = readonly [name: string, value: string];

type Encode = (text: string) => string;

const between: Readonly<Partial<Record<ParameterStyle, string>>> = {
  spaceDelimited: '%20',
  pipeDelimited: '%7C',
  tabDelimited: '%09',
};

/** What separates these is data once it is decoded, too. */
const separators: Readonly<Partial<Record<ParameterStyle, string>>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
};

/** What such an argument is told. */
export const torn = 'holds a part with what separates parts in its style';

/**
 * Does a part of a list or an object hold what separates the parts, so that a reader could not tell them? The styles with a separator that
 * is percent-encoded itself have no way to write it (OpenAPI 3.2, appendix E); in the parts of a body, where nothing is encoded, no style has.
 */
export function isTorn(value: unknown, { style, explode }: Serialisation, place: ParameterPlace | 'part'): boolean {
  const separator = separators[style] ?? (place === 'part' && style === 'form' ? ',' : undefined);
  if (separator === undefined || (explode && (place === 'query' || place === 'part'))) return false;
  const { items, members } = partsOf(value, asItIs);
  const isPart = Array.isArray(value) || members !== undefined;
  return isPart && [...items, ...(members ?? []).flat()].some(part => part.includes(separator));
}

/**
 * A value in a query or a form, as OpenAPI 3.2, 4.12.2.3 writes it: styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`
 * (whose nested values go on in brackets). An absent value is no pair at all.
 */
export function queryPairs(name: string, value: unknown, how: Serialisation): Pair[] {
  if (value === undefined || value === null) return [];
  const key = encodeStrictly(name);
  const isExploded = how.explode && how.style !== 'deepObject';
  const isWhole = isExploded || typeof value !== 'object' || value instanceof NumberText;
  const encode = !how.allowReserved ? encodeStrictly : isWhole ? keepInQuery : keepInQueryPart;
  if (how.style === 'deepObject' && typeof value === 'object' && !(value instanceof NumberText))
    return deepPairs(key, value, how.allowReserved ? keepInQuery : encodeStrictly, how.deepLists);
  if (Array.isArray(value)) {
    if (value.length === 0) return [];
    const items = present(value).map(item => textOf(item, encode));
    return isExploded ? items.map(item => [key, item]) : [[key, items.join(between[how.style] ?? ',')]];
  }
  if (isRecord(value) && !(value instanceof NumberText)) {
    const members = membersOf(value, encode);
    if (isExploded) return members;
    return members.length === 0 ? [] : [[key, members.flat().join(between[how.style] ?? ',')]];
  }
  return [[key, textOf(value, encode)]];
}

/** `a[b][c]=1`; a list of scalars repeats its key, unless `lists` says otherwise, and a list of objects is numbered. */
export function deepPairs(
  key: string,
  value: unknown,
  encode: Encode = encodeStrictly,
  lists?: Serialisation['deepLists'],
): Pair[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const isNumbered =
      lists === 'INDICES' ||
      value.some(item => typeof item === 'object' && item !== null && !(item instanceof NumberText));
    const keyOf = (index: number) =>
      isNumbered ? `${key}%5B${index}%5D` : lists === 'BRACKETS' ? `${key}%5B%5D` : key;
    return value.flatMap((item, index) => deepPairs(keyOf(index), item, encode, lists));
  }
  if (!isRecord(value) || value instanceof NumberText) return [[key, textOf(value, encode)]];
  return Object.entries(value).flatMap(([part, inner]) =>
    deepPairs(`${key}%5B${encodeStrictly(part)}%5D`, inner, encode, lists),
  );
}

/** A value in a path: styles `simple`, `label` and `matrix`. Everything but unreserved characters is encoded. */
export function pathText(name: string, value: unknown, how: Serialisation): string {
  const { style, explode } = how;
  const { items, members } = partsOf(value, inPath(value, how));
  const key = encodeStrictly(name);
  switch (style) {
    case 'matrix':
      return matrix(key, items, members, explode);
    case 'label':
      if (members) return `.${joined(members, explode, explode ? '.' : ',')}`;
      return `.${items.join(explode ? '.' : ',')}`;
    default:
      return members ? joined(members, explode, ',') : items.join(between[style] ?? ',');
  }
}

/** Where dots separate, those of a value are encoded, too. */
function inPath(value: unknown, { style, explode, allowReserved }: Serialisation): Encode {
  const isWhole = style === 'simple' && (typeof value !== 'object' || value instanceof NumberText);
  const encode = !allowReserved ? encodeStrictly : isWhole ? keepInPath : keepInPathPart;
  const isDotted = style === 'label' && explode && typeof value === 'object' && !(value instanceof NumberText);
  return isDotted ? text => encode(text).replaceAll('.', '%2E') : encode;
}

function matrix(key: string, items: readonly string[], members: readonly Pair[] | undefined, explode: boolean): string {
  const assigned = (name: string, value: string) => (value === '' ? `;${name}` : `;${name}=${value}`);
  if (members)
    return explode
      ? members.map(([name, value]) => assigned(name, value)).join('')
      : assigned(key, members.flat().join(','));
  return explode && items.length > 0 ? items.map(item => assigned(key, item)).join('') : assigned(key, items.join(','));
}

/**
 * A value in a header: style `simple`, nothing encoded. Undefined where a part of it holds what separates parts: it could not be told from
 * the separator.
 */
export function headerText(value: unknown, { style, explode }: Serialisation): string | undefined {
  const { items, members } = partsOf(value, asItIs);
  const separator = separators[style] ?? ',';
  if (members) return isTold(members, ',', explode) ? joined(members, explode, ',') : undefined;
  const isOne = !Array.isArray(value) || items.every(item => !item.includes(separator) && item === item.trim());
  return isOne ? items.join(separator) : undefined;
}

/** A value in the Cookie header: `form` encodes, 3.2's `cookie` does not; undefined as for a header. */
export function cookiePairs(name: string, value: unknown, how: Serialisation): readonly Pair[] | undefined {
  if (how.style !== 'cookie') return queryPairs(name, value, how);
  const { items, members } = partsOf(value, asItIs);
  if (members) {
    if (!isTold(members, how.explode ? ';' : ',', how.explode)) return undefined;
    return how.explode ? members : [[name, members.flat().join(',')]];
  }
  if (how.explode) return items.map(item => [name, item]);
  if (Array.isArray(value) && items.some(item => item.includes(','))) return undefined;
  return Array.isArray(value) && items.length === 0 ? [] : [[name, items.join(',')]];
}

/** Are names and values told apart by what is put between them? */
function isTold(members: readonly Pair[], separator: string, explode: boolean): boolean {
  return members.every(
    ([name, value]) => !name.includes(separator) && !value.includes(separator) && !(explode && name.includes('=')),
  );
}

const asItIs: Encode = text => text;

function partsOf(value: unknown, encode: Encode): { items: readonly string[]; members: readonly Pair[] | undefined } {
  if (Array.isArray(value)) return { items: present(value).map(item => textOf(item, encode)), members: undefined };
  if (isRecord(value) && !(value instanceof NumberText)) return { items: [], members: membersOf(value, encode) };
  return { items: [textOf(value, encode)], members: undefined };
}

function membersOf(value: Readonly<Record<string, unknown>>, encode: Encode): Pair[] {
  const encodeKey = encode === asItIs ? asItIs : encodeStrictly;
  return Object.entries(value).flatMap(([key, member]): Pair[] =>
    member === undefined || member === null ? [] : [[encodeKey(key), textOf(member, encode)]],
  );
}

function joined(members: readonly Pair[], explode: boolean, separator: string): string {
  return members.map(([key, value]) => `${key}${explode ? '=' : ','}${value}`).join(separator);
}

function present(values: readonly unknown[]): unknown[] {
  return values.filter(value => value !== undefined && value !== null);
}

/** The specification leaves values within values open; they go as JSON. */
function textOf(value: unknown, encode: Encode): string {
  if (value instanceof NumberText) return value.text;
  return encode(typeof value === 'object' && value !== null ? writeJson(value) : String(value));
}
