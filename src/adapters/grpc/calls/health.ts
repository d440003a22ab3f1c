import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { ChannelInterface, Metadata } from '@grpc/grpc-js';
import { unimplemented } from '../status/status.ts';
import { Replies } from './replies.ts';
import { healthService } from './service-config.ts';

/** HealthCheckResponse.ServingStatus of grpc/grpc-proto: grpc/health/v1/health.proto. */
const serving = 1;

/** Milliseconds until a watch that broke off is made anew: doubled each time. */
const firstPause = 1_000;
const longestPause = 120_000;

/** What is asked of a backend's health. */
interface HealthQuestion {
  /** The name that the backend knows itself by; empty: the whole server. */
  readonly service: string;
  readonly metadata: Metadata;
  /** Milliseconds until a backend that says nothing is taken for healthy. */
  readonly patience: number;
}

/** What a backend says of its own health (gRPC proposal A17). Where it says nothing, it is taken for healthy: calls find out themselves. */
export class HealthWatch {
  readonly #channel: ChannelInterface;
  readonly #metadata: Metadata;
  readonly #request: Buffer;
  readonly #told: (isServing: boolean) => void;
  #replies: Replies | undefined;
  #timer: NodeJS.Timeout;
  #closed = false;

  /** `told`: is called with the first word and with each further one. */
  constructor(
    channel: ChannelInterface,
    { service, metadata, patience }: HealthQuestion,
    told: (isServing: boolean) => void,
  ) {
    this.#channel = channel;
    this.#metadata = metadata;
    this.#told = told;
    this.#request = Buffer.from(
      service === '' ? '' : new BinaryWriter().tag(1, WireType.LengthDelimited).string(service).finish(),
    );
    this.#timer = setTimeout(told, patience, true);
    void this.#watch(firstPause);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#replies?.cancel();
  }

  async #watch(pause: number): Promise<void> {
    const replies = new Replies(this.#channel, {
      path: `/${healthService}/Watch`,
      metadata: this.#metadata.clone(),
      requests: [this.#request],
      deadline: Number.POSITIVE_INFINITY,
    });
    this.#replies = replies;
    let next = pause;
    for (;;) {
      const came = await replies.next();
      if (this.#closed) return;
      clearTimeout(this.#timer);
      if ('code' in came) {
        if (came.code !== unimplemented)
          this.#timer = setTimeout(() => void this.#watch(Math.min(next * 2, longestPause)), next).unref();
        this.#told(true);
        return;
      }
      next = firstPause;
      this.#told(statusOf(came) === serving);
    }
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
