import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as afterPoll, setTimeout as wait } from 'node:timers/promises';

/** Milliseconds for a request that was on its way over a kept connection when the drain began. */
const linger = 250;

/** Ends a server without cutting off anyone: requests under way finish, and their connections are not kept for more. */
export class Drain {
  readonly #server: Server;
  readonly #delay: number;
  readonly #timeout: number;
  readonly #underWay = new Set<ServerResponse>();
  #done: Promise<void> | undefined;

  constructor(server: Server, delay: number, timeout: number) {
    this.#server = server;
    this.#delay = delay;
    this.#timeout = timeout;
  }

  get started(): boolean {
    return this.#done !== undefined;
  }

  /** For requests whose answers are not written in one stroke, by who asks `started` then. */
  admit(response: ServerResponse): void {
    this.#underWay.add(response);
    response.once('close', () => this.#underWay.delete(response));
    if (this.started) lastOfItsConnection(response);
  }

  /** The same promise however often it is asked. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    for (const response of this.#underWay) lastOfItsConnection(response);
    if (this.#delay > 0) await wait(this.#delay);
    await afterPoll(); // all that the system took in has been accepted: what it still held would be reset
    // Not `http.Server`'s own close, which ends idle connections at once: a request may be on its way over one.
    const closed = new Promise<void>(resolve => NetServer.prototype.close.call(this.#server, () => resolve()));
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), this.#timeout);
    await Promise.race([closed, wait(linger)]);
    await afterPoll(); // what has come while this process was busy is no longer idle
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(cutOff);
  }
}

function lastOfItsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
