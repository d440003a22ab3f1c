import type { ChannelInterface, Metadata } from '@grpc/grpc-js';
import { cancelled, type GrpcStatus } from '../status/status.ts';
import { type StartedCall, sendInTurn } from './send-in-turn.ts';

/**
 * So much is read ahead of who asks. Not less: where a call fails, grpc-js forgets what has come and was not asked for, and a server may send
 * its last replies and its failure in one breath.
 */
const mostMessages = 64;
const mostBytes = 64 * 1024;

interface Opening {
  readonly path: string;
  readonly metadata: Metadata;
  readonly requests: readonly Buffer[];
  /** By the clock. */
  readonly deadline: number;
  /** Is told once, when nothing more is wanted of the connection. */
  ended?(): void;
}

/** A call whose replies are pulled one by one. Of those that nobody asks for only a few are taken; the rest stays at the server. */
export class Replies {
  readonly #call: StartedCall;
  readonly #ended: (() => void) | undefined;
  readonly #came: Buffer[] = [];
  #bytes = 0;
  #isReading = false;
  #status: GrpcStatus | undefined;
  #waiting: ((next: Buffer | GrpcStatus) => void) | undefined;

  constructor(channel: ChannelInterface, { path, metadata, requests, deadline, ended }: Opening) {
    this.#call = channel.createCall(path, deadline, null, null, null);
    this.#ended = ended;
    this.#call.start(metadata, {
      onReceiveMetadata() {},
      onReceiveMessage: (message: Buffer) => this.#take(message),
      onReceiveStatus: status => this.#end(status),
    });
    this.#read();
    sendInTurn(this.#call, requests, () => this.#status !== undefined);
  }

  /** The next reply, or how the call ended. Is not asked again before it has answered. */
  next(): Promise<Buffer | GrpcStatus> {
    const message = this.#came.shift();
    if (message) {
      this.#bytes -= message.length;
      this.#read();
      return Promise.resolve(message);
    }
    if (this.#status) return Promise.resolve(this.#status);
    return new Promise(resolve => {
      this.#waiting = resolve;
    });
  }

  /** Ends it within the tick: whoever waits for a reply waits no more, and what has come is forgotten. */
  cancel(): void {
    if (this.#status) return;
    this.#came.length = 0;
    const details = 'the request was ended';
    this.#call.cancelWithStatus(cancelled, details);
    this.#end({ code: cancelled, details, metadata: undefined });
  }

  #take(message: Buffer): void {
    if (this.#status) return;
    this.#isReading = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(message);
    else {
      this.#came.push(message);
      this.#bytes += message.length;
    }
    this.#read();
  }

  #read(): void {
    if (this.#isReading || this.#status || this.#came.length >= mostMessages || this.#bytes >= mostBytes) return;
    this.#isReading = true;
    this.#call.startRead();
  }

  #end(status: GrpcStatus): void {
    if (this.#status) return;
    this.#status = status;
    this.#ended?.();
    this.#waiting?.(status);
    this.#waiting = undefined;
  }
}
