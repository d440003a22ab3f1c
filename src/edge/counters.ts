/** What is counted, and by which labels: closed lists, so that no client can make new ones. */
export interface Counted {
  /** Operations that were executed, by lane. */
  readonly operations: 'plan' | 'reference';
  /** Operations that the plan lane left to the reference lane, by reason (`UnplannedReason`). */
  readonly fallbacks: string;
  /** Operations that joined the execution of an identical one. */
  readonly coalesced: 'tick' | 'inflight';
}

/** Counts since the start. */
export class Counters {
  readonly #counts = new Map<keyof Counted, Map<string, number>>();

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
