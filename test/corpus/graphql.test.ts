import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openGateway } from './open-gateway.ts';
import { startReviews } from './reviews.ts';

describe('a server of a GraphQL schema', () => {
  let backend: Awaited<ReturnType<typeof startReviews>>;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => {
    backend = await startReviews();
    gateway = await openGateway({
      sources: { reviews: { protocol: 'graphql', endpoint: backend.endpoint, prefix: 'Rev' } },
    });
  });
  beforeEach(() => {
    backend.posted.length = 0;
  });
  afterAll(async () => {
    await gateway.close();
    await backend.close();
  });

  it('is asked for what is selected: fragments, aliases, interfaces, unions', async () => {
    const query = `query ($id: ID!, $upper: Boolean!, $deep: Boolean!) {
      a: revNode(id: $id) { ...Authored ... on RevReview { about { ... on RevPlace { places: name } ... on RevPerson { name } } } }
      revNodes(ids: ["c1", "none", "p2"]) { __typename id ... on RevPerson { name } ...Text }
    }
    fragment Authored on RevAuthored { kind: __typename id author(upper: $upper) { name } }
    fragment Text on RevComment { text short: text(max: 1) replies @include(if: $deep) { id text(max: 8) } }`;
    expect(await gateway.ask(query, { id: 'r1', upper: true, deep: true })).toEqual({
      data: {
        a: { kind: 'RevReview', id: 'r1', author: { name: 'ANN' }, about: { name: 'Bob' } },
        revNodes: [
          { __typename: 'RevComment', id: 'c1', text: 'Spl', short: 'S', replies: [{ id: 'c2', text: 'Splendid' }] },
          null,
          { __typename: 'RevPerson', id: 'p2', name: 'Bob' },
        ],
      },
    });
    expect(backend.posted).toEqual([
      {
        query:
          'query ($_0a_id: ID!, $_0v_upper: Boolean!) { _0: node(id: $_0a_id) { ' +
          '... on Authored { id author(upper: $_0v_upper) { name } } ' +
          '... on Review { about { ... on Person { name } ... on Place { places: name } } } } }',
        variables: { _0a_id: 'r1', _0v_upper: true },
      },
      {
        query:
          'query ($_0a_ids: [ID!]!) { _0: nodes(ids: $_0a_ids) { id ' +
          '... on Comment { text short: text(max: 1) replies { id text(max: 8) } } ... on Person { name } } }',
        variables: { _0a_ids: ['c1', 'none', 'p2'] },
      },
    ]);
  });

  it('keeps scalars of its own as they come and go, and default values', async () => {
    const query = `query ($stars: [RevBigNumber!], $first: Int) {
      good: revReviews { id stars at verdict }
      one: revReviews(filter: { and: { stars: $stars } }, first: $first) { id }
      bad: revReviews(filter: { verdict: BAD }) { id verdict }
      revPerson(by: { name: "Bob" }) { id drives }
    }`;
    expect(await gateway.ask(query, { stars: ['123456789012345678901234567890'] })).toEqual({
      data: {
        good: [
          { id: 'r1', stars: { digits: '9007199254740993' }, at: 1_700_000_000_000, verdict: 'GOOD' },
          { id: 'r3', stars: { digits: '123456789012345678901234567890' }, at: 1_700_000_000_000, verdict: 'GOOD' },
        ],
        one: [{ id: 'r3' }],
        bad: [{ id: 'r2', verdict: 'BAD' }],
        revPerson: { id: 'p2', drives: null },
      },
    });
    expect(backend.posted).toEqual([
      {
        query: 'query ($_0a_by: By!) { _0: person(by: $_0a_by) { id drives } }',
        variables: { _0a_by: { name: 'Bob' } },
      },
      {
        query:
          'query ($_0a_filter: Filter, $_1a_filter: Filter, $_2a_filter: Filter) ' +
          '{ _0: reviews(filter: $_0a_filter) { id stars at verdict } ' +
          '_1: reviews(filter: $_1a_filter) { id } _2: reviews(filter: $_2a_filter) { id verdict } }',
        variables: {
          _0a_filter: { verdict: 'GOOD' },
          _1a_filter: { verdict: 'GOOD', and: { verdict: 'GOOD', stars: ['123456789012345678901234567890'] } },
          _2a_filter: { verdict: 'BAD' },
        },
      },
    ]);
  });

  it('has its errors at their paths, and no word of what they say', async () => {
    const error = (path: unknown[], operation: string, code: string, message: string) => ({
      message,
      locations: expect.any(Array),
      path,
      extensions: { code, source: 'reviews', operation },
    });
    const unknown = 'The source "reviews" does not know what was asked for.';
    expect(await gateway.ask('{ revReviews { id broken } revPerson(by: { id: "p1" }) { name } }')).toEqual({
      data: {
        revReviews: [
          { id: 'r1', broken: null },
          { id: 'r3', broken: null },
        ],
        revPerson: { name: 'Ann' },
      },
      errors: [
        error(['revReviews', 0, 'broken'], 'reviews', 'NOT_FOUND', unknown),
        error(['revReviews', 1, 'broken'], 'reviews', 'NOT_FOUND', unknown),
      ],
    });
    expect(await gateway.ask('mutation { revReview(petId: 1, stars: 5) { id } }')).toEqual({
      data: { revReview: null },
      errors: [error(['revReview'], 'review', 'UPSTREAM_ERROR', 'The source "reviews" failed.')],
    });
  });

  it('performs mutations one after the other', async () => {
    const mutation = `mutation ($stars: RevBigNumber!) {
      a: revReview(petId: 1, stars: $stars, verdict: GOOD) { petId stars verdict author { name } }
      b: revReview(petId: "2", stars: "7") { verdict }
    }`;
    expect(await gateway.ask(mutation, { stars: '99999999999999999999' })).toEqual({
      data: {
        a: { petId: '1', stars: { digits: '99999999999999999999' }, verdict: 'GOOD', author: { name: 'Ann' } },
        b: { verdict: null },
      },
    });
    expect(backend.posted).toEqual([
      {
        query:
          'mutation ($_0a_petId: ID!, $_0a_stars: BigNumber!, $_0a_verdict: Verdict) ' +
          '{ _0: review(petId: $_0a_petId, stars: $_0a_stars, verdict: $_0a_verdict) ' +
          '{ petId stars verdict author { name } } }',
        variables: { _0a_petId: '1', _0a_stars: '99999999999999999999', _0a_verdict: 'GOOD' },
      },
      {
        query:
          'mutation ($_0a_petId: ID!, $_0a_stars: BigNumber!) ' +
          '{ _0: review(petId: $_0a_petId, stars: $_0a_stars) { verdict } }',
        variables: { _0a_petId: '2', _0a_stars: '7' },
      },
    ]);
  });
});
