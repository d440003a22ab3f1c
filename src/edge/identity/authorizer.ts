import { isRecord, own } from '../../base/json.ts';
import type { Principal } from '../../base/principal.ts';
import type { JsonAnswer } from '../../source/json-client.ts';
import { Asking, type AskingTools } from './asking.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { scopesOf } from './claims.ts';
import type { AuthorizerOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';

const maxBytes = 64 * 1024;

/**
 * The identity system that is there already: it is posted `{ "headers": {…}, "address": "…" }` and answers 200 with
 * `{ "subject": "…", "scopes": […], "claims": {…} }`; 401 or 403 where the credential is wrong; 204 where it has no opinion. Whatever else
 * it answers, or does not, lets nobody in.
 */
export class AuthorizerAuthenticator implements Authenticator {
  readonly name: string;
  readonly challenge = 'Bearer realm="selvage"';
  readonly #options: AuthorizerOptions;
  readonly #tools: AskingTools;
  readonly #asking: Asking;

  constructor(name: string, options: AuthorizerOptions, tools: AskingTools) {
    this.name = name;
    this.#options = options;
    this.#tools = tools;
    this.#asking = new Asking(options.cache, tools);
  }

  bears({ headers }: Credentials): boolean {
    return this.#options.headers.some(name => headers[name] !== undefined);
  }

  authenticate(request: Credentials): Verdict | Promise<Verdict> {
    if (!this.bears(request)) return undefined;
    const body = this.#bodyOf(request);
    const { url, timeout } = this.#options;
    return this.#asking.verdict(body, request.peer, async () =>
      this.#verdictOf(await this.#tools.client.request(url, { body, timeout, maxBytes })),
    );
  }

  #bodyOf({ headers, peer }: Credentials): string {
    const passed = this.#options.headers.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]]]));
    return JSON.stringify({ headers: Object.fromEntries(passed), address: peer?.address ?? null });
  }

  #verdictOf(answer: JsonAnswer): Verdict {
    if ('failure' in answer) return this.#asking.unavailable(answer.failure);
    const { status, headers, json } = answer;
    const principal = status === 200 ? this.#principalOf(json) : undefined;
    if (!principal && ![204, 401, 403].includes(status)) {
      const reason = status === 200 ? 'the answer is no principal' : `the answer has status ${status}`;
      return this.#asking.unavailable(reason);
    }
    this.#tools.outage.succeeded();
    if (principal || status === 204) return principal;
    const challenge = challengeOf(headers['www-authenticate']);
    return new Rejection('invalid', 'The credentials are not valid.', challenge === undefined ? {} : { challenge });
  }

  #principalOf(json: unknown): Principal | undefined {
    if (!isRecord(json)) return undefined;
    const subject = own(json, 'subject');
    const claims = own(json, 'claims') ?? {};
    if (typeof subject !== 'string' || subject === '' || !isRecord(claims)) return undefined;
    return makePrincipal({ subject, scopes: scopesOf(own(json, 'scopes')), claims, via: this.name });
  }
}

/** The authorizer's own, where it is one that can be sent on (RFC 9110, 5.5). */
function challengeOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\x20-\x7e]{1,1000}$/.test(header) ? header : undefined;
}
