import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

const connections = { max: 100, headers: 200, request: 400, idle: 200, requests: 10_000 };
const patient = { ...connections, headers: 60_000, request: 60_000, idle: 60_000 };

let server: TestServer;
let clients: SlowClient[] = [];
afterEach(async () => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
  await server.close();
});

/** Sends its first text, then one character after another, for as long as it may. */
class SlowClient {
  readonly socket: Socket;
  closed = false;
  answer = '';

  constructor(port: number, first: string, drip: string) {
    let timer: NodeJS.Timeout | undefined;
    this.socket = connect(port, '127.0.0.1', () => {
      this.socket.write(first);
      if (drip !== '') timer = setInterval(() => this.socket.write(drip), 20);
    });
    this.socket.setEncoding('utf8').on('data', (chunk: string) => {
      this.answer += chunk;
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      clearInterval(timer);
      this.closed = true;
    });
  }
}

const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const whole = (more: string) => `${head}${more}content-length: 21\r\n\r\n{"query":"{ greet }"}`;

async function isServed(): Promise<boolean> {
  const answer = await rawRequest(server.port, whole('connection: close\r\n')).catch(() => '');
  return /^HTTP\/1.1 200 /.test(answer);
}

const kinds: readonly (readonly [name: string, first: string, drip: string])[] = [
  ['say nothing', '', ''],
  ['send their head a character at a time', `${head}x-slow: `, 'a'],
  ['send line after line of their head', head, 'x-slow: a\r\n'],
  ['end in the middle of their head', head, ''],
  ['send their body a character at a time', `${head}content-length: 1000\r\n\r\n{`, ' '],
  ['send a chunk at a time', `${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
  ['never send their body', `${head}content-length: 1000\r\n\r\n`, ''],
  ['keep their connection after an answer', whole(''), ''],
];

describe.each(['both', 'yoga'] as const)('slow clients, door %s', door => {
  it.each(kinds)('H3: who %s lose their connections, and others are served meanwhile', async (_name, first, drip) => {
    server = await serve({ door, connections });
    clients = Array.from({ length: 20 }, () => new SlowClient(server.port, first, drip));
    await until(isServed); // a busy machine makes a slow client of anybody
    await until(() => clients.every(({ closed }) => closed));
    expect(clients.every(({ answer }) => /^(|HTTP\/1.1 408 .*|HTTP\/1.1 200 .*Hello.*)$/s.test(answer))).toBe(true);
  });

  it('H3: no more connections are kept than are allowed; the next is served when there is room again', async () => {
    server = await serve({ door, connections: { ...patient, max: 5 } });
    clients = Array.from({ length: 12 }, () => new SlowClient(server.port, head, ''));
    await until(() => clients.filter(({ closed }) => closed).length === 7);
    for (const { socket } of clients) socket.destroy();
    await until(() => clients.every(({ closed }) => closed));
    await until(isServed);
  });

  it('H3: a connection serves as many requests as are allowed, and the last answer says so', async () => {
    server = await serve({ door, connections: { ...patient, requests: 3 } });
    const client = new SlowClient(server.port, whole('').repeat(2), '');
    clients = [client];
    await until(() => client.answer.split('Hello').length === 3);
    expect(client.closed).toBe(false);
    client.socket.write(whole('').repeat(2));
    await until(() => client.answer.includes('HTTP/1.1 503'));
    expect(client.answer.split('HTTP/1.1 200').map(part => /connection: close/i.test(part))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(server.ran).toHaveLength(3);
  });
});
