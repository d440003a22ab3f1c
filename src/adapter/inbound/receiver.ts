import { LRUCache } from 'lru-cache';
import type { InboundRequest, Received } from '../../base/inbound.ts';
import type { WebhookOptions } from '../../source/webhooks.ts';
import { type WebhookCheck, webhookCheck } from './webhook-proof.ts';

/** Events that are remembered at most, so that none is taken twice. */
const mostRemembered = 100_000;

/** Verifies what a backend sends, and lets each event through once. */
export class Receiver {
  readonly #check: WebhookCheck;
  readonly #seen: LRUCache<string, true>;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970; for tests. */
  constructor(options: WebhookOptions, now: () => number = Date.now) {
    this.#check = webhookCheck(options);
    this.#seen = new LRUCache({ max: mostRemembered, ttl: 2 * options.tolerance }); // signed up to one ahead, taken up to one behind
    this.#now = now;
  }

  /** `take` says whether the event could be read; one that could not may come again. `place` tells equal events of two places apart. */
  receive(place: string, request: InboundRequest, take: () => boolean): Received {
    const proved = this.#check(request, this.#now());
    if (!proved) return 'unverified';
    const identity = `${place}\n${proved.identity}`;
    if (this.#seen.has(identity)) return 'repeated';
    if (!take()) return 'malformed';
    this.#seen.set(identity, true);
    return 'taken';
  }
}
