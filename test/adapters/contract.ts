import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { Kind, validateSchema } from 'graphql';
import { expect } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter.ts';
import { isLegalName } from '../../src/base/names.ts';
import { type Backend, type Failure, faults, secret } from './backends/backend.ts';
import { until } from './backends/traffic.ts';
import { codesOf, connect, describe, open, timedOut } from './open-adapter.ts';

/** One page of the contract that every adapter keeps. */
interface Check {
  readonly name: string;
  run(backend: Backend, adapter: Adapter): Promise<void>;
}

export const checks: readonly Check[] = [
  {
    name: 'describes the same document twice alike',
    async run(backend, adapter) {
      const [first, second] = [await describe(backend, adapter), await describe(backend, adapter)];
      expect(first).toEqual(second);
      expect(first.operations).toEqual({ total: 4, imported: 4 });
    },
  },
  {
    name: 'answers from a blueprint that went through JSON',
    async run(backend, adapter) {
      const { blueprint } = await describe(backend, adapter);
      const stored = JSON.parse(JSON.stringify(blueprint)) as typeof blueprint; // JSON has no types
      expect(stored).toEqual(blueprint);
      await using gate = connect(backend, adapter, stored);
      expect(await gate.ask(`{ a: ${backend.fields.item('"1"')} }`)).toEqual({ data: { a: item('1') } });
    },
  },
  {
    name: 'gives legal and unique names, and a valid schema',
    async run(backend, adapter) {
      const { blueprint } = await describe(backend, adapter);
      const names = blueprint.typeDefs.definitions.map(node => ('name' in node ? (node.name?.value ?? '') : ''));
      expect(names.filter(name => !isLegalName(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      await using gate = connect(backend, adapter, blueprint);
      expect(validateSchema(gate.schema).map(error => error.message)).toEqual([]);
    },
  },
  {
    name: 'has a call for each root field and a root field for each call',
    async run(backend, adapter) {
      const { blueprint } = await describe(backend, adapter);
      const coordinates = blueprint.typeDefs.definitions.flatMap(node =>
        node.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Mutation|Subscription)$/.test(node.name.value)
          ? (node.fields ?? []).map(field => `${node.name.value}.${field.name.value}`)
          : [],
      );
      expect(coordinates.sort()).toEqual(Object.keys(blueprint.calls).sort());
      expect(coordinates).toHaveLength(4);
    },
  },
  {
    name: 'answers a list, an item and a mutation',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const { fields } = backend;
      expect(await gate.ask(`{ items: ${fields.items} a: ${fields.item('"7"')} }`)).toEqual({
        data: { items: backend.listed([item('1'), item('2'), item('3')]), a: item('7') },
      });
      expect(await gate.ask(`mutation { a: ${fields.createItem('"New"')} }`)).toEqual({
        data: { a: { id: 'new', name: 'New', note: null } },
      });
    },
  },
  {
    name: 'reports a null that the document excludes, and nulls no more than it must',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const { fields } = backend;
      const result = await gate.ask(`{ a: ${fields.fail('"null-name"')} b: ${fields.item('"1"')} }`);
      expect(result.data).toEqual({ a: null, b: item('1') });
      expect(result.errors?.map(({ path }) => path?.[0])).toEqual(['a']);
    },
  },
  ...(
    ['invalid', 'unauthenticated', 'denied', 'not-found', 'conflict', 'limited', 'crash', 'garbage', 'reset'] as const
  ).map(faultCheck),
  {
    name: 'ends the call at the backend when the request is aborted',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const controller = new AbortController();
      const asking = gate.ask(`{ a: ${backend.fields.fail('"hang"')} }`, {}, { signal: controller.signal });
      await until(() => backend.traffic.open === 1);
      controller.abort();
      expect((await asking).data).toEqual({ a: null });
      await until(() => backend.traffic.abandoned === 1);
      expect(backend.traffic.open).toBe(0);
    },
  },
  {
    name: 'asks nothing for a request that is aborted already',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const result = await gate.ask(`{ a: ${backend.fields.item('"1"')} }`, {}, { signal: AbortSignal.abort() });
      expect(result.data).toEqual({ a: null });
      expect(backend.traffic.asked).toEqual([]);
    },
  },
  {
    name: 'answers UPSTREAM_TIMEOUT at the deadline, and ends the call at the backend',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter, { timeout: 300 });
      await timedOut(backend, () => gate.ask(`{ a: ${backend.fields.fail('"hang"')} }`));
    },
  },
  {
    name: "keeps to the deadline of the request where it is nearer than the source's",
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const query = `{ a: ${backend.fields.fail('"hang"')} }`;
      await timedOut(backend, () => gate.ask(query, {}, { deadline: performance.now() + 300 }));
    },
  },
  {
    name: 'answers UPSTREAM_UNREACHABLE where nobody listens',
    async run(backend, adapter) {
      const { blueprint } = await describe(backend, adapter);
      const endpoint = backend.endpoint.replace(/:\d+/, `:${await freePort()}`);
      await using gate = connect({ ...backend, endpoint }, adapter, blueprint);
      const result = await gate.ask(`{ a: ${backend.fields.item('"1"')} }`);
      expect(codesOf(result)).toEqual(['UPSTREAM_UNREACHABLE']);
      expect(JSON.stringify(result)).not.toContain('127.0.0.1');
    },
  },
  {
    name: 'answers UPSTREAM_MALFORMED where an answer is larger than allowed',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter, { maxResponse: 100_000 });
      expect(codesOf(await gate.ask(`{ a: ${backend.fields.fail('"huge"')} }`))).toEqual(['UPSTREAM_MALFORMED']);
    },
  },
  {
    name: 'follows no redirect',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      expect(codesOf(await gate.ask(`{ a: ${backend.fields.fail('"redirect"')} }`))).toEqual(['UPSTREAM_ERROR']);
      expect(backend.traffic.wire).toHaveLength(1);
    },
  },
  {
    name: 'answers a batch in order, and a bad item spoils only itself',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const ids = ['3', 'missing', '1', '2', '3'];
      const query = ids.map((id, index) => `_${index}: ${backend.fields.item(JSON.stringify(id))}`).join(' ');
      const result = await gate.ask(`{ ${query} }`);
      expect(result.data).toEqual({ _0: item('3'), _1: null, _2: item('1'), _3: item('2'), _4: item('3') });
      expect(codesOf(result)).toEqual([backend.missing]);
      expect(result.errors?.[0]?.path).toEqual(['_1']);
      expect(backend.traffic.asked.map(({ value }) => value).sort()).toEqual(['1', '2', '3', 'missing']);
    },
  },
  {
    name: 'performs each mutation once, one after the other',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const { createItem } = backend.fields;
      await gate.ask(`mutation { a: ${createItem('"x"')} b: ${createItem('"x"')} c: ${createItem('"y"')} }`);
      expect(backend.traffic.asked.map(({ value }) => value)).toEqual(['x', 'x', 'y']);
      expect(backend.traffic.peak).toBe(1);
    },
  },
  {
    name: 'has no more calls under way than the source allows',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter, { concurrency: 2 });
      backend.traffic.hold();
      const ids = Array.from({ length: 6 }, (_, index) => `held-${index}`);
      const asking = ids.map(id => gate.ask(`{ a: ${backend.fields.item(JSON.stringify(id))} }`));
      await until(() => backend.traffic.open === 2);
      backend.traffic.release();
      expect((await Promise.all(asking)).map(result => result.data)).toEqual(ids.map(id => ({ a: item(id) })));
      expect(backend.traffic.peak).toBe(2);
    },
  },
  {
    name: 'gives the place of an aborted call to the next',
    async run(backend, adapter) {
      await using gate = await open(backend, adapter, { concurrency: 1 });
      const controller = new AbortController();
      const stuck = gate.ask(`{ a: ${backend.fields.fail('"hang"')} }`, {}, { signal: controller.signal });
      await until(() => backend.traffic.open === 1);
      const next = gate.ask(`{ a: ${backend.fields.item('"1"')} }`);
      controller.abort();
      await stuck;
      expect(await next).toEqual({ data: { a: item('1') } });
    },
  },
  {
    name: 'leaves no connection when closed, and answers UPSTREAM_UNREACHABLE after',
    async run(backend, adapter) {
      const gate = await open(backend, adapter);
      await gate.ask(`{ a: ${backend.fields.item('"1"')} }`);
      const asking = gate.ask(`{ a: ${backend.fields.fail('"hang"')} }`);
      await until(() => backend.traffic.open === 1);
      await gate.close();
      expect(codesOf(await asking)).toEqual(['UPSTREAM_UNREACHABLE']);
      await until(async () => (await backend.connections()) === 0);
      expect(codesOf(await gate.ask(`{ a: ${backend.fields.item('"2"')} }`))).toEqual(['UPSTREAM_UNREACHABLE']);
    },
  },
  ...hostile().map(hostileCheck),
  {
    name: 'passes on the headers of the allow-list and no other',
    async run(backend, adapter) {
      const options = { forward: ['x-tenant', 'connection'], headers: { 'X-Static': 'yes' } };
      await using gate = await open(backend, adapter, options);
      const headers = { 'x-tenant': 'blue', 'x-other': 'no', connection: 'close', cookie: 'session=1' };
      await gate.ask(`{ a: ${backend.fields.item('"1"')} }`, {}, { headers });
      const seen = backend.traffic.wire[0]?.headers;
      expect(seen).toMatchObject({ 'x-tenant': 'blue', 'x-static': 'yes', 'x-request-id': 'contract' });
      expect(seen).not.toHaveProperty('x-other');
      expect(seen).not.toHaveProperty('cookie');
    },
  },
  {
    name: 'answers where no code may be generated from strings, and lets the process end',
    async run(backend) {
      const script = new URL('./without-code-generation.ts', import.meta.url).pathname;
      const flags = ['--disallow-code-generation-from-strings', '--import', 'tsx', script, backend.protocol];
      const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 200_000 });
      expect(JSON.parse(stdout)).toEqual({ data: { a: item('1'), b: null }, codes: [backend.missing] });
    },
  },
];

function faultCheck(how: Failure): Check {
  return {
    name: `maps the failure "${how}" to the closed codes and keeps the backend's words`,
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const result = await gate.ask(`{ a: ${backend.fields.fail(JSON.stringify(how))} }`);
      expect(result.data).toEqual({ a: null });
      expect(codesOf(result)).toEqual([faults[how]]);
      expect(result.errors?.[0]?.extensions?.['source']).toBe('contract');
      for (const word of secret.split(' ')) expect(JSON.stringify(result)).not.toContain(word);
    },
  };
}

/** Values that would change a path, a header or markup if they were written as they are. */
function hostile(): readonly string[] {
  return [
    '../../admin',
    '..',
    'a/b?admin=1#x',
    '%2e%2e%2fadmin',
    'x\r\nx-injected: 1',
    '</id><admin>1</admin><id>',
    ']]><!ENTITY a "&#38;">&amp;',
    '"}, "admin": true, {"',
    '__proto__',
    'ünï ☃ 𝒳',
  ];
}

function hostileCheck(value: string): Check {
  return {
    name: `delivers ${JSON.stringify(value)} as the value it is, or refuses to`,
    async run(backend, adapter) {
      await using gate = await open(backend, adapter);
      const refused = backend.refused.includes(value);
      await gate.ask(`{ a: ${backend.fields.item('"1"')} }`);
      const result = await gate.ask(`query ($id: String!) { a: ${backend.fields.item('$id')} }`, { id: value });
      expect(result.data).toEqual({ a: refused ? null : item(value) });
      expect(codesOf(result)).toEqual(refused ? ['BAD_USER_INPUT'] : []);
      const plain = { operation: 'item', value: '1' };
      expect(backend.traffic.asked).toEqual(refused ? [plain] : [plain, { operation: 'item', value }]);
      const shapes = backend.traffic.wire.map(({ path, headers }) => [
        path.split(/[/?#]/).length,
        Object.keys(headers).sort(),
      ]);
      expect(shapes).toEqual(shapes.map(() => shapes[0]));
    },
  };
}

function item(id: string) {
  return { id, name: `Item ${id}`, note: null };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
