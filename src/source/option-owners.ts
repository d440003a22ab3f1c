/** Options that only some protocols have, and whose they are. */
export const optionOwners: Readonly<Record<'port' | 'reflection' | 'queries', readonly string[]>> = {
  port: ['soap'],
  reflection: ['grpc'],
  queries: ['openapi', 'soap', 'grpc'],
};
