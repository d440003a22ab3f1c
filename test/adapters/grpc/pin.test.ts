import { toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { isObjectType } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { grpc } from '../../../src/adapters/grpc/index.ts';
import { load } from '../../../src/adapters/grpc/load.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { memoryReader, never, sourceOf } from './backend.ts';
import { reflecting, start, stopAll } from './reflecting.ts';

afterAll(stopAll);

/** The bytes of a file that a server describes itself by. */
async function fileOf(text: string): Promise<Uint8Array> {
  const loaded = await load(sourceOf(), { reader: memoryReader({ '/p/main.proto': text }), signal: never });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return toBinary(FileDescriptorProtoSchema, loaded.value.set.file[0]!);
}

const first = 'syntax = "proto3"; package a; message M { string s = 1; } service S { rpc Get(M) returns (M); }';
const second = first.replace('string s = 1;', 'string s = 1; int32 more = 2;');

/** A server that can change its mind. */
async function serving(text: string) {
  const now = { file: await fileOf(text) };
  const endpoint = await start(
    reflecting('v1', ['a.S'], question => (question === 'a.S' ? [now.file] : undefined)).server,
  );
  const source = (options = {}) => {
    const { document: _, ...rest } = sourceOf({ reflection: true, ...options });
    return { ...rest, endpoint };
  };
  return {
    source,
    describe: (options = {}) => grpc.describe(source(options), { reader: memoryReader({}), signal: never }),
    say: async (other: string) => {
      now.file = await fileOf(other);
    },
  };
}

describe('a source that is reflected', () => {
  it('is told what to pin it to, and is taken as long as the server says the same', async () => {
    const server = await serving(first);
    const { diagnostics } = await server.describe();
    const [{ code, hint = '' } = { code: '' }] = diagnostics.filter(({ severity }) => severity === 'note');
    expect([code, hint]).toEqual(['DOCUMENT_UNPINNED', expect.stringMatching(/^set pin: sha256-[0-9a-f]{64}$/)]);
    const pin = hint.slice('set pin: '.length);
    const pinned = await server.describe({ pin });
    expect([pinned.ok, pinned.diagnostics.map(each => each.code)]).toEqual([true, ['OPERATION_KIND_GUESSED']]);
    await server.say(first.replace('message M', '/* A comment is no change. */ message M'));
    expect((await server.describe({ pin })).ok).toBe(true);
    await server.say(second);
    const changed = await server.describe({ pin });
    expect(changed.ok).toBe(false);
    expect(changed.diagnostics).toMatchObject([
      { severity: 'error', code: 'DOCUMENT_CHANGED', hint: expect.stringContaining('set pin: sha256-') },
    ]);
  });

  it('serves on with the schema that was read first, when the server changes its mind while the gateway runs', async () => {
    const server = await serving(first);
    const registry = createRegistry({ adapters: { grpc: async () => grpc } });
    const fields = () => {
      const type = registry.current()?.schema.getType('M');
      return isObjectType(type) ? Object.keys(type.getFields()) : [];
    };
    try {
      const desired = { sources: [server.source()], overlay: [] };
      await registry.apply(desired);
      expect(fields()).toEqual(['s']);
      await server.say(second);
      const outcome = await registry.apply(desired);
      expect(outcome.ok).toBe(true);
      expect(outcome.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toContain(
        'warning DOCUMENT_CHANGED',
      );
      expect(fields()).toEqual(['s']);
      const pin = /sha256-[0-9a-f]{64}/.exec(outcome.diagnostics.map(({ hint }) => hint).join())?.[0];
      await registry.apply({ sources: [server.source({ pin })], overlay: [] });
      expect(fields()).toEqual(['s', 'more']);
    } finally {
      await registry.close();
    }
  });
});
