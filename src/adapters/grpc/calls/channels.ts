import type { ChannelInterface } from '@grpc/grpc-js';

/** A channel, and what is under way on it. */
export interface Line {
  readonly channel: ChannelInterface;
  underWay: number;
}

/**
 * The channels of a source: one, and others where more is under way than a connection carries. HTTP/2 lets a server say how many streams it
 * takes (RFC 9113, 5.1.2), and what is beyond waits without a word, behind subscriptions for ever.
 */
export class Channels {
  readonly #lines: Line[] = [];
  readonly #perLine: number;
  readonly #open: (isFirst: boolean) => ChannelInterface;

  constructor(perLine: number, open: (isFirst: boolean) => ChannelInterface) {
    this.#perLine = perLine;
    this.#open = open;
  }

  /** A place on the first channel that has one: what is rare stays on one connection. Whoever takes it gives it back. */
  take(): Line {
    let line = this.#lines.find(each => each.underWay < this.#perLine);
    if (!line) {
      line = { channel: this.#open(this.#lines.length === 0), underWay: 0 };
      this.#lines.push(line);
    }
    line.underWay += 1;
    return line;
  }

  close(): void {
    for (const { channel } of this.#lines) channel.close();
  }
}
