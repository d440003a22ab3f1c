import {
  buildASTSchema,
  type FieldNode,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
  type ResponsePath,
  responsePathAsArray,
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
 * The schema is not validated here: that is the composer's duty, once, with addresses. `assumeValid`: nor where it is used.
 */
export function executableSchema(
  subschema: Subschema<unknown, unknown>,
  { assumeValid = true }: { readonly assumeValid?: boolean } = {},
): GraphQLSchema {
  const schema = buildASTSchema(subschema.blueprint.typeDefs, { assumeValid, assumeValidSDL: true });
  const query = schema.getQueryType();
  const mutation = schema.getMutationType();
  const subscription = schema.getSubscriptionType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (type instanceof GraphQLScalarType) Object.assign(type, codecOf(scalarLike(type)));
    else if (isAbstractType(type)) type.resolveType = typeNameOf;
    else if (isObjectType(type)) readWith(subschema.selective ? responseKeyResolver : fieldNameResolver, type);
  }
  if (query) attach(query, (at, item, context) => ask(subschema, at, item, context), subschema);
  if (mutation) attach(mutation, (at, item, context) => perform(subschema, at, item, context), subschema);
  if (subscription) attach(subscription, (_at, _item, { event }) => eventOf(event), subschema);
  return schema;
}

/** The value under a field's response key: for values of a selective subschema. */
const responseKeyResolver: GraphQLFieldResolver<unknown, unknown> = (parent, _args, _context, info) =>
  withExactPaths(ownValue(parent, info.path.key), info.path, info.fieldNodes);

/** The value under a field's name: graphql-js's default would also find what every object inherits, and call it. */
const fieldNameResolver: GraphQLFieldResolver<unknown, unknown> = (parent, _args, _context, { fieldName }) =>
  ownValue(parent, fieldName);

function ownValue(parent: unknown, key: string | number): unknown {
  return isRecord(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function attach(
  type: GraphQLObjectType,
  run: (at: `${string}.${string}`, item: CallItem, context: RequestContext) => Promise<unknown>,
  subschema: Subschema<unknown, unknown>,
): void {
  for (const field of Object.values(type.getFields())) {
    const at = coordinate(type.name, field.name);
    if (!Object.hasOwn(subschema.blueprint.calls, at)) continue;
    field.resolve = (parent, args: Record<string, unknown>, context: RequestContext, info) =>
      isAnswered(subschema, parent, info)
        ? responseKeyResolver(parent, args, context, info)
        : answerOf(run(at, wishOf(args, info), context), info);
  }
}

async function eventOf(event: unknown): Promise<unknown> {
  if (event instanceof Error) throw event;
  return event;
}

async function answerOf(asking: Promise<unknown>, { path, fieldNodes }: GraphQLResolveInfo): Promise<unknown> {
  try {
    return withExactPaths(await asking, path, fieldNodes);
  } catch (error) {
    throw withExactPaths(error, path, fieldNodes);
  }
}

/** Faults that arose below the null they made say so: graphql-js leaves an error that has a path as it is. */
function withExactPaths(value: unknown, path: ResponsePath, nodes: readonly FieldNode[]): unknown {
  if (value instanceof GatewayError && value.below.length > 0) {
    return new GraphQLError(value.message, {
      nodes,
      path: [...responsePathAsArray(path), ...value.below],
      originalError: value,
    });
  }
  if (!Array.isArray(value) || !value.some(item => Array.isArray(item) || item instanceof Error)) return value;
  return value.map((item, key) => withExactPaths(item, { prev: path, key, typename: undefined }, nodes));
}

/** A root type can also be met further down (`{ rename { query { version } } }`): there a selective backend has answered it already. */
function isAnswered(subschema: Subschema<unknown, unknown>, parent: unknown, { path }: GraphQLResolveInfo): boolean {
  return subschema.selective && path.prev !== undefined && isRecord(parent) && Object.hasOwn(parent, path.key);
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

function readWith(resolve: GraphQLFieldResolver<unknown, unknown>, type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) field.resolve = resolve;
}

const typeNameOf: GraphQLTypeResolver<unknown, unknown> = (value, _context, info, type) => {
  const name = isRecord(value) ? value['__typename'] : undefined;
  const named = typeof name === 'string' ? info.schema.getType(name) : undefined;
  if (isObjectType(named) && info.schema.isSubType(type, named)) return named.name;
  const message = 'The backend answered with an object of an unknown kind.';
  throw new GatewayError('UPSTREAM_MALFORMED', message, { cause: name });
};

function codecOf(scalar: GraphQLScalarType) {
  const { serialize, parseValue, parseLiteral } = scalar;
  return { serialize, parseValue, parseLiteral };
}
