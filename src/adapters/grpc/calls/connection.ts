import type { Metadata } from '@grpc/grpc-js';
import type { Blueprint, CallContext } from '../../../adapter/adapter.ts';
import { forwardsIdentity } from '../../../adapter/outgoing-headers.ts';
import { Secrets } from '../../../adapter/secrets.ts';
import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import { GatewayError } from '../../../base/error.ts';
import type { Source } from '../../../source/source.ts';
import type { GrpcCall, GrpcModel } from '../call.ts';
import { faultOf } from '../fault.ts';
import { type GrpcStatus, ok } from '../status/status.ts';
import { type Codec, createCodec } from '../wire/codec.ts';
import type { Asked } from './asked.ts';
import { channelOpener } from './channel.ts';
import { Channels, type Line } from './channels.ts';
import { outgoingMetadata } from './outgoing-metadata.ts';

/** What the first call opens: grpc-js is loaded then, and not before. */
export interface Opened {
  readonly channels: Channels;
  readonly metadataOf: (headers: Readonly<Record<string, string>>) => Metadata;
}

/** A source's channels and what is under way on them. */
export class Connection {
  readonly source: Source;
  readonly codec: Codec;
  /** What ends each call that is under way. */
  readonly underWay = new Set<() => void>();
  closed = false;
  readonly #forwardsIdentity: boolean;
  readonly #calls: readonly GrpcCall[];
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;

  constructor({ model, calls }: Blueprint<GrpcCall, GrpcModel>, source: Source) {
    this.source = source;
    this.codec = createCodec(model);
    this.#calls = Object.values(calls);
    this.#forwardsIdentity = forwardsIdentity(source);
  }

  /** Throws, or rejects, where nothing can be asked: the endpoint or a certificate cannot be understood. */
  open(name: CallName, context: CallContext): Opened | Promise<Opened> {
    const { endpoint } = this.source;
    this.mustBeOpen(name, context);
    const opened = this.#opened;
    if (!opened) {
      if (endpoint === undefined) throw unreachable(name, 'the source has no endpoint');
      this.#opening ??= this.#open(endpoint);
      const failed = (cause: unknown) => {
        throw unreachable(name, cause);
      };
      return this.#opening.then(() => this.open(name, context), failed);
    }
    return opened;
  }

  /** What a call came to that did not end well. */
  faultOf(status: GrpcStatus, { call, name, context }: Pick<Asked, 'call' | 'name' | 'context'>): GatewayError {
    if (this.closed) return upstreamError('UPSTREAM_UNREACHABLE', name, { cause: status });
    if (context.signal.aborted) return endedBy(context, name);
    if (status.code === ok)
      return upstreamError('UPSTREAM_MALFORMED', name, { cause: 'no message in a reply that is OK' });
    const { source, codec } = this;
    return faultOf(status, name, {
      forwardsIdentity: this.#forwardsIdentity,
      expose: source.options.exposeErrors,
      registry: codec.registry,
      argumentAt: field => codec.argumentAt(call.input, field),
      secrets: () => new Secrets({ url: addressOf(source), headers: outgoingMetadata(source, context), query: '' }),
    });
  }

  /** Throws where nothing is to be sent any more. */
  mustBeOpen(name: CallName, context: CallContext): void {
    if (context.signal.aborted) throw endedBy(context, name);
    if (this.closed) throw unreachable(name, 'the source was withdrawn');
  }

  /** A place for a call. Whoever takes it gives it back. */
  line({ channels }: Opened, name: CallName, context: CallContext): Line {
    this.mustBeOpen(name, context);
    return channels.take();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const cancel of [...this.underWay]) cancel();
    const opened = await this.#opening?.catch(() => undefined);
    opened?.channels.close();
  }

  async #open(endpoint: string): Promise<Opened> {
    const { source } = this;
    const [openChannel, { metadataOf }] = await Promise.all([
      channelOpener(source, endpoint, this.#calls),
      import('./metadata.ts'),
    ]);
    const { streamsPerConnection, serviceConfig } = source.options;
    const ofHealth = serviceConfig?.healthCheckConfig ? 1 : 0;
    const channels = new Channels(Math.max(1, streamsPerConnection - ofHealth), openChannel);
    this.#opened = { channels, metadataOf };
    return this.#opened;
  }
}

function unreachable(name: CallName, cause: unknown): GatewayError {
  return upstreamError('UPSTREAM_UNREACHABLE', name, { cause });
}

/** Why the request that the call was made for is over. */
function endedBy({ signal: { reason } }: CallContext, name: CallName): GatewayError {
  if (reason instanceof GatewayError) return reason;
  return upstreamError('UPSTREAM_TIMEOUT', name, { cause: reason });
}

/** Where the source is, as an address, if it is a host. */
function addressOf({ endpoint = '' }: Source): string | undefined {
  const host = /(\[[0-9a-fA-F:.]+\]|[\w.-]+):\d+\/?$/.exec(endpoint)?.[0];
  return host === undefined ? undefined : `http://${host}`;
}
