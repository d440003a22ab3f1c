import type { Logger } from 'pino';
import type { Unexpected } from '../../adapter/adapter.ts';
import type { Counters } from '../counters.ts';

/** Different ones that are logged; what comes after is only counted. */
const mostLogged = 1_000;

/** What answers held that their documents do not know: each is counted by source, and logged when it is met first. */
export class Surprises {
  readonly #counters: Counters;
  readonly #log: Logger;
  readonly #logged = new Set<string>();

  constructor(counters: Counters, log: Logger) {
    this.#counters = counters;
    this.#log = log;
  }

  tell({ source, operation, what }: Unexpected, requestId: string): void {
    this.#counters.count('unexpected', source);
    const key = JSON.stringify([source, operation, what]);
    if (this.#logged.has(key) || this.#logged.size >= mostLogged) return;
    this.#logged.add(key);
    this.#log.warn({ requestId, source, operation, what }, 'an answer holds what its document does not declare');
  }
}
