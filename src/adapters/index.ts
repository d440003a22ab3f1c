import type { Adapter } from '../adapter/adapter.ts';

/** Every protocol, by name; loaded when it is first needed. A new protocol is one folder and one line here. */
export const adapters: Readonly<Record<string, () => Promise<Adapter>>> = {
  openapi: async () => (await import('./openapi/index.ts')).openapi,
  soap: async () => (await import('./soap/index.ts')).soap,
  grpc: async () => (await import('./grpc/index.ts')).grpc,
  graphql: async () => (await import('./graphql/index.ts')).graphql,
};
