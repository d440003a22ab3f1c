import type { Metadata } from '@grpc/grpc-js';
import type { CallContext, CallItem } from '../../../adapter/adapter.ts';
import type { CallName } from '../../../adapter/upstream-error.ts';
import type { GrpcCall } from '../call.ts';
import type { Codec } from '../wire/codec.ts';

/** A call as it goes out. */
export interface Asked {
  readonly call: GrpcCall;
  readonly item: CallItem;
  readonly name: CallName;
  readonly requests: readonly Buffer[];
  readonly metadata: Metadata;
  readonly context: CallContext;
}

/** Throws what is wrong with the arguments. */
export function requestsOf(call: GrpcCall, item: CallItem, codec: Codec, name: CallName): readonly Buffer[] {
  if (!call.sendsMany) return [codec.encode(call.input, codec.argumentsOf(call, item), name)];
  return codec.encodeMany(call.input, item.args, name);
}

/** When the call must be over, by the clock: the source's timeout from now, or what is left of the request. */
export function deadlineOf({ deadline }: CallContext, timeout: number): number {
  return Date.now() + Math.max(0, Math.min(timeout, deadline - performance.now()));
}
