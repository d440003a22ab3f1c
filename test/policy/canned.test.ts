import { describe, expect, it } from 'vitest';
import { anonymous, type Principal } from '../../src/base/principal.ts';
import { CannedObject } from '../../src/policy/canned-object.ts';
import { filled } from '../../src/policy/canned-template.ts';
import type { PolicyNames } from '../../src/policy/policy-names.ts';
import { composed, source, supergraph } from '../supergraph/harness.ts';

const sdl = `type Query {
    text(id: ID!, names: [String!], some: Filter, on: Boolean): String
    count: Int! ids: [ID!] one: Thing things: [Thing!] kind: Kind json: JSON node: Node flag: Boolean sum(of: Float, id: ID): Float
    need(id: ID, sure: ID!): ID!
  }
  scalar JSON enum Kind { OPEN CLOSED } input Filter { name: String! }
  interface Node { id: ID size: Int! } type Thing implements Node { id: ID size: Int! name: String part: Part }
  type Other implements Node { id: ID size: Int! } type Part { code: ID! }`;
const nothing = () => null;
const fields = ['text', 'count', 'ids', 'one', 'things', 'kind', 'json', 'node', 'flag', 'sum', 'need'];
const names: PolicyNames = {
  default: 'allow',
  policies: new Map([
    ['beta', []],
    ['elsewhere', []],
  ]),
  conditions: new Map([['beta', { kind: 'present', value: { kind: 'claims', path: ['beta'] } }]]),
};
const text = 'text(id: ID!, names: [String!], some: Filter, on: Boolean): String';
const sum = 'sum(of: Float, id: ID): Float';
const need = 'need(id: ID, sure: ID!): ID!';
const shop = () => source('shop', sdl, Object.fromEntries(fields.map(field => [field, nothing])));

function told(field: string, canned: string, type = 'Query') {
  const { diagnostics } = composed(
    [shop()],
    `extend ${type === 'Node' ? 'interface' : 'type'} ${type} { ${field} ${canned} }`,
    [],
    names,
  );
  return diagnostics.filter(({ code }) => code === 'DIRECTIVE_INVALID').map(({ message }) => message);
}

describe('@canned', () => {
  it.each([
    ['text: String', '@canned(value: "x")'],
    ['text: String', '@canned(value: "$$x")'],
    ['text: String', '@canned(value: null)'],
    ['text: String', '@canned(error: "NOT_FOUND")'],
    ['text: String', '@canned(error: "OVERLOADED: Later: at noon.")'],
    ['count: Int!', '@canned(value: 3)'],
    ['ids: [ID!]', '@canned(value: ["a", 1])'],
    ['ids: [ID!]', '@canned(value: [])'],
    ['one: Thing', '@canned(value: null)'],
    ['things: [Thing!]', '@canned(value: [])'],
    ['kind: Kind', '@canned(value: "OPEN")'],
    ['json: JSON', '@canned(value: { a: [1, "b"] })'],
    ['one: Thing', '@canned(value: { id: 1, size: 2, name: "x", part: { code: "p" } })'],
    ['one: Thing', '@canned(value: { size: 2 })'],
    ['one: Thing', '@canned(value: { __typename: "Thing", size: 2 })'],
    ['things: [Thing!]', '@canned(value: [{ size: 2 }, { size: "$claims.size" }])'],
    ['node: Node', '@canned(value: { __typename: "Other", size: 2 })'],
    [text, '@canned(value: "$args.id")'],
    [text, '@canned(value: "$args.some.name")'],
    [text, '@canned(value: "$header.X-Tenant")'],
    [text, '@canned(value: "$claims.https://example.com/tier")'],
    ['ids: [ID!]', '@canned(value: ["a", "$header.x-id"])'],
    ['ids: [ID!]', '@canned(value: "$claims.groups")'],
    ['count: Int!', '@canned(value: "$header.x-count")'],
    ['json: JSON', '@canned(value: "$claims.all")'],
    [sum, '@canned(value: "$args.of")'],
    [need, '@canned(value: "$args.sure")'],
    [text, '@canned(value: "x", when: "beta")'],
    [text, `@canned(value: "x", when: "{ equals: [\\"$args.id\\", \\"$header.x-id\\"] }")`],
  ])('may say of %s %s', (field, canned) => {
    expect(told(field, canned)).toEqual([]);
  });

  it.each([
    ['text: String', '@canned', '@canned gives a "value" or an "error": one of them.'],
    ['text: String', '@canned(value: "x", error: "NOT_FOUND")', '@canned gives a "value" or an "error": one of them.'],
    ['text: String', '@canned(value: 5)', 'Query.text: String cannot represent a non string value: 5'],
    ['count: Int!', '@canned(value: null)', 'Query.count is Int!, which allows no null.'],
    ['count: Int!', '@canned(value: 1.5)', 'Query.count: Int cannot represent non-integer value: 1.5'],
    ['count: Int!', '@canned(error: "NOT_FOUND")', 'An error leaves null, and Int! allows none.'],
    ['ids: [ID!]', '@canned(value: "a")', 'Query.ids is [ID!]: a list.'],
    ['ids: [ID!]', '@canned(value: [null])', 'Query.ids[0] is ID!, which allows no null.'],
    [
      'kind: Kind',
      '@canned(value: "OPENED")',
      'Query.kind: Value "OPENED" does not exist in "Kind" enum. Did you mean the enum value "OPEN"?',
    ],
    ['one: Thing', '@canned(value: { name: "x" })', 'Query.one needs "size", which is Int!.'],
    ['one: Thing', '@canned(value: "x")', 'Query.one is Thing: an object.'],
    [
      'one: Thing',
      '@canned(value: { size: 1, nam: "x" })',
      'Query.one: Thing has no field "nam". Did you mean "name"?',
    ],
    [
      'one: Thing',
      '@canned(value: { size: 1, part: { code: null } })',
      'Query.one.part.code is ID!, which allows no null.',
    ],
    ['one: Thing', '@canned(value: { __typename: "Part", size: 1 })', 'Query.one is Thing, and says that it is Part.'],
    [
      'one: Thing',
      '@canned(value: "$args.x")',
      'Query.one: "$args.x" stands for a leaf or a list of leaves, and Thing is neither.',
    ],
    ['node: Node', '@canned(value: { size: 1 })', 'Query.node is Node: "__typename" says which of Thing, Other it is.'],
    [
      'node: Node',
      '@canned(value: { __typename: "Part", size: 1 })',
      'Query.node is Node: "__typename" says which of Thing, Other it is.',
    ],
    [
      'json: JSON',
      '@canned(value: { a: ["$args.x"] })',
      'Query.json: "$args.x" stands within a value of JSON, and only whole values are read.',
    ],
    [text, '@canned(value: "$parent.id")', 'Query.text: "$parent.id" is nothing that a canned value can read.'],
    [text, '@canned(value: "$header.x y")', 'Query.text: "$header.x y" is nothing that a canned value can read.'],
    [text, '@canned(value: "$args.ide")', 'Query.text: $args.ide: there is no argument "ide". Did you mean "id"?'],
    [text, '@canned(value: "$args.some.size")', 'Query.text: $args.some.size: Filter has no "size".'],
    [text, '@canned(value: "$args.names")', 'Query.text: $args.names is [String!], which is no String.'],
    [sum, '@canned(value: "$args.some")', 'Query.sum: $args.some: there is no argument "some".'],
    [need, '@canned(value: "$args.id")', 'Query.need: $args.id is ID, which is no ID!.'],
    [text, '@canned(value: "x", when: "$header.x")', 'when: there is no policy "$header.x".'],
    [text, '@canned(value: "x", when: "betta")', 'when: there is no policy "betta". Did you mean "beta"?'],
    [
      text,
      '@canned(value: "x", when: "elsewhere")',
      'when: the policy "elsewhere" is decided elsewhere, and not by the gateway.',
    ],
    [text, '@canned(value: "x", when: "{ equals: [1] }")', 'when: equals: "equals" takes a list of two values.'],
    [text, '@canned(value: "x", when: "{ present: $header.x }")', 'when: Syntax Error: Unexpected character: ".".'],
    [text, '@canned(value: "x", when: "{ present: \\"$args.x\\" }")', 'when: "$args.x": there is no argument "x".'],
    ['text: String', '@canned(error: "NOT_FOUNT")', '"NOT_FOUNT" is no error code. Did you mean "NOT_FOUND"?'],
  ])('may not say of %s %s', (field, canned, message) => {
    expect(told(field, canned)).toEqual([message]);
  });

  it('says of an interface what all its objects are answered with', () => {
    expect(told('size: Int!', '@canned(value: 3)', 'Node')).toEqual([]);
    expect(told('size: Int!', '@canned(value: "x")', 'Node')).toEqual([
      'Thing.size: Int cannot represent non-integer value: "x"',
      'Other.size: Int cannot represent non-integer value: "x"',
    ]);
    const overlay = 'extend interface Node { id: ID @canned(value: 3) } extend type Thing { id: ID @canned(value: 4) }';
    const graph = supergraph([shop()], overlay);
    expect([...(graph.canned ?? [])].map(([at, all]) => [at, all.map(({ answer }) => answer)])).toEqual([
      ['Thing.id', ['4', '3'].map(value => ({ template: { kind: 'constant', value } }))],
      ['Other.id', [{ template: { kind: 'constant', value: '3' } }]],
    ]);
  });

  it('needs a word of each link below an object, which nobody is asked', () => {
    const link = 'extend type Thing { more: Thing @resolve(call: "shop.one") }';
    const of = (value: string) => `${link} extend type Query { one: Thing @canned(value: ${value}) }`;
    const { diagnostics } = composed([shop()], of('{ size: 1 }'));
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'Query.one needs "more": it is a link, and nothing below a canned object is asked.',
    ]);
    expect(composed([shop()], of('{ size: 1, more: null }')).diagnostics).toEqual([]);
    expect(composed([shop()], of('{ size: 1, more: { size: 2, more: null } }')).diagnostics).toEqual([]);
  });

  it('is one value for each field, in its literal form', () => {
    const graph = supergraph([shop()], 'extend type Query { json: JSON @canned(value: { a: "$$b", c: ["$$$"] }) }');
    expect(graph.canned?.get('Query.json')).toEqual([
      { answer: { template: { kind: 'constant', value: { a: '$b', c: ['$$'] } } } },
    ]);
    expect(supergraph([shop()]).canned).toBeUndefined();
  });
});

const ann: Principal = {
  ...{ subject: 'ann', scopes: new Set<string>(), via: 'tests' },
  claims: Object.assign(Object.create(null), {
    size: '12',
    all: { a: [1] },
    one: 'g',
    groups: ['g', 7],
    no: {},
    'x.y': 'dots',
  }),
};

describe('what a canned value reads of a request', () => {
  const answer = (field: string, value: string, args = {}, principal = ann) => {
    const name = /^\w+/.exec(field)![0];
    const graph = supergraph([shop()], `extend type Query { ${field} @canned(value: ${value}) }`);
    const [canned] = graph.canned!.get(`Query.${name}`)!;
    if (!('template' in canned!.answer)) throw new Error('no value');
    return filled(
      canned!.answer.template,
      { principal, headers: { 'x-n': '7', 'x-on': 'true', 'x-kind': 'OPEN' } },
      args,
    );
  };
  const bad = expect.objectContaining({ code: 'BAD_USER_INPUT' });

  it.each([
    [text, '"$args.id"', { id: 'i' }, 'i'],
    [text, '"$args.some.name"', { some: { name: 'n' } }, 'n'],
    [text, '"$args.some.name"', {}, null],
    [text, '"$claims.x.y"', {}, 'dots'],
    [text, '"$claims.no"', {}, bad],
    [text, '"$claims.toString"', {}, null],
    [text, '"$header.X-N"', {}, '7'],
    [text, '"$header.constructor"', {}, null],
    ['count: Int!', '"$header.x-n"', {}, 7],
    ['count: Int!', '"$header.x-on"', {}, bad],
    ['count: Int!', '"$header.x-none"', {}, bad],
    ['flag: Boolean', '"$header.x-on"', {}, true],
    ['flag: Boolean', '"$header.x-n"', {}, bad],
    ['kind: Kind', '"$header.x-kind"', {}, 'OPEN'],
    ['kind: Kind', '"$header.x-n"', {}, bad],
    ['json: JSON', '"$claims.all"', {}, { a: [1] }],
    ['ids: [ID!]', '"$claims.groups"', {}, ['g', '7']],
    ['ids: [ID!]', '"$claims.one"', {}, ['g']],
    ['ids: [ID!]', '["a", "$claims.none", "$claims.all"]', {}, ['a', bad, bad]],
    [sum, '"$args.of"', { of: 1.5 }, 1.5],
    [need, '"$args.sure"', { sure: 's' }, 's'],
  ])('%s is canned as %s', (field, value, args, expected) => {
    expect(answer(field, value, args)).toEqual(expected);
  });

  it('is read by nobody else: of who has said nothing there are no claims', () => {
    expect(answer('ids: [ID!]', '"$claims.groups"', {}, anonymous)).toBeNull();
  });

  it('stands in objects', () => {
    const one = answer('one: Thing', '{ size: "$claims.size", part: { code: "$header.x-none" } }');
    expect(one).toBeInstanceOf(CannedObject);
    expect(one).toEqual(
      new CannedObject('Thing', [
        ['id', null],
        ['size', 12],
        ['name', null],
        ['part', new CannedObject('Part', [['code', bad]])],
      ]),
    );
  });
});
