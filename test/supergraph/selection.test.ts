import { expect, it } from 'vitest';
import { run, source, supergraph } from './harness.ts';

const sources = () => [
  source('a', 'type Query { us: [U] ua(ids: [ID!]): [U] } type U { id: ID! x: Int }', {
    us: () => [{ id: '1', x: 1 }],
    ua: () => [],
  }),
  source('b', 'type Query { ub(ids: [ID!]): [U] } type U { id: ID! y: Y } type Y { a: Int b: Int }', {
    ub: () => [{ id: '1', y: { a: 1, b: 2 } }],
  }),
];
const overlay =
  'extend type U @entity(key: "id", call: "a.ua", into: "ids") @entity(key: "id", call: "b.ub", into: "ids")';

it.each([
  ['nothing but a skipped field', '{ us { x @skip(if: true) } }', {}],
  ['nothing but __typename, in a fragment', '{ us { ... on U { __typename } } }', { __typename: 'U' }],
  ['an object of which everything is skipped', '{ us { y { a @include(if: false) } x } }', { y: {}, x: 1 }],
  [
    'a field under a condition that fails, and again without one',
    '{ us { y { ...Maybe a } } } fragment Maybe on Y { a @include(if: false) b }',
    { y: { b: 2, a: 1 } },
  ],
  ['an object under two conditions', '{ us { y @include(if: false) { a } y { b } } }', { y: { b: 2 } }],
])('of a merged type: %s', async (_name, query, expected) => {
  const [a, b] = sources();
  expect(await run(supergraph([a!, b!], overlay), query)).toEqual({ data: { us: [expected] } });
  expect(b!.sent.length).toBeLessThanOrEqual(1);
});
