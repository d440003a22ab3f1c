/** How a document says that a parameter is written. */
export interface Style {
  readonly style: string;
  readonly explode: boolean;
}

export type Kind = 'scalar' | 'array' | 'object';

/** What a parameter says: texts alone, since a parameter has no types. Undefined: it is absent. */
export type Read = string | readonly string[] | Readonly<Record<string, unknown>> | undefined;

type Pair = readonly [name: string, value: string];

/**
 * Texts of parameters, read by the tables of OpenAPI 3.2, 4.12.2.2 and 4.12.2.3, and of Swagger 2.0, `collectionFormat`, from the side of a
 * backend: it is split first, and decoded then. Nothing here is the adapter's.
 */
export function readPath(text: string, name: string, kind: Kind, { style, explode }: Style): Read {
  const decode = decodeURIComponent;
  if (style === 'label') {
    if (!text.startsWith('.')) throw new TypeError(`a label begins with a dot: ${text}`);
    return split(text.slice(1), kind, explode, explode ? '.' : ',', decode);
  }
  if (style === 'matrix') return readMatrix(text, name, kind, explode);
  return split(text, kind, explode, separatorOf(style), decode);
}

function readMatrix(text: string, name: string, kind: Kind, explode: boolean): Read {
  const pairs = text.split(';').slice(1).map(pairOf);
  if (!text.startsWith(';')) throw new TypeError(`a matrix begins with a semicolon: ${text}`);
  if (kind === 'object' && explode) return Object.fromEntries(pairs.map(decoded));
  if (pairs.some(([key]) => decodeURIComponent(key) !== name)) throw new TypeError(`not ${name}: ${text}`);
  const values = pairs.map(([, value]) => value);
  if (kind === 'array' && explode) return values.map(decodeURIComponent);
  return split(values[0] ?? '', kind, false, ',', decodeURIComponent);
}

/** What a query or a form says of a parameter, and the names of the pairs that it is made of. */
export function readQuery(
  pairs: readonly Pair[],
  name: string,
  kind: Kind,
  { style, explode }: Style,
  others: ReadonlySet<string>,
): { value: Read; used: ReadonlySet<string> } {
  const mine = pairs.filter(([key]) => decodeForm(key) === name);
  const inside = pairs.filter(([key]) => decodeForm(key).startsWith(`${name}[`));
  if (style === 'deepObject' && (kind === 'object' || inside.length > 0)) {
    const decodedPairs = inside.map(([key, value]) => [decodeForm(key), decodeForm(value)] as const);
    return {
      value: inside.length > 0 ? nested(decodedPairs, name) : undefined,
      used: new Set(inside.map(([key]) => key)),
    };
  }
  if (kind === 'object' && explode) {
    const members = pairs.filter(([key]) => !others.has(decodeForm(key)));
    const value = Object.fromEntries(members.map(([key, text]) => [decodeForm(key), decodeForm(text)]));
    return { value: members.length > 0 ? value : undefined, used: new Set(members.map(([key]) => key)) };
  }
  const used = new Set(mine.map(([key]) => key));
  if (mine.length === 0) return { value: undefined, used };
  if (kind === 'array' && (explode || style === 'deepObject'))
    return { value: mine.map(([, text]) => decodeForm(text)), used };
  if (mine.length > 1) throw new TypeError(`${name} is there ${mine.length} times`);
  return { value: split(mine[0]![1], kind, false, separatorOf(style), decodeForm), used };
}

/** RFC 9110, 5.5: no percent-encoding in a header. */
export function readHeader(text: string | undefined, kind: Kind, { style, explode }: Style): Read {
  return text === undefined
    ? undefined
    : split(text, kind, explode, separatorOf(style).replace('%20', ' ').replace('%7C', '|').replace('%09', '\t'), asIs);
}

/** The Cookie header; style `cookie` is not percent-encoded, `form` is. */
export function readCookie(
  header: string,
  name: string,
  kind: Kind,
  { style, explode }: Style,
  others: ReadonlySet<string>,
): Read {
  const decode = style === 'cookie' ? asIs : decodeURIComponent;
  const pairs = header
    .split('; ')
    .filter(text => text !== '')
    .map(pairOf);
  if (kind === 'object' && explode) {
    const members = pairs.filter(([key]) => !others.has(decode(key)));
    return members.length > 0
      ? Object.fromEntries(members.map(([key, value]) => [decode(key), decode(value)]))
      : undefined;
  }
  const mine = pairs.filter(([key]) => decode(key) === name).map(([, value]) => value);
  if (mine.length === 0) return undefined;
  return kind === 'array' && explode ? mine.map(decode) : split(mine[0]!, kind, false, ',', decode);
}

/** The pairs of a query or a form, still encoded. */
export function pairsOf(text: string): Pair[] {
  return text === '' ? [] : text.split('&').map(pairOf);
}

function pairOf(text: string): Pair {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded([name, value]: Pair): Pair {
  return [decodeURIComponent(name), decodeURIComponent(value)];
}

export function decodeForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

function asIs(text: string): string {
  return text;
}

function separatorOf(style: string): string {
  return { spaceDelimited: '%20', pipeDelimited: '%7C', tabDelimited: '%09' }[style] ?? ',';
}

function split(text: string, kind: Kind, explode: boolean, separator: string, decode: (text: string) => string): Read {
  if (kind === 'scalar') return decode(text);
  if (kind === 'array') return text.split(separator).map(decode); // a list without items is not sent
  const items = text === '' ? [] : text.split(separator);
  const pairs = explode
    ? items.map(pairOf)
    : items.flatMap((key, index) => (index % 2 === 0 ? [[key, items[index + 1] ?? ''] as const] : []));
  return Object.fromEntries(pairs.map(([key, value]) => [decode(key), decode(value)]));
}

/** `a[b][c]=1`, `a[b]=1&a[b]=2`, `a[b][0][c]=1`: the specification describes the first alone; the others are what is common. */
export function nested(pairs: readonly Pair[], name: string): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = Object.create(null);
  for (const [key, value] of pairs) {
    const path = [...key.slice(name.length).matchAll(/\[([^\]]*)\]/g)].map(match => match[1]!);
    let here = root;
    for (const step of path.slice(0, -1)) {
      if (here[step] === undefined) here[step] = Object.create(null);
      here = here[step] as Record<string, unknown>; // made here
    }
    const last = path.at(-1)!;
    const there = here[last];
    here[last] = there === undefined ? value : Array.isArray(there) ? [...there, value] : [there, value];
  }
  return root;
}
