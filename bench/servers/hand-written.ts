import { place } from '../clients/given-place.ts';
import { type Answer, serveQueries } from '../clients/query-server.ts';
import { RestClient } from '../clients/rest.ts';
import { workloads } from '../workload.ts';

/** The workloads as one would write them by hand for speed: node:http and undici, grpc-js and saxes where those are called; no GraphQL at all. */
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

interface Comment {
  readonly id: number;
  readonly userId: number;
  readonly sent: { readonly postId: number; readonly text: string };
}

const rest = new RestClient(place.rest);

async function usersById(ids: Iterable<number>): Promise<Map<number, User>> {
  const users = await rest.get<readonly User[]>(`/users?${Array.from(ids, id => `id=${id}`).join('&')}`);
  return new Map(users.map(({ id, name, email }) => [id, { id, name, email }]));
}

async function usersOneByOne(ids: Iterable<number>): Promise<Map<number, User>> {
  const users = await Promise.all(Array.from(ids, id => rest.get<User>(`/users/${id}`)));
  return new Map(users.map(({ id, name, email }) => [id, { id, name, email }]));
}

async function joined(lookUp: (ids: Iterable<number>) => Promise<Map<number, User>>): Promise<Answer> {
  const posts = await rest.get<readonly Post[]>('/posts');
  let byId: Map<number, User> | undefined;
  try {
    byId = await lookUp(new Set(posts.map(({ userId }) => userId)));
  } catch {
    const errors = posts.map((_, index) => ({ message: 'No users came.', path: ['posts', index, 'user'] }));
    return { data: { posts: posts.map(({ id, userId, title }) => ({ id, userId, title, user: null })) }, errors };
  }
  const users = byId;
  const rows = posts.map(({ id, userId, title }) => ({ id, userId, title, user: users.get(userId) ?? null }));
  return { data: { posts: rows } };
}

async function titles(): Promise<Answer> {
  const posts = await rest.get<readonly Post[]>('/posts');
  return { data: { posts: posts.map(({ title }) => ({ title })) } };
}

async function createComment(): Promise<Answer> {
  const comment = { postId: 1, userId: 3, text: 'laudantium enim quasi est' };
  const { id, userId, sent } = await rest.post<Comment>('/comments', comment);
  const user = (await usersById([userId])).get(userId) ?? null;
  return { data: { createComment: { id, sent: { postId: sent.postId, text: sent.text }, user } } };
}

/** Only who calls gRPC and SOAP pays for their libraries. */
async function chain() {
  const [{ peopleClient }, { DirectoryClient }] = await Promise.all([
    import('../clients/people.ts'),
    import('../clients/directory.ts'),
  ]);
  const getUsers = peopleClient(place.grpc);
  const directory = new DirectoryClient(place.soap);
  return {
    async w3(): Promise<Answer> {
      const posts = await rest.get<readonly Post[]>('/posts');
      const people = await getUsers([...new Set(posts.map(({ userId }) => userId))]);
      const companies = await directory.getCompanies([...new Set(people.map(({ companyId }) => companyId))]);
      const companyById = new Map(companies.map(({ id, name, city }) => [id, { id, name, city }]));
      const userById = new Map(
        people.map(({ id, name, companyId }) => [id, { id, name, company: companyById.get(companyId) ?? null }]),
      );
      const rows = posts.map(({ id, title, userId }) => ({ id, title, user: userById.get(userId) ?? null }));
      return { data: { posts: rows } };
    },
    async soap(): Promise<Answer> {
      return { data: { getInvoices: await directory.getInvoices(1) } };
    },
    async 'soap-200'(): Promise<Answer> {
      return { data: { getAllInvoices: await directory.getAllInvoices() } };
    },
  };
}

const handlers = {
  q1: () => joined(usersById),
  q2: titles,
  q3: () => ({ data: { __typename: 'Query' } }),
  w2: () => joined(usersOneByOne),
  m1: createComment,
  s1: () => joined(usersById),
  f1: () => joined(usersById),
  ...(place.set === 'chain' && (await chain())),
};
const own = workloads.filter(({ set, without }) => set === place.set && without['hand-written'] === undefined);
serveQueries(new Map(own.map(({ name, query }) => [query, handlers[name as keyof typeof handlers]!])), place.port);
