import type { Answer, AnswerError } from './handler.ts';

/** An answer whose `data` is JSON text already: doors send it as it is. */
export class WrittenAnswer implements Answer {
  /** JSON text. */
  readonly text: string;
  readonly errors?: readonly AnswerError[];
  #data: Answer['data'] | undefined;

  constructor(text: string, errors: readonly AnswerError[]) {
    this.text = text;
    if (errors.length > 0) this.errors = errors;
  }

  /** Parsed when first asked: for those who run operations without a server. */
  get data(): Readonly<Record<string, unknown>> | null {
    this.#data ??= JSON.parse(this.text) as Record<string, unknown> | null; // the plan lane wrote an object or null
    return this.#data;
  }

  /** As any other answer looks in JSON. */
  toJSON(): Answer {
    return this.errors ? { errors: this.errors, data: this.data } : { data: this.data };
  }
}
