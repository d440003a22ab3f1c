import {
  buildASTSchema,
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { coordinate } from '../base/coordinate.ts';
import { GatewayError } from '../base/error.ts';
import { isRecord } from '../base/json.ts';
import type { CallItem, Subschema } from './adapter.ts';
import { ask, perform } from './ask.ts';
import type { RequestContext } from './request-context.ts';
import { scalarLike } from './scalars.ts';
import { selectionOf } from './selection.ts';

/**
 * A schema that runs: every root field asks its call, everything below reads what the call answered. In the source's own names.
 * The schema is not validated here: that is the composer's duty, once, with addresses.
 */
export function executableSchema(subschema: Subschema<unknown, unknown>): GraphQLSchema {
  const schema = buildASTSchema(subschema.blueprint.typeDefs, { assumeValid: true, assumeValidSDL: true });
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (type instanceof GraphQLScalarType) Object.assign(type, codecOf(scalarLike(type)));
    else if (isAbstractType(type)) type.resolveType = typeNameOf;
    else if (isObjectType(type) && subschema.selective && type !== query && type !== mutation) readByResponseKey(type);
  }
  if (query) attach(query, (at, item, context) => ask(subschema, at, item, context), subschema);
  if (mutation) attach(mutation, (at, item, context) => perform(subschema, at, item, context), subschema);
  return schema;
}

/** The value under a field's response key: for values of a selective subschema. */
export const responseKeyResolver: GraphQLFieldResolver<unknown, unknown> = (parent, args, context, info) => {
  const key = info.path.key;
  return isRecord(parent) && Object.hasOwn(parent, key)
    ? parent[key]
    : defaultFieldResolver(parent, args, context, info);
};

function attach(
  type: GraphQLObjectType,
  run: (at: `${string}.${string}`, item: CallItem, context: RequestContext) => Promise<unknown>,
  subschema: Subschema<unknown, unknown>,
): void {
  for (const field of Object.values(type.getFields())) {
    const at = coordinate(type.name, field.name);
    if (!Object.hasOwn(subschema.blueprint.calls, at)) continue;
    field.resolve = (_root, args: Record<string, unknown>, context: RequestContext, info) =>
      run(at, wishOf(args, info), context);
  }
}

/** The selection is worked out only for those who look at it. */
function wishOf(args: Record<string, unknown>, info: GraphQLResolveInfo): CallItem {
  let selection: ReturnType<typeof selectionOf> | null = null;
  return {
    args,
    get selection() {
      if (selection === null) selection = selectionOf(info);
      return selection as NonNullable<typeof selection>; // absent and undefined are one to readers of an optional property
    },
  };
}

function readByResponseKey(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) field.resolve = responseKeyResolver;
}

function typeNameOf(value: unknown): string {
  const name = isRecord(value) ? value['__typename'] : undefined;
  if (typeof name === 'string') return name;
  throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with an object of an unknown kind.');
}

function codecOf(scalar: GraphQLScalarType) {
  const { serialize, parseValue, parseLiteral } = scalar;
  return { serialize, parseValue, parseLiteral };
}
