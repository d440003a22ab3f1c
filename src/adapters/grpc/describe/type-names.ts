import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { lowerFirst, pascalName, uniqueNames } from '../../../base/names.ts';

/**
 * Short names for declarations, by full name: `Outer.Inner` is `OuterInner`; of equal short names in several packages each gets as many
 * of its package's last words as tell them apart (`V1Money`).
 */
export function shortNames(
  declared: Iterable<DescMessage | DescEnum>,
  reserved: ReadonlySet<string>,
): Map<string, string> {
  const rivals = new Map<string, (DescMessage | DescEnum)[]>();
  for (const desc of declared) {
    const name = localName(desc);
    const others = rivals.get(name);
    if (others) others.push(desc);
    else rivals.set(name, [desc]);
  }
  const wanted = new Map<string, string>();
  for (const [name, descs] of rivals) {
    const told = apart(descs.map(desc => ({ key: desc.typeName, words: desc.file.proto.package.split('.') })));
    for (const desc of descs) wanted.set(desc.typeName, told.get(desc.typeName)! + name);
  }
  return uniqueNames([...wanted.keys()].sort(), key => wanted.get(key)!, reserved);
}

/** Names that derive from the declarations' own, kept apart from them. */
export function derivedNames(
  names: ReadonlyMap<string, string>,
  wishes: ReadonlyMap<string, string>,
  reserved: ReadonlySet<string>,
): Map<string, string> {
  return uniqueNames([...wishes.keys()].sort(), key => wishes.get(key)!, new Set([...reserved, ...names.values()]));
}

/**
 * The root fields of methods, by `pkg.Service/Method`: `lowerFirst(Method)`, and where several services have that, the service before
 * it, and where those have one name, words of their packages.
 */
export function rootFieldNames(
  methods: readonly { readonly key: string; readonly service: string; readonly method: string }[],
): Map<string, string> {
  const uses = countOf(methods.map(({ method }) => lowerFirst(method)));
  const longer = countOf(methods.map(({ service, method }) => lowerFirst(lastOf(service)) + pascalName(method)));
  const wanted = new Map<string, string>();
  for (const { key, service, method } of methods) {
    const short = lowerFirst(method);
    const withService = lowerFirst(lastOf(service)) + pascalName(method);
    if (uses.get(short) === 1) wanted.set(key, short);
    else if (longer.get(withService) === 1) wanted.set(key, withService);
    else wanted.set(key, lowerFirst(pascalName(service)) + pascalName(method));
  }
  return uniqueNames(wanted.keys(), key => wanted.get(key)!.replace(/^_{2,}/, '_'));
}

function localName(desc: DescMessage | DescEnum): string {
  const own = pascalName(desc.name);
  return desc.parent ? localName(desc.parent) + own : own;
}

/** For each key the fewest last words of its package, in Pascal case, by which all differ. */
function apart(items: readonly { readonly key: string; readonly words: readonly string[] }[]): Map<string, string> {
  const longest = Math.max(...items.map(({ words }) => words.length));
  for (let taken = items.length > 1 ? 1 : 0; taken <= longest; taken++) {
    const prefixes = items.map(({ words }) => (taken === 0 ? '' : words.slice(-taken).map(pascalOrNothing).join('')));
    if (new Set(prefixes).size === items.length || taken === longest) {
      return new Map(items.map(({ key }, index) => [key, prefixes[index]!]));
    }
  }
  return new Map();
}

function pascalOrNothing(word: string): string {
  return word === '' ? '' : pascalName(word);
}

function lastOf(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
