import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Principal } from '../../base/principal.ts';
import type { SignedPrincipal } from '../../source/source.ts';
import type { CallContext } from '../adapter.ts';
import { KeptTokens, type Token } from './kept-tokens.ts';
import { needsCaller, type Signature, type SignIn, unsigned } from './sign-in.ts';
import { algorithmOf } from './signing-algorithm.ts';

/** Tells the backend who asks, signed with the gateway's key and for this backend alone. One JWT serves half its lifetime. */
export class PrincipalSignIn implements SignIn {
  readonly #source: string;
  readonly #options: SignedPrincipal;
  readonly #tokens = new KeptTokens();
  #key: KeyObject | undefined;

  constructor(source: string, options: SignedPrincipal) {
    this.#source = source;
    this.#options = options;
  }

  of({ principal }: CallContext): Signature | Promise<Signature> {
    if (principal && principal.subject !== null) {
      const { subject } = principal;
      return this.#tokens.of(identityOf(principal), () => this.#sign(subject, principal));
    }
    if (this.#options.anonymous === 'refuse') throw needsCaller(this.#source, 'a caller who has signed in');
    return unsigned;
  }

  async close(): Promise<void> {}

  async #sign(subject: string, { scopes, via }: Principal): Promise<Token> {
    const { header, key, keyId, issuer, audience = this.#source, lifetime } = this.#options;
    const { SignJWT } = await import('jose');
    this.#key ??= createPrivateKey(key);
    const alg = algorithmOf(this.#key);
    if (alg === undefined) throw new TypeError('A key of this kind should not have passed the configuration.');
    const now = Math.floor(Date.now() / 1_000);
    const token = await new SignJWT({ scope: [...scopes].join(' '), via })
      .setProtectedHeader({ alg, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + Math.ceil(lifetime / 1_000))
      .sign(this.#key);
    return { headers: { [header]: token }, usableFor: lifetime / 2 };
  }
}

/** All that the JWT says of the principal. */
function identityOf({ via, subject, scopes }: Principal): string {
  return JSON.stringify([via, subject, ...scopes]);
}
