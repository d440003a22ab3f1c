import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../src/server/listener/listen.ts';
import { readBody } from '../../src/server/read-body.ts';
import { rawRequest } from './raw-request.ts';
import { serve, type TestServer } from './serve.ts';

const mebibyte = 1024 * 1024;
const bodyOf = (bytes: number) =>
  JSON.stringify({ query: '{ greet }', x: '' }).replace('""', `"${'a'.repeat(bytes - 28)}"`);

describe('a body is counted while it is read', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.close());

  test('1 MiB is taken', async () => {
    const body = bodyOf(mebibyte);
    expect(body).toHaveLength(mebibyte);
    expect((await server.post(body)).status).toBe(200);
  });

  test('a byte more is 413, told by its length', async () => {
    const response = await server.post(bodyOf(mebibyte + 1));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'DOCUMENT_TOO_LARGE' } }] });
    expect(response.headers.get('connection')).toBe('close');
  });

  test('and is 413 when it comes in chunks of unknown number', async () => {
    const head =
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    expect(await rawRequest(server.port, head + chunk.repeat(17))).toMatch(/^HTTP\/1.1 413 .*"DOCUMENT_TOO_LARGE"/s);
  });
});

test('no more is read than the limit and a chunk', async () => {
  const read: number[] = [];
  const server = createServer(async (request, response) => {
    const body = await new Promise((resolve, reject) => readBody(request, mebibyte, resolve, reject));
    expect(body).toBe('too-large');
    read.push(request.socket.bytesRead);
    response.writeHead(413, { connection: 'close' }).end();
  });
  const port = await listen(server, 0, '127.0.0.1');
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // the server hangs up while we send
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
  const closed = new Promise(resolve => socket.on('close', resolve));
  for (let n = 0; n < 64; n += 1) socket.write(chunk);
  socket.resume();
  await closed;
  server.close();
  expect(read).toHaveLength(1);
  expect(read[0]).toBeLessThan(1.1 * mebibyte + 0x10000);
});
