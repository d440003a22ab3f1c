import { ServerSentEvents } from '../../../adapter/server-sent-events.ts';
import type { Frame, Framing } from './framing.ts';

/** Server-sent events as frames. */
export class EventsFraming implements Framing {
  readonly #events: ServerSentEvents;

  constructor(maxBytes: number) {
    this.#events = new ServerSentEvents(maxBytes);
  }

  get retry(): number | undefined {
    return this.#events.retry;
  }

  take(chunk: Buffer): readonly Frame[] {
    return this.#events.take(chunk).map(({ data, type, id }) => ({ text: data, event: { type, id } }));
  }

  end(): readonly Frame[] {
    return [];
  }
}
