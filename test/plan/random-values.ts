import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { GatewayError } from '../../src/base/error.ts';
import type { Dice } from '../supergraph/differential/dice.ts';

export const schema = buildSchema(`
  type Query { one: Thing  strict: Thing!  many: [Thing]  all: [Thing!]  grid: [[Int!]]  any: Any  nodes: [Node!]  text: String! }
  interface Node { id: ID!  name: String }
  type Thing implements Node { id: ID!  name: String  count: Int!  price: Float  on: Boolean!  tone: Tone  tones: [Tone!]!  grid: [[Int!]!]  peer: Thing  mark: Int  owner: Person!  any: [Any]  toString: String }
  type Person implements Node { id: ID!  name: String  things: [Thing!]  mark: Int }
  union Any = Thing | Person
  enum Tone { LIGHT DARK }
  scalar Loose
`);

const odd: readonly unknown[] = [
  7,
  7.5,
  -0,
  2 ** 40,
  Number.NaN,
  true,
  '',
  '7',
  'LIGHT',
  'GREY',
  [],
  {},
  [[1]],
  [null],
  new Set([1]),
];

/** A value for each root field, of which some are wrong, missing or failures. */
export function makeRoots(dice: Dice): ReadonlyMap<string, unknown> {
  let marks = 0;
  const fields = (schema.getQueryType() as GraphQLObjectType).getFields(); // the schema has a query
  return new Map(Object.entries(fields).map(([name, field]) => [name, make(field.type, 0)] as const));

  function make(type: GraphQLOutputType, depth: number): unknown {
    if (dice.chance(2)) return dice.pick(odd);
    if (dice.chance(2)) return new GatewayError('UPSTREAM_ERROR', `failed at ${depth}`);
    if (isNonNullType(type)) return dice.chance(2) ? null : make(type.ofType, depth);
    if (dice.chance(6)) return dice.pick([null, undefined]);
    if (isListType(type)) return Array.from({ length: dice.below(depth > 2 ? 2 : 4) }, () => make(type.ofType, depth));
    if (isEnumType(type)) return dice.pick(['LIGHT', 'DARK']);
    if (isAbstractType(type)) return make(dice.pick(schema.getPossibleTypes(type)), depth);
    if (!isObjectType(type))
      return { ID: dice.pick([1, 'a"b']), Int: 3, Float: 2.5, Boolean: true }[type.name] ?? 'text\n';
    if (depth > 3) return null;
    const value: Record<string, unknown> = dice.chance(3) ? {} : { __typename: type.name };
    for (const [name, field] of Object.entries(type.getFields())) {
      if (name !== 'toString' && name !== 'mark' && !dice.chance(2)) value[name] = make(field.type, depth + 1);
    }
    value['mark'] = marks++;
    return value;
  }
}
