/** gRPC: how methods are called. */
export interface CallingOptions {
  /** How requests are compressed. Default: not. What a backend answers in gzip or deflate is read in any case. */
  readonly compression?: 'gzip' | 'deflate';
  /**
   * A connection that has been silent for so long while calls are under way is asked for a sign of life (HTTP/2 PING), in milliseconds. Many
   * servers hang up on those who ask more often than every five minutes. Default: never.
   */
  readonly keepalive?: number;
  /** Calls and streams under way on one connection; those beyond get further ones. Default 100, which most servers allow. */
  readonly streamsPerConnection: number;
  /** How calls are balanced, retried, hedged and watched. Default: one connection, nothing is sent twice, health is not asked. */
  readonly serviceConfig?: ServiceConfig;
  /** Which server streams are lists, too, as fields of Query. Default: none. */
  readonly collect: CollectOptions;
}

export interface CollectOptions {
  /** Globs over the source's own field names. */
  readonly operations: readonly string[];
  /** Most messages of such a list: a stream that has more fails. Default 1,000. */
  readonly max: number;
}

/** What of gRPC's service config is kept to (grpc/grpc-proto: grpc/service_config/service_config.proto, in its JSON form). */
export interface ServiceConfig {
  /** The first policy that is known holds: `pick_first`, `round_robin` or `outlier_detection` (its settings in lowerCamelCase, times in milliseconds). */
  readonly loadBalancingConfig?: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
  readonly methodConfig?: readonly MethodConfig[];
  readonly retryThrottling?: { readonly maxTokens: number; readonly tokenRatio: number };
  /** There: `grpc.health.v1.Health/Watch` is asked for this service, and an unhealthy backend is not called. Default `serviceName`: "". */
  readonly healthCheckConfig?: { readonly serviceName: string };
}

export interface MethodConfig {
  /** Nothing in it: all methods. */
  readonly name: readonly { readonly service?: string; readonly method?: string }[];
  /** Milliseconds. */
  readonly timeout?: number;
  /** Of calls that only read; others are never sent twice. */
  readonly retryPolicy?: RetryPolicy;
  readonly hedgingPolicy?: HedgingPolicy;
}

/** gRPC proposal A6. Times in milliseconds. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly initialBackoff: number;
  readonly maxBackoff: number;
  readonly backoffMultiplier: number;
  readonly retryableStatusCodes: readonly string[];
}

/** gRPC proposal A6. Times in milliseconds. */
export interface HedgingPolicy {
  readonly maxAttempts: number;
  readonly hedgingDelay: number;
  readonly nonFatalStatusCodes: readonly string[];
}

export const defaultCallingOptions: CallingOptions = {
  streamsPerConnection: 100,
  collect: { operations: [], max: 1_000 },
};
