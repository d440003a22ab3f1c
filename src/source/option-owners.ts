import type { CallingOptions } from './calling-options.ts';
import type { GrpcSchemaOptions } from './grpc-schema-options.ts';
import type { SchemaOptions } from './schema-options.ts';

type Option =
  | 'port'
  | 'reflection'
  | 'service'
  | 'mtom'
  | 'addressing'
  | 'soapHeaders'
  | 'headerArguments'
  | 'queries'
  | 'mutations'
  | 'namespace'
  | 'bodies'
  | 'ignoreDirectives'
  | 'credentials'
  | 'trustedOrigins'
  | 'server'
  | 'serverVariables'
  | 'webhooks'
  | 'exposeErrors'
  | 'errors'
  | 'responseHeaders'
  | 'envelope'
  | 'cache'
  | keyof SchemaOptions
  | keyof CallingOptions
  | keyof GrpcSchemaOptions;

/** Options that only some protocols have, and whose they are. */
export const optionOwners: Readonly<Record<Option, readonly string[]>> = {
  port: ['soap'],
  service: ['soap'],
  mtom: ['soap'],
  addressing: ['soap'],
  soapHeaders: ['soap'],
  headerArguments: ['soap'],
  reflection: ['grpc'],
  ignoreDirectives: ['graphql'],
  queries: ['openapi', 'soap', 'grpc'],
  mutations: ['soap'],
  namespace: ['openapi'],
  bodies: ['openapi'],
  credentials: ['openapi'],
  trustedOrigins: ['openapi'],
  server: ['openapi'],
  serverVariables: ['openapi'],
  webhooks: ['openapi'],
  exposeErrors: ['openapi', 'grpc', 'soap'],
  errors: ['openapi'],
  responseHeaders: ['openapi'],
  envelope: ['openapi', 'soap'],
  cache: ['openapi'],
  integers: ['openapi'],
  nullability: ['openapi'],
  enums: ['openapi'],
  additional: ['openapi'],
  constraints: ['openapi'],
  naming: ['openapi'],
  deepLists: ['openapi'],
  compression: ['grpc'],
  keepalive: ['grpc'],
  streamsPerConnection: ['grpc'],
  serviceConfig: ['grpc'],
  collect: ['grpc'],
  oneofs: ['grpc'],
  fieldMask: ['grpc'],
  extensions: ['grpc'],
  nonFinite: ['grpc'],
  pin: ['grpc'],
};
