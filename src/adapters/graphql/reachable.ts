import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/**
 * The names of all types that the root fields lead to: results, arguments, members, implementations. Where a field leads back to a root
 * type, only those of its fields count that are given.
 */
export function reachableFrom(
  rootFields: readonly GraphQLField<unknown, unknown>[],
  schema: GraphQLSchema,
): ReadonlySet<string> {
  const roots = new Set<GraphQLNamedType | null | undefined>([schema.getQueryType(), schema.getMutationType()]);
  const found = new Set<string>();
  const queue: GraphQLNamedType[] = rootFields.flatMap(typesOfField);
  for (let type = queue.pop(); type; type = queue.pop()) {
    if (found.has(type.name)) continue;
    found.add(type.name);
    if (!roots.has(type)) queue.push(...neighbours(type, schema));
    else if (isObjectType(type)) queue.push(...type.getInterfaces());
  }
  return found;
}

function neighbours(type: GraphQLNamedType, schema: GraphQLSchema): readonly GraphQLNamedType[] {
  if (isObjectType(type)) return [...type.getInterfaces(), ...Object.values(type.getFields()).flatMap(typesOfField)];
  if (isInterfaceType(type)) {
    const { objects, interfaces } = schema.getImplementations(type);
    const fields = Object.values(type.getFields()).flatMap(typesOfField);
    return [...type.getInterfaces(), ...objects, ...interfaces, ...fields];
  }
  if (isUnionType(type)) return type.getTypes();
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(field => getNamedType(field.type));
  return [];
}

function typesOfField(field: GraphQLField<unknown, unknown>): GraphQLNamedType[] {
  return [getNamedType(field.type), ...field.args.map(argument => getNamedType(argument.type))];
}
