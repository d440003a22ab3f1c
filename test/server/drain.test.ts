import { Agent, createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { GatewayError } from '../../src/base/error.ts';
import { listen } from '../../src/server/listener/listen.ts';
import { until } from '../adapters/backends/traffic.ts';
import { serve } from './serve.ts';

test('draining: not ready first, nothing under way is cut off, and then the port is free', async () => {
  const server = await serve({ drainDelay: 10_000, deadline: 60_000 });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const underWay = server.post({ query: '{ slow(ms: 12000) }' });
  await until(() => server.ran.length === 1);
  const closed = server.close();
  const ready = await fetch(`${server.url}/readyz`);
  expect({ status: ready.status, connection: ready.headers.get('connection') }).toEqual({
    status: 503,
    connection: 'close',
  });
  expect((await server.post({ query: '{ greet }' })).status).toBe(200);
  const answer = await underWay;
  expect(await answer.json()).toEqual({ data: { slow: 'done' } });
  expect(answer.headers.get('connection')).toBe('close');
  await closed;
  expect(server.close()).toBe(server.close());
  await expect(fetch(server.url)).rejects.toThrow();
});

test('a request that is on its way over a kept connection when the drain begins is answered', async () => {
  const server = await serve();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const answered = (response: IncomingMessage) => response.resume().on('end', () => resolve(response));
      get(`${server.url}/livez`, { agent }, answered).on('error', reject);
    });
  await ask();
  const closed = server.close();
  const answer = await ask();
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  await closed;
  agent.destroy();
});

test('a request that does not end is ended', async () => {
  const server = await serve({ drainTimeout: 50 });
  const underWay = server.post({ query: '{ deaf(ms: 60000) }' });
  const failed = expect(underWay).rejects.toThrow();
  await until(() => server.ran.length === 1);
  await server.close();
  await failed;
});

test('a client that leaves ends its operation', async () => {
  const server = await serve();
  const leaving = new AbortController();
  const request = server.post({ query: '{ slow(ms: 20000) }' }, { signal: leaving.signal });
  await until(() => server.ran.length === 1);
  leaving.abort();
  await expect(request).rejects.toThrow();
  await until(() => server.logged.some(line => line['clientGone'] === true));
  await server.close();
});

test('/readyz says no while there is nothing to serve', async () => {
  const server = await serve({ ready: () => false });
  const statuses = await Promise.all(['/livez', '/readyz'].map(async path => (await fetch(server.url + path)).status));
  expect(statuses).toEqual([200, 503]);
  await server.close();
});

test('a port in use is a clear error', async () => {
  const other = createHttpServer();
  const port = await listen(other, 0, '127.0.0.1');
  const error = await serve({ port }).catch((reason: unknown) => reason);
  other.close();
  expect(error).toBeInstanceOf(GatewayError);
  expect(error).toMatchObject({
    message: `Port ${port} of 127.0.0.1 is in use: stop what listens there, or choose another port.`,
    cause: { code: 'EADDRINUSE' },
  });
});
