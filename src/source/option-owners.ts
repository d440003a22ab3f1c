/** Options that only some protocols have, and whose they are. */
export const optionOwners: Readonly<Record<'port' | 'reflection' | 'queries' | 'ignoreDirectives', readonly string[]>> =
  {
    port: ['soap'],
    reflection: ['grpc'],
    ignoreDirectives: ['graphql'],
    queries: ['openapi', 'soap', 'grpc'],
  };
