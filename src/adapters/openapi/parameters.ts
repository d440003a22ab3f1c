import { isRecord } from '../../base/json.ts';
import type { ParameterStyle, Serialisation } from './call.ts';
import { NumberText, writeJson } from './json-text.ts';

/** Percent-encodes all but unreserved characters (RFC 3986, 2.3); half a surrogate pair, which no encoding has, becomes U+FFFD. */
export function encodeStrictly(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text; // unreserved throughout
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Leaves reserved characters as they are, but those that would end the parameter; what is encoded already stays so (RFC 6570, 3.2.3). */
function encodeReserved(text: string): string {
  return text
    .split(/(%[0-9A-Fa-f]{2}|[:/?[\]@!$'()*,;])/)
    .map((part, index) => (index % 2 === 1 ? part : encodeStrictly(part)))
    .join('');
}

/** One name and value of a query, a form or a cookie, both encoded. */
export type Pair = readonly [name: string, value: string];

type Encode = (text: string) => string;

const between: Readonly<Partial<Record<ParameterStyle, string>>> = {
  spaceDelimited: '%20',
  pipeDelimited: '%7C',
  tabDelimited: '%09',
};

/**
 * A value in a query or a form, as OpenAPI 3.2, 4.12.2.3 writes it: styles `form`, `spaceDelimited`, `pipeDelimited` and `deepObject`
 * (whose nested values go on in brackets). An absent value is no pair at all.
 */
export function queryPairs(name: string, value: unknown, how: Serialisation): Pair[] {
  const encode = how.allowReserved ? encodeReserved : encodeStrictly;
  if (value === undefined || value === null) return [];
  const key = encodeStrictly(name);
  if (how.style === 'deepObject' && typeof value === 'object' && !(value instanceof NumberText))
    return deepPairs(key, value, encode);
  const isExploded = how.explode && how.style !== 'deepObject';
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

/** `a[b][c]=1`; a list of scalars repeats its key, a list of objects is numbered. */
export function deepPairs(key: string, value: unknown, encode: Encode = encodeStrictly): Pair[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const isNumbered = value.some(item => typeof item === 'object' && item !== null && !(item instanceof NumberText));
    return value.flatMap((item, index) => deepPairs(isNumbered ? `${key}%5B${index}%5D` : key, item, encode));
  }
  if (!isRecord(value) || value instanceof NumberText) return [[key, textOf(value, encode)]];
  return Object.entries(value).flatMap(([part, inner]) =>
    deepPairs(`${key}%5B${encodeStrictly(part)}%5D`, inner, encode),
  );
}

/** A value in a path: styles `simple`, `label` and `matrix`. Everything but unreserved characters is encoded. */
export function pathText(name: string, value: unknown, { style, explode }: Serialisation): string {
  const { items, members } = partsOf(value, encodeStrictly);
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

function matrix(key: string, items: readonly string[], members: readonly Pair[] | undefined, explode: boolean): string {
  const assigned = (name: string, value: string) => (value === '' ? `;${name}` : `;${name}=${value}`);
  if (members)
    return explode
      ? members.map(([name, value]) => assigned(name, value)).join('')
      : assigned(key, members.flat().join(','));
  return explode && items.length > 0 ? items.map(item => assigned(key, item)).join('') : assigned(key, items.join(','));
}

const betweenInHeader: Readonly<Partial<Record<ParameterStyle, string>>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
  tabDelimited: '\t',
};

/** A value in a header: style `simple`, nothing encoded. */
export function headerText(value: unknown, { style, explode }: Serialisation): string {
  const { items, members } = partsOf(value, asItIs);
  return members ? joined(members, explode, ',') : items.join(betweenInHeader[style] ?? ',');
}

/** A value in the Cookie header: `form` encodes, 3.2's `cookie` does not. */
export function cookiePairs(name: string, value: unknown, { style, explode }: Serialisation): readonly Pair[] {
  if (style !== 'cookie') return queryPairs(name, value, { style, explode });
  const { items, members } = partsOf(value, asItIs);
  if (members) return explode ? members : [[name, members.flat().join(',')]];
  return explode ? items.map(item => [name, item]) : [[name, items.join(',')]];
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
