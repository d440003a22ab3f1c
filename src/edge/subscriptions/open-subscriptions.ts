import type { Served } from '../handler.ts';
import type { Ending, ResponseStream } from './response-stream.ts';

/** A place among those that are open, taken before the stream is. */
export interface Place {
  readonly client: string;
}

/** Every subscription that is open: how many, by whom, on which revision. */
export class OpenSubscriptions {
  readonly #streams = new Map<ResponseStream, Served>();
  readonly #places = new Set<Place>();
  readonly #clients = new Map<string, number>();
  #closed = false;

  /** Are no more opened? */
  get closed(): boolean {
    return this.#closed;
  }

  get count(): number {
    return this.#places.size;
  }

  of(client: string): number {
    return this.#clients.get(client) ?? 0;
  }

  take(client: string): Place {
    const place = { client };
    this.#places.add(place);
    this.#clients.set(client, this.of(client) + 1);
    return place;
  }

  giveBack(place: Place): void {
    if (!this.#places.delete(place)) return;
    const left = this.of(place.client) - 1;
    if (left > 0) this.#clients.set(place.client, left);
    else this.#clients.delete(place.client);
  }

  opened(stream: ResponseStream, served: Served): void {
    this.#streams.set(stream, served);
    stream.whenEnded(() => this.#streams.delete(stream));
  }

  /** Ends those that another revision than this one answers. */
  endAllBut(served: Served): void {
    for (const [stream, theirs] of this.#streams) if (theirs !== served) stream.end('revision');
  }

  endAll(by: Ending): void {
    for (const stream of this.#streams.keys()) stream.end(by);
  }

  /** Ends all, and opens no more. */
  close(): void {
    this.#closed = true;
    this.endAll('shutdown');
  }
}
