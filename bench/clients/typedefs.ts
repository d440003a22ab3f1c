import type { Place } from '../place.ts';

const fillers = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `type Thing${index} { id: Int! name: String next: Thing${(index + 1) % count} }`,
  );
const fillerFields = (count: number) => Array.from({ length: count }, (_, index) => `things${index}: [Thing${index}!]`);

/** The schema that yoga's servers have for a set of workloads. */
export function typeDefsOf({ set, fillers: wide }: Pick<Place, 'set' | 'fillers'>): string {
  const count = set === 'wide' ? wide : 0;
  return `
type Query { posts: [Post!] ${fillerFields(count).join(' ')} }
type Post { id: Int! userId: Int! title: String! body: String user: User }
type User { id: Int! name: String email: String ${set === 'chain' ? 'companyId: Int! company: Company' : ''} }
${set === 'chain' ? 'type Company { id: Int! name: String! city: String! }' : ''}
${set === 'rest' ? commentTypes : ''}
${fillers(count).join('\n')}`;
}

const commentTypes = `
type Mutation { createComment(input: NewComment!): Comment }
input NewComment { postId: Int! userId: Int! text: String! }
type Comment { id: Int! userId: Int! sent: SentComment user: User }
type SentComment { postId: Int! userId: Int! text: String! }`;
