import type { Origins } from '../../src/supergraph/origins.ts';

/** Of a schema that has resolvers of its own and no sources: nothing of it can be planned. */
export const noOrigins: Origins = {
  members: [],
  rootField: () => undefined,
  namespaces: new Map(),
  link: () => undefined,
  entities: () => [],
};
