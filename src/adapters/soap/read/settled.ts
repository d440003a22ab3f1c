import type { Content } from './read.ts';

/** An element whose value is settled before its content comes: whatever that is, it is passed over. */
export class Settled implements Content {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  child(): Content {
    return this;
  }

  took(): void {}

  text(): void {}

  end(): unknown {
    return this.#value;
  }
}

/** Nobody asks what it is. */
export const passedOver = new Settled(undefined);
