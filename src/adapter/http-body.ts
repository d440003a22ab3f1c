import type { Transform } from 'node:stream';
import { AnswerTooLarge, codingsOf, decodersOf, maxRatio, ratioFreeBytes } from './content-coding.ts';

interface Ends {
  done(body: Buffer): void;
  failed(error: Error): void;
}

/**
 * Gathers a body. Bounded twice: what arrives, since it can decode to nothing for ever, and what it decodes to. Failures are told once,
 * and then nothing more.
 */
export class BodyReader {
  readonly #maxBytes: number;
  readonly #ends: Ends;
  #decoders: readonly Transform[] = [];
  readonly #chunks: Buffer[] = [];
  #received = 0;
  #size = 0;
  #over = false;

  /** `encoding`: the header content-encoding; undefined where there is none, or no body to decode. */
  constructor(encoding: string | string[] | undefined, maxBytes: number, ends: Ends) {
    this.#maxBytes = maxBytes;
    this.#ends = ends;
    if (encoding !== undefined) this.#decode(String(encoding));
  }

  take(chunk: Buffer): void {
    if (this.#over) return;
    this.#received += chunk.length;
    if (this.#received > this.#maxBytes) {
      this.#fail(new AnswerTooLarge(`more than ${this.#maxBytes} bytes`));
      return;
    }
    const [first] = this.#decoders;
    if (first) first.write(chunk);
    else this.#chunks.push(chunk);
  }

  end(): void {
    if (this.#over) return;
    const [first] = this.#decoders;
    if (first) first.end();
    else this.#finish(this.#received);
  }

  /** Nobody waits for it any more. */
  drop(): void {
    this.#over = true;
    for (const decoder of this.#decoders) decoder.destroy();
  }

  #decode(encoding: string): void {
    try {
      this.#decoders = decodersOf(codingsOf(encoding));
    } catch (error) {
      this.#fail(error instanceof Error ? error : new TypeError(String(error)));
      return;
    }
    for (const [index, decoder] of this.#decoders.entries()) {
      decoder.on('error', error => this.#fail(error));
      const next = this.#decoders[index + 1];
      if (next) decoder.pipe(next);
    }
    const last = this.#decoders.at(-1);
    last?.on('data', (chunk: Buffer) => this.#decoded(chunk));
    last?.on('end', () => this.#finish(this.#size));
  }

  #decoded(chunk: Buffer): void {
    if (this.#over) return;
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) {
      this.#fail(new AnswerTooLarge(`more than ${this.#maxBytes} bytes when decoded`));
    } else if (this.#size > ratioFreeBytes && this.#size > this.#received * maxRatio) {
      this.#fail(new AnswerTooLarge(`decodes to more than ${maxRatio} times its size`));
    } else this.#chunks.push(chunk);
  }

  #finish(size: number): void {
    if (this.#over) return;
    this.#over = true;
    const [first] = this.#chunks;
    this.#ends.done(this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, size));
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.drop();
    this.#ends.failed(error);
  }
}
