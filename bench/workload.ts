/** What is measured: an operation, and what the backend holds for it. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** The operation, by who answers it: a constant has a name of its own in each system. */
  readonly query: string;
}

export const workloads: readonly Workload[] = [
  {
    name: 'q1',
    title: '100 posts joined to 10 users over REST',
    query: '{ posts { id userId title user { id name email } } }',
  },
  { name: 'q2', title: '100 posts, one field', query: '{ posts { title } }' },
  { name: 'q3', title: 'a constant, no call', query: '{ __typename }' },
];

export const posts = Array.from({ length: 100 }, (_, index) => ({
  userId: (index % 10) + 1,
  id: index + 1,
  title: `sunt aut facere repellat provident occaecati ${index}`,
  body: 'quia et suscipit suscipit recusandae consequuntur expedita et cum reprehenderit molestiae ut ut quas totam nostrum rerum',
}));

export const users = Array.from({ length: 10 }, (_, index) => ({
  id: index + 1,
  name: `Leanne Graham ${index}`,
  username: 'Bret',
  email: `sincere${index}@april.biz`,
}));

/** What every system must answer before it is measured. */
export function expected({ name }: Workload): unknown {
  if (name === 'q3') return { data: { __typename: 'Query' } };
  if (name === 'q2') return { data: { posts: posts.map(({ title }) => ({ title })) } };
  const joined = posts.map(({ id, userId, title }) => {
    const user = users.find(each => each.id === userId);
    return { id, userId, title, user: user && { id: user.id, name: user.name, email: user.email } };
  });
  return { data: { posts: joined } };
}
