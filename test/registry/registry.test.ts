import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapters } from '../../src/adapters/index.ts';
import type { Checked } from '../../src/base/checked.ts';
import { createRegistry, type Registry, type RegistryOptions } from '../../src/registry/registry.ts';
import type { DeclaredSource } from '../../src/source/declared-source.ts';
import { defaultSourceOptions } from '../../src/source/source.ts';
import type { Supergraph } from '../../src/supergraph/supergraph.ts';
import { plainAdapter } from './plain-adapter.ts';

let folder: string;
let registry: Registry;
let plain: ReturnType<typeof plainAdapter>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-registry-'));
  plain = plainAdapter();
});
afterEach(async () => {
  vi.useRealTimers();
  await registry.close();
  await rm(folder, { recursive: true });
});

function open(options: Partial<RegistryOptions> = {}): void {
  registry = createRegistry({ adapters: plain.adapters, grace: 20, retryDelay: () => 5, ...options });
}

function source(name: string, options: Partial<DeclaredSource['options']> = {}): DeclaredSource {
  return {
    name,
    protocol: 'plain',
    document: join(folder, `${name}.txt`),
    options: { ...defaultSourceOptions, ...options },
  };
}

/** Whole: a source that is awaited may be read at any moment. */
async function write(name: string, text: string): Promise<void> {
  const path = join(folder, `${name}.txt`);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function codes(outcome: Checked<unknown>): string[] {
  return outcome.diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

function fieldsOf(supergraph: Supergraph | undefined): string[] {
  return Object.keys(supergraph?.schema.getQueryType()?.getFields() ?? {});
}

/** Resolves at the next revision, or the next failure to make one. */
function nextOutcome(): Promise<Checked<Supergraph>> {
  return new Promise(resolve => {
    const end = registry.onRevision(outcome => {
      end();
      resolve(outcome);
    });
  });
}

it('a document in which only what it says to Selvage changes is read anew', async () => {
  registry = createRegistry({ adapters });
  const document = (scope: string) =>
    JSON.stringify({
      openapi: '3.1.0',
      servers: [{ url: 'http://shop.test' }],
      paths: { '/x': { get: { operationId: 'x', responses: {}, 'x-selvage-requires-scopes': [[scope]] } } },
    });
  const sources = [{ ...source('shop'), protocol: 'openapi' }];
  const scopes = async (scope: string) => {
    await write('shop', document(scope));
    const outcome = await registry.apply({ sources, overlay: [] });
    return outcome.ok
      ? outcome.value.annotations.get('Query.x')?.map(({ args }) => args['scopes'])
      : outcome.diagnostics;
  };
  expect([await scopes('a'), await scopes('b')]).toEqual([[[['a']]], [[['b']]]]);
});

describe('a revision', () => {
  it('is made of every source, and its diagnostics stand in their order', async () => {
    open();
    await write('b', 'type Query { b: String } #');
    await write('a', 'type Query { a: String } #');
    const outcome = await registry.apply({ sources: [source('b'), source('a')], overlay: [] });
    expect(outcome.ok).toBe(true);
    expect(outcome.diagnostics.map(({ at }) => at)).toEqual([['b'], ['a']]);
    expect(fieldsOf(registry.current()).sort()).toEqual(['a', 'b']);
    expect(registry.sources()).toEqual([
      { name: 'b', state: 'serving', protocol: 'plain', operations: { total: 1, imported: 1 } },
      { name: 'a', state: 'serving', protocol: 'plain', operations: { total: 1, imported: 1 } },
    ]);
  });

  it('is equal for equal documents, and for no others', async () => {
    const revision = async (a: string, b: string) => {
      await write('a', a);
      await write('b', b);
      open();
      await registry.apply({ sources: [source('a'), source('b')], overlay: [] });
      const made = registry.current()?.revision;
      await registry.close();
      return made;
    };
    const first = await revision('type Query { a: String }', 'type Query { b: String }');
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(await revision('type Query { a: String }', 'type Query { b: String }')).toBe(first);
    expect(await revision('type Query { a: String }', 'type Query { b: String c: String }')).not.toBe(first);
    expect(await revision('type Query { b: String }', 'type Query { a: String }')).not.toBe(first);
  });

  it('tells the protocol from the document', async () => {
    open();
    await write('a', 'type Query { a: String }');
    await write('b', 'nothing that is known');
    const { protocol: _a, ...a } = source('a');
    const { protocol: _b, ...b } = source('b');
    const outcome = await registry.apply({ sources: [a, b], overlay: [] });
    expect(codes(outcome)).toEqual(['error PROTOCOL_UNKNOWN']);
    expect(registry.sources().map(({ state }) => state)).toEqual(['serving', 'absent']);
  });

  it('keeps what has not changed, connects what has, and closes what is gone after the grace', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    open();
    await write('a', 'type Query { a: String }');
    await write('b', 'type Query { b: String }');
    await registry.apply({ sources: [source('a'), source('b')], overlay: [] });
    const first = registry.current();
    await registry.apply({ sources: [source('a'), source('b')], overlay: [] });
    expect(registry.current()).toBe(first);
    expect(plain.counts).toEqual({ described: 2, connected: 2, closed: 0 });

    await write('b', 'type Query { b: String c: String }');
    await registry.apply({ sources: [source('a'), source('b')], overlay: [] });
    expect(plain.counts).toEqual({ described: 3, connected: 3, closed: 0 });
    expect(registry.current()?.subschemas.get('a')).toBe(first?.subschemas.get('a'));
    expect(registry.current()?.revision).not.toBe(first?.revision);
    vi.advanceTimersByTime(20);
    expect(plain.counts.closed).toBe(1);

    await registry.apply({ sources: [source('a', { timeout: 1 }), source('b')], overlay: [] });
    expect(plain.counts).toMatchObject({ described: 4, connected: 4 });
  });

  it('is refused whole where a change has an error, and the old one goes on', async () => {
    open();
    await write('a', 'type Query { a: String }');
    await registry.apply({ sources: [source('a')], overlay: [] });
    const before = registry.current();
    const changes: [string, () => Promise<Checked<Supergraph>>, string[]][] = [
      [
        'a document that breaks',
        async () => {
          await write('a', 'type Query { a: String } ?');
          return registry.apply({ sources: [source('a')], overlay: [] });
        },
        ['error DOCUMENT_SYNTAX'],
      ],
      [
        'a new source that is not there',
        async () => {
          await write('a', 'type Query { a: String }');
          return registry.apply({ sources: [source('a'), source('missing')], overlay: [] });
        },
        ['error DOCUMENT_NOT_FOUND'],
      ],
      [
        'an overlay that does not fit',
        () =>
          registry.apply({
            sources: [source('a')],
            overlay: [{ address: 'o.graphql', text: 'extend type Nowhere { b: String @inaccessible }' }],
          }),
        ['error OVERLAY_UNKNOWN_TYPE'],
      ],
      ['no sources', () => registry.apply({ sources: [], overlay: [] }), ['error CONFIG_MISSING_KEY']],
    ];
    for (const [name, change, expected] of changes) {
      const outcome = await change();
      expect([name, outcome.ok, codes(outcome)]).toEqual([name, false, expected]);
      expect(registry.current()).toBe(before);
    }
    expect(plain.counts.connected - plain.counts.closed).toBe(1);
  });
});

describe('a source that cannot be read at the start', () => {
  it('is reported and left out, and comes in when it can be read', async () => {
    open();
    await write('a', 'type Query { a: String }');
    const outcome = await registry.apply({ sources: [source('late'), source('a')], overlay: [] });
    expect([outcome.ok, codes(outcome)]).toEqual([true, ['error DOCUMENT_NOT_FOUND']]);
    expect(fieldsOf(registry.current())).toEqual(['a']);
    expect(registry.files()).toEqual([join(folder, 'a.txt'), join(folder, 'late.txt')]);
    const coming = nextOutcome();
    await write('late', 'type Query { late: String } #');
    expect(codes(await coming)).toEqual(['note NAME_CHANGED']);
    expect(fieldsOf(registry.current()).sort()).toEqual(['a', 'late']);
    expect(plain.counts.connected).toBe(2);
  });

  it('is reported again only when it fails in another way', async () => {
    open();
    const outcome = await registry.apply({ sources: [source('late')], overlay: [] });
    expect([outcome.ok, registry.current()]).toEqual([false, undefined]);
    const failing = nextOutcome();
    await write('late', 'type Query { late: String } ?');
    expect(codes(await failing)).toEqual(['error DOCUMENT_SYNTAX']);
    const coming = nextOutcome();
    await write('late', 'type Query { late: String }');
    expect((await coming).ok).toBe(true);
  });

  it('stays open when a change brings it in before it is tried again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    open();
    await write('there', 'type Query { there: String }');
    const sources = [source('there'), source('late')];
    await registry.apply({ sources, overlay: [] });
    await write('late', 'type Query { late: String }');
    expect(codes(await registry.apply({ sources, overlay: [] }))).toEqual([]);
    vi.advanceTimersByTime(5);
    await wait(100);
    expect({ fields: fieldsOf(registry.current()), ...plain.counts }).toEqual({
      fields: ['there', 'late'],
      described: 3,
      connected: 2,
      closed: 0,
    });
  });

  it('does not refuse a change of the others', async () => {
    open({ retryDelay: () => 1e6 });
    await write('a', 'type Query { a: String }');
    await registry.apply({ sources: [source('late'), source('a')], overlay: [] });
    await write('b', 'type Query { b: String }');
    const outcome = await registry.apply({ sources: [source('late'), source('a'), source('b')], overlay: [] });
    expect([outcome.ok, codes(outcome)]).toEqual([true, ['error DOCUMENT_NOT_FOUND']]);
    expect(fieldsOf(registry.current()).sort()).toEqual(['a', 'b']);
  });

  it('stays out, and is said to, when it does not go together with the others', async () => {
    open();
    await write('a', 'type Query { same: String }');
    await registry.apply({ sources: [source('a'), source('late')], overlay: [] });
    const coming = nextOutcome();
    await write('late', 'type Query { same: String }');
    expect(codes(await coming)).toEqual(['error FIELD_CONFLICT']);
    expect(registry.sources().map(({ state }) => state)).toEqual(['serving', 'absent']);
  });

  it.each([
    ['endless', 'error DOCUMENT_TIMEOUT', 'The source "endless" was not read within 0.05 s.'],
    [
      'broken',
      'error DOCUMENT_INVALID',
      'The document of "broken" cannot be described (RangeError: Maximum call stack size exceeded).',
    ],
  ])('may be %s: it never harms the others', async (name, code, message) => {
    open({ loadTimeout: 50 });
    await write('a', 'type Query { a: String }');
    const outcome = await registry.apply({ sources: [source(name), source('a')], overlay: [] });
    expect([codes(outcome)[0], outcome.diagnostics[0]?.message]).toEqual([code, message]);
    await expect.poll(() => fieldsOf(registry.current())).toEqual(['a']); // at once, unless the machine is busy
  });
});

describe('closing', () => {
  it('leaves no connection and no timer', async () => {
    open({ grace: 1e6 });
    await write('a', 'type Query { a: String }');
    await registry.apply({ sources: [source('a'), source('late')], overlay: [] });
    await write('a', 'type Query { b: String }');
    await registry.apply({ sources: [source('a'), source('late')], overlay: [] });
    await registry.close();
    expect(plain.counts).toMatchObject({ connected: 2, closed: 2 });
    expect(registry.current()).toBeUndefined();
  });
});
