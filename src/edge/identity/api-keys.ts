import { hash } from 'node:crypto';
import type { Principal } from '../../base/principal.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { fingerprint } from './fingerprint.ts';
import type { ApiKeyOptions } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';

const maxKey = 512;

/** Keys that are known by their hashes alone. A key that is not among them may be another provider's, of the same header. */
export class ApiKeyAuthenticator implements Authenticator {
  readonly name: string;
  readonly challenge: string;
  readonly #header: string;
  readonly #now: () => number;
  readonly #keys: ReadonlyMap<string, { readonly principal: Principal; readonly expires: number }>;

  constructor(name: string, { header, keys }: ApiKeyOptions, now: () => number) {
    this.name = name;
    this.#header = header;
    this.challenge = `ApiKey realm="selvage", header="${header}"`;
    this.#now = now;
    this.#keys = new Map(
      keys.map(({ owner, sha256, scopes, expires }) => [
        fingerprint(sha256),
        {
          principal: makePrincipal({ subject: owner, scopes, via: name }),
          expires: expires ?? Number.POSITIVE_INFINITY,
        },
      ]),
    );
  }

  bears({ headers }: Credentials): boolean {
    return headers[this.#header] !== undefined;
  }

  authenticate({ headers }: Credentials): Verdict {
    const given = headers[this.#header];
    if (given === undefined || given.length > maxKey) return undefined;
    const key = this.#keys.get(fingerprint(hash('sha256', given, 'hex')));
    if (!key) return undefined;
    return this.#now() < key.expires ? key.principal : new Rejection('invalid', 'The API key has expired.');
  }
}
