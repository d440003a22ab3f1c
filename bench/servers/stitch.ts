import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { stitchSchemas } from '@graphql-tools/stitch';
import { createYoga } from 'graphql-yoga';
import { place } from '../clients/given-place.ts';
import { lookUpsOf } from '../clients/look-ups.ts';
import { RestClient } from '../clients/rest.ts';
import { typeDefsOf } from '../clients/typedefs.ts';

/** Plain stitching as its manual shows it: a schema for each source, types merged by key in batches, behind graphql-yoga. */
const lookUps = await lookUpsOf(place);
const rest = new RestClient(place.rest);
const isChain = place.set === 'chain';

const userStub = ({ userId }: { userId: number }) => ({ id: userId });
const blog = makeExecutableSchema({
  // Of users it knows the key only; of companies nothing.
  typeDefs: typeDefsOf(place)
    .replace(/type User .*/, 'type User { id: Int! }')
    .replace(/type Company .*/, ''),
  resolvers: {
    Query: { posts: () => rest.get('/posts') },
    Post: { user: userStub },
    ...(place.set === 'rest' && {
      Mutation: { createComment: (_: unknown, { input }: { input: unknown }) => rest.post('/comments', input) },
      Comment: { user: userStub },
    }),
  },
});
const people = makeExecutableSchema({
  typeDefs: `type Query { usersByIds(ids: [Int!]!): [User]! }
type User { id: Int! name: String email: String ${isChain ? 'companyId: Int! company: Company' : ''} }
${isChain ? 'type Company { id: Int! }' : ''}`,
  resolvers: {
    Query: { usersByIds: (_: unknown, { ids }: { ids: number[] }) => lookUps.users(ids) },
    ...(isChain && { User: { company: ({ companyId }: { companyId: number }) => ({ id: companyId }) } }),
  },
});
const directory = makeExecutableSchema({
  typeDefs: `type Query { companiesByIds(ids: [Int!]!): [Company]! } type Company { id: Int! name: String! city: String! }`,
  resolvers: { Query: { companiesByIds: (_: unknown, { ids }: { ids: number[] }) => lookUps.companies(ids) } },
});

const byIds = (fieldName: string) => ({
  fieldName,
  selectionSet: '{ id }',
  key: ({ id }: { id: number }) => id,
  argsFromKeys: (ids: readonly number[]) => ({ ids }),
});
const schema = stitchSchemas({
  subschemas: [
    { schema: blog, batch: true },
    { schema: people, batch: true, merge: { User: byIds('usersByIds') } },
    ...(isChain ? [{ schema: directory, batch: true, merge: { Company: byIds('companiesByIds') } }] : []),
  ],
});
createServer(createYoga({ logging: false, graphiql: false, schema })).listen(place.port, '127.0.0.1');
