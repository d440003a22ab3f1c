import { createHash } from 'node:crypto';
import type { OAuthClient, OpenIdClient, Source, TokenExchange } from '../../source/source.ts';
import type { CallContext } from '../adapter.ts';
import { KeptTokens } from './kept-tokens.ts';
import { needsCaller, type Signature, type SignIn, unsigned } from './sign-in.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Whose token is no caller's: the gateway's own. No hash is as short. */
const own = '';

/**
 * Tokens of an authorization server: one for the gateway itself (RFC 6749, 4.4), or one for each caller in exchange for his own (RFC 8693).
 * They are kept under a hash of the token that they were given for; audience and scopes are the source's, and so are the kept tokens.
 */
export class OAuthSignIn implements SignIn {
  readonly #source: Source;
  readonly #client: OAuthClient | OpenIdClient;
  readonly #exchange: TokenExchange | undefined;
  readonly #tokens = new KeptTokens();
  #endpoint: Promise<TokenEndpoint> | undefined;

  constructor(source: Source, client: OAuthClient | OpenIdClient, exchange?: TokenExchange) {
    this.#source = source;
    this.#client = client;
    this.#exchange = exchange;
  }

  of({ principal }: CallContext): Signature | Promise<Signature> {
    if (!this.#exchange) return this.#own();
    const token = principal?.token;
    if (token !== undefined) return this.#exchanged(token, this.#exchange);
    if (this.#exchange.withoutToken === 'client-credentials') return this.#own();
    if (this.#exchange.withoutToken === 'unsigned') return unsigned;
    throw needsCaller(this.#source.name, 'a caller who has signed in with a token');
  }

  async close(): Promise<void> {
    await (await this.#endpoint)?.close();
  }

  #own(): Signature | Promise<Signature> {
    return this.#tokens.of(own, async () => (await this.#open()).clientCredentials());
  }

  #exchanged(token: string, exchange: TokenExchange): Signature | Promise<Signature> {
    const key = createHash('sha256').update(token).digest('base64');
    return this.#tokens.of(key, async () => (await this.#open()).exchanged(token, exchange));
  }

  /** oauth4webapi is loaded by the first token that is needed. */
  #open(): Promise<TokenEndpoint> {
    this.#endpoint ??= import('./token-endpoint.ts').then(
      ({ TokenEndpoint }) => new TokenEndpoint(this.#source, this.#client),
    );
    return this.#endpoint;
  }
}
