import { buildSchema, GraphQLError, graphql } from 'graphql';
import type { StartBackend } from './backend.ts';
import { reviews } from './data.ts';
import { type HttpAnswer, type HttpQuestion, serveHttp } from './http-backend.ts';

type Review = (typeof reviews)[number];

const schema = buildSchema(/* GraphQL */ `
  "RFC 3339."
  scalar DateTime

  type Query {
    "The reviews of several products, the newest first; products without a review are left out."
    reviewsByProducts(ids: [ID!]!): [Review!]!
    latestReviews(first: Int = 5): [Review!]!
    review(id: ID!): Review
  }

  type Mutation {
    addReview(input: AddReviewInput!): Review!
  }

  type Review {
    id: ID!
    productId: ID!
    "The number that billing knows the author by."
    customerNumber: ID!
    stars: Int!
    title: String!
    text: String
    writtenAt: DateTime!
  }

  input AddReviewInput {
    productId: ID!
    customerNumber: ID!
    stars: Int!
    title: String!
    text: String
  }
`);

/** Reviews: GraphQL over HTTP. */
export const startReviews: StartBackend = onRequest => {
  const resolvers = resolversOf(structuredClone(reviews));
  return serveHttp(async question => {
    const asked = operationOf(question);
    if (!asked) return json(400, { errors: [{ message: 'Send a POST with a JSON body that has a query.' }] });
    onRequest(`POST /graphql ${asked.source.replace(/\s+/g, ' ').trim()}`);
    return json(200, await graphql({ schema, rootValue: resolvers, ...asked }));
  }, '/graphql');
};

function resolversOf(book: Review[]) {
  const newest = () => [...book].sort((a, b) => b.writtenAt.localeCompare(a.writtenAt));
  return {
    reviewsByProducts: ({ ids }: { ids: string[] }) => newest().filter(({ productId }) => ids.includes(productId)),
    latestReviews: ({ first }: { first: number }) => newest().slice(0, first),
    review: ({ id }: { id: string }) => book.find(review => review.id === id),
    addReview({ input }: { input: Omit<Review, 'id' | 'writtenAt'> }) {
      if (input.stars < 1 || input.stars > 5) {
        throw new GraphQLError('stars are from 1 to 5', { extensions: { code: 'BAD_USER_INPUT' } });
      }
      const review = {
        ...input,
        id: `r-${book.length + 1}`,
        text: input.text ?? null,
        writtenAt: new Date().toISOString(),
      };
      book.push(review);
      return review;
    },
  };
}

function operationOf({ method, body }: HttpQuestion) {
  if (method !== 'POST') return undefined;
  const { query, variables, operationName } = JSON.parse(body) as Record<string, unknown>; // each is checked here
  if (typeof query !== 'string') return undefined;
  return {
    source: query,
    ...(typeof operationName === 'string' ? { operationName } : {}),
    ...(typeof variables === 'object' && variables !== null ? { variableValues: { ...variables } } : {}),
  };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}
