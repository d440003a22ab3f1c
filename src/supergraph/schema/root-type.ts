/** The kinds of operations (GraphQL October 2021, 2.3). */
export type OperationKind = 'query' | 'mutation' | 'subscription';

/** The root types, by the names that they have in every source and for clients. */
export type RootType = 'Query' | 'Mutation' | 'Subscription';

export const rootTypeOf: Readonly<Record<OperationKind, RootType>> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
};
