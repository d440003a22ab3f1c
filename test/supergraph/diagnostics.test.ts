import { expect, it } from 'vitest';
import { composed, say, source } from './harness.ts';

const members = () => [
  source(
    'shop',
    `type Query { orders(status: Status): [Order!] _x: Int } type Mutation { cancel(id: ID!): Order } type Order { id: ID! sku: String! status: Status lines: [Line!] } type Line { sku: String } enum Status { OPEN DONE } input Unused { a: Int! }
    interface Thing { id: ID! }`,
    { orders: () => [], cancel: () => null },
  ),
  source(
    'stock',
    'type Query { level(sku: String!): Level levels(skus: [String!]!, at: Place!): Levels bulk(skus: [String!]!): [Level!] tree(input: In): [Level!] other(input: In): [Twin!] pairs(keys: [Pair!]!): [Paired!] } input Pair { sku: String! at: Place! n: Int } type Paired { key: Level sku: String at: Place } type Twin { id: ID sku: String } input In { skus: [String!] depth: Int! } type Levels { items: [Level!] count: Int } type Level { sku: String! n: Int where: Deep } type Deep { er: Int } enum Place { A B }',
    { level: () => null, levels: () => null, bulk: () => [], tree: () => [], other: () => [], pairs: () => [] },
  ),
];
const on = (field: string) => `extend type Order { ${field} }`;

it.each([
  ['syntax', 'extend type {', 'error OVERLAY_SYNTAX overlay.graphql:1:13: Syntax Error: Expected Name, found "{".'],
  ['an operation', '{ x }', 'error OVERLAY_SYNTAX overlay.graphql:1:1 : An operation does not belong in an overlay.'],
  [
    'an unknown type',
    'extend type Ordr { id: ID! }',
    'error OVERLAY_UNKNOWN_TYPE overlay.graphql:1:1 Ordr: There is no type Ordr. Did you mean "Order"?',
  ],
  [
    'another kind',
    'extend enum Order { A }',
    'error OVERLAY_TYPE_MISMATCH overlay.graphql:1:1 Order: Order is of another kind than the extension says.',
  ],
  [
    'a new type',
    'type New { a: Int }',
    'error OVERLAY_TYPE_MISMATCH overlay.graphql:1:1 New: The overlay defines the type New, which no source could fill.',
  ],
  [
    'a type again',
    'type Order { id: ID! }',
    'error OVERLAY_TYPE_MISMATCH overlay.graphql:1:1 Order: The type Order exists: an overlay extends it.',
  ],
  [
    'an unknown field',
    on('skuu: String'),
    'error OVERLAY_UNKNOWN_FIELD overlay.graphql:1:21 Order.skuu: There is no field Order.skuu. Did you mean "sku"?',
  ],
  [
    'another type of a field',
    on('sku: String @rename(to: "x")'),
    'error OVERLAY_TYPE_MISMATCH overlay.graphql:1:21 Order.sku: Order.sku is of the type String!, not String: the overlay annotates, it changes no types.',
  ],
  [
    'an unknown argument',
    'extend type Query { orders(state: Status): [Order!] }',
    'error OVERLAY_UNKNOWN_FIELD overlay.graphql:1:28 Query.orders.state: There is no argument state of Query.orders. Did you mean "status"?',
  ],
  [
    'an unknown enum value',
    'extend enum Status { OPENN }',
    'error OVERLAY_UNKNOWN_FIELD overlay.graphql:1:22 Status.OPENN: There is no enum value Status.OPENN. Did you mean "OPEN"?',
  ],
  [
    'an unknown directive',
    on('sku: String! @renam(to: "x")'),
    'error DIRECTIVE_UNKNOWN overlay.graphql:1:34 Order.sku: There is no directive @renam. Did you mean "rename"?',
  ],
  [
    'a later directive',
    on('sku: String! @mask'),
    'error DIRECTIVE_NOT_IMPLEMENTED overlay.graphql:1:34 Order.sku: @mask is not implemented yet, and a directive is never ignored.',
  ],
  [
    'a wrong directive on the schema',
    'extend schema @rateLimit(max: 1)',
    'error DIRECTIVE_INVALID overlay.graphql:1:15 schema: @rateLimit needs "window".',
  ],
  [
    'a directive elsewhere',
    on('sku: String! @entity(key: "a", call: "b", into: "c")'),
    'error DIRECTIVE_INVALID overlay.graphql:1:34 Order.sku: @entity stands on OBJECT only.',
  ],
  [
    'an unknown argument of a directive',
    on('sku: String! @rename(too: "x")'),
    'error DIRECTIVE_INVALID overlay.graphql:1:34 Order.sku: @rename has no argument "too". Did you mean "to"?',
  ],
  [
    'a missing argument of a directive',
    on('sku: String! @rename'),
    'error DIRECTIVE_INVALID overlay.graphql:1:34 Order.sku: @rename: Argument "to" of required type "String!" was not provided.',
  ],
  [
    'an illegal name',
    on('sku: String! @rename(to: "_selvage_x")'),
    'error DIRECTIVE_INVALID overlay.graphql:1:34 Order.sku: "_selvage_x" is not a name that a client may see.',
  ],
  [
    'a name that is taken',
    on('sku: String! @rename(to: "id")'),
    'error FIELD_CONFLICT Order.sku: Order.id and Order.sku would both be called id.',
  ],
  [
    'a type name that is taken',
    'extend type Order @rename(to: "Level")',
    'error TYPE_CONFLICT Level: Order and Level would both be called Level.',
  ],
  [
    'an unknown source',
    on('l: Level @resolve(call: "stok.level", args: { sku: "$parent.sku" })'),
    'error LINK_UNKNOWN_CALL overlay.graphql:1:30 Order.l: There is no source "stok". Did you mean "stock"?',
  ],
  [
    'an unknown call',
    on('l: Level @resolve(call: "stock.levl", args: { sku: "$parent.sku" })'),
    'error LINK_UNKNOWN_CALL overlay.graphql:1:30 Order.l: The source "stock" has no query "levl". Did you mean "level"?',
  ],
  [
    'a mutation',
    on('l: Order @resolve(call: "shop.cancel", args: { id: "$parent.id" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: "shop.cancel" is a mutation: links only read.',
  ],
  [
    'a link on an interface',
    'extend interface Thing { l: Level @resolve(call: "stock.level") }',
    'error LINK_INVALID overlay.graphql:1:26 Thing.l: A link cannot stand on an interface.',
  ],
  [
    'a link on a field that exists',
    on('sku: String! @resolve(call: "stock.level")'),
    'error LINK_INVALID overlay.graphql:1:34 Order.sku: Order.sku is filled by its own source: a link is a new field.',
  ],
  [
    'an unknown argument of a call',
    on('l: Level @resolve(call: "stock.level", args: { skuu: "$parent.sku" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: level has no argument "skuu". Did you mean "sku"?',
  ],
  [
    'a required argument',
    on('l: Level @resolve(call: "stock.level")'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: level needs the argument "sku: String!".',
  ],
  [
    'a wrong literal',
    on('l: [Level!] @resolve(call: "stock.tree", args: { input: { depth: "deep" } })'),
    'error LINK_INVALID overlay.graphql:1:33 Order.l: "input.depth": Int cannot represent non-integer value: "deep"',
  ],
  [
    'a required part of an argument',
    on('l: [Level!] @resolve(call: "stock.tree", args: { input: {} })'),
    'error LINK_INVALID overlay.graphql:1:33 Order.l: "input" needs "depth".',
  ],
  [
    'an unknown parent field',
    on('l: Level @resolve(call: "stock.level", args: { sku: "$parent.skuu" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: $parent.skuu: Order has no "skuu" of its source. Did you mean "sku"?',
  ],
  [
    'an object as a value',
    on('l: Level @resolve(call: "stock.level", args: { sku: "$parent.lines" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: $parent.lines is [Line!]: a link reads values, not objects.',
  ],
  [
    'an unknown argument of the field',
    on('l(code: Int): Level @resolve(call: "stock.level", args: { sku: "$args.cod" })'),
    'error LINK_INVALID overlay.graphql:1:41 Order.l: $args.cod: the field has no argument "cod". Did you mean "code"?',
  ],
  [
    'a claim',
    on('l: Level @resolve(call: "stock.level", args: { sku: "$claims.sub" })'),
    'error DIRECTIVE_NOT_IMPLEMENTED overlay.graphql:1:30 Order.l: "$claims.sub": identity and headers cannot be read by links yet.',
  ],
  [
    'no template',
    on('l: Level @resolve(call: "stock.level", args: { sku: "$parnt.sub" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: "$parnt.sub" is no template: write $parent.<field> or $args.<argument>, or $$ for a leading dollar.',
  ],
  [
    'an into that takes no list',
    on('l: Level @resolve(call: "stock.level", batch: { key: "$parent.sku", into: "sku" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: into: "sku" takes String!, which is no list of keys.',
  ],
  [
    'an unknown into',
    on('l: Level @resolve(call: "stock.bulk", batch: { key: "$parent.sku", into: "sku" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: into: "sku": bulk takes no "sku". Did you mean "skus"?',
  ],
  [
    'an unknown match',
    on('l: Level @resolve(call: "stock.bulk", batch: { key: "$parent.sku", into: "skus", match: "code" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: match: "code" is no value of Level!.',
  ],
  [
    'a match that nothing says',
    on(
      'l: Twin @resolve(call: "stock.other", args: { input: { depth: 1 } }, batch: { key: "$parent.id", into: "input.skus" })',
    ),
    'error LINK_INVALID overlay.graphql:1:29 Order.l: Nothing says which field of an item is the key.',
  ],
  [
    'an unknown select',
    on(
      'l: Level @resolve(call: "stock.levels", args: { at: A }, batch: { key: "$parent.sku", into: "skus" }, select: "itms")',
    ),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: select: "itms": the reply of levels has no "itms" there. Did you mean "items"?',
  ],
  [
    'no list to match in',
    on('l: Level @resolve(call: "stock.levels", args: { at: A }, batch: { key: "$parent.sku", into: "skus" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: A batch needs a list to match in, and levels is Levels.',
  ],
  [
    'another type than the call gives',
    on('l: Line @resolve(call: "stock.level", args: { sku: "$parent.sku" })'),
    'error LINK_INVALID overlay.graphql:1:29 Order.l: The call gives Level, and the field is declared as Line.',
  ],
  [
    'a promise that a link cannot keep',
    on('l: Level! @resolve(call: "stock.level", args: { sku: "$parent.sku" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: A link may find nothing, and Level! allows no null.',
  ],
  [
    'a key of several parts for a list of values',
    on('l: Level @resolve(call: "stock.bulk", batch: { key: { a: "$parent.sku" }, into: "skus", match: "sku" })'),
    'error LINK_INVALID overlay.graphql:1:30 Order.l: into: "skus" takes [String!]!, which is no list of such keys.',
  ],
  [
    'a key of one value for a list of objects',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: "$parent.sku", into: "keys", match: "sku" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: into: "keys" takes [Pair!]!, which is no list of such keys.',
  ],
  [
    'a key that lacks a part',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku" }, into: "keys" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: "key" needs "at".',
  ],
  [
    'a key with a part of another name',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A", no: 1 }, into: "keys", match: { sku: "sku", at: "at", no: "sku" } })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: "key" has no field "no".',
  ],
  [
    'a part of another type',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "$parent.sku", n: "$parent.status" }, into: "keys", match: { sku: "sku", at: "at", n: "sku" } })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: "key.n" takes Int, and $parent.status is Status.',
  ],
  [
    'a part that is a list',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: ["A"] }, into: "keys" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: The parts of a key are values, not lists.',
  ],
  [
    'a part that the parent has a list of',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.lines.sku", at: "A" }, into: "keys" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: $parent.lines.sku: Order.lines is a list, and a link reads one value there.',
  ],
  [
    'a key that reads nothing',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "x", at: "A" }, into: "keys" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: A key reads "$parent.<field>" or "$args.<argument>".',
  ],
  [
    'parts that an item does not have by name',
    on('l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A", n: 1 }, into: "keys" })'),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: Nothing says where in an item the parts of the key are.',
  ],
  [
    'parts that are not below what is matched',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A" }, into: "keys", match: "key" })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: match: "key" has not all parts of the key.',
  ],
  [
    'a part that match leaves out',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A" }, into: "keys", match: { sku: "sku" } })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: match does not say where an item has the key\'s "at".',
  ],
  [
    'a part that match invents',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A" }, into: "keys", match: { sku: "sku", at: "at", att: "at" } })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: match: the key has no part "att". Did you mean "at"?',
  ],
  [
    'a part matched by no value',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A" }, into: "keys", match: { sku: "skuu", at: "at" } })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: match: { sku: "skuu" } is no value of Paired!. Did you mean "sku"?',
  ],
  [
    'a match that is no field',
    on(
      'l: Paired @resolve(call: "stock.pairs", batch: { key: { sku: "$parent.sku", at: "A" }, into: "keys", match: 3 })',
    ),
    'error LINK_INVALID overlay.graphql:1:31 Order.l: match: 3 names no field of an item.',
  ],
  [
    'a call that could be batched',
    on('l: [Level!] @resolve(call: "stock.bulk", args: { skus: ["$parent.sku"] })'),
    'warning LINK_UNBATCHED overlay.graphql:1:33 Order.l: Order.l makes a call for each parent, and bulk takes a list (skus).',
  ],
])('%s', (_name, overlay, expected) => {
  expect(composed(members(), overlay).diagnostics.map(say).join('\n')).toContain(expected);
});

it('tells every mistake in one run', () => {
  const overlay = `extend type Ordr { id: ID! }\nextend type Order { a: Level @resolve(call: "stock.no") sku: Int }\nextend type Level @tag(name: "x")`;
  expect(composed(members(), overlay).diagnostics.map(({ code, at }) => [code, at[0]])).toEqual([
    ['OVERLAY_UNKNOWN_TYPE', 'overlay.graphql:1:1'],
    ['OVERLAY_TYPE_MISMATCH', 'overlay.graphql:2:57'],
    ['DIRECTIVE_NOT_IMPLEMENTED', 'overlay.graphql:3:19'],
    ['LINK_UNKNOWN_CALL', 'overlay.graphql:2:30'],
  ]);
});

it('leaves out what stands on an absent source, and says so', () => {
  const overlay = `extend type Order { bill: Bill @resolve(call: "billing.bill", args: { id: "$parent.id" }) } extend type Bill { x: Int @rename(to: "y") }
    extend type Order @entity(key: "id", call: "billing.orders", into: "ids")`;
  const result = composed(members(), overlay, ['billing']);
  expect(result.ok).toBe(true);
  expect(result.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
    Array(3).fill('warning OVERLAY_SOURCE_ABSENT'),
  );
});

it.each([
  ['types', 'type Query { b: Order } type Order { id: ID! }', 'TYPE_CONFLICT', 'Order'],
  ['enums', 'type Query { b: Status } enum Status { OPEN SHUT }', 'TYPE_CONFLICT', 'Status'],
  ['a type and a scalar', 'type Query { b: Order } scalar Order', 'TYPE_CONFLICT', 'Order'],
  ['root fields', 'type Query { orders: Int }', 'FIELD_CONFLICT', 'Query.orders'],
])('two sources with equal names: %s', (_name, sdl, code, at) => {
  const other = source('other', sdl, { b: () => null, orders: () => 1 });
  const [shop] = members();
  for (const order of [
    [shop!, other],
    [other, shop!],
  ]) {
    expect(composed(order).diagnostics.map(diagnostic => [diagnostic.code, ...diagnostic.at])).toContainEqual([
      code,
      at,
    ]);
  }
  const prefixed = source('other', sdl, { b: () => null, orders: () => 1 }, { prefix: 'Other' });
  expect(composed([shop!, prefixed]).diagnostics).toEqual([]);
});
