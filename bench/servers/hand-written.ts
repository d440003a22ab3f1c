import { createServer } from 'node:http';
import { Pool } from 'undici';

/** The three workloads as one would write them by hand for speed: node:http and undici, no GraphQL at all. Arguments: backend, port. */
const [backend = '', port = ''] = process.argv.slice(2);
const pool = new Pool(backend, { connections: 64 });

interface Post {
  readonly id: number;
  readonly userId: number;
  readonly title: string;
}

interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
}

async function get<T>(path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T; // our own backend
}

async function answer(query: string): Promise<unknown> {
  if (query === '{ __typename }') return { __typename: 'Query' };
  const posts = await get<readonly Post[]>('/posts');
  if (query === '{ posts { title } }') return { posts: posts.map(({ title }) => ({ title })) };
  const ids = new Set(posts.map(({ userId }) => userId));
  const users = await get<readonly User[]>(`/users?${[...ids].map(id => `id=${id}`).join('&')}`);
  const byId = new Map(users.map(({ id, name, email }) => [id, { id, name, email }]));
  return { posts: posts.map(({ id, userId, title }) => ({ id, userId, title, user: byId.get(userId) ?? null })) };
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string }; // our own load
    void answer(query).then(data => {
      const body = JSON.stringify({ data });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
}).listen(Number(port), '127.0.0.1');
