import { createHash } from 'node:crypto';

/** GraphQL's Name production (October 2021, 2.1.9). */
export function isLegalName(name: string): boolean {
  return /^[_A-Za-z][_0-9A-Za-z]*$/.test(name) && !name.startsWith('__');
}

/** The words of an identifier: split at what is no letter or digit and where a lower-case letter meets a capital. */
export function words(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '');
}

/** As most names are: what it is split into begins with capitals already. */
function isOneWord(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(text);
}

/** `simple-user` -> `SimpleUser`; capitals inside a word stay (`HTTPError`). Never empty, always legal. */
export function pascalName(text: string): string {
  if (isOneWord(text)) return upperFirst(text);
  const joined = words(text).map(upperFirst).join('');
  return legalise(joined === '' ? `_${shortHash(text)}` : joined);
}

/** `repos/list-for-user` -> `reposListForUser`. Never empty, always legal. */
export function camelName(text: string): string {
  if (isOneWord(text)) return lowerFirst(text);
  const [first = '', ...rest] = words(text);
  const joined = lowerFirst(first) + rest.map(upperFirst).join('');
  return legalise(joined === '' ? `_${shortHash(text)}` : joined);
}

/**
 * A field or argument name, unchanged where it is legal: illegal characters become `_`, a leading `+` or `-` is spelt out, a leading
 * digit gets `_`, a leading `__` becomes `_`.
 */
export function fieldName(text: string): string {
  if (isLegalName(text)) return text;
  const spelt = text
    .replace(/^\+/, 'plus_')
    .replace(/^-/, 'minus_')
    .replace(/[^_0-9A-Za-z]/g, '_');
  return legalise(spelt === '' ? `_${shortHash(text)}` : spelt);
}

/** The first four hexadecimal digits of a name's SHA-256: tells apart what would collide, and stays when the document grows. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 4);
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function legalise(name: string): string {
  const single = name.replace(/^_{2,}/, '_');
  return /^[0-9]/.test(single) ? `_${single}` : single;
}

/** `name_suffix`; no name begins with two underscores (GraphQL October 2021, 2.1.9). */
export function suffixed(name: string, suffix: string): string {
  return name === '_' ? `_${suffix}` : `${name}_${suffix}`;
}

/**
 * Gives every key of one scope its own name: the key that equals its sanitised form keeps it; of the others that collide, each gets
 * `_<hash of its key>`. The answer depends on the set of keys, not on their order.
 */
export function uniqueNames(
  keys: Iterable<string>,
  sanitise: (key: string) => string,
  reserved: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const plain = new Map<string, string>();
  for (const key of keys) plain.set(key, sanitise(key));
  const names = new Set(plain.values());
  const areFree = reserved.size === 0 || ![...names].some(name => reserved.has(name));
  if (names.size === plain.size && areFree) return plain; // nobody wants what another has
  return toldApart(plain, reserved);
}

/** `plain`: the names that the keys want. */
function toldApart(plain: ReadonlyMap<string, string>, reserved: ReadonlySet<string>): Map<string, string> {
  const wanted = new Map<string, string[]>();
  for (const [key, name] of plain) {
    const rivals = wanted.get(name);
    if (rivals) rivals.push(key);
    else wanted.set(name, [key]);
  }
  const names = new Map<string, string>();
  const taken = new Set([...wanted.keys(), ...reserved]);
  for (const [name, rivals] of wanted) {
    for (const key of [...rivals].sort()) {
      const keeps = !reserved.has(name) && (rivals.length === 1 || key === name);
      let unique = keeps ? name : suffixed(name, shortHash(key));
      while (!keeps && taken.has(unique)) unique = `${unique}_${shortHash(unique + key)}`;
      taken.add(unique);
      names.set(key, unique);
    }
  }
  return names;
}
