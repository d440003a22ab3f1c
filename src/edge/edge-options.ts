import { type AdmissionOptions, defaultAdmission } from './admission/admission-options.ts';
import { type AuthorizationOptions, defaultAuthorization } from './authorization/options.ts';
import { defaultTrustedDocuments, type TrustedDocumentsOptions } from './documents/trusted-documents.ts';
import { defaultIdentityOptions, type IdentityOptions } from './identity/identity-options.ts';
import { defaultRateLimitOptions, type RateLimitOptions } from './rate-limits/options.ts';
import { defaultResponses, type ResponsesOptions } from './responses/responses-options.ts';
import { defaultSubscriptions, type SubscriptionsOptions } from './subscriptions/subscriptions-options.ts';
import type { TraceOptions } from './trace/trace-options.ts';

/** What the configuration says of the edge: a part for each feature, every default filled in. Plain data. */
export interface EdgeOptions {
  readonly identity: IdentityOptions;
  readonly trustedDocuments: TrustedDocumentsOptions;
  readonly authorization: AuthorizationOptions;
  readonly rateLimits: RateLimitOptions;
  /** Gates by name, in the order in which they stand among themselves. Default: none, which is `order`'s own. */
  readonly pipeline: readonly string[];
  readonly admission: AdmissionOptions;
  readonly responses: ResponsesOptions;
  readonly subscriptions: SubscriptionsOptions;
  /** Default: nothing is traced. */
  readonly trace?: TraceOptions;
}

export const defaultEdgeOptions: EdgeOptions = {
  identity: defaultIdentityOptions,
  trustedDocuments: defaultTrustedDocuments,
  authorization: defaultAuthorization,
  rateLimits: defaultRateLimitOptions,
  pipeline: [],
  admission: defaultAdmission,
  responses: defaultResponses,
  subscriptions: defaultSubscriptions,
};
