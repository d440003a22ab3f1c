import type { Logger } from 'pino';

/** Tells the operator once when a provider is not reached any more, and once when it is again: not with every request between. */
export class Outage {
  readonly #log: Logger;
  readonly #provider: string;
  #since: number | undefined;

  constructor(log: Logger, provider: string) {
    this.#log = log;
    this.#provider = provider;
  }

  failed(reason: string): void {
    if (this.#since !== undefined) return;
    this.#since = performance.now();
    this.#log.warn({ provider: this.#provider, reason }, 'an identity provider cannot be asked');
  }

  succeeded(): void {
    if (this.#since === undefined) return;
    const seconds = Math.round((performance.now() - this.#since) / 1_000);
    this.#since = undefined;
    this.#log.info({ provider: this.#provider, seconds }, 'the identity provider can be asked again');
  }
}
