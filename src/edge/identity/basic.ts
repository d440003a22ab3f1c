import { LRUCache } from 'lru-cache';
import type { Principal } from '../../base/principal.ts';
import { type Authenticator, type Credentials, Rejection, type Verdict } from './authenticator.ts';
import { type Failures, tooMany } from './failures.ts';
import { fingerprint } from './fingerprint.ts';
import type { BasicOptions, BasicUser } from './identity-options.ts';
import { makePrincipal } from './make-principal.ts';
import { isPassword } from './password.ts';

const challenge = 'Basic realm="selvage", charset="UTF-8"';
const maxCredential = 1_024;
const maxRemembered = 1_000;

/** Passwords that are hashed at once: each takes a thread and its memory. What comes when so many wait is turned away. */
const maxHashing = 2;
const maxWaiting = 32;

/**
 * Users and passwords of a file (RFC 7617). A right one is remembered, by a fingerprint; one that is not known counts against the address
 * before it is hashed, so that no address can have more hashed than it may. An unknown user takes as long as a wrong password.
 */
export class BasicAuthenticator implements Authenticator {
  readonly name: string;
  readonly challenge = challenge;
  readonly #users: ReadonlyMap<string, { readonly user: BasicUser; readonly principal: Principal }>;
  readonly #decoy: BasicUser | undefined;
  readonly #failures: Failures;
  readonly #remembered = new LRUCache<string, Principal>({ max: maxRemembered });
  readonly #underWay = new Map<string, Promise<Verdict>>();
  readonly #waiting: (() => void)[] = [];
  #hashing = 0;

  constructor(name: string, { users }: BasicOptions, failures: Failures) {
    this.name = name;
    this.#failures = failures;
    this.#decoy = users[0];
    this.#users = new Map(
      users.map(user => [
        user.name,
        { user, principal: makePrincipal({ subject: user.name, scopes: user.scopes, via: name }) },
      ]),
    );
  }

  bears({ headers }: Credentials): boolean {
    return headers['authorization'] !== undefined;
  }

  authenticate(request: Credentials): Verdict | Promise<Verdict> {
    const header = request.headers['authorization'];
    if (header === undefined || !/^basic +/i.test(header)) return undefined;
    if (header.length > maxCredential) return wrong();
    const id = fingerprint(header);
    return this.#remembered.get(id) ?? this.#underWay.get(id) ?? this.#judge(header, id, request);
  }

  #judge(header: string, id: string, { peer }: Credentials): Verdict | Promise<Verdict> {
    const [name, password] = userAndPassword(header);
    if (name === undefined || password === undefined) return wrong();
    const limited = this.#failures.limited(peer);
    if (limited) return limited;
    if (this.#waiting.length >= maxWaiting) return tooMany(1);
    this.#failures.count(peer);
    const verdict = this.#check(name, password)
      .then(principal => {
        if (!principal) return wrong();
        this.#failures.takeBack(peer);
        this.#remembered.set(id, principal);
        return principal;
      })
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, verdict);
    return verdict;
  }

  async #check(name: string, password: string): Promise<Principal | undefined> {
    const known = this.#users.get(name);
    const user = known?.user ?? this.#decoy;
    if (!user) return undefined;
    await this.#turn();
    try {
      const isRight = await isPassword(password, user.hash);
      return isRight ? known?.principal : undefined;
    } finally {
      this.#hashing -= 1;
      this.#waiting.shift()?.();
    }
  }

  #turn(): Promise<void> | undefined {
    if (this.#hashing < maxHashing) {
      this.#hashing += 1;
      return undefined;
    }
    return new Promise(resolve => {
      this.#waiting.push(() => {
        this.#hashing += 1;
        resolve();
      });
    });
  }
}

/** RFC 7617, 2: the user's name holds no colon. */
function userAndPassword(header: string): readonly [string?, string?] {
  const decoded = Buffer.from(header.slice(6).trim(), 'base64').toString();
  const colon = decoded.indexOf(':');
  return colon < 0 ? [] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

function wrong(): Rejection {
  return new Rejection('invalid', 'The user or the password is wrong.');
}
