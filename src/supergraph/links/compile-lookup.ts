import { type GraphQLInputType, getNamedType, getNullableType, isInputObjectType, isLeafType } from 'graphql';
import type { DiagnosticCode } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/suggestion.ts';
import { isRequired } from './coerce.ts';
import { compileMatch, type KeyWish } from './compile-match.ts';
import {
  type Batching,
  type CallReference,
  inputItem,
  type Lookup,
  outputItem,
  queryCoordinate,
  splitPath,
  stepInto,
  stepIntoArguments,
} from './lookup.ts';

/** Tells what is wrong with one use of a directive. */
export type Say = (code: DiagnosticCode, message: string, hint?: string) => void;

export type FoundCall = Extract<CallReference, { name: string }>;

interface BatchWish extends KeyWish {
  readonly max: number;
  readonly grouped: boolean;
}

/**
 * The lookup of a batch, checked: `into` takes a list, the reply holds a list, whose items have what they are matched by, and
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
  } else if (!keyType || inputItem(keyType) || !takesKey(keyType, wish)) {
    const fields = keyType && !inputItem(keyType) ? inputNames(keyType) : [];
    const hint =
      fields.length > 0 ? `Its keys are objects: { ${fields.map(name => `${name}: …`).join(', ')} }.` : undefined;
    say(
      'LINK_INVALID',
      `into: "${wish.into}" takes ${String(argument.type)}, which is no list of ${keyType && !inputItem(keyType) ? 'such ' : ''}keys.`,
      hint,
    );
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
  const parts = compileMatch(item, wish, say);
  if (!keyType || !parts) return undefined;
  const { member, args } = call;
  const max = Math.min(wish.max, mostKeys(call, into));
  const batch: Batching = { into, parts, max, grouped: wish.grouped, keyType };
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

/** The backend takes no more in one call, whatever the link says. */
function mostKeys({ member, name }: FoundCall, into: readonly string[]): number {
  const { blueprint, mostItems } = member.subschema;
  const most = mostItems?.(blueprint.calls[queryCoordinate(name)], into) ?? Number.POSITIVE_INFINITY;
  return most < 1 ? Number.POSITIVE_INFINITY : most; // an empty list is no lookup: such a document is mistaken
}

/** A key of parts is an object, any other key is none. */
function takesKey(type: GraphQLInputType, { parts }: KeyWish): boolean {
  const named = getNamedType(type);
  return parts.every(part => part.length === 0) ? isLeafType(named) : isInputObjectType(named) || named.name === 'JSON';
}

function inputNames(type: GraphQLInputType): readonly string[] {
  const named = getNamedType(type);
  return isInputObjectType(named) ? Object.keys(named.getFields()) : [];
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
