import { createServer } from 'node:http';
import DataLoader from 'dataloader';
import { createSchema, createYoga } from 'graphql-yoga';
import { place } from '../clients/given-place.ts';
import { lookUpsOf, type User } from '../clients/look-ups.ts';
import { RestClient } from '../clients/rest.ts';
import { typeDefsOf } from '../clients/typedefs.ts';

/** The usual way: graphql-yoga, resolvers, a DataLoader for each kind of key and each request. */
const lookUps = await lookUpsOf(place);
const rest = new RestClient(place.rest);

interface Context {
  readonly users: DataLoader<number, unknown>;
  readonly companies: DataLoader<number, unknown>;
}

const user = ({ userId }: { userId: number }, _args: unknown, { users }: Context) => users.load(userId);

const yoga = createYoga<object, Context>({
  logging: false,
  graphiql: false,
  context: () => ({ users: new DataLoader(lookUps.users), companies: new DataLoader(lookUps.companies) }),
  schema: createSchema<Context>({
    typeDefs: typeDefsOf(place),
    resolvers: {
      Query: { posts: () => rest.get('/posts') },
      Post: { user },
      ...(place.set === 'rest' && {
        Mutation: { createComment: (_: unknown, { input }: { input: unknown }) => rest.post('/comments', input) },
        Comment: { user },
      }),
      ...(place.set === 'chain' && {
        User: {
          company: ({ companyId }: User, _args: unknown, { companies }: Context) => companies.load(companyId ?? 0),
        },
      }),
    },
  }),
});
createServer(yoga).listen(place.port, '127.0.0.1');
