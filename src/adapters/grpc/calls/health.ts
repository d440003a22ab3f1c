import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ChannelInterface, Metadata } from '@grpc/grpc-js';
import type { StopSignal } from '../../../base/stop.ts';
import { unimplemented } from '../status/status.ts';
import { Replies } from './replies.ts';
import { healthService } from './service-config.ts';

/** HealthCheckResponse.ServingStatus of grpc/grpc-proto: grpc/health/v1/health.proto. */
const serving = 1;

/** Milliseconds until a watch that broke off is made anew: doubled each time. */
const firstPause = 1_000;
const longestPause = 120_000;

/** What a backend says of its own health (gRPC proposal A17). Where it says nothing, it is taken for healthy: calls find out themselves. */
export class HealthWatch {
  readonly #channel: ChannelInterface;
  readonly #metadata: Metadata;
  readonly #request: Buffer;
  readonly #waiting = new Set<() => void>();
  #replies: Replies | undefined;
  #timer: NodeJS.Timeout | undefined;
  #said: 'nothing' | 'serving' | 'not serving' = 'nothing';
  #isKnown = false;
  #closed = false;

  /** `patience`: milliseconds that calls wait for its first word. */
  constructor(channel: ChannelInterface, service: string, metadata: Metadata, patience: number) {
    this.#channel = channel;
    this.#metadata = metadata;
    this.#request = Buffer.from(
      service === '' ? '' : new BinaryWriter().tag(1, WireType.LengthDelimited).string(service).finish(),
    );
    this.#timer = setTimeout(() => this.#know(), patience);
    void this.#watch(firstPause);
  }

  get isServing(): boolean {
    return this.#said !== 'not serving';
  }

  /** Done as soon as the backend's health is known, or was asked for long enough. Undefined: it is. */
  known(signal: StopSignal): Promise<void> | undefined {
    if (this.#isKnown) return undefined;
    return new Promise(resolve => {
      const done = () => {
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#replies?.cancel();
    this.#know();
  }

  async #watch(pause: number): Promise<void> {
    const replies = new Replies(this.#channel, {
      path: `/${healthService}/Watch`,
      metadata: this.#metadata,
      requests: [this.#request],
      deadline: Number.POSITIVE_INFINITY,
    });
    this.#replies = replies;
    let next = pause;
    for (;;) {
      const came = await replies.next();
      if (this.#closed) return;
      if ('code' in came) {
        this.#said = 'nothing';
        this.#know();
        if (came.code === unimplemented) return;
        this.#timer = setTimeout(() => void this.#watch(Math.min(next * 2, longestPause)), next).unref();
        return;
      }
      next = firstPause;
      this.#said = statusOf(came) === serving ? 'serving' : 'not serving';
      this.#know();
    }
  }

  #know(): void {
    if (!this.#isKnown) clearTimeout(this.#timer);
    this.#isKnown = true;
    for (const done of [...this.#waiting]) done();
  }
}

/** A reply that is none speaks for no health. */
function statusOf(reply: Uint8Array): number {
  try {
    const reader = new BinaryReader(reply);
    let status = 0;
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1 && wireType === WireType.Varint) status = reader.int32();
      else reader.skip(wireType, number);
    }
    return status;
  } catch {
    return 0;
  }
}
