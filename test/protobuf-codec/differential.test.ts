import { describe, expect, it } from 'vitest';
import { fixturesExist } from '../corpus/corpus.ts';
import { compareBroken } from './broken.ts';
import { compareCodecs } from './differential.ts';
import { publicProtoSets } from './proto-sets.ts';

describe.skipIf(!fixturesExist)('the codec, against @bufbuild/protobuf and protobufjs', () => {
  it('reads what they write, and writes what they read, of every type of the public protos (npm run fuzz:codec for more)', async () => {
    let [messages, types, byProtobufjs] = [0, 0, 0];
    const differences: string[] = [];
    for (const set of await publicProtoSets()) {
      const result = compareCodecs(set, 3, 'test');
      messages += result.messages;
      types += result.types;
      byProtobufjs += result.byProtobufjs;
      differences.push(...result.differences);
    }
    expect(differences.slice(0, 10)).toEqual([]);
    expect(types).toBeGreaterThan(1_200);
    expect(messages).toBe(3 * types);
    expect(byProtobufjs).toBeGreaterThan(0.85 * messages);
  });

  it('refuses what is no message any more, and reads like them what still is one', async () => {
    let [sound, unsound] = [0, 0];
    const differences: string[] = [];
    for (const set of await publicProtoSets()) {
      const verdicts = compareBroken(set, 2, 'test');
      sound += verdicts.read;
      unsound += verdicts.unsound;
      differences.push(...verdicts.differences);
    }
    expect(differences.slice(0, 10)).toEqual([]);
    expect(sound).toBeGreaterThan(400);
    expect(unsound).toBeGreaterThan(400);
  });
});
