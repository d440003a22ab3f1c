import { type GraphQLSchema, printSchema } from 'graphql';
import { expect } from 'vitest';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

/** The schema that runs; it is stitched apart from the one that clients see, and must be the same. */
export async function executable(graph: Pick<Supergraph, 'schema' | 'executable'>): Promise<GraphQLSchema> {
  const schema = await graph.executable();
  expect(printSchema(schema)).toBe(printSchema(graph.schema));
  return schema;
}
