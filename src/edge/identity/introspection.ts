import { isRecord, own } from '../../base/json.ts';
import type { JsonAnswer } from '../../source/json-client.ts';
import { Asking, type AskingTools } from './asking.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { bearerChallenge, bearerToken } from './bearer.ts';
import { type Claims, claimAt, scopesOf } from './claims.ts';
import type { IntrospectionOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';

const maxToken = 8 * 1024;
const maxBytes = 64 * 1024;

/**
 * Opaque tokens, which only their issuer understands: it is asked about each (RFC 7662). Whatever it
 * answers, or does not, beside that a token is active lets nobody in.
 */
export class IntrospectionAuthenticator implements Authenticator {
  readonly name: string;
  readonly challenge = bearerChallenge();
  readonly #options: IntrospectionOptions;
  readonly #tools: AskingTools;
  readonly #asking: Asking;

  constructor(name: string, options: IntrospectionOptions, tools: AskingTools) {
    this.name = name;
    this.#options = options;
    this.#tools = tools;
    this.#asking = new Asking(options.cache, tools);
  }

  bears({ headers }: Credentials): boolean {
    return headers['authorization'] !== undefined;
  }

  authenticate({ headers, peer }: Credentials): Verdict | Promise<Verdict> {
    const token = bearerToken(headers['authorization']);
    if (token === undefined || token === '') return undefined;
    if (token.length > maxToken) return invalid(`The token has more than the ${maxToken} bytes that are allowed.`);
    return this.#asking.verdict(token, peer, async () => this.#verdictOf(await this.#ask(token), token));
  }

  /** RFC 7662, 2.1; the client signs in as RFC 6749, 2.3.1 says. */
  #ask(token: string): Promise<JsonAnswer> {
    const { url, clientId, clientSecret, timeout } = this.#options;
    const client = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    return this.#tools.client.request(url, {
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(client).toString('base64')}`,
      },
      timeout,
      maxBytes,
    });
  }

  /** RFC 7662, 2.2. */
  #verdictOf(answer: JsonAnswer, token: string): Verdict {
    if ('failure' in answer) return this.#asking.unavailable(answer.failure);
    if (answer.status !== 200) return this.#asking.unavailable(`the answer has status ${answer.status}`);
    const claims = isRecord(answer.json) ? answer.json : undefined;
    const active = claims && own(claims, 'active');
    if (!claims || typeof active !== 'boolean') return this.#asking.unavailable('the answer is no introspection');
    this.#tools.outage.succeeded();
    const fault = active ? this.#faultOf(claims) : 'The token is not valid.';
    if (fault !== undefined) return invalid(fault);
    const { subjectClaim, scopesClaim } = this.#options;
    const expiry = own(claims, 'exp');
    return makePrincipal({
      subject: String(claimAt(claims, subjectClaim)),
      scopes: scopesOf(claimAt(claims, scopesClaim)),
      claims,
      via: this.name,
      ...(typeof expiry === 'number' ? { expires: expiry * 1_000 } : {}),
      token,
    });
  }

  #faultOf(claims: Claims): string | undefined {
    const { audience, subjectClaim } = this.#options;
    const told = [own(claims, 'aud')].flat();
    if (audience.length > 0 && !told.some(each => typeof each === 'string' && audience.includes(each))) {
      return 'The token is not meant for here.';
    }
    const expiry = own(claims, 'exp');
    if (expiry !== undefined && !(typeof expiry === 'number' && expiry * 1_000 > this.#tools.wall())) {
      return 'The token has expired.';
    }
    const subject = claimAt(claims, subjectClaim);
    return typeof subject === 'string' && subject !== '' ? undefined : 'The token does not say whose it is.';
  }
}

function invalid(message: string): Rejection {
  return new Rejection('invalid', message, { challenge: bearerChallenge(message) });
}

function formEncoded(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}
