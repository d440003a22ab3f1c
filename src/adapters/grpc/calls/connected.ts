import type { ChannelInterface } from '@grpc/grpc-js';
import type { StopSignal } from '../../../base/stop.ts';

/** grpc.ConnectivityState (grpc/grpc: doc/connectivity-semantics-and-api.md). */
const [ready, transientFailure, shutdown] = [2, 3, 4];

/**
 * Waits until a channel is connected or cannot be, or the signal stops it. False: so many milliseconds have passed. A stream has no
 * deadline, so that nothing else would end waiting for a host that does not answer.
 */
export function connected(channel: ChannelInterface, milliseconds: number, signal: StopSignal): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  return new Promise(resolve => {
    const stop = () => resolve(true);
    const settle = (isDone: boolean) => {
      signal.removeEventListener('abort', stop);
      resolve(isDone);
    };
    const look = () => {
      const state = channel.getConnectivityState(true);
      if (signal.aborted || state === ready || state === transientFailure || state === shutdown) settle(true);
      else channel.watchConnectivityState(state, deadline, error => (error ? settle(false) : look()));
    };
    signal.addEventListener('abort', stop, { once: true });
    look();
  });
}
