import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** What came of requests that were sent at a steady rate. Milliseconds. */
export interface OpenLoad {
  readonly seconds: number;
  /** Latencies of what was answered 200, and of what was refused. */
  readonly well: readonly number[];
  readonly refused: readonly number[];
  /** Answers of any other status, and connections that ended. */
  readonly wrong: number;
  /** What was due when every connection waited for an answer. */
  readonly unsent: number;
}

interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
}

const tick = 1;

/** Sends so many requests a second, whatever becomes of those before: wrk's connections wait for their answers. */
export async function openLoad(target: Target, rate: number, seconds: number, connections: number): Promise<OpenLoad> {
  const request = requestOf(target);
  const { hostname, port } = new URL(target.url);
  const result = { well: [] as number[], refused: [] as number[], wrong: 0, unsent: 0 };
  const idle: Client[] = [];
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new Client(await connected(hostname, Number(port)), (status, milliseconds) => {
        if (status === 200) result.well.push(milliseconds);
        else if (status === 503) result.refused.push(milliseconds);
        else result.wrong += 1;
        if (status !== 0) idle.push(client);
      });
      idle.push(client);
      return client;
    }),
  );
  const begin = performance.now();
  let due = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - begin) / 1_000) {
    for (; due < elapsed * rate; due += 1) {
      const client = idle.shift();
      if (client) client.send(request);
      else result.unsent += 1;
    }
    await wait(tick);
  }
  await wait(500); // what is under way comes in
  for (const client of clients) client.end();
  return { ...result, seconds };
}

function requestOf({ url, headers, query }: Target): string {
  const body = JSON.stringify({ query });
  const all = { host: new URL(url).host, 'content-type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /graphql HTTP/1.1\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket)).once('error', reject);
  });
}

/** A connection that is kept, with one request at a time. Knows just enough of HTTP for answers with a length. */
class Client {
  readonly #socket: Socket;
  readonly #done: (status: number, milliseconds: number) => void;
  #sent = 0;
  #status = 0;
  /** Bytes of the answer that are still to come; below 0 where its head has not come yet. */
  #left = -1;
  #ended = false;

  constructor(socket: Socket, done: (status: number, milliseconds: number) => void) {
    this.#socket = socket;
    this.#done = done;
    socket.on('data', chunk => this.#take(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#ended) done(0, Number.NaN);
    });
  }

  send(request: string): void {
    this.#sent = performance.now();
    this.#socket.write(request);
  }

  end(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#left >= 0) {
      this.#left -= chunk.length;
    } else {
      const end = chunk.indexOf('\r\n\r\n') + 4; // a head comes in one piece: it is written in one
      const head = chunk.toString('latin1', 0, end);
      this.#status = Number(head.slice(9, 12));
      this.#left = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0) - (chunk.length - end);
    }
    if (this.#left > 0) return;
    this.#left = -1;
    this.#done(this.#status, performance.now() - this.#sent);
  }
}
