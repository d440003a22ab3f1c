import type { ChannelInterface } from '@grpc/grpc-js';

/**
 * A call straight on a channel: what `Client` puts around it (an emitter, interceptors, a stack trace in case of failure) is a tenth of its
 * cost, and nobody here looks at it.
 */
export type StartedCall = ReturnType<ChannelInterface['createCall']>;

/** Sends the requests in their order, each when the one before was taken, and says that they are all. */
export function sendInTurn(call: StartedCall, requests: readonly Buffer[], isOver: () => boolean, index = 0): void {
  if (isOver()) return;
  const request = requests[index];
  const next = index + 1;
  if (next < requests.length) {
    call.sendMessageWithContext({ callback: () => sendInTurn(call, requests, isOver, next) }, request!);
    return;
  }
  if (request) call.sendMessageWithContext({}, request);
  call.halfClose();
}
