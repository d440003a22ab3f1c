import type { IResolvers } from '@graphql-tools/utils';
import {
  __Schema,
  __Type,
  type DocumentNode,
  type GraphQLFieldConfigMap,
  GraphQLNonNull,
  type GraphQLSchema,
  GraphQLString,
  isObjectType,
  parse,
} from 'graphql';
import type { CannedFields } from '../policy/canned.ts';
import { cannedName } from './reserved-names.ts';

/** The fields of the gateway's own that stand in for canned ones in the stitched schema; `schema` is the client's. */
export function cannedDefinitions(schema: GraphQLSchema, canned: CannedFields): DocumentNode[] {
  return shown(schema, canned).map(({ typeName, fieldName, type }) =>
    parse(`extend type ${typeName} { ${cannedName(fieldName)}: ${type} }`),
  );
}

/** A delegated parent of which nothing else is wanted must still be asked whether it is there. */
export function cannedResolvers(schema: GraphQLSchema, canned: CannedFields): IResolvers[] {
  return shown(schema, canned).map(({ typeName, fieldName, isRoot, answer }) => {
    const resolve = () => {
      if ('error' in answer) throw answer.error;
      return answer.value;
    };
    const selectionSet = isRoot ? {} : { selectionSet: '{ __typename }' };
    return { [typeName]: { [cannedName(fieldName)]: { ...selectionSet, resolve } } };
  });
}

/** Introspection tells of the client's schema, in which there are no fields of the gateway's own (GraphQL October 2021, 4.1). */
export function ownIntrospection(schema: GraphQLSchema, canned: CannedFields): GraphQLFieldConfigMap<unknown, unknown> {
  if (canned.size === 0) return {};
  return {
    [cannedName('__schema')]: { type: new GraphQLNonNull(__Schema), resolve: () => schema },
    [cannedName('__type')]: {
      type: __Type,
      args: { name: { type: new GraphQLNonNull(GraphQLString) } },
      resolve: (_source, { name }) => schema.getType(String(name)),
    },
  };
}

/** Of what clients can see. */
function shown(schema: GraphQLSchema, canned: CannedFields) {
  const roots = [schema.getQueryType(), schema.getMutationType()].map(type => type?.name);
  return [...canned].flatMap(([element, answer]) => {
    const [typeName = '', fieldName = ''] = element.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    return field ? [{ typeName, fieldName, type: String(field.type), isRoot: roots.includes(typeName), answer }] : [];
  });
}
