import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { defaultLimits } from '../../src/edge/limits/limits.ts';
import { coreOf, forest, type Params, serverOf, transports } from './query-shape.ts';

const repeat = (times: number, part: (n: number) => string) =>
  Array.from({ length: times }, (_, n) => part(n)).join(' ');
const deep = (levels: number) => `${'{tree'.repeat(levels - 1)}{name}${'}'.repeat(levels - 1)}`;
const doubling = (levels: number) =>
  `{ tree { ...F0 } } ${repeat(levels, n => `fragment F${n} on Tree { tree { ...F${n + 1} } t: tree { ...F${n + 1} } }`)} fragment F${levels} on Tree { name }`;
const circle = (length: number) => repeat(length, n => `fragment A${n} on Tree { ...A${(n + 1) % length} }`);

const named = <T extends { readonly name: string }>(all: readonly T[]) =>
  all.map((each): [string, T] => [each.name, each]);

interface Row {
  readonly name: string;
  readonly document: string;
  readonly more?: Params;
  /** Absent: it is executed. */
  readonly code?: string;
}

const complex = 'OPERATION_TOO_COMPLEX';
const large = 'DOCUMENT_TOO_LARGE';
const invalid = 'GRAPHQL_VALIDATION_FAILED';
const dear = 'COST_EXCEEDED';

const rows: readonly Row[] = [
  { name: 'C1: 64 KiB', document: `{ tree { name } }${' '.repeat(64 * 1024 - 17)}` },
  { name: 'C1: 64 KiB and a byte', document: `{ tree { name } }${' '.repeat(64 * 1024 - 16)}`, code: large },
  { name: 'C1: 5,001 tokens', document: `{ tree { ${'name '.repeat(4_996)}} }`, code: large },
  { name: 'C2: 14 levels', document: deep(14) },
  { name: 'C2: 15 levels', document: deep(15) },
  { name: 'C2: 16 levels', document: deep(16), code: complex },
  { name: 'C2: 2,000 levels', document: deep(2_000), code: complex },
  { name: 'C2: 200,000 levels', document: deep(100_000), code: large },
  { name: 'C3: 50 aliases', document: `{ tree { ${repeat(50, n => `a${n}: name`)} } }` },
  { name: 'C3: 51 aliases', document: `{ tree { ${repeat(51, n => `a${n}: name`)} } }`, code: complex },
  {
    name: 'C3: 60 aliases in a fragment of 6',
    document: `{ tree { ${repeat(10, () => `tree { ...F }`)} } } fragment F on Tree { ${repeat(6, n => `a${n}: name`)} }`,
    code: complex,
  },
  { name: 'C3: 30 root fields', document: `{ ${repeat(30, n => `a${n}: tree { name }`)} }` },
  { name: 'C3: 31 root fields', document: `{ ${repeat(31, n => `a${n}: tree { name }`)} }`, code: complex },
  {
    name: 'C3: 31 root fields by fragments',
    document: `{ ...F ...F ...F tree { name } } fragment F on Query { ${repeat(10, n => `a${n}: tree { name }`)} }`,
    code: complex,
  },
  ...[5, 6, 10, 20, 40, 60].map(levels => ({
    name: `C4: fragments that double ${levels} times`,
    document: doubling(levels),
    ...(levels > 5 ? { code: complex } : {}),
  })),
  { name: 'C5: a fragment in itself', document: '{ tree { ...A0 } } fragment A0 on Tree { ...A0 }', code: invalid },
  { name: 'C5: two in each other', document: `{ tree { ...A0 } } ${circle(2)}`, code: invalid },
  { name: 'C5: fifty in a circle', document: `{ tree { ...A0 } } ${circle(50)}`, code: invalid },
  { name: 'C5: a circle that nobody spreads', document: `{ tree { name } } ${circle(3)}`, code: invalid },
  { name: 'C5: a circle in a subscription', document: `subscription { tree { ...A0 } } ${circle(2)}`, code: invalid },
  {
    name: 'C5: a circle that nests',
    document: '{ tree { ...A } } fragment A on Tree { tree { ...A } trees { ...A } }',
    code: invalid,
  },
  { name: 'C6: 2,400 equal fields', document: `{ tree { ${'name '.repeat(2_400)}} }`, code: complex },
  { name: 'C6: 10,000 equal fields', document: `{ tree { ${'name '.repeat(10_000)}} }`, code: large },
  {
    name: 'C6: 500 conflicts of arguments',
    document: `{ ${repeat(25, n => `echo(text: "${n}")`)} tree { name } }`,
    code: invalid,
  },
  {
    name: 'C7: 50 directives',
    document: `{ tree { ${repeat(25, () => 'name @skip(if: false) @include(if: true)')} } }`,
  },
  {
    name: 'C7: 51 directives',
    document: `{ tree @skip(if: false) { ${repeat(25, () => 'name @skip(if: false) @include(if: true)')} } }`,
    code: complex,
  },
  {
    name: 'C7: 52 directives in a fragment of 13',
    document: `{ ${repeat(4, n => `a${n}: tree { ...F }`)} } fragment F on Tree { ${repeat(13, () => 'name @skip(if: false)')} }`,
    code: complex,
  },
  {
    name: 'C7: 11 directives of one field',
    document: `{ tree { name ${'@include(if: true) '.repeat(11)}} }`,
    code: complex,
  },
  { name: 'C7: 10,000 directives', document: `{ tree { name ${'@a '.repeat(10_000)}} }`, code: large },
  { name: 'C8: a list of a billion', document: '{ trees(first: 1000000000) { name } }', code: dear },
  {
    name: 'C8: a billion by a variable',
    document: 'query ($n: Int) { trees(first: $n) { name } }',
    more: { variables: '{"n":1000000000}' },
    code: dear,
  },
  {
    name: 'C8: a few by the same variable',
    document: 'query ($n: Int) { trees(first: $n) { name } }',
    more: { variables: '{"n":9000}' },
  },
  { name: 'C8: 100 x 100 x 100, which nobody declared', document: '{ many { trees { trees { name } } } }', code: dear },
  { name: 'C8: 100 x 100, which nobody declared', document: '{ many { trees { name tree { name } } } }' },
  { name: 'C9: introspection', document: '{ __schema { types { name } } }' },
  {
    name: 'C11: a string of 256 KiB and a byte',
    document: 'query ($t: String) { echo(text: $t) }',
    more: { variables: JSON.stringify({ t: 'x'.repeat(256 * 1024 + 1) }) },
    code: complex,
  },
  {
    name: 'C11: 100,000 nested lists',
    document: 'query ($t: String) { echo(text: $t) }',
    more: { variables: `{"t":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
    code: complex,
  },
  {
    name: 'C11: 50,001 values',
    document: 'query ($n: [Int!]) { echo(numbers: $n) }',
    more: { variables: JSON.stringify({ n: Array(50_000).fill(1) }) },
    code: complex,
  },
  {
    name: 'C14: the operation that is not chosen is too deep',
    document: `query A { tree { name } } query B ${deep(16)}`,
    more: { operationName: 'A' },
    code: complex,
  },
  {
    name: 'C14: the operation that is not chosen is too dear',
    document: 'query A { tree { name } } query B { trees(first: 20000) { name } }',
    more: { operationName: 'A' },
    code: dear,
  },
  {
    name: 'C14: 10 operations',
    document: repeat(10, n => `query Q${n} { tree { name } }`),
    more: { operationName: 'Q3' },
  },
  {
    name: 'C14: 11 operations',
    document: repeat(11, n => `query Q${n} { tree { name } }`),
    more: { operationName: 'Q3' },
    code: complex,
  },
];

describe.each(named(transports))('C12: %s', (_, transport) => {
  let served: Awaited<ReturnType<typeof serverOf>>;
  beforeAll(async () => {
    served = await serverOf(
      transport,
      rows.map(({ document }) => document),
    );
  });
  afterAll(() => served.server.close());

  /** A head of more than 16 KiB is not read. */
  const fits = ({ document, more = {} }: Row) =>
    transport.method === 'POST' ||
    new URLSearchParams([
      ['', transport.persisted ? '' : document],
      ['', more.variables ?? ''],
    ]).toString().length < 15_000;

  test.each(named(rows.filter(fits)))('%s', async (_, { document, more, code }) => {
    const before = forest.sent.length;
    const { status, codes } = await served.ask(document, more);
    expect({ status, codes }).toEqual(code === undefined ? { status: 200, codes: [] } : { status: 400, codes: [code] });
    expect(forest.sent.length > before).toBe(code === undefined && !document.includes('__schema'));
  });

  test.each(named(rows.filter(row => !fits(row))))('%s: too long for a URL', async (_, { document, more }) => {
    const { status, codes } = await served.ask(document, more);
    expect({ status, codes }).toEqual({ status: 431, codes: ['BAD_REQUEST'] });
  });
});

describe('what only some ways can carry', () => {
  const posts = transports.filter(each => each.method === 'POST' && !('streams' in each));

  test.each(named(posts))('C1: a body of 1 MiB and a byte (%s)', async (_, transport) => {
    const { server, counters } = await serverOf(transport, []);
    const head = '{"query":"{ tree { name } }","x":"';
    const body = `${head}${'x'.repeat(1024 ** 2 + 1 - head.length - 2)}"}`;
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([body.length, response.status, await response.text()]).toEqual([
      1024 ** 2 + 1,
      413,
      expect.stringContaining(large),
    ]);
    expect(counters.of('limitRefusals')).toEqual(new Map([['body', 1]]));
    await server.close();
  });

  test.each(named(posts))('C10: a batch (%s)', async (_, transport) => {
    const { server } = await serverOf(transport, []);
    const before = forest.sent.length;
    const body = JSON.stringify(Array(11).fill({ query: 'mutation { plant(name: "x") { name } }' }));
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('BAD_REQUEST')]);
    expect(forest.sent.length).toBe(before);
    await server.close();
  });
});

test.each([14, 15, 16, 200, 2_000, 200_000])('C2: %i levels while every asynchronous step is watched', async levels => {
  const hook = createHook({ init() {} }).enable();
  const { ask } = coreOf({ limits: { document: 10_000_000 } });
  const { status, codes } = await new AsyncLocalStorage<number>().run(levels, () => ask({ query: deep(levels) }));
  hook.disable();
  expect({ status, codes }).toEqual(levels < 16 ? { status: 200, codes: [] } : { status: 400, codes: [complex] });
});

describe('limits that only warn', () => {
  const warned: readonly [
    limit: keyof typeof defaultLimits,
    to: number,
    document: string,
    variables?: Record<string, unknown>,
  ][] = [
    ['document', 10, '{ tree { name } }'],
    ['tokens', 5, '{ tree { name } }'],
    ['operations', 1, 'query A { tree { name } } query B { tree { name } }'],
    ['depth', 1, '{ tree { name } }'],
    ['aliases', 1, '{ tree { a: name b: name } }'],
    ['rootFields', 1, '{ tree { name } many { name } }'],
    ['expandedFields', 1, '{ tree { name } }'],
    ['directives', 1, '{ tree @skip(if: false) { name @skip(if: false) } }'],
    ['directivesPerNode', 1, '{ tree { name @skip(if: false) @include(if: true) } }'],
    ['introspectionDepth', 1, '{ __schema { types { name } } }'],
    ['introspectionFields', 1, '{ __schema { types { name } } }'],
    ['cost', 1, '{ trees(first: 2) { name } }'],
    ['variableValues', 1, 'query ($n: [Int!]) { echo(numbers: $n) }', { n: [1, 2, 3] }],
    ['variableString', 1, 'query ($t: String) { echo(text: $t) }', { t: 'xyz' }],
    ['backendCalls', 1, '{ tree { name } many { name } }'],
  ];

  test.each(warned)('%s', async (limit, to, query, variables) => {
    const request = { query, operationName: limit === 'operations' ? 'A' : undefined, variables } as { query: string };
    const { ask, counters, logged } = coreOf({ limits: { [limit]: to, warn: [limit as never] } });
    expect(await ask(request)).toMatchObject({ status: 200, codes: [] });
    expect(counters.of('limitWarnings')).toEqual(new Map([[limit, 1]]));
    expect(counters.of('limitRefusals').size).toBe(0);
    expect(logged.filter(line => line['limit'] === limit)).toMatchObject([{ level: 40, requestId: 'r' }]);

    const enforced = coreOf({ limits: { [limit]: to } });
    const { codes } = await enforced.ask(request);
    expect(codes).toEqual([limit === 'cost' ? dear : limit === 'document' || limit === 'tokens' ? large : complex]);
    expect(enforced.counters.of('limitRefusals')).toEqual(new Map([[limit, 1]]));
  });
});
