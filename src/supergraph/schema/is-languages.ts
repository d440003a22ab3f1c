import { type GraphQLNamedType, introspectionTypes, specifiedScalarTypes } from 'graphql';

const names: ReadonlySet<string> = new Set([...specifiedScalarTypes, ...introspectionTypes].map(({ name }) => name));

/** Is the type GraphQL's own, which every schema has? */
export function isLanguages({ name }: GraphQLNamedType): boolean {
  return names.has(name);
}
