import { LRUCache } from 'lru-cache';
import { isRecord, own } from '../../base/json.ts';
import type { Principal } from '../../base/principal.ts';
import type { JsonAnswer, JsonClient } from '../../source/json-client.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { scopesOf } from './claims.ts';
import type { Failures } from './failures.ts';
import { fingerprint } from './fingerprint.ts';
import type { AuthorizerOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';
import type { Outage } from './outage.ts';

const maxAnswer = 64 * 1024;
const maxRemembered = 10_000;

export interface AuthorizerTools {
  readonly client: Pick<JsonClient, 'request'>;
  readonly failures: Failures;
  readonly outage: Outage;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/**
 * The identity system that is there already: it is posted `{ "headers": {…}, "address": "…" }` and answers 200 with
 * `{ "subject": "…", "scopes": […], "claims": {…} }`; 401 or 403 where the credential is wrong; 204 where it has no opinion. Whatever else
 * it answers, or does not, lets nobody in.
 */
export class AuthorizerAuthenticator implements Authenticator {
  readonly name: string;
  readonly #options: AuthorizerOptions;
  readonly #tools: AuthorizerTools;
  readonly #remembered: LRUCache<string, Principal> | undefined;
  readonly #underWay = new Map<string, Promise<Verdict>>();

  constructor(name: string, options: AuthorizerOptions, tools: AuthorizerTools) {
    this.name = name;
    this.#options = options;
    this.#tools = tools;
    if (options.cache > 0)
      this.#remembered = new LRUCache({ max: maxRemembered, ttl: options.cache, ttlResolution: 0, perf: tools });
  }

  get challenge(): string {
    return 'Bearer realm="selvage"';
  }

  bears({ headers }: Credentials): boolean {
    return this.#options.headers.some(name => headers[name] !== undefined);
  }

  authenticate(request: Credentials): Verdict | Promise<Verdict> {
    if (!this.bears(request)) return undefined;
    const body = this.#bodyOf(request);
    const id = fingerprint(body);
    return this.#remembered?.get(id) ?? this.#underWay.get(id) ?? this.#judge(body, id, request);
  }

  #bodyOf({ headers, peer }: Credentials): string {
    const passed = this.#options.headers.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]]]));
    return JSON.stringify({ headers: Object.fromEntries(passed), address: peer?.address ?? null });
  }

  #judge(body: string, id: string, { peer }: Credentials): Verdict | Promise<Verdict> {
    const { failures, client } = this.#tools;
    const wait = failures.wait(peer);
    if (wait > 0) {
      return new Rejection('limited', 'Too many wrong credentials came from this address.', { retryAfter: wait });
    }
    const { url, timeout } = this.#options;
    const verdict = client
      .request(url, { body, timeout, maxBytes: maxAnswer })
      .then(answer => {
        const given = this.#verdictOf(answer);
        if (given instanceof Rejection && given.kind === 'invalid') failures.count(peer);
        else if (given && !(given instanceof Rejection)) this.#remembered?.set(id, given);
        return given;
      })
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, verdict);
    return verdict;
  }

  #verdictOf(answer: JsonAnswer): Verdict {
    if ('failure' in answer) return this.#unavailable(answer.failure);
    const { status, headers, json } = answer;
    const principal = status === 200 ? this.#principalOf(json) : undefined;
    if (!principal && ![204, 401, 403].includes(status)) {
      return this.#unavailable(status === 200 ? 'the answer is no principal' : `the answer has status ${status}`);
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

  #unavailable(reason: string): Rejection {
    this.#tools.outage.failed(reason);
    return new Rejection('unavailable', 'Who asks cannot be told now.');
  }
}

/** The authorizer's own, where it is one that can be sent on (RFC 9110, 5.5). */
function challengeOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\x20-\x7e]{1,1000}$/.test(header) ? header : undefined;
}
