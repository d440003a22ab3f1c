import { createParser, type EventSourceParser } from 'eventsource-parser';

/** One event, as it came (HTML standard, 9.2.6). */
export interface ServerSentEvent {
  readonly data: string;
  /** Absent: it has no name. */
  readonly type: string | undefined;
  /** Absent: the event says none, and the last one stands. */
  readonly id: string | undefined;
}

/** What is not at its end has more bytes than allowed already. */
export class EventTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`an event of more than ${maxBytes} bytes`);
  }
}

/** Server-sent events, as a body brings them. What is not complete at the end is no event. */
export class ServerSentEvents {
  readonly #maxBytes: number;
  readonly #text = new TextDecoder(); // takes the byte order mark off
  readonly #parser: EventSourceParser;
  #events: ServerSentEvent[] = [];
  #pending = 0;
  #retry: number | undefined;
  #afterReturn = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#parser = createParser({
      onEvent: ({ data, event: type, id }) => {
        this.#pending = 0;
        this.#events.push({ data, type, id });
      },
      onComment: () => {
        this.#pending = 0;
      },
      onRetry: milliseconds => {
        this.#retry = milliseconds;
      },
    });
  }

  /** Milliseconds before a broken connection is made anew, as the backend last said. */
  get retry(): number | undefined {
    return this.#retry;
  }

  /** The events that are complete now. Throws EventTooLarge. */
  take(chunk: Buffer): readonly ServerSentEvent[] {
    this.#pending += chunk.length;
    this.#parser.feed(this.#withLineFeeds(this.#text.decode(chunk, { stream: true })));
    if (this.#pending > this.#maxBytes) throw new EventTooLarge(this.#maxBytes);
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** The parser loses an event whose line breaks are bare CRs where they end a chunk: it gets LFs alone. */
  #withLineFeeds(text: string): string {
    if (text === '') return text;
    const rest = this.#afterReturn && text.startsWith('\n') ? text.slice(1) : text;
    this.#afterReturn = text.endsWith('\r');
    return rest.includes('\r') ? rest.replaceAll(/\r\n?/g, '\n') : rest;
  }
}
