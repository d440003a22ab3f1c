import { LRUCache } from 'lru-cache';
import type { Principal } from '../../base/principal.ts';
import type { JsonClient } from '../../source/json-client.ts';
import type { Peer } from '../handler.ts';
import { Rejection, type Verdict } from './authenticator.ts';
import type { Failures } from './failures.ts';
import { fingerprint } from './fingerprint.ts';
import type { Outage } from './outage.ts';

const maxRemembered = 10_000;

export interface AskingTools {
  readonly client: Pick<JsonClient, 'request'>;
  readonly failures: Failures;
  readonly outage: Outage;
  /** Milliseconds since 1970. */
  wall(): number;
  /** Milliseconds of a clock that never goes back. */
  steady(): number;
}

/**
 * What providers that ask somebody else have in common: equal questions that come together are one, who was told is remembered for a while
 * (never past the claim `exp`), and an address whose credentials were wrong too often has none asked about (edge.md, J8).
 */
export class Asking {
  readonly #cache: number;
  readonly #tools: AskingTools;
  readonly #remembered: LRUCache<string, Principal> | undefined;
  readonly #underWay = new Map<string, Promise<Verdict>>();

  /** `cache`: milliseconds; 0: nothing is remembered. */
  constructor(cache: number, tools: AskingTools) {
    this.#cache = cache;
    this.#tools = tools;
    const clock = { now: () => tools.steady() };
    if (cache > 0) this.#remembered = new LRUCache({ max: maxRemembered, ttl: cache, ttlResolution: 0, perf: clock });
  }

  verdict(question: string, peer: Peer | undefined, ask: () => Promise<Verdict>): Verdict | Promise<Verdict> {
    const id = fingerprint(question);
    return this.#remembered?.get(id) ?? this.#underWay.get(id) ?? this.#judge(id, peer, ask);
  }

  #judge(id: string, peer: Peer | undefined, ask: () => Promise<Verdict>): Verdict | Promise<Verdict> {
    const { failures } = this.#tools;
    const limited = failures.limited(peer);
    if (limited) return limited;
    const look = async () => {
      const told = await ask();
      if (!(told instanceof Rejection)) this.#remember(id, told);
      else if (told.kind === 'invalid') failures.count(peer);
      return told;
    };
    const verdict = failures.guard(peer, look).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, verdict);
    return verdict;
  }

  #remember(id: string, principal: Principal | undefined): void {
    if (!principal) return;
    const { exp } = principal.claims;
    const left = typeof exp === 'number' ? exp * 1_000 - this.#tools.wall() : Number.POSITIVE_INFINITY;
    const ttl = Math.floor(Math.min(this.#cache, left));
    if (ttl > 0) this.#remembered?.set(id, principal, { ttl });
  }

  unavailable(reason: string): Rejection {
    this.#tools.outage.failed(reason);
    return new Rejection('unavailable', 'Who asks cannot be told now.');
  }
}
