import { allInvoices, companies, invoices, posts, users } from './data.ts';

/** What is registered with a system, and what its backends do: one process of a system serves one of these. */
export type DataSet = 'rest' | 'slow' | 'chain' | 'failing' | 'wide';

/** What is measured: an operation, and what must be answered. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly set: DataSet;
  readonly query: string;
  /** The calls that one answer takes. */
  readonly calls: number;
  /** Every request has a text of its own, so that no system knows it yet. */
  readonly isNewEachTime?: boolean;
  /** What `data` must be. */
  readonly data: unknown;
  /** Where errors must be, and nowhere else. */
  readonly errorsAt?: readonly string[];
  /** Its figures are told as ratios to those of this system. */
  readonly base: string;
  /** Systems that are left out, each with the reason. */
  readonly without: Readonly<Record<string, string>>;
}

const userOf = (id: number) => {
  const user = users.find(each => each.id === id);
  return user && { id, name: user.name, email: user.email };
};
const joined = posts.map(({ id, userId, title }) => ({ id, userId, title, user: userOf(userId) }));
const chained = posts.map(({ id, title, userId }) => {
  const user = users.find(each => each.id === userId);
  const company = companies.find(each => each.id === user?.companyId);
  return { id, title, user: { id: userId, name: user?.name, company } };
});

const q1 = '{ posts { id userId title user { id name email } } }';
const ids = users.map(({ id }) => id);
/** Identical queries that share an execution would hide what is asked here. */
const unshared = (why: string) => ({ 'selvage-tick': why, 'selvage-inflight': why });
const price = unshared('a shared execution would hide its price');
const onlyHop = 'the hop is compared with the bare client library';
const noDocuments = 'it knows no documents';

export const workloads: readonly Workload[] = [
  {
    name: 'q1',
    title: '100 posts joined to 10 users over REST',
    set: 'rest',
    query: q1,
    calls: 2,
    data: { posts: joined },
    base: 'hand-written',
    without: {},
  },
  {
    name: 'q2',
    title: '100 posts, one field',
    set: 'rest',
    query: '{ posts { title } }',
    calls: 1,
    data: { posts: posts.map(({ title }) => ({ title })) },
    base: 'hand-written',
    without: {},
  },
  {
    name: 'q3',
    title: 'a constant (`{ __typename }`), no call',
    set: 'rest',
    query: '{ __typename }',
    calls: 0,
    data: { __typename: 'Query' },
    base: 'hand-written',
    without: {},
  },
  {
    name: 'w2',
    title: 'as Q1, each call answered after 5 ms, users one by one',
    set: 'slow',
    query: q1,
    calls: 11,
    data: { posts: joined },
    base: 'hand-written',
    without: {},
  },
  {
    name: 'w3',
    title: '100 posts over REST, their 10 users over gRPC, their 5 companies over SOAP',
    set: 'chain',
    query: '{ posts { id title user { id name company { id name city } } } }',
    calls: 3,
    data: { posts: chained },
    base: 'hand-written',
    without: {},
  },
  {
    name: 'm1',
    title: 'a mutation: POST with a JSON body, and a link that is read after it',
    set: 'rest',
    query:
      'mutation { createComment(input: { postId: 1, userId: 3, text: "laudantium enim quasi est" }) { id sent { postId text } user { id name email } } }',
    calls: 2,
    data: { createComment: { id: 501, sent: { postId: 1, text: 'laudantium enim quasi est' }, user: userOf(3) } },
    base: 'hand-written',
    without: {},
  },
  {
    name: 's1',
    title: 'Q1 on a schema of 2,000 types',
    set: 'wide',
    query: q1,
    calls: 2,
    data: { posts: joined },
    base: 'hand-written',
    without: price,
  },
  {
    name: 's1-new',
    title: 'the same, every document a new one',
    set: 'wide',
    query: q1,
    calls: 2,
    isNewEachTime: true,
    data: { posts: joined },
    base: 'hand-written',
    without: { ...price, 'hand-written': noDocuments },
  },
  {
    name: 'f1',
    title: 'Q1 where the call for users is answered 500',
    set: 'failing',
    query: q1,
    calls: 2,
    data: { posts: joined.map(post => ({ ...post, user: null })) },
    errorsAt: posts.map((_, index) => `posts.${index}.user`),
    base: 'hand-written',
    without: { stitch: 'merging keeps a user of nothing but its key, and puts the errors at name and email' },
  },
  {
    name: 'soap',
    title: 'one SOAP call, 100 items, 18 kB; x bare `soap` behind node:http',
    set: 'chain',
    query: '{ getInvoices(companyId: 1) { number product quantity paid note } }',
    calls: 1,
    data: { getInvoices: invoices },
    base: 'bare-library',
    without: { ...price, yoga: onlyHop, stitch: onlyHop },
  },
  {
    name: 'soap-200',
    title: 'the same with 200 items',
    set: 'chain',
    query: '{ getAllInvoices { number product quantity paid note } }',
    calls: 1,
    data: { getAllInvoices: allInvoices },
    base: 'hand-written',
    without: { ...price, yoga: onlyHop, stitch: onlyHop, 'bare-library': 'its hop is told of 100 items' },
  },
  {
    name: 'grpc',
    title: 'one gRPC call, 10 users; x bare grpc-js and proto-loader behind node:http',
    set: 'chain',
    query: `{ batchGetUsers(ids: [${ids.join(', ')}]) { users { id name email } } }`,
    calls: 1,
    data: { batchGetUsers: { users: ids.map(userOf) } },
    base: 'bare-library',
    without: { ...price, yoga: onlyHop, stitch: onlyHop, 'hand-written': 'by hand it is the bare library' },
  },
];

/** Is this what the workload asks for? */
export function isRight(
  workload: Workload,
  answer: unknown,
  equals: (one: unknown, other: unknown) => boolean,
): boolean {
  const { data, errors = [] } = answer as { data?: unknown; errors?: readonly { path?: readonly unknown[] }[] }; // JSON
  const at = errors.map(({ path }) => path?.join('.'));
  return equals(data, workload.data) && equals([...at].sort(), [...(workload.errorsAt ?? [])].sort());
}
