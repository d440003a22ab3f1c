/** What backends were asked. */
export class Ledger {
  #calls = new Map<string, number>();
  /** By call: every value in its arguments, whichever call carried it. */
  #values = new Map<string, Set<string>>();

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  add(call: string, args: unknown): void {
    this.#calls.set(call, (this.#calls.get(call) ?? 0) + 1);
    const values = this.#values.get(call) ?? new Set();
    for (const value of leaves(args)) values.add(value);
    this.#values.set(call, values);
  }

  /** All that was noted so far; the ledger is empty then. */
  take(): Ledger {
    const taken = new Ledger();
    [taken.#calls, taken.#values] = [this.#calls, this.#values];
    [this.#calls, this.#values] = [new Map(), new Map()];
    return taken;
  }

  /** What is asked here and not in the other, or more often. */
  beyond(other: Ledger): string[] {
    const more = [...this.#calls].filter(([call, times]) => times > (other.#calls.get(call) ?? 0));
    const unknown = [...this.#values].flatMap(([call, values]) =>
      [...values].filter(value => !other.#values.get(call)?.has(value)).map(value => `${call} ${value}`),
    );
    return [...more.map(([call, times]) => `${call} ${times} times`), ...unknown];
  }
}

function leaves(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value) ?? 'undefined'];
  return Object.values(value).flatMap(leaves);
}
