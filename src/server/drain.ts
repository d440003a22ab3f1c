import type { Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

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

  /** Every request passes here first. */
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
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), this.#timeout);
    await closed;
    clearTimeout(cutOff);
  }
}

function lastOfItsConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
