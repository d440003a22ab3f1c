import { createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { CallName } from '../../../adapter/upstream-error.ts';
import { GatewayError } from '../../../base/error.ts';
import { Decoder } from './decoder.ts';
import { Encoder } from './encoder.ts';
import { InputFault } from './input-fault.ts';

/** Arguments to request bytes, reply bytes to values; messages are named in full. */
export interface Codec {
  /** Throws BAD_USER_INPUT, with the way to the argument in its details. */
  encode(message: string, args: Readonly<Record<string, unknown>>, call: CallName): Uint8Array;
  /** Throws UPSTREAM_MALFORMED. */
  decode(message: string, bytes: Uint8Array, call: CallName): unknown;
}

/** The codec of a FileDescriptorSet, in base64. Generates no code. */
export function createCodec(descriptorSet: string): Codec {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptorSet, 'base64')));
  const encoder = new Encoder(registry);
  const decoder = new Decoder(registry);
  const messageOf = (name: string): DescMessage => {
    const message = registry.getMessage(name);
    if (!message)
      throw new TypeError(`The blueprint's calls and its model do not belong together: no message ${name}.`);
    return message;
  };
  return {
    encode(message, args, call) {
      try {
        return encoder.encode(messageOf(message), args);
      } catch (error) {
        if (!(error instanceof InputFault)) throw error;
        const argument = error.path.join('.');
        throw new GatewayError('BAD_USER_INPUT', `The argument "${argument}" ${error.message}.`, {
          details: { ...call, argument },
          cause: error,
        });
      }
    },
    decode: (message, bytes, call) => decoder.decode(messageOf(message), bytes, call),
  };
}
