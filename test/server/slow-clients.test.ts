import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../adapters/backends/traffic.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

const connections = { max: 100, headers: 200, request: 400, idle: 200, requests: 10_000 };

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
    const { status } = await server.post({ query: '{ greet }' });
    await until(() => clients.every(({ closed }) => closed));
    expect(status).toBe(200);
    expect(clients.every(({ answer }) => /^(|HTTP\/1.1 408 .*|HTTP\/1.1 200 .*Hello.*)$/s.test(answer))).toBe(true);
  });

  it('H3: no more connections are kept than are allowed; the next is served when there is room again', async () => {
    server = await serve({ door, connections: { ...connections, max: 5, headers: 10_000, request: 10_000 } });
    clients = Array.from({ length: 12 }, () => new SlowClient(server.port, head, ''));
    await until(() => clients.filter(({ closed }) => closed).length === 7);
    for (const { socket } of clients) socket.destroy();
    await until(() => clients.every(({ closed }) => closed));
    await until(async () =>
      /^HTTP\/1.1 200 /.test(await rawRequest(server.port, whole('connection: close\r\n')).catch(() => '')),
    );
  });

  it('H3: a connection serves as many requests as are allowed, and the last answer says so', async () => {
    server = await serve({ door, connections: { ...connections, requests: 3, idle: 500 } });
    const client = new SlowClient(server.port, whole('').repeat(2), '');
    clients = [client];
    await until(() => client.answer.split('Hello').length === 3);
    expect(client.closed).toBe(false);
    client.socket.write(whole(''));
    await until(() => client.closed);
    expect(client.answer.split('HTTP/1.1 200').map(part => /connection: close/i.test(part))).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(server.ran).toHaveLength(3);
  });
});
