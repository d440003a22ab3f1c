import { defaultIdentityOptions, type IdentityOptions } from './identity/identity-options.ts';
import { defaultRateLimitOptions, type RateLimitOptions } from './rate-limits/options.ts';
import { defaultTrustedDocuments, type TrustedDocumentsOptions } from './trusted-documents.ts';

/** What the configuration says of the edge: a part for each feature, every default filled in. Plain data. */
export interface EdgeOptions {
  readonly identity: IdentityOptions;
  readonly trustedDocuments: TrustedDocumentsOptions;
  readonly rateLimits: RateLimitOptions;
}

export const defaultEdgeOptions: EdgeOptions = {
  identity: defaultIdentityOptions,
  trustedDocuments: defaultTrustedDocuments,
  rateLimits: defaultRateLimitOptions,
};
