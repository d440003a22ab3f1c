import { isExternalObject, type SubschemaConfig } from '@graphql-tools/delegate';
import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../adapter/request-context.ts';
import { GatewayError } from '../base/error.ts';
import { isRecord } from '../base/json.ts';
import { coerceArguments, coerceValue, Unanswerable } from './coerce.ts';
import type { LinkPlan } from './compile-link.ts';
import { delegate } from './delegate.ts';
import { originOf } from './delegated-fault.ts';
import { Delivered } from './delivered.ts';
import { lookUp, placeKeys, type Wish } from './look-up.ts';
import type { Lookup } from './lookup.ts';
import { reservedKey } from './reserved-names.ts';
import { fill, type Template, walk } from './template.ts';

type Read = Parameters<typeof fill>[1];

interface LinkSurroundings {
  readonly subschema: SubschemaConfig;
  /** Can the answer be read as the source gives it? */
  readonly direct: boolean;
  /** The client's names along a path from the parent. */
  readonly clientPath: (path: readonly string[]) => readonly string[];
  /** The field's arguments in the names of the source that is asked. */
  readonly ownArguments: (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** Fills a link: reads the key and the arguments, then looks up with all other parents of the tick. */
export function linkResolver(plan: LinkPlan, around: LinkSurroundings): GraphQLFieldResolver<unknown, RequestContext> {
  const { lookup } = plan;
  const { subschema, direct, clientPath, ownArguments } = around;
  return (parent, args, context, info) => {
    const own = ownArguments(args);
    const wish = wishOf(plan, (kind, path) =>
      kind === 'args' ? walk(own, path) : parentValue(parent, path, clientPath(path)),
    );
    if (!wish) return nothing(lookup);
    if (direct) return lookUp(lookup, wish, undefined, context);
    return delegate(wish, { subschema, lookup, context, info, returnType: info.returnType });
  };
}

/** An entity's key as a wish; undefined where there is no key. */
export function entityWish(lookup: Lookup, key: unknown): Wish | undefined {
  if (key instanceof Error) throw originOf(key);
  return wishOf({ lookup, args: new Map(), key: { kind: 'literal', value: Delivered.open(key) } }, () => undefined);
}

/**
 * The field of a delegated parent that a path begins with, under a name that clients cannot give (see
 * `reserved-names.ts`).
 */
export function keySelection(path: readonly string[], clientPath: readonly string[]): string {
  const [first = '', ...rest] = clientPath;
  return `${reservedKey(path[0] ?? '')}: ${[first, ...rest].join(' { ')}${' }'.repeat(rest.length)}`;
}

interface Wanted {
  readonly lookup: Lookup;
  readonly args: ReadonlyMap<string, Template>;
  readonly key?: Template;
}

/**
 * Undefined where there is nothing to ask: where the key, anything else of the parent, or a required argument has no
 * value. Without what it was to ask of its own, a parent would get what is everyone's.
 */
function wishOf({ lookup, args, key }: Wanted, readAny: Read): Wish | undefined {
  const { batch } = lookup;
  const read: Read = (kind, path) => {
    const value = readAny(kind, path);
    if (kind === 'parent' && (value === null || value === undefined))
      throw new Unanswerable('The parent has no value.');
    return value;
  };
  const values: Record<string, unknown> = Object.create(null);
  try {
    for (const [name, template] of args) values[name] = fill(template, read);
    if (!batch || !key) return { args: coerceArguments(lookup.args, values) };
    const filled = fill(key, read);
    if (filled === null || filled === undefined) return undefined;
    const one = (value: unknown) => coerceValue(batch.keyType, value);
    const keys = Array.isArray(filled) ? filled.map(value => (value === null ? null : one(value))) : one(filled);
    const withKey = placeKeys(values, batch.into, Array.isArray(keys) ? keys.filter(value => value !== null) : [keys]);
    return { key: keys, args: placeKeys(coerceArguments(lookup.args, withKey), batch.into, []) };
  } catch (error) {
    if (error instanceof Unanswerable) return undefined;
    throw error;
  }
}

function parentValue(parent: unknown, path: readonly string[], clientPath: readonly string[]): unknown {
  // The cast is sound: the symbol is looked up, nothing written.
  const delegated = isRecord(parent) && isExternalObject(parent as Record<string, unknown>);
  const value = delegated ? walk(parent, [reservedKey(path[0] ?? ''), ...clientPath.slice(1)]) : walk(parent, path);
  if (value instanceof Error) throw originOf(value);
  return Array.isArray(value) ? value.map(Delivered.open) : Delivered.open(value);
}

function nothing(lookup: Lookup): null | [] {
  if (lookup.missing === 'NULL') return lookup.batch?.grouped ? [] : null;
  const message = `A value that the source "${lookup.member.name}" is asked with is missing.`;
  throw new GatewayError('NOT_FOUND', message, { details: { source: lookup.member.name } });
}
