import { Unplannable } from './unplannable.ts';

/**
 * How much one pass makes of one operation. Fragments on the types of an interface can multiply what a document says by their number
 * with each level; graphql-js collects only what it meets in the answer, so beyond this it is left to it.
 */
const most = 20_000;

/** Counts what a pass makes: that bounds its time and its memory. */
export class Size {
  readonly #of: string;
  #made = 0;

  /** `of`: what is counted, for the operator. */
  constructor(of: string) {
    this.#of = of;
  }

  add(count = 1): void {
    this.#made += count;
    if (this.#made > most) throw new Unplannable('too-large', `The plan would have more than ${most} ${this.#of}.`);
  }
}
