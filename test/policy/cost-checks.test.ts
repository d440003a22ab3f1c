import { describe, expect, test } from 'vitest';
import { composed, say, source } from '../supergraph/harness.ts';

const sdl = /* GraphQL */ `
  type Query { users(first: Int, name: String, by: Filter): [User] page(first: Int): Page user: User }
  type User { name: String }
  type Page { items: [User] total: Int }
  input Filter { limit: Int name: String }
`;
const shop = source('shop', sdl, { users: () => [], page: () => null, user: () => null });

const told = (overlay: string) => composed([shop], overlay).diagnostics.map(each => say(each).replace(/^.*: @/, '@'));

describe('@cost and @listSize are held against the schema', () => {
  test.each([
    ['extend type User { name: String @cost(weight: "2.5") }', []],
    ['extend type User { name: String @cost(weight: "-1e3") }', []],
    ['extend type User { name: String @cost(weight: "dear") }', ['@cost: the weight "dear" is not a number.']],
    ['extend type User { name: String @cost(weight: "") }', ['@cost: the weight "" is not a number.']],
    ['extend type User { name: String @cost(weight: "0x10") }', ['@cost: the weight "0x10" is not a number.']],
    ['extend type User { name: String @cost(weight: "1e999") }', ['@cost: the weight "1e999" is not a number.']],
    ['extend type Query { users(first: Int): [User] @listSize(slicingArguments: ["first"]) }', []],
    ['extend type Query { users(first: Int): [User] @listSize(slicingArguments: ["by.limit"]) }', []],
    ['extend type Query { page(first: Int): Page @listSize(assumedSize: 10, sizedFields: ["items"]) }', []],
    [
      'extend type Query { users(first: Int): [User] @listSize }',
      ['@listSize says nothing: neither assumedSize nor slicingArguments is given.'],
    ],
    [
      'extend type Query { users(first: Int): [User] @listSize(assumedSize: -1) }',
      ['@listSize: assumedSize is below 0.'],
    ],
    [
      'extend type Query { users(first: Int): [User] @listSize(slicingArguments: ["frst"]) }',
      ['@listSize: Query.users has no argument "frst". Did you mean "first"?'],
    ],
    [
      'extend type Query { users(first: Int): [User] @listSize(slicingArguments: ["name"]) }',
      ['@listSize: the argument "name" is of the type String, not Int.'],
    ],
    [
      'extend type Query { users(first: Int): [User] @listSize(slicingArguments: ["by.max"]) }',
      ['@listSize: Filter has no input field "max".'],
    ],
    ['extend type Query { user: User @listSize(assumedSize: 1) }', ['@listSize: Query.user returns no list.']],
    [
      'extend type Query { page(first: Int): Page @listSize(assumedSize: 1, sizedFields: ["item"]) }',
      ['@listSize: Page has no field "item" to be sized. Did you mean "items"?'],
    ],
    [
      'extend type Query { page(first: Int): Page @listSize(assumedSize: 1, sizedFields: ["total"]) }',
      ['@listSize: Page.total returns no list to be sized.'],
    ],
  ])('%s', (overlay, problems) => {
    expect(told(overlay)).toEqual(problems);
  });
});
