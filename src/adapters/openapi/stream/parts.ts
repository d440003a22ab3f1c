import { EventTooLarge } from '../../../adapter/server-sent-events.ts';
import type { Frame, Framing } from './framing.ts';

export function isMultipart(type: string): boolean {
  return type.startsWith('multipart/');
}

const headersEnd = /\r?\n\r?\n/;

/** The parts of a multipart body (RFC 2046, 5.1.1), each without its headers. What stands before the first and after the last is nothing. */
export class PartsFraming implements Framing {
  readonly #delimiter: string;
  readonly #maxBytes: number;
  /** Bytes as characters, from the end of the last delimiter on. The first delimiter may stand at the very beginning. */
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
      if (this.#begun) frames.push(...partOf(this.#open.slice(0, end.before)));
      this.#begun = true;
      this.#over = end.isLast;
      this.#open = this.#open.slice(end.after);
    }
    if (this.#open.length > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    return frames;
  }

  /** A body that breaks off had no whole part left. */
  end(): readonly Frame[] {
    return [];
  }

  /**
   * RFC 2046, 5.1.1: `--` after the boundary ends the body; transport padding and a line break end the delimiter. A line that goes on otherwise
   * is what a part holds.
   */
  #delimiterEnd(): { readonly before: number; readonly after: number; readonly isLast: boolean } | undefined {
    const { length } = this.#delimiter;
    let before = this.#open.indexOf(this.#delimiter);
    for (; before >= 0; before = this.#open.indexOf(this.#delimiter, before + length)) {
      const rest = before + length;
      if (this.#open.startsWith('--', rest)) return { before, after: rest + 2, isLast: true };
      const line = this.#open.indexOf('\n', rest);
      if (line < 0) return undefined;
      if (/^[ \t\r]*$/.test(this.#open.slice(rest, line))) return { before, after: line, isLast: false };
    }
    return undefined;
  }
}

/** `text`: from the line break after the delimiter to the one before the next. */
function partOf(text: string): readonly Frame[] {
  const end = headersEnd.exec(text);
  const body = (end ? text.slice(end.index + end[0].length) : '').replace(/\r$/, '');
  return body === '' ? [] : [{ text: Buffer.from(body, 'latin1').toString('utf8') }];
}
