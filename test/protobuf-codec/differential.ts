import {
  create,
  createRegistry,
  type DescExtension,
  type DescMessage,
  equals,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { print } from 'graphql';
import protobufjs from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { Members } from '../../src/adapters/grpc/describe/members.ts';
import { type Codec, createCodec } from '../../src/adapters/grpc/wire/codec.ts';
import { readModel, type WireModel } from '../../src/adapters/grpc/wire/wire-model.ts';
import { Random } from '../fuzz/random.ts';
import { difference } from './compare.ts';
import { isTested } from './is-tested.ts';
import type { ProtoSet } from './proto-sets.ts';
import { randomMessage } from './random-message.ts';
import { randomSelection, selectedOf } from './selections.ts';
import { asked, type Manner, told } from './told.ts';

export interface Result {
  /** Messages that were made, of so many types. */
  readonly messages: number;
  readonly types: number;
  /** Of them: those that protobufjs read and wrote, too. */
  readonly byProtobufjs: number;
  /** The first of them, with the type and the place. */
  readonly differences: readonly string[];
}

const call = { source: 'x', operation: 'y' };

/**
 * Our codec against @bufbuild/protobuf and protobufjs, over messages made of every type of a set: what they write we read, what we write
 * they read, and it is the same.
 */
export function compareCodecs(set: ProtoSet, perType: number, seed: number | string): Result {
  const result = { messages: 0, types: 0, byProtobufjs: 0, differences: [] as string[] };
  const descriptorSet = Buffer.from(toBinary(FileDescriptorSetSchema, set.descriptors)).toString('base64');
  const plain = readModel({ descriptorSet });
  const types = [...plain.registry].filter(desc => desc.kind === 'message').filter(isTested);
  const unions = Object.fromEntries(
    types.flatMap(type =>
      type.oneofs.flatMap(oneof => oneof.fields.map(field => [`${type.typeName}.${field.name}`, `U_${field.name}`])),
    ),
  );
  const manners = [{ descriptorSet }, { descriptorSet, unions }, { descriptorSet, extensions: true as const }].map(
    model => {
      const read = readModel(model);
      return { codec: createCodec(model), model: read, extensions: model.extensions ? extensionsOf(read) : new Map() };
    },
  );
  const theirs = rootOf(set);
  for (const { typeName } of types) {
    result.types += 1;
    for (let index = 0; index < perType; index++) {
      const random = new Random(seed, set.name, typeName, index);
      const { codec, model, extensions } = manners[index % manners.length]!;
      const type = model.registry.getMessage(typeName)!;
      const message = randomMessage(type, { registry: model.registry, random, extensions });
      const found = compareOne(type, message, codec, model, theirs, random, result);
      result.messages += 1;
      if (found !== undefined) result.differences.push(`${typeName} #${index}: ${found}`);
    }
  }
  return result;
}

function compareOne(
  type: DescMessage,
  message: ReturnType<typeof randomMessage>,
  codec: Codec,
  model: WireModel,
  theirs: protobufjs.Root,
  random: Random,
  result: { byProtobufjs: number },
): string | undefined {
  const manner: Manner = { members: model.members, registry: model.known(), unions: model.unions };
  const expected = told(type, message, manner);
  const whole = codec.decode(type.typeName, toBinary(type, message), call);
  const read = difference(expected, whole);
  if (read !== undefined) return `read, ${read}`;
  const selectionSet = randomSelection(type, model, random);
  const part = codec.decode(type.typeName, toBinary(type, message), call, {
    selectionSet,
    variables: {},
    complete: true,
  });
  const selected = difference(selectedOf(whole, selectionSet), part);
  if (selected !== undefined) return `selected, ${selected} of ${print(selectionSet).replace(/\s+/g, ' ')}`;
  const written = codec.encode(type.typeName, asked(type, message, manner) as Record<string, unknown>, call); // none of the types is a scalar
  const same = (bytes: Uint8Array) => {
    const back = fromBinary(type, bytes);
    if (equals(type, message, back, { registry: createRegistry(model.registry), extensions: true, unpackAny: true }))
      return undefined;
    return difference(expected, told(type, back, manner)) ?? 'the messages differ, but what is told of them does not';
  };
  const byThem = same(written);
  if (byThem !== undefined) return `written, ${byThem}`;
  const foreign = theirs.lookup(type.typeName);
  if (!(foreign instanceof protobufjs.Type) || foreign.fullName !== `.${type.typeName}`) return undefined;
  const again = foreign.encode(foreign.decode(written)).finish();
  result.byProtobufjs += 1;
  const byProtobufjs = same(again);
  if (byProtobufjs !== undefined) return `through protobufjs, ${byProtobufjs}`;
  const readAgain = difference(expected, codec.decode(type.typeName, again, call));
  return readAgain === undefined ? undefined : `read from protobufjs, ${readAgain}`;
}

/** protobufjs refuses some files: where a message holds a type and a oneof of one name. Types of those are not held against it. */
function rootOf({ descriptors }: ProtoSet): protobufjs.Root {
  const written = (file: readonly FileDescriptorProto[]) =>
    toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...file] }));
  const rootIfReadable = (file: readonly FileDescriptorProto[]) => {
    try {
      return protobufjs.Root.fromDescriptor(written(file));
    } catch {
      return undefined;
    }
  };
  const whole = rootIfReadable(descriptors.file);
  const root =
    whole ?? protobufjs.Root.fromDescriptor(written(descriptors.file.filter(file => rootIfReadable([file]))));
  root.resolveAll();
  return root;
}

function extensionsOf({ registry }: WireModel): Map<string, readonly DescExtension[]> {
  const members = new Members(registry, true);
  const messages = [...registry].filter(desc => desc.kind === 'message');
  return new Map(messages.map(message => [message.typeName, members.extensionsOf(message)]));
}
