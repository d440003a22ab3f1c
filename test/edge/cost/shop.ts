import { parse } from 'graphql';
import { defaultCostOptions } from '../../../src/edge/cost/cost-options.ts';
import { StaticCost } from '../../../src/edge/cost/static-cost.ts';
import { source, supergraph } from '../../supergraph/harness.ts';

/** What the example of the IBM specification has, and more. */
const sdl = /* GraphQL */ `
  type Query {
    users(max: Int): [User]
    page(first: Int, last: Int): Page
    search(by: Filter, text: String): [Hit]
    node(id: ID): Node
    nodes: [Node]
    matrix: [[User]]
    names: [String]
    preset(first: Int = 7): [User]
  }
  type Mutation { add(name: String): User put(thing: Thing): User putAll(things: [Thing!]): User }
  interface Node { id: ID peers: [Node] owner: User }
  type User implements Node { id: ID peers: [Node] owner: User name: String age: Int friends: [User] best: User mood: Mood pet: Pet }
  type Robot implements Node { id: ID peers: [Node] owner: User parts: [Part] }
  type Part { name: String parts: [Part] }
  type Page { items: [User] total: Int more: Boolean }
  union Hit = User | Part
  enum Mood { GOOD }
  scalar Pet
  input Thing { name: String in: Thing all: [Thing!] }
  input Filter { text: String limit: Int not: Filter any: [Filter] }
`;

const overlay = /* GraphQL */ `
  extend type Query {
    users(max: Int): [User] @listSize(slicingArguments: ["max"], requireOneSlicingArgument: false)
    page(first: Int, last: Int): Page @listSize(assumedSize: 50, slicingArguments: ["first", "last"], sizedFields: ["items"])
    search(by: Filter @cost(weight: "2"), text: String @cost(weight: "-0.5")): [Hit]
      @listSize(slicingArguments: ["by.limit"], assumedSize: 10, requireOneSlicingArgument: false)
    preset(first: Int = 7): [User] @listSize(slicingArguments: ["first"])
  }
  extend type User {
    age: Int @cost(weight: "2.0")
  }
  extend type Robot @cost(weight: "5")
  extend type Robot {
    owner: User @cost(weight: "3")
  }
  extend enum Mood @cost(weight: "4")
  extend scalar Pet @cost(weight: "6")
  extend input Filter {
    text: String @cost(weight: "1.5")
  }
`;

export const shop = supergraph(
  [
    source('shop', sdl, {
      users: () => [],
      page: () => null,
      search: () => [],
      node: () => null,
      nodes: () => [],
      matrix: () => [],
      names: () => [],
      preset: () => [],
      add: () => null,
      put: () => null,
      putAll: () => null,
    }),
  ],
  overlay,
);

export function costs(document: string, assumedListSize = defaultCostOptions.assumedListSize): StaticCost {
  return new StaticCost(parse(document), shop, assumedListSize);
}
