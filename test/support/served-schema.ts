import type { GraphQLSchema } from 'graphql';
import type { Served } from '../../src/edge/handler.ts';
import { openAccess } from '../../src/supergraph/access/access-table.ts';
import { noOrigins } from './no-origins.ts';

/** A revision of a schema that has resolvers of its own, open to all. */
export function servedSchema(schema: GraphQLSchema): Served {
  return {
    revision: 'r1',
    schema,
    executable: async () => schema,
    annotations: new Map(),
    access: openAccess,
    origins: noOrigins,
  };
}
