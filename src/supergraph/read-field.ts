import { isExternalObject, defaultMergedResolver as readDelegated } from '@graphql-tools/delegate';
import type { GraphQLFieldResolver } from 'graphql';
import { isRecord } from '../base/json.ts';
import { located } from './located.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const readLocated = located(readDelegated as Resolver); // it takes any parent, and its context is any

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
