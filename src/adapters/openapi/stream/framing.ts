import type { CallStream } from '../call/call.ts';
import { EventsFraming } from './events.ts';
import { isMultipart, PartsFraming } from './parts.ts';
import { RecordsFraming } from './records.ts';

/** One event, as it came. */
export interface Frame {
  /** The text of its value. */
  readonly text: string;
  /** Of server-sent events (HTML standard, 9.2.6). */
  readonly event?: { readonly type: string | undefined; readonly id: string | undefined };
}

/** Takes a body to pieces as it comes. Throws where it is no such body, or a piece is larger than allowed. */
export interface Framing {
  /** The frames that are complete now. */
  take(chunk: Buffer): readonly Frame[];
  /** The body is at its end: what is left of it. */
  end(): readonly Frame[];
  /** Milliseconds before a broken connection is made anew, where the backend has said so. */
  readonly retry?: number | undefined;
}

/** Undefined where the answer's media type is no stream of this format. */
export function framingOf({ format }: CallStream, contentType: string, maxBytes: number): Framing | undefined {
  const [essence = ''] = contentType.toLowerCase().split(';', 1);
  const type = essence.trim();
  switch (format) {
    case 'events':
      return type === 'text/event-stream' ? new EventsFraming(maxBytes) : undefined;
    case 'lines':
      return /json|text\/plain|octet-stream/.test(type) ? new RecordsFraming(0x0a, maxBytes) : undefined;
    case 'records':
      return /json/.test(type) ? new RecordsFraming(0x1e, maxBytes) : undefined;
    case 'parts':
      return isMultipart(type) ? new PartsFraming(contentType, maxBytes) : undefined;
  }
}
