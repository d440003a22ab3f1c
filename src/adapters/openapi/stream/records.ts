import { EventTooLarge } from '../../../adapter/server-sent-events.ts';
import type { Frame, Framing } from './framing.ts';

/**
 * Texts with a byte between them: JSON lines, and JSON text sequences (RFC 7464), where it stands before each of them. Whitespace around
 * a text belongs to none, and empty ones are passed over (RFC 7464, 2.1). An unfinished text at the end is one, too: whether it is JSON, its
 * reader finds.
 */
export class RecordsFraming implements Framing {
  readonly #separator: number;
  readonly #maxBytes: number;
  #open: Buffer[] = [];
  #size = 0;

  constructor(separator: number, maxBytes: number) {
    this.#separator = separator;
    this.#maxBytes = maxBytes;
  }

  take(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let at = chunk.indexOf(this.#separator); at >= 0; at = chunk.indexOf(this.#separator, start)) {
      this.#keep(chunk.subarray(start, at));
      frames.push(...this.end());
      start = at + 1;
    }
    this.#keep(chunk.subarray(start));
    return frames;
  }

  end(): readonly Frame[] {
    const text = Buffer.concat(this.#open, this.#size).toString('utf8').trim();
    this.#open = [];
    this.#size = 0;
    return text === '' ? [] : [{ text }];
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#size += part.length;
    if (this.#size > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    this.#open.push(part);
  }
}
