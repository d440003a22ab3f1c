import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One user, and a list of a hundred, with an umlaut in each or in ASCII alone: texts made beforehand, so that the server is never what is measured. */
const user = (id: number, city = 'Zürich') => ({
  id,
  name: `User ${id}`,
  email: `user${id}@example.com`,
  active: id % 2 === 0,
  score: id / 4,
  created: '2024-02-29T12:34:56Z',
  team: 'blue',
  city,
  visits: id * 3,
  role: 'admin',
});
const one = Buffer.from(JSON.stringify(user(7)));
const listOf = (city: string) =>
  Buffer.from(JSON.stringify(Array.from({ length: 100 }, (_, index) => user(index + 1, city))));
const [list, ascii] = [listOf('Zürich'), listOf('Winterthur')];

const server = createServer((request, response) => {
  const path = request.url ?? '';
  const body = path.startsWith('/users?team=ascii') ? ascii : path.startsWith('/users?') ? list : one;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port)); // it listens on a port
