import type { ErrorCode } from '../base/error.ts';
import { type UnplannedReason, unplannedReasons } from '../plan/plan.ts';
import { Durations } from './durations.ts';
import type { Lane } from './handler.ts';
import { fixedLimits, type LimitName, limitKeys, warningLimits } from './limits/limits.ts';
import { type StoreFault, storeFaults } from './rate-limits/redis-store.ts';
import { type Ending, endings } from './subscriptions/response-stream.ts';

/** What is counted, and by which labels: closed lists, so that no client can make new ones. */
export interface Counted {
  /** Operations that were executed, by lane. */
  readonly operations: Lane;
  /** Operations that the plan lane left to the reference lane, by reason. */
  readonly fallbacks: UnplannedReason;
  /** Operations that joined the execution of an identical one. */
  readonly coalesced: 'tick' | 'inflight';
  /** Requests that got nothing but an error, by its code. */
  readonly rejected: ErrorCode;
  /** Requests that a limit refused, by the limit. */
  readonly limitRefusals: LimitName;
  /** Requests that were beyond a limit that only warns, by the limit. */
  readonly limitWarnings: LimitName;
  /** Subscriptions: those that were opened, and what ended them. */
  readonly subscriptions: 'opened' | Ending;
  /** Answers to events of subscriptions: those without errors, and others. */
  readonly subscriptionEvents: 'whole' | 'errors';
  /** Requests for which the store of rate limits could not be asked, by how. */
  readonly storeErrors: StoreFault;
  /** Parts of backends' answers that their documents do not declare, by the source's configured name. */
  readonly unexpected: string;
}

/** Labels that are told from the start, so that a rate knows of the first one; codes are told when they come. */
export const firstLabels: { readonly [K in keyof Counted]: readonly Counted[K][] } = {
  operations: ['plan', 'reference'],
  fallbacks: unplannedReasons,
  coalesced: ['tick', 'inflight'],
  rejected: [],
  limitRefusals: [...limitKeys, ...fixedLimits],
  limitWarnings: warningLimits,
  subscriptions: ['opened', ...endings],
  subscriptionEvents: ['whole', 'errors'],
  storeErrors: storeFaults,
  unexpected: [],
};

/** Counts since the start. */
export class Counters {
  readonly #counts = new Map<keyof Counted, Map<string, number>>();
  /** Operations that were executed, from the first gate to the last. */
  readonly durations: Readonly<Record<Lane, Durations>> = { plan: new Durations(), reference: new Durations() };

  count<K extends keyof Counted>(what: K, label: Counted[K]): void {
    let counts = this.#counts.get(what);
    if (!counts) {
      counts = new Map();
      this.#counts.set(what, counts);
    }
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }

  of(what: keyof Counted): ReadonlyMap<string, number> {
    return this.#counts.get(what) ?? new Map();
  }
}
