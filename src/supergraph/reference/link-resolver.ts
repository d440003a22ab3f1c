import { isExternalObject, type SubschemaConfig } from '@graphql-tools/delegate';
import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../../adapter/request-context.ts';
import { isRecord } from '../../base/json.ts';
import type { LinkPlan } from '../links/compile-link.ts';
import type { Lookup } from '../links/lookup.ts';
import { walk } from '../links/template.ts';
import { reservedKey } from '../reserved-names.ts';
import { delegate } from './delegate.ts';
import { originOf } from './delegated-fault.ts';
import { Delivered } from './delivered.ts';
import { lookUp } from './look-up.ts';
import { nothing, type Wish, wishOf } from './wish.ts';

interface LinkSurroundings {
  readonly subschema: SubschemaConfig;
  /** Can the answer be read as the source gives it? */
  readonly direct: boolean;
  /** The field's arguments in the names of the source that is asked. */
  readonly ownArguments: (args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** Fills a link: reads the key and the arguments, then looks up with all other parents of the tick. */
export function linkResolver(plan: LinkPlan, around: LinkSurroundings): GraphQLFieldResolver<unknown, RequestContext> {
  const { lookup } = plan;
  const { subschema, direct, ownArguments } = around;
  return (parent, args, context, info) => {
    const own = ownArguments(args);
    const wish = wishOf(plan, (kind, path) => (kind === 'args' ? walk(own, path) : parentValue(parent, path)));
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

/** As the source answered it: see `raw-keys.ts`. */
function parentValue(parent: unknown, path: readonly string[]): unknown {
  // The cast is sound: the symbol is looked up, nothing written.
  const delegated = isRecord(parent) && isExternalObject(parent as Record<string, unknown>);
  const [first = '', ...rest] = path;
  const value = delegated ? walk(Delivered.open(walk(parent, [reservedKey(first)])), rest) : walk(parent, path);
  if (value instanceof Error) throw originOf(value);
  return Array.isArray(value) ? value.map(item => (item instanceof Error ? originOf(item) : item)) : value;
}
