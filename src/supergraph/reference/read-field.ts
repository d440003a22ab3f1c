import { isExternalObject, defaultMergedResolver as readDelegated } from '@graphql-tools/delegate';
import type { FieldNode, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import { isRecord } from '../../base/json.ts';
import { located } from './located.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const read = readDelegated as Resolver; // it takes any parent, and its context is any

/** By a delegated value and the place that shows it: what was read there. */
const known = new WeakMap<object, WeakMap<readonly FieldNode[], unknown>>();

/**
 * Many parents share what one wish came to. Stitch joins what other sources have into the value that it reads, so the value is read once:
 * joining again what holds an Error would lose it.
 */
const readLocated = located((parent, args, context, info) => {
  const value = (parent as Readonly<Record<string, unknown>>)[responseKeyOf(info)]; // a record: see below
  if (typeof value !== 'object' || value === null || value instanceof Error) return read(parent, args, context, info);
  const places = known.get(value) ?? new WeakMap<readonly FieldNode[], unknown>();
  known.set(value, places);
  if (!places.has(info.fieldNodes)) places.set(info.fieldNodes, read(parent, args, context, info));
  return places.get(info.fieldNodes);
});

function responseKeyOf({ fieldNodes: [node], fieldName }: GraphQLResolveInfo): string {
  return node?.alias?.value ?? fieldName;
}

/**
 * Reads a field that needs no call: of a delegated object as stitch does it, of a source's plain value its own
 * property, never one of a prototype. Stitch tells from a resolver's name that it asks for nothing more, and then
 * delegates leaner: hence the name.
 */
export const defaultMergedResolver: Resolver = (parent, args, context, info) => {
  if (!isRecord(parent)) return undefined;
  // The cast is sound: the symbol is looked up, nothing written.
  if (isExternalObject(parent as Record<string, unknown>)) return readLocated(parent, args, context, info);
  return Object.hasOwn(parent, info.fieldName) ? parent[info.fieldName] : undefined;
};
