import type { DescMessage, Registry } from '@bufbuild/protobuf';
import type { CallItem } from '../../../adapter/adapter.ts';
import type { Selection } from '../../../adapter/selection.ts';
import type { CallName } from '../../../adapter/upstream-error.ts';
import { GatewayError } from '../../../base/error.ts';
import { own } from '../../../base/json.ts';
import type { GrpcCall, GrpcModel } from '../call.ts';
import { argumentPath } from '../describe/argument-path.ts';
import { Decoder } from './decoder.ts';
import { Encoder } from './encoder.ts';
import { InputFault, within } from './input-fault.ts';
import { readMaskOf } from './read-mask.ts';
import { readModel } from './wire-model.ts';

/** Arguments to request bytes, reply bytes to values; messages are named in full. */
export interface Codec {
  /** Throws BAD_USER_INPUT, with the way to the argument in its details. */
  encode(message: string, args: Readonly<Record<string, unknown>>, call: CallName): Buffer;
  /** The same of a call that takes many requests: of each item of its argument `input`. */
  encodeMany(message: string, args: Readonly<Record<string, unknown>>, call: CallName): readonly Buffer[];
  /** The way to the argument that a field of a request is; undefined where it is none. */
  argumentAt(message: string, field: string): string | undefined;
  /** The document's types. */
  readonly registry: Registry;
  /** The arguments of an item, with the mask of what is to be read, where it is made of the selection. */
  argumentsOf(call: GrpcCall, item: CallItem): Readonly<Record<string, unknown>>;
  /**
   * What is not in a complete `selection` is passed over unread, but for what makes the bytes a message. Otherwise all is read. Throws
   * UPSTREAM_MALFORMED.
   */
  decode(message: string, bytes: Uint8Array, call: CallName, selection?: Selection): unknown;
}

/** The codec of a blueprint's model. Generates no code. */
export function createCodec(written: GrpcModel): Codec {
  const model = readModel(written);
  const encoder = new Encoder(model);
  const decoder = new Decoder(model);
  const messageOf = (name: string): DescMessage => {
    const message = model.registry.getMessage(name);
    if (!message)
      throw new TypeError(`The blueprint's calls and its model do not belong together: no message ${name}.`);
    return message;
  };
  return {
    encode: (message, args, call) => blamed(call, () => encoder.encode(messageOf(message), args)),
    encodeMany(message, args, call) {
      const type = messageOf(message);
      const items = args['input'];
      const all = Array.isArray(items) ? items : [items];
      const encoded = (item: unknown, index: number) => within(index, () => encoder.encodeItem(type, item));
      return blamed(call, () => within('input', () => all.map(encoded)));
    },
    argumentAt: (message, field) => argumentPath(messageOf(message), field, model.members),
    registry: model.registry,
    argumentsOf({ mask, output }, { args, selection }) {
      if (!mask || !selection?.complete || (own(args, mask.argument) ?? null) !== null) return args;
      const paths = readMaskOf(selection.selectionSet, messageOf(output), mask.of, model);
      return paths.length === 0 ? args : { ...args, [mask.argument]: paths };
    },
    decode: (message, bytes, call, selection) =>
      decoder.decode(messageOf(message), bytes, call, selection?.complete ? selection.selectionSet : undefined),
  };
}

/** A fault of the arguments is the client's. */
function blamed<T>(call: CallName, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    const argument = error.path.join('.');
    throw new GatewayError('BAD_USER_INPUT', `The argument "${argument}" ${error.message}.`, {
      details: { ...call, argument },
      cause: error,
    });
  }
}
