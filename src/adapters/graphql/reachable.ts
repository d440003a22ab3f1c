import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** The root types, each with the interfaces that it still implements. */
export type RootInterfaces = ReadonlyMap<GraphQLNamedType, readonly GraphQLInterfaceType[]>;

/**
 * The names of all types that the root fields lead to: results, arguments, members, implementations. Where a field leads back to a root
 * type, only those of its fields and interfaces count that are given.
 */
export function reachableFrom(
  rootFields: readonly GraphQLField<unknown, unknown>[],
  roots: RootInterfaces,
  schema: GraphQLSchema,
): ReadonlySet<string> {
  const found = new Set<string>();
  const queue: GraphQLNamedType[] = rootFields.flatMap(typesOfField);
  for (let type = queue.pop(); type; type = queue.pop()) {
    if (found.has(type.name)) continue;
    found.add(type.name);
    queue.push(...(roots.get(type) ?? neighbours(type, schema, roots)));
  }
  return found;
}

function neighbours(type: GraphQLNamedType, schema: GraphQLSchema, roots: RootInterfaces): readonly GraphQLNamedType[] {
  if (isObjectType(type)) return [...type.getInterfaces(), ...Object.values(type.getFields()).flatMap(typesOfField)];
  if (isInterfaceType(type)) {
    const { objects, interfaces } = schema.getImplementations(type);
    const fields = Object.values(type.getFields()).flatMap(typesOfField);
    const implementing = objects.filter(object => roots.get(object)?.includes(type) ?? true);
    return [...type.getInterfaces(), ...implementing, ...interfaces, ...fields];
  }
  if (isUnionType(type)) return type.getTypes();
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(field => getNamedType(field.type));
  return [];
}

function typesOfField(field: GraphQLField<unknown, unknown>): GraphQLNamedType[] {
  return [getNamedType(field.type), ...field.args.map(argument => getNamedType(argument.type))];
}
