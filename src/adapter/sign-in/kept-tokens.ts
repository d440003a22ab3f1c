import { LRUCache } from 'lru-cache';
import type { Signature } from './sign-in.ts';

/** What a backend is signed in to with, and how long it may be used. */
export interface Token {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds from when it was asked for. */
  readonly usableFor: number;
}

/** Of one source: who asks for more makes those that were not used for longest be fetched again. */
const maxTokens = 10_000;

/**
 * The tokens of one source, each under the key of whom it was made for. Callers who ask for the same one while it is being made wait for
 * it together. A failure is not kept.
 */
export class KeptTokens {
  readonly #tokens = new LRUCache<string, KeptToken>({ max: maxTokens });
  readonly #underWay = new Map<string, Promise<KeptToken>>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** `make` is asked where none is kept that is still usable. */
  of(key: string, make: () => Promise<Token>): KeptToken | Promise<KeptToken> {
    const kept = this.#tokens.get(key);
    if (kept?.isUsable(this.#now())) return kept;
    const before = this.#underWay.get(key);
    if (before) return before;
    const making = this.#make(key, make, kept?.wasRefused ?? false).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, making);
    return making;
  }

  async #make(key: string, make: () => Promise<Token>, replaces: boolean): Promise<KeptToken> {
    const asked = this.#now();
    const { headers, usableFor } = await make();
    const token = new KeptToken(headers, asked + usableFor, replaces);
    this.#tokens.set(key, token);
    return token;
  }
}

/**
 * A token that a backend refuses is not used again, since it may have been revoked. But where the one that was made instead is refused too,
 * tokens are not what is wrong: that one is kept, so that a backend's trouble is not made the authorization server's.
 */
class KeptToken implements Signature {
  readonly headers: Readonly<Record<string, string>>;
  readonly #until: number;
  #replaces: boolean;
  #refused = false;

  constructor(headers: Readonly<Record<string, string>>, until: number, replaces: boolean) {
    this.headers = headers;
    this.#until = until;
    this.#replaces = replaces;
  }

  get wasRefused(): boolean {
    return this.#refused;
  }

  isUsable(now: number): boolean {
    return !this.#refused && now < this.#until;
  }

  judged(refused: boolean): void {
    if (!refused) this.#replaces = false;
    else if (!this.#replaces) this.#refused = true;
  }
}
