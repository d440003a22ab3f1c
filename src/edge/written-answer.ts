import { errorsText } from './errors/errors-text.ts';
import type { Answer, AnswerError } from './handler.ts';

/** An answer whose `data` is JSON text already: doors send it as it is. */
export class WrittenAnswer implements Answer {
  /** JSON text. */
  readonly text: string;
  declare readonly errors?: readonly AnswerError[];
  declare readonly extensions?: Readonly<Record<string, unknown>>;
  #data: Answer['data'] | undefined;
  #body: string | undefined;
  #bytes: Buffer | undefined;

  constructor(text: string, errors?: readonly AnswerError[], extensions?: Readonly<Record<string, unknown>>) {
    this.text = text;
    this.errors = errors as readonly AnswerError[]; // absent and undefined are one to readers of an optional property
    this.extensions = extensions as Readonly<Record<string, unknown>>; // as above
  }

  /** Parsed when first asked: for those who run operations without a server. */
  get data(): Readonly<Record<string, unknown>> | null {
    this.#data ??= JSON.parse(this.text) as Record<string, unknown> | null; // the plan lane wrote an object or null
    return this.#data;
  }

  /**
   * The whole answer as JSON text, in UTF-8 where it goes out to several. Errors stand first (GraphQL October 2021, 7.1). A text is encoded
   * as it is written, together with the head; bytes are written as they are, however often.
   */
  get body(): string | Buffer {
    if (this.#bytes) return this.#bytes;
    if (this.#body !== undefined) {
      this.#bytes = Buffer.from(this.#body);
      return this.#bytes;
    }
    const errors = this.errors ? `"errors":${errorsText(this.errors)},` : '';
    const extensions = this.extensions ? `,"extensions":${JSON.stringify(this.extensions)}` : '';
    this.#body = `{${errors}"data":${this.text}${extensions}}`;
    return this.#body;
  }

  /** As any other answer looks in JSON. */
  toJSON(): Answer {
    const { errors, data, extensions } = this;
    return { ...(errors ? { errors } : {}), data, ...(extensions ? { extensions } : {}) };
  }
}
