/** How a backend's own requests to the gateway (webhooks, callbacks) are known to be its own. */
export interface WebhookOptions {
  readonly proof: WebhookProof;
  /**
   * Milliseconds that a request may be away from its time of signing, either way, and that it is remembered for, so that it is taken once.
   * Default 300,000, as Standard Webhooks has it.
   */
  readonly tolerance: number;
  /** The gateway's address as the backend reaches it, without a slash at its end: callbacks need it. Default: there are no callbacks. */
  readonly publicUrl?: string;
}

export type WebhookProof =
  /** Standard Webhooks 1.0.0 (`webhook-id`, `webhook-timestamp`, `webhook-signature`), HMAC-SHA256. The secret with or without `whsec_`. */
  | { readonly standard: { readonly secret: string } }
  /** Stripe's `stripe-signature: t=…,v1=…`, HMAC-SHA256. */
  | { readonly stripe: { readonly secret: string } }
  | { readonly hmac: WebhookHmac }
  /** The same secret text with every request: says who sends, but neither when nor what. */
  | { readonly sharedSecret: { readonly header: string; readonly value: string } };

/** A signature in a header (RFC 2104), as GitHub, Slack, Shopify and many others have it. */
export interface WebhookHmac {
  readonly secret: string;
  /** In lower case. */
  readonly header: string;
  /** Stands before the signature in the header: `sha256=`. Default: nothing. */
  readonly prefix: string;
  /** Default `sha256`. */
  readonly algorithm: 'sha256' | 'sha384' | 'sha512';
  /** Default `hex`. */
  readonly encoding: 'hex' | 'base64';
  /** The header with the time of signing in seconds, which is then signed with the body. Default: there is none. */
  readonly timestampHeader?: string;
  /** What is signed; all but `body` need a `timestampHeader`. Default `body`. */
  readonly signed: 'body' | 'timestamp.body' | 'v0:timestamp:body';
}
