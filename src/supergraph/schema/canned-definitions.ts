import type { IResolvers } from '@graphql-tools/utils';
import {
  __Schema,
  __Type,
  astFromValue,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
  isObjectType,
  parse,
  print,
} from 'graphql';
import type { RequestContext } from '../../adapter/request-context.ts';
import { type CannedFields, readsArguments } from '../../policy/canned.ts';
import { CannedObject } from '../../policy/canned-object.ts';
import { filled } from '../../policy/canned-template.ts';
import type { Namespaces } from '../namespaces.ts';
import { cannedName, introspectionName, uncannedName } from '../reserved-names.ts';
import type { Running } from './client-schema.ts';

/** The fields of the gateway's own that stand in for canned ones in the stitched schema; `schema` is the client's. */
export function cannedDefinitions(schema: GraphQLSchema, canned: CannedFields, namespaces: Namespaces): DocumentNode[] {
  return shown(schema, canned, namespaces).map(({ typeName, name, field, answer }) => {
    const args = readsArguments(answer) ? field.args.map(argumentText) : [];
    return parse(
      `extend type ${typeName} { ${name}${args.length > 0 ? `(${args.join(' ')})` : ''}: ${String(field.type)} }`,
    );
  });
}

function argumentText({ name, type, defaultValue }: GraphQLArgument): string {
  const preset = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return `${name}: ${String(type)}${preset ? ` = ${print(preset)}` : ''}`;
}

/** A delegated parent of which nothing else is wanted must still be asked whether it is there. */
export function cannedResolvers(schema: GraphQLSchema, canned: CannedFields, namespaces: Namespaces): IResolvers[] {
  return shown(schema, canned, namespaces).map(({ typeName, name, isRoot, answer }) => {
    const selectionSet = isRoot ? {} : { selectionSet: '{ __typename }' };
    const resolve: GraphQLFieldResolver<unknown, RequestContext> = (_parent, args, { call }) => {
      if ('error' in answer) throw answer.error;
      return filled(answer.template, call, args);
    };
    return { [typeName]: { [name]: { ...selectionSet, resolve } } };
  });
}

/** Below a canned object nobody is asked: all of it is what its value says. */
export function belowCanned(resolver: Running['resolver']): Running['resolver'] {
  return (stitched, typeName, fieldName) => {
    const resolve = resolver(stitched, typeName, fieldName);
    const own = uncannedName(fieldName);
    const read: typeof resolve = (parent, args, context, info) =>
      parent instanceof CannedObject ? parent[own] : resolve(parent, args, context, info);
    // Stitch tells by it which resolvers ask for nothing more: see `read-field.ts`.
    Object.defineProperty(read, 'name', { value: resolve.name });
    return read;
  };
}

/** Introspection tells of the client's schema, in which there are no fields of the gateway's own (GraphQL October 2021, 4.1). */
export function ownIntrospection(schema: GraphQLSchema, canned: CannedFields): GraphQLFieldConfigMap<unknown, unknown> {
  if (canned.size === 0) return {};
  return {
    [introspectionName('__schema')]: { type: new GraphQLNonNull(__Schema), resolve: () => schema },
    [introspectionName('__type')]: {
      type: __Type,
      args: { name: { type: new GraphQLNonNull(GraphQLString) } },
      resolve: (_source, { name }) => schema.getType(String(name)),
    },
  };
}

/** What stands in a namespace stands in the query type here, until `nestedSchema` has it moved. */
function shown(schema: GraphQLSchema, canned: CannedFields, { types }: Namespaces) {
  const roots = [schema.getQueryType(), schema.getMutationType()].map(type => type?.name);
  return [...canned].flatMap(([element, all]) => {
    const [typeName = '', fieldName = ''] = element.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    if (!field) return [];
    const within = types.has(typeName) ? 'Query' : typeName;
    const isRoot = roots.includes(within);
    return all.map(({ answer }, index) => ({
      typeName: within,
      name: cannedName(fieldName, index),
      field,
      isRoot,
      answer,
    }));
  });
}
