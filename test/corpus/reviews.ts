import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { createYoga } from 'graphql-yoga';

interface Posted {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A GraphQL server with what GraphQL has: interfaces, unions, scalars of its own, input objects, errors with paths. */
export async function startReviews() {
  const posted: Posted[] = [];
  const yoga = createYoga({ schema: makeExecutableSchema({ typeDefs, resolvers: resolvers() }), logging: false });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const asked = JSON.parse(body.toString('utf8')) as Posted; // the gateway posts JSON
    if (!asked.query.includes('__schema')) posted.push({ ...asked, query: written(asked.query) });
    const { url, headers, method } = request;
    const answer = await yoga.fetch(`http://127.0.0.1${url}`, {
      method: method!,
      headers: headers as HeadersInit,
      body,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type')! });
    response.end(await answer.text());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    posted,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, // it listens on a port
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** On one line, and without `__typename`: where the gateway selects that is its own affair. */
function written(query: string): string {
  return query.replaceAll(/\s+/g, ' ').replaceAll(/(\w+: )?__typename /g, '');
}

const typeDefs = `
  "Digits, as many as it takes"
  scalar BigNumber @specifiedBy(url: "https://numbers.example/")
  scalar Moment
  enum Verdict { GOOD BAD @deprecated(reason: "be kind") }
  interface Node { id: ID! }
  interface Authored implements Node { id: ID! author(upper: Boolean = false): Person }
  type Review implements Authored & Node {
    id: ID!
    petId: ID!
    author(upper: Boolean = false): Person
    verdict: Verdict
    stars: BigNumber!
    at: Moment
    about: Subject
    broken: String
  }
  type Comment implements Authored & Node { id: ID! author(upper: Boolean = false): Person text(max: Int! = 3): String! replies: [Comment!]! }
  type Person implements Node { id: ID! name: String! drives: String }
  type Place { name: [String!] }
  union Subject = Person | Place
  input Filter { verdict: Verdict = GOOD, stars: [BigNumber!], and: Filter }
  input By @oneOf { id: ID, name: String }
  type Query {
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
    reviews(filter: Filter = { verdict: GOOD }, first: Int): [Review!]!
    reviewsOfPets(petIds: [ID!]!): [Review!]!
    person(by: By!): Person
  }
  type Mutation { review(petId: ID!, stars: BigNumber!, verdict: Verdict): Review }
`;

function resolvers() {
  const people = [
    { __typename: 'Person', id: 'p1', name: 'Ann', drives: 'Porsche' },
    { __typename: 'Person', id: 'p2', name: 'Bob', drives: null },
  ];
  const reviews = [
    review('r1', '1', people[0], 'GOOD', '9007199254740993', people[1]),
    review('r2', '2', people[1], 'BAD', '-1', { __typename: 'Place', name: ['Zoo', 'Cage'] }),
    review('r3', '1', people[1], 'GOOD', '123456789012345678901234567890', null),
  ];
  const comment = { __typename: 'Comment', id: 'c1', author: people[0], text: 'Splendid', replies: [] as object[] };
  comment.replies.push({ ...comment, id: 'c2', replies: [] });
  const nodes = new Map([...people, ...reviews, comment].map(node => [node.id, node]));
  const authored = {
    author: ({ author }: { author: { name: string } }, { upper }: { upper: boolean }) =>
      upper ? { ...author, name: author.name.toUpperCase() } : author,
  };
  return {
    BigNumber: new GraphQLScalarType({
      name: 'BigNumber',
      serialize: value => ({ digits: String(value) }),
      parseValue: value => (typeof value === 'string' ? value : refuse()),
      parseLiteral: node => (node.kind === Kind.STRING ? node.value : refuse()),
    }),
    Review: {
      ...authored,
      broken() {
        throw new GraphQLError('secret: broken', { extensions: { code: 'NOT_FOUND', secret: true } });
      },
    },
    Comment: { ...authored, text: ({ text }: { text: string }, { max }: { max: number }) => text.slice(0, max) },
    Query: {
      node: (_: unknown, { id }: { id: string }) => nodes.get(id),
      nodes: (_: unknown, { ids }: { ids: string[] }) => ids.map(id => nodes.get(id)),
      reviews: (
        _: unknown,
        { filter, first }: { filter: { verdict?: string; and?: { stars: string[] } }; first?: number },
      ) =>
        reviews
          .filter(({ verdict, stars }) => verdict === filter.verdict && (filter.and?.stars ?? [stars]).includes(stars))
          .slice(0, first),
      reviewsOfPets: (_: unknown, { petIds }: { petIds: string[] }) =>
        reviews.filter(({ petId }) => petIds.includes(petId)).reverse(),
      person: (_: unknown, { by }: { by: { id?: string; name?: string } }) =>
        people.find(({ id, name }) => id === by.id || name === by.name),
    },
    Mutation: {
      review: (_: unknown, args: { petId: string; stars: string; verdict?: string }) =>
        review('new', args.petId, people[0], args.verdict ?? null, args.stars, null),
    },
  };
}

function review(id: string, petId: string, author: unknown, verdict: string | null, stars: string, about: unknown) {
  return { __typename: 'Review', id, petId, author, verdict, stars, at: 1_700_000_000_000, about };
}

function refuse(): never {
  throw new GraphQLError('secret: digits are text');
}
