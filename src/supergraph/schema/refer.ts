import {
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLType,
  isListType,
  isNonNullType,
} from 'graphql';

/** A type reference, with the type that `named` gives in the place of the one that it holds; what it does not know stays. */
export function refer<T extends GraphQLType>(
  type: T,
  named: (type: GraphQLNamedType) => GraphQLNamedType | undefined,
): T {
  return referAny(type, named) as T; // the type that takes a type's place is of the same kind
}

function referAny(type: GraphQLType, named: (type: GraphQLNamedType) => GraphQLNamedType | undefined): GraphQLType {
  if (isNonNullType(type)) return new GraphQLNonNull(referAny(type.ofType, named) as typeof type.ofType); // no non-null becomes of it
  if (isListType(type)) return new GraphQLList(referAny(type.ofType, named));
  return named(type) ?? type;
}
