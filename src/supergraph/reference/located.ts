import { GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import { GatewayError } from '../../base/error.ts';
import { decidedInfo } from './decided-info.ts';
import { DelegatedFault, unwrapped } from './delegated-fault.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;
type Path = readonly (string | number)[];

/**
 * A resolver that is told what is asked in the plainest form, and whose errors stand where the client sees them. Stitch
 * gives an error of a batch the path of the batch's first parent; here the field that shows an error says where it is.
 */
export function located(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    const rejected = (error: unknown): never => {
      throw error instanceof Error ? relocate(error, info, []) : error;
    };
    let result: unknown;
    try {
      result = resolve(parent, args, context, decidedInfo(info));
    } catch (error) {
      return rejected(error);
    }
    return result instanceof Promise ? result.then(value => settled(value, info), rejected) : settled(result, info);
  };
}

function settled(value: unknown, info: GraphQLResolveInfo): unknown {
  if (value instanceof Error) throw relocate(value, info, []);
  return Array.isArray(value) ? inList(value, info, []) : value;
}

/** Errors and promises of them may stand in lists, and in lists of lists. */
function inList(list: readonly unknown[], info: GraphQLResolveInfo, path: Path): readonly unknown[] {
  const item = (value: unknown, index: number): unknown => {
    const at = [...path, index];
    if (value instanceof Error) return relocate(value, info, at);
    if (Array.isArray(value)) return inList(value, info, at);
    return value instanceof Promise
      ? value.then(
          settledItem => item(settledItem, index),
          (error: unknown) => Promise.reject(error instanceof Error ? relocate(error, info, at) : error),
        )
      : value;
  };
  return list.every(isPlain) ? list : list.map(item);
}

function isPlain(value: unknown): boolean {
  return !(value instanceof Error || value instanceof Promise || Array.isArray(value));
}

function relocate(error: Error, info: GraphQLResolveInfo, path: Path): Error {
  const inner = unwrapped(error);
  if (!(inner instanceof DelegatedFault)) return inner;
  const { origin, tail } = inner;
  if (tail.length === 0) return origin;
  return new GraphQLError(origin.message, {
    nodes: info.fieldNodes,
    path: [...responsePathAsArray(info.path), ...path, ...tail],
    originalError: origin,
    extensions: origin instanceof GatewayError ? origin.extensions : {},
  });
}
