/** What backends were asked. */
export class Ledger {
  #calls = new Map<string, number>();
  /** By call: every value in its arguments, whichever call carried it. */
  #values = new Map<string, Set<string>>();
  /** Calls with their arguments and selections. */
  #whole = new Map<string, number>();

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  /** `selection`: what a selective source is told. */
  add(call: string, args: unknown, selection = ''): void {
    count(this.#calls, call);
    count(this.#whole, `${call} ${JSON.stringify(args)} ${selection}`);
    const values = this.#values.get(call) ?? new Set();
    for (const value of leaves(args)) values.add(value);
    this.#values.set(call, values);
  }

  /** All that was noted so far; the ledger is empty then. */
  take(): Ledger {
    const taken = new Ledger();
    [taken.#calls, taken.#values, taken.#whole] = [this.#calls, this.#values, this.#whole];
    [this.#calls, this.#values, this.#whole] = [new Map(), new Map(), new Map()];
    return taken;
  }

  /** What is asked here and not in the other, or more often, or the same twice. Keys may be grouped in another way. */
  beyond(other: Ledger): string[] {
    const again = [...this.#whole].filter(([call, times]) => times > Math.max(1, other.#whole.get(call) ?? 0));
    const more = [...this.#calls].filter(([call, times]) => times > (other.#calls.get(call) ?? 0));
    const unknown = [...this.#values].flatMap(([call, values]) =>
      [...values].filter(value => !other.#values.get(call)?.has(value)).map(value => `${call} ${value}`),
    );
    return [...again, ...more].map(([call, times]) => `${call} ${times} times`).concat(unknown);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value) ?? 'undefined'];
  return Object.values(value).flatMap(leaves);
}
