import type { Principal } from '../../base/principal.ts';
import type { OperationRequest } from '../handler.ts';

/** What authentication looks at. */
export type Credentials = Pick<OperationRequest, 'headers' | 'peer'>;

/**
 * Why a credential is not believed. `invalid`: it is wrong. `unavailable`: whoever could tell is not reached. `limited`: too many wrong
 * ones came from the address, so that this one is not looked at.
 */
export type RejectionKind = 'invalid' | 'unavailable' | 'limited';

/** The end of the matter: a credential that was meant for a provider and is not believed lets nobody in, not even as anonymous. */
export class Rejection {
  readonly kind: RejectionKind;
  /** For the client: our own words, nothing of what it sent. */
  readonly message: string;
  /** Of `WWW-Authenticate` (RFC 9110, 11.6.1), in place of the provider's own. */
  readonly challenge: string | undefined;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** For the log alone. */
  readonly cause: unknown;

  constructor(
    kind: RejectionKind,
    message: string,
    more: { readonly challenge?: string; readonly retryAfter?: number; readonly cause?: unknown } = {},
  ) {
    this.kind = kind;
    this.message = message;
    this.challenge = more.challenge;
    this.retryAfter = more.retryAfter;
    this.cause = more.cause;
  }
}

/** Undefined: nothing in the request is this provider's to judge, so the next one is asked. */
export type Verdict = Principal | Rejection | undefined;

/** One provider of the configuration. A verdict that is known already is there at once: promises are for what must be waited for. */
export interface Authenticator {
  /** The provider's name: `via` of its principals. */
  readonly name: string;
  /** What an answer 401 says it takes (RFC 9110, 11.6.1). Absent where no header can carry the credential. */
  readonly challenge?: string;
  /** Is there anything in the place where the provider's credential would be? */
  bears(request: Credentials): boolean;
  authenticate(request: Credentials): Verdict | Promise<Verdict>;
}
