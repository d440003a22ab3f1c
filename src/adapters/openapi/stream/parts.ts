import { EventTooLarge } from '../../../adapter/server-sent-events.ts';
import type { Frame, Framing } from './framing.ts';

export function isMultipart(type: string): boolean {
  return type.startsWith('multipart/');
}

const headersEnd = /\r?\n\r?\n/;

/** Of the line of a delimiter: nobody writes as much. */
const mostPadding = 1_024;

/** The parts of a multipart body (RFC 2046, 5.1.1), each without its headers. What stands before the first and after the last is nothing. */
export class PartsFraming implements Framing {
  readonly #delimiter: string;
  readonly #maxBytes: number;
  /** Bytes as characters, from the end of the last delimiter on: those in which there is none, and their number. */
  #passed: string[] = [];
  #size = 0;
  /** Those behind them. The first delimiter may stand at the very beginning. */
  #open = '\r\n';
  #begun = false;
  #over = false;

  constructor(contentType: string, maxBytes: number) {
    const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
    const boundary = quoted ?? bare;
    if (boundary === undefined) throw new TypeError('a multipart body without a boundary');
    this.#delimiter = `\n--${boundary}`;
    this.#maxBytes = maxBytes;
  }

  take(chunk: Buffer): readonly Frame[] {
    if (this.#over) return [];
    this.#open += chunk.toString('latin1');
    const frames: Frame[] = [];
    for (let end = this.#delimiterEnd(); end && !this.#over; end = this.#delimiterEnd()) {
      this.#pass(end.before);
      if (this.#begun) frames.push(...partOf(this.#passed.join('')));
      this.#begun = true;
      this.#over = end.isLast;
      this.#open = this.#open.slice(end.after - end.before);
      this.#passed = [];
      this.#size = 0;
    }
    if (this.#size + this.#open.length > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    return frames;
  }

  /** A body that breaks off had no whole part left. */
  end(): readonly Frame[] {
    return [];
  }

  /**
   * RFC 2046, 5.1.1: `--` after the boundary ends the body, whatever follows; transport padding and a line break end the delimiter. A line that
   * goes on otherwise is what a part holds. What is no delimiter is passed, and not looked through again.
   */
  #delimiterEnd(): { readonly before: number; readonly after: number; readonly isLast: boolean } | undefined {
    const { length } = this.#delimiter;
    let from = 0;
    for (;;) {
      const before = this.#open.indexOf(this.#delimiter, from);
      if (before < 0) {
        this.#pass(Math.max(from, this.#open.length - length + 1));
        return undefined;
      }
      from = before + length;
      if (this.#open.startsWith('--', from)) return { before, after: from + 2, isLast: true };
      const [padding = ''] = this.#padded(from);
      const after = from + padding.length;
      if (this.#open.charAt(after) === '\n') return { before, after, isLast: false };
      if (padding.length < mostPadding && isOpenEnded(this.#open, after)) {
        this.#pass(before);
        return undefined;
      }
    }
  }

  #padded(from: number): readonly string[] {
    return /^[ \t\r]*/.exec(this.#open.slice(from, from + mostPadding)) ?? [];
  }

  #pass(count: number): void {
    this.#passed.push(this.#open.slice(0, count));
    this.#size += count;
    this.#open = this.#open.slice(count);
  }
}

/** Does the text end there, or with what may be half of what ends the body? */
function isOpenEnded(text: string, at: number): boolean {
  return at === text.length || (at + 1 === text.length && text.endsWith('-'));
}

/** `text`: from the line break after the delimiter to the one before the next. */
function partOf(text: string): readonly Frame[] {
  const end = headersEnd.exec(text);
  const body = (end ? text.slice(end.index + end[0].length) : '').replace(/\r$/, '');
  return body === '' ? [] : [{ text: Buffer.from(body, 'latin1').toString('utf8') }];
}
