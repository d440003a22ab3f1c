import type { Dispatcher } from 'undici';

/** One connection of a source's client, whose requests go one after the other. It is opened again where it was closed: `number` tells. */
export class HttpConnection {
  readonly dispatcher: Dispatcher;
  #number = 0;

  constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
    dispatcher.on('connect', () => this.#change());
    dispatcher.on('disconnect', () => this.#change());
  }

  /** Another one whenever the connection is opened or closed. */
  get number(): number {
    return this.#number;
  }

  #change(): void {
    this.#number += 1;
  }
}
