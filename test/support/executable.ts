import { type GraphQLSchema, printSchema } from 'graphql';
import { expect } from 'vitest';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';

/** The schema that runs; it is stitched apart from the one that clients see, and must be the same. */
export async function executable(graph: Pick<Supergraph, 'schema' | 'executable'>): Promise<GraphQLSchema> {
  const schema = await graph.executable();
  const ownFields = /^ {2}_selvage_canned_.*\n/gm; // what stands in for canned fields: no client can name it
  expect(printSchema(schema).replace(ownFields, '')).toBe(printSchema(graph.schema));
  return schema;
}
