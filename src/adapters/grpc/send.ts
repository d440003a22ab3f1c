import type { ChannelInterface, Metadata } from '@grpc/grpc-js';
import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { forwardsIdentity, outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { sendEach } from '../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import { GatewayError } from '../../base/error.ts';
import type { Source } from '../../source/source.ts';
import type { GrpcCall, GrpcModel } from './call.ts';
import { openChannel } from './channel.ts';
import { faultOf, type GrpcStatus } from './fault.ts';
import { type Codec, createCodec } from './wire/codec.ts';

/** Sends unary calls over one channel, which the first call opens. */
export function connect(blueprint: Blueprint<GrpcCall, GrpcModel>, source: Source): Subschema<GrpcCall, GrpcModel> {
  const connection = new Connection(source, createCodec(blueprint.model));
  const turnstile = new Turnstile(source.options.concurrency);
  return {
    blueprint,
    selective: false,
    send(call, batch, context) {
      const asking = new Asking(connection, context);
      return sendEach(batch, context, turnstile, item => asking.ask(call, item));
    },
    close: () => connection.close(),
  };
}

type StartedCall = ReturnType<ChannelInterface['createCall']>;

/** What the first call opens: grpc-js is loaded then, and not before. */
interface Opened {
  readonly channel: ChannelInterface;
  readonly metadataOf: (headers: Readonly<Record<string, string>>) => Metadata;
}

class Connection {
  readonly source: Source;
  readonly codec: Codec;
  readonly forwardsIdentity: boolean;
  readonly underWay = new Set<StartedCall>();
  closed = false;
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;

  constructor(source: Source, codec: Codec) {
    this.source = source;
    this.codec = codec;
    this.forwardsIdentity = forwardsIdentity(source);
  }

  /** Throws, or rejects, where the endpoint or a certificate cannot be understood. */
  open(name: CallName): Opened | Promise<Opened> {
    const { endpoint } = this.source;
    if (this.closed) throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the source was withdrawn' });
    if (this.#opened) return this.#opened;
    if (endpoint === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the source has no endpoint' });
    this.#opening ??= this.#open(endpoint);
    return this.#opening.catch(cause => {
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause });
    });
  }

  async #open(endpoint: string): Promise<Opened> {
    const [client, { metadataOf }] = await Promise.all([openChannel(this.source, endpoint), import('./metadata.ts')]);
    this.#opened = { channel: client.getChannel(), metadataOf };
    return this.#opened;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const call of this.underWay) call.cancelWithStatus(cancelled, 'the source was withdrawn');
    const opened = await this.#opening?.catch(() => undefined);
    opened?.channel.close();
  }
}

/** The codes of grpc.github.io/grpc/core/md_doc_statuscodes.html that are told apart here. */
const [ok, cancelled] = [0, 1];

/** One batch: its items share their metadata, which grpc-js copies for each call. */
class Asking {
  readonly #connection: Connection;
  readonly #context: CallContext;
  #metadata: Metadata | undefined;

  constructor(connection: Connection, context: CallContext) {
    this.#connection = connection;
    this.#context = context;
  }

  async ask(call: GrpcCall, item: CallItem): Promise<Outcome> {
    const { codec, source } = this.#connection;
    const name = { source: source.name, operation: call.operation };
    const request = codec.encode(call.input, codec.argumentsOf(call, item), name);
    const opened = this.#connection.open(name);
    const { channel, metadataOf } = 'channel' in opened ? opened : await opened;
    this.#metadata ??= metadataOf(outgoingHeaders(source, this.#context));
    const reply = await this.#exchange(channel, call.path, toBuffer(request), this.#metadata, name);
    return { value: codec.decode(call.output, reply, name, item.selection) };
  }

  /**
   * Straight on the channel: what `Client` puts around a call (an emitter, interceptors, a stack trace in case of failure) is a tenth of
   * its cost, and nobody here looks at it.
   */
  #exchange(
    channel: ChannelInterface,
    path: string,
    request: Buffer,
    metadata: Metadata,
    name: CallName,
  ): Promise<Buffer> {
    const { underWay, source, closed } = this.#connection;
    const { signal, deadline } = this.#context;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(this.#ended(name));
      if (closed) return reject(upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the source was withdrawn' }));
      const left = Math.max(0, Math.min(source.options.timeout, deadline - performance.now()));
      const call = channel.createCall(path, Date.now() + left, null, null, null);
      const cancel = () => call.cancelWithStatus(cancelled, 'the request was ended');
      let reply: Buffer | undefined;
      underWay.add(call);
      signal.addEventListener('abort', cancel, { once: true });
      call.start(metadata, {
        onReceiveMetadata() {},
        onReceiveMessage(message: Buffer) {
          reply = message;
        },
        onReceiveStatus: status => {
          underWay.delete(call);
          signal.removeEventListener('abort', cancel);
          if (status.code === ok && reply) resolve(reply);
          else reject(this.#fault(status, name));
        },
      });
      call.startRead();
      call.sendMessageWithContext({}, request);
      call.halfClose();
    });
  }

  #fault(status: GrpcStatus, name: CallName): GatewayError {
    if (this.#connection.closed) return upstreamError('UPSTREAM_UNREACHABLE', name, { cause: status });
    if (this.#context.signal.aborted) return this.#ended(name);
    if (status.code === ok)
      return upstreamError('UPSTREAM_MALFORMED', name, { cause: 'no message in a reply that is OK' });
    return faultOf(status, name, this.#connection.forwardsIdentity);
  }

  #ended(name: CallName): GatewayError {
    const { reason } = this.#context.signal;
    if (reason instanceof GatewayError) return reason;
    return upstreamError('UPSTREAM_TIMEOUT', name, { cause: reason });
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
