import { type GraphQLOutputType, getNamedType, isLeafType } from 'graphql';
import { isRecord } from '../../base/json.ts';
import { didYouMean } from '../../base/suggestion.ts';
import type { Say } from './compile-lookup.ts';
import { type KeyPart, leafNames, outputItem, splitPath, stepInto } from './lookup.ts';

/** What is known of a batch's keys before its reply is looked at. */
export interface KeyWish {
  readonly into: string;
  /** A path into an item; of a key of several parts also by part. Absent: see `defaultMatch`. */
  readonly match: unknown;
  /** Steps into a key, of each part; one of no steps where the key is one value. */
  readonly parts: readonly (readonly string[])[];
  readonly keyName: string | undefined;
}

/** Where the items of a reply have what they were asked by; undefined where that is told to be wrong. */
export function compileMatch(item: GraphQLOutputType, wish: KeyWish, say: Say): readonly KeyPart[] | undefined {
  const { match } = wish;
  if (match !== undefined && match !== null && typeof match !== 'string' && !isRecord(match)) {
    say('LINK_INVALID', `match: ${JSON.stringify(match)} names no field of an item.`);
    return undefined;
  }
  const isOne = wish.parts.length === 1 && wish.parts[0]?.length === 0;
  return isOne ? matchValue(item, wish, say) : matchParts(item, wish, say);
}

function matchValue(item: GraphQLOutputType, wish: KeyWish, say: Say): readonly KeyPart[] | undefined {
  const known = leafNames(item);
  const match = typeof wish.match === 'string' ? wish.match : defaultMatch(wish, known);
  if (isRecord(wish.match)) {
    say('LINK_INVALID', 'The key is one value, so match is one field.', `Give match: one of ${known.join(', ')}.`);
    return undefined;
  }
  if (match !== undefined && isLeafAt(item, splitPath(match))) return [{ key: [], item: splitPath(match) }];
  const what =
    match === undefined
      ? 'Nothing says which field of an item is the key'
      : `match: "${match}" is no value of ${String(item)}`;
  const suggestion = match === undefined ? '' : didYouMean(match, known);
  say('LINK_INVALID', `${what}.${suggestion}`, `Give match: one of ${known.join(', ')}.`);
  return undefined;
}

/** By what `match` says of each part; else each by its own name, in what `match` names, in the item, or in its key (`keys`, `key`). */
function matchParts(item: GraphQLOutputType, wish: KeyWish, say: Say): readonly KeyPart[] | undefined {
  const { parts, match } = wish;
  const [only] = parts;
  if (isRecord(match)) return matchEach(item, parts, match, say);
  if (typeof match === 'string') {
    const path = splitPath(match);
    if (only && parts.length === 1 && isLeafAt(item, path)) return [{ key: only, item: path }];
    return (
      partsBelow(item, path, parts) ?? unmatched(item, parts, `match: "${match}" has not all parts of the key`, say)
    );
  }
  const found = partsBelow(item, [], parts) ?? partsBelow(item, [singularOf(wish.into)], parts);
  return found ?? unmatched(item, parts, 'Nothing says where in an item the parts of the key are', say);
}

function matchEach(
  item: GraphQLOutputType,
  parts: readonly (readonly string[])[],
  match: Readonly<Record<string, unknown>>,
  say: Say,
): readonly KeyPart[] | undefined {
  const given = new Map(pathsOf(match).map(([path, value]) => [path.join('.'), value]));
  const matched = parts.flatMap((key): KeyPart[] => {
    const name = key.join('.');
    const path = given.get(name);
    given.delete(name);
    if (path === undefined) say('LINK_INVALID', `match does not say where an item has the key's "${name}".`);
    else if (isLeafAt(item, splitPath(String(path)))) return [{ key, item: splitPath(String(path)) }];
    else {
      const suggestion = didYouMean(String(path), leafNames(item));
      say('LINK_INVALID', `match: { ${name}: "${String(path)}" } is no value of ${String(item)}.${suggestion}`);
    }
    return [];
  });
  for (const name of given.keys()) {
    const known = parts.map(part => part.join('.'));
    say('LINK_INVALID', `match: the key has no part "${name}".${didYouMean(name, known)}`);
  }
  return matched.length === parts.length && given.size === 0 ? matched : undefined;
}

/** The leaves of a literal, each with its way; an empty object has none. */
function pathsOf(value: Readonly<Record<string, unknown>>): (readonly [readonly string[], unknown])[] {
  return Object.entries(value).flatMap(([name, below]) =>
    isRecord(below)
      ? pathsOf(below).map(([path, leaf]) => [[name, ...path], leaf] as const)
      : [[[name], below] as const],
  );
}

function partsBelow(
  item: GraphQLOutputType,
  base: readonly string[],
  parts: readonly (readonly string[])[],
): readonly KeyPart[] | undefined {
  const all = parts.map(key => ({ key, item: [...base, ...key] }));
  return all.every(part => isLeafAt(item, part.item)) ? all : undefined;
}

function unmatched(item: GraphQLOutputType, parts: readonly (readonly string[])[], what: string, say: Say): undefined {
  const hint = `Give match: { ${parts.map(part => `${part.join('.')}: "…"`).join(', ')} }, each a field of the item: ${leafNames(item).join(', ')}.`;
  say('LINK_INVALID', `${what}.`, hint);
}

function isLeafAt(item: GraphQLOutputType, path: readonly string[]): boolean {
  const found = path.length === 0 ? undefined : stepInto(item, path);
  return found !== undefined && 'type' in found && isLeafType(getNamedType(found.type)) && !outputItem(found.type);
}

/**
 * What an item is matched by where nothing says it: the field that `into` is the plural of (`ids`, `id`), unless the
 * item has another field of the key's own name. A guess beyond that could match by something else that looks like the
 * key.
 */
export function defaultMatch(
  { into, keyName }: Pick<KeyWish, 'into' | 'keyName'>,
  known: readonly string[],
): string | undefined {
  const singular = singularOf(into);
  const rival = keyName !== undefined && keyName !== singular && known.includes(keyName);
  return known.includes(singular) && !rival ? singular : undefined;
}

function singularOf(into: string): string {
  return (splitPath(into).at(-1) ?? '').replace(/ies$/, 'y').replace(/s$/, '');
}
