import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { Pool } from 'undici';

/** The usual way: graphql-yoga, resolvers, a DataLoader for each request. Arguments: backend, port. */
const [backend = '', port = ''] = process.argv.slice(2);
const pool = new Pool(backend, { connections: 64 });

interface User {
  readonly id: number;
}

async function get<T>(path: string): Promise<T> {
  const { body } = await pool.request({ method: 'GET', path });
  return (await body.json()) as T; // our own backend
}

async function load(ids: readonly number[]): Promise<(User | undefined)[]> {
  const users = await get<readonly User[]>(`/users?${ids.map(id => `id=${id}`).join('&')}`);
  const byId = new Map(users.map(user => [user.id, user]));
  return ids.map(id => byId.get(id));
}

interface Context {
  readonly users: DataLoader<number, User | undefined>;
}

const yoga = createYoga<object, Context>({
  logging: false,
  graphiql: false,
  context: () => ({ users: new DataLoader(load) }),
  schema: createSchema<Context>({
    typeDefs: `type Query { posts: [Post!] } type Post { id: Int! userId: Int! title: String! user: User } type User { id: Int! name: String email: String }`,
    resolvers: {
      Query: { posts: () => get('/posts') },
      Post: { user: ({ userId }: { userId: number }, _args: unknown, { users }: Context) => users.load(userId) },
    },
  }),
});
createServer(yoga).listen(Number(port), '127.0.0.1');
