import { getNamedType, getNullableType, isLeafType } from 'graphql';
import type { DiagnosticCode } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { isRequired } from './coerce.ts';
import {
  type Batching,
  type CallReference,
  inputItem,
  type Lookup,
  leafNames,
  outputItem,
  queryCoordinate,
  splitPath,
  stepInto,
  stepIntoArguments,
} from './lookup.ts';

/** Tells what is wrong with one use of a directive. */
export type Say = (code: DiagnosticCode, message: string, hint?: string) => void;

export type FoundCall = Extract<CallReference, { name: string }>;

interface BatchWish {
  readonly into: string;
  /** Absent: see `defaultMatch`. */
  readonly match: string | undefined;
  readonly keyName: string | undefined;
  readonly max: number;
  readonly grouped: boolean;
}

/**
 * The lookup of a batch, checked: `into` takes a list, the reply holds a list, `match` is a leaf of its items, and
 * nothing required is left without a value.
 */
export function compileBatchLookup(
  hidden: string,
  call: FoundCall,
  wish: BatchWish,
  rest: { readonly select: string | undefined; readonly missing: 'NULL' | 'ERROR'; readonly given: Iterable<string> },
  say: Say,
): Lookup | undefined {
  const select = splitPath(rest.select ?? '');
  const into = splitPath(wish.into);
  const argument = stepIntoArguments(call.args, into);
  const keyType = 'type' in argument ? inputItem(argument.type) : undefined;
  if ('missing' in argument) {
    const suggestion = didYouMean(argument.missing, argument.known);
    const hint = argument.known.length > 0 ? `There it takes ${argument.known.join(', ')}.` : undefined;
    say('LINK_INVALID', `into: "${wish.into}": ${call.name} takes no "${argument.missing}".${suggestion}`, hint);
  } else if (!keyType || !isLeafType(getNamedType(keyType)) || inputItem(keyType)) {
    say('LINK_INVALID', `into: "${wish.into}" takes ${String(argument.type)}, which is no list of keys.`);
  }
  if (!Number.isInteger(wish.max) || wish.max < 1) say('LINK_INVALID', `max: ${wish.max} is no number of keys.`);
  // Of a wrong "into" it is told once: the lists that it may have meant are not told to be missing too.
  const lists = call.args.filter(({ type }) => inputItem(type)).map(({ name }) => name);
  checkRequired(call, [...rest.given, ...('missing' in argument ? lists : into.slice(0, 1))], say);
  const reply = selected(call, select, say);
  if (!reply) return undefined;
  const item = outputItem(reply);
  if (!item) {
    say(
      'LINK_INVALID',
      `A batch needs a list to match in, and ${replyName(call, select)} is ${String(reply)}.`,
      'Give select: "<field>".',
    );
    return undefined;
  }
  const match = wish.match ?? defaultMatch(wish, leafNames(item));
  const matched = match === undefined ? undefined : stepInto(item, splitPath(match));
  if (!matched || !('type' in matched) || !isLeafType(getNamedType(matched.type)) || outputItem(matched.type)) {
    const known = leafNames(item);
    const what =
      match === undefined
        ? 'Nothing says which field of an item is the key'
        : `match: "${match}" is no value of ${String(item)}`;
    say(
      'LINK_INVALID',
      `${what}.${match === undefined ? '' : didYouMean(match, known)}`,
      `Give match: one of ${known.join(', ')}.`,
    );
    return undefined;
  }
  if (!keyType || match === undefined) return undefined;
  const batch: Batching = { into, match: splitPath(match), max: wish.max, grouped: wish.grouped, keyType };
  const { member, args } = call;
  return {
    field: hidden,
    member,
    at: queryCoordinate(call.name),
    args,
    select,
    missing: rest.missing,
    outcome: getNullableType(item),
    batch,
  };
}

/**
 * What an item is matched by where nothing says it: the field that `into` is the plural of (`ids`, `id`), unless the
 * item has another field of the key's own name. A guess beyond that could match by something else that looks like the
 * key.
 */
export function defaultMatch(
  { into, keyName }: Pick<BatchWish, 'into' | 'keyName'>,
  known: readonly string[],
): string | undefined {
  const singular = (splitPath(into).at(-1) ?? '').replace(/ies$/, 'y').replace(/s$/, '');
  const rival = keyName !== undefined && keyName !== singular && known.includes(keyName);
  return known.includes(singular) && !rival ? singular : undefined;
}

/** The type that `select` leads to. */
export function selected(call: FoundCall, select: readonly string[], say: Say) {
  const reply = stepInto(call.type, select);
  if ('type' in reply) return reply.type;
  const suggestion = didYouMean(reply.missing, reply.known);
  say(
    'LINK_INVALID',
    `select: "${select.join('.')}": the reply of ${call.name} has no "${reply.missing}" there.${suggestion}`,
  );
  return undefined;
}

export function checkRequired(call: FoundCall, given: readonly string[], say: Say): void {
  for (const argument of call.args) {
    if (!isRequired(argument) || given.includes(argument.name)) continue;
    say(
      'LINK_INVALID',
      `${call.name} needs the argument "${argument.name}: ${String(argument.type)}".`,
      'Give it in args.',
    );
  }
}

function replyName(call: FoundCall, select: readonly string[]): string {
  return [call.name, ...select].join('.');
}
