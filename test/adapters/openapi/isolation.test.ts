import { print, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { parseText } from '../../../src/adapters/openapi/document/parse.ts';
import { load } from '../../../src/adapters/openapi/load.ts';
import { describe as describeOpenApi } from '../../../src/adapters/openapi/schema.ts';
import { checked } from '../../../src/base/checked.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import type { DocumentReader } from '../../../src/source/reader.ts';
import { defaultSourceOptions, type Source } from '../../../src/source/source.ts';
import { fixture, fixturesExist } from '../../corpus/corpus.ts';
import { Random } from '../../fuzz/random.ts';

type Json = Record<string, unknown>;

const runs = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 40);
const seed = process.env['SELVAGE_FUZZ_SEED'] ?? '1';

/** What stands where something else should: nothing of it is right, and some of it is dangerous to follow. */
const damage: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  '',
  'x',
  [],
  {},
  [null],
  { $ref: '#/nowhere' },
  { $ref: 'gone.json#/x' },
  { $ref: '#' },
  { $ref: 1 },
  { type: 'unheard' },
  { type: [] },
  { allOf: [null, 1] },
  { oneOf: {} },
  { enum: 'x' },
  { properties: [1] },
  { items: [] },
  { required: 'x' },
  { in: 'nowhere' },
  JSON.parse('{"__proto__": {"constructor": 1}}'),
];

describe.skipIf(!fixturesExist)('what is damaged in one operation spoils no other', () => {
  it.each([
    'openapi/petstore/openapi.yaml',
    'openapi/museum/openapi.yaml',
    'openapi/docker/swagger.yaml',
    'openapi/qdrant/openapi.json',
    'openapi/openapi-to-graphql/example_oas.json',
    'openapi/openapi-to-graphql/instagram.json',
  ])(
    'of %s',
    async file => {
      const source: Source = { name: 'x', protocol: 'openapi', document: fixture(file), options: defaultSourceOptions };
      const text = await openReader(source).read(source.document!);
      const whole = parseText(text.ok ? text.value : { address: '', text: '' });
      if (!text.ok || !whole.ok) throw new TypeError(`${file} cannot be read`);
      const before = await operationsOf(whole.value, source);
      let compared = 0;
      for (let run = 0; run < runs; run++) {
        const random = new Random(seed, file, run);
        const document = structuredClone(whole.value) as Json;
        const [site, path] = damaged(document, random);
        const after = await operationsOf(document, source);
        const others = [...before].filter(([other]) => other !== site);
        for (const [other, description] of others) {
          expect(after.get(other), `seed ${seed}, run ${run}: ${path} was damaged`).toBe(description);
          compared += 1;
        }
      }
      expect(compared).toBeGreaterThanOrEqual(runs * (before.size - 1));
    },
    600_000,
  );
});

/** One operation, damaged at any place inside or as a whole; which one, and where. */
function damaged(document: Json, random: Random): readonly [site: string, path: string] {
  const paths = document['paths'] as Json;
  const sites = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item as Json)
      .filter(key => methods.has(key))
      .map(method => ({ path, method })),
  );
  const { path, method } = random.pick(sites);
  let owner = paths[path] as Json;
  let key = method;
  const way = [path, method];
  while (random.chance(80)) {
    const inner = owner[key];
    if (typeof inner !== 'object' || inner === null || Object.keys(inner).length === 0) break;
    owner = inner as Json;
    key = random.pick(Object.keys(owner));
    way.push(key);
  }
  if (random.chance(20)) delete owner[key];
  else owner[key] = structuredClone(random.pick(damage));
  return [`${method.toUpperCase()} ${path}`, way.join(' > ')];
}

const methods: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch', 'head']);

/** By method and path, all that is made of an operation: its field, its call, and every type that these lead to. */
async function operationsOf(document: unknown, source: Source): Promise<ReadonlyMap<string, string>> {
  const loaded = await load(source, { reader: readerOf(document, source), signal: new AbortController().signal });
  if (!loaded.ok) throw new TypeError(`refused: ${JSON.stringify(loaded.diagnostics)}`);
  const described = describeOpenApi(loaded.value, source);
  if (!described.ok) throw new TypeError(`refused: ${JSON.stringify(described.diagnostics)}`);
  const { typeDefs, calls, model, hidden = [] } = described.value.blueprint;
  // What links read stands on types and in calls, hidden, and goes with the operations that they join.
  const open = visit(typeDefs, {
    ObjectTypeDefinition: ({ name, fields = [], ...rest }) => ({
      ...rest,
      name,
      fields: fields.filter(field => !hidden.includes(`${name.value}.${field.name.value}`)),
    }),
  });
  const types = new Map(
    open.definitions.flatMap(each => ('name' in each && each.name ? [[each.name.value, print(each)]] : [])),
  );
  const fields = new Map<string, string>();
  for (const definition of typeDefs.definitions) {
    if (definition.kind !== 'ObjectTypeDefinition' || !/^(Query|Mutation)$/.test(definition.name.value)) continue;
    for (const field of definition.fields ?? [])
      fields.set(`${definition.name.value}.${field.name.value}`, print(field));
  }
  const leads = new Map([...types].map(([name, sdl]) => [name, namesIn(sdl)]));
  return new Map(
    Object.entries(calls).map(([at, call]) => {
      const field = fields.get(at) ?? '';
      const reached = new Set(namesIn(field).filter(name => types.has(name)));
      for (const name of reached) for (const next of leads.get(name) ?? []) if (types.has(next)) reached.add(next);
      const parts = [...reached].sort().map(name => `${types.get(name)}${dataText(model.types[name])}`);
      return [`${call.method} ${call.path}`, [at, field, dataText(call), ...parts].join('\n')];
    }),
  );
}

function dataText(data: object | undefined): string {
  return JSON.stringify(data, (key, value) => (key === 'ours' || key === 'carried' ? undefined : value));
}

/** Words of descriptions among them, which do no harm. */
function namesIn(sdl: string): string[] {
  return [...new Set(sdl.replace(/"""[\s\S]*?"""/g, '').match(/\b[_A-Za-z][_0-9A-Za-z]*/g) ?? [])];
}

function readerOf(document: unknown, source: Source): DocumentReader {
  const reader = openReader(source);
  const text = JSON.stringify(document);
  return {
    ...reader,
    read: async (file, base) =>
      base === undefined ? checked({ address: source.document!, text }) : reader.read(file, base),
    list: async () => checked([]),
    isFolder: async () => false,
  };
}
