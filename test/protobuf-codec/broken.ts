import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createCodec } from '../../src/adapters/grpc/wire/codec.ts';
import { readModel } from '../../src/adapters/grpc/wire/wire-model.ts';
import { GatewayError } from '../../src/base/error.ts';
import { Random } from '../fuzz/random.ts';
import { difference } from './compare.ts';
import { isTested } from './is-tested.ts';
import type { ProtoSet } from './proto-sets.ts';
import { randomMessage } from './random-message.ts';
import { soundnessOf } from './sound.ts';
import { told } from './told.ts';

interface Verdicts {
  /** Messages after all, and how many of them both read. */
  readonly sound: number;
  readonly read: number;
  /** No messages any more: we refuse them all. */
  readonly unsound: number;
  /** A field of another wire type: unknown to us, as in protobuf's own codecs; @bufbuild/protobuf does not look at it. */
  readonly mismatched: number;
  /** Where we break, or take or read otherwise, with the bytes. */
  readonly differences: readonly string[];
}

/**
 * Bytes that were messages before something happened to them. What is none by the encoding, we refuse, also where @bufbuild/protobuf reads on
 * beyond a message's end; what is one, both take or refuse, and read alike.
 */
export function compareBroken(set: ProtoSet, perType: number, seed: number | string): Verdicts {
  const descriptorSet = Buffer.from(toBinary(FileDescriptorSetSchema, set.descriptors)).toString('base64');
  const model = readModel({ descriptorSet });
  const codec = createCodec({ descriptorSet });
  const verdicts = { sound: 0, read: 0, unsound: 0, mismatched: 0, differences: [] as string[] };
  for (const type of [...model.registry].filter(desc => desc.kind === 'message').filter(isTested)) {
    for (let index = 0; index < perType; index++) {
      const random = new Random(seed, set.name, type.typeName, index);
      const message = randomMessage(type, { registry: model.registry, random, extensions: new Map() });
      const bytes = broken(toBinary(type, message), random);
      const tell = (what: string) =>
        verdicts.differences.push(`${type.typeName} ${Buffer.from(bytes).toString('hex').slice(0, 400)}: ${what}`);
      const ours = attempt(() => codec.decode(type.typeName, bytes, { source: 'x', operation: 'y' }));
      if ('error' in ours && !(ours.error instanceof GatewayError)) tell(`we broke, ${String(ours.error)}`);
      const soundness = soundnessOf(type, bytes);
      verdicts[soundness] += 1;
      if (soundness === 'unsound' && !('error' in ours)) tell('we read what is no message');
      if (soundness !== 'sound') continue;
      const theirs = attempt(() => fromBinary(type, bytes));
      if ('error' in ours !== 'error' in theirs)
        tell(
          'error' in ours ? 'only they read it' : `only we read it; ${String((theirs as { error: unknown }).error)}`,
        );
      if ('error' in ours || 'error' in theirs) continue;
      verdicts.read += 1;
      const { value } = theirs;
      const expected = attempt(() =>
        told(type, value, { members: model.members, registry: model.known(), unions: undefined }),
      );
      // What a type does not allow (a number of no enum, NaN, a day after the last) is an error in its place of ours.
      if (hasError(ours.value) || 'error' in expected) continue;
      const found = difference(expected.value, ours.value);
      if (found !== undefined) tell(found);
    }
  }
  return verdicts;
}

/** One or two bytes changed, taken out or put in; or the end cut off. */
function broken(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = [...bytes];
  for (let count = 1 + random.below(2); count > 0; count--) {
    const at = random.below(changed.length + 1);
    const byte = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256), random.below(256)]);
    const kind = random.below(10);
    if (kind < 8) changed[Math.min(at, Math.max(0, changed.length - 1))] = byte;
    else if (kind === 8 && random.chance(50)) changed.splice(at, 1 + random.below(3));
    else if (kind === 8) changed.splice(at, 0, byte);
    else changed.length = at;
  }
  return Uint8Array.from(changed);
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

function hasError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Error || Object.values(value).some(hasError);
}
