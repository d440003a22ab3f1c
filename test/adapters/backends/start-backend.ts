import type { Backend } from './backend.ts';

/** By protocol: starts its backend of the contract test. */
export const startBackend: Readonly<Record<string, () => Promise<Backend>>> = {
  openapi: async () => (await import('./openapi.ts')).startOpenapiBackend(),
  soap: async () => (await import('./soap.ts')).startSoapBackend(),
  grpc: async () => (await import('./grpc.ts')).startGrpcBackend(),
  graphql: async () => (await import('./graphql.ts')).startGraphqlBackend(),
};
