import type { BucketPart, OnStoreError, Quota } from '../../policy/rate-limit.ts';

/** Rate limits of the configuration; those of the overlay are annotations. */
export interface RateLimitOptions {
  /** Where all gateways count together. Absent: each process counts by itself. */
  readonly redis?: RedisOptions;
  /** How many gateways share the traffic: what one may let through by itself is its part (`OnStoreError` LOCAL). Default 1. */
  readonly replicas: number;
  /** Of all requests of one address, before anybody is authenticated. Absent: there is none. */
  readonly perAddress?: AddressLimitOptions;
  /** Default: none. */
  readonly rules: readonly RateLimitRule[];
}

export interface RedisOptions {
  /** `redis:` or `rediss:`, with the password where there is one. Never logged. */
  readonly url: string;
  /** How long an answer is awaited, in milliseconds. Default 50. */
  readonly commandTimeout: number;
  /** What all keys begin with. Default `selvage`. */
  readonly prefix: string;
}

export interface AddressLimitOptions {
  readonly quota: Quota;
  readonly onStoreError: OnStoreError;
  readonly message?: string;
  /** Units that a request takes that fails to authenticate: guessing is dearer than asking. Default 10. */
  readonly unauthenticatedCost: number;
}

/** Counts operations; of those that ask a source, the fields that ask it. What it names must all be so. */
export interface RateLimitRule {
  readonly name: string;
  readonly quota: Quota;
  readonly by: readonly BucketPart[];
  readonly onStoreError: OnStoreError;
  readonly message?: string;
  /** Only of these clients (`clientOf`). Absent: of all. */
  readonly clients?: readonly string[];
  /** Only operations of these names, `*` standing for any characters. Absent: all. */
  readonly operations?: readonly string[];
  /** Only what asks these sources. Absent: whatever an operation asks. */
  readonly sources?: readonly string[];
}

export const defaultRateLimitOptions: RateLimitOptions = { replicas: 1, rules: [] };
