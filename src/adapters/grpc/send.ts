import type { Client, ClientUnaryCall } from '@grpc/grpc-js';
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
  const connection = new Connection(source, createCodec(blueprint.model.descriptorSet));
  const turnstile = new Turnstile(source.options.concurrency);
  return {
    blueprint,
    selective: false,
    send: (call, batch, context) => sendEach(batch, context, turnstile, item => connection.ask(call, item, context)),
    close: () => connection.close(),
  };
}

class Connection {
  readonly #source: Source;
  readonly #codec: Codec;
  #client: Promise<Client> | undefined;
  readonly #underWay = new Set<ClientUnaryCall>();
  #closed = false;

  constructor(source: Source, codec: Codec) {
    this.#source = source;
    this.#codec = codec;
  }

  async ask(call: GrpcCall, item: CallItem, context: CallContext): Promise<Outcome> {
    const name = { source: this.#source.name, operation: call.operation };
    const request = this.#codec.encode(call.input, item.args, name);
    const client = await this.#open(name).catch(cause => {
      throw cause instanceof GatewayError ? cause : upstreamError('UPSTREAM_UNREACHABLE', name, { cause });
    });
    const { metadataOf } = await import('./metadata.ts');
    const metadata = metadataOf(outgoingHeaders(this.#source, context));
    const left = Math.max(0, Math.min(this.#source.options.timeout, context.deadline - performance.now()));
    const reply = await new Promise<Buffer>((resolve, reject) => {
      if (context.signal.aborted) return reject(this.#ended(name, context));
      const options = { deadline: Date.now() + left };
      const started = client.makeUnaryRequest(
        call.path,
        toBuffer,
        bytes => bytes,
        request,
        metadata,
        options,
        (status, bytes) => {
          this.#underWay.delete(started);
          context.signal.removeEventListener('abort', cancel);
          if (status === null && bytes) resolve(bytes);
          else reject(this.#fault(status, name, context));
        },
      );
      const cancel = () => started.cancel();
      this.#underWay.add(started);
      context.signal.addEventListener('abort', cancel, { once: true });
    });
    return { value: this.#codec.decode(call.output, reply, name) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const call of this.#underWay) call.cancel();
    const client = await this.#client?.catch(() => undefined);
    client?.close();
  }

  /** Rejects where the endpoint or a certificate cannot be understood. */
  async #open(name: CallName): Promise<Client> {
    const { endpoint } = this.#source;
    if (this.#closed) throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the source was withdrawn' });
    if (endpoint === undefined)
      throw upstreamError('UPSTREAM_UNREACHABLE', name, { cause: 'the source has no endpoint' });
    this.#client ??= openChannel(this.#source, endpoint);
    return this.#client;
  }

  #fault(status: GrpcStatus | null, name: CallName, context: CallContext): GatewayError {
    if (this.#closed)
      return upstreamError('UPSTREAM_UNREACHABLE', name, { cause: status ?? 'the source was withdrawn' });
    if (context.signal.aborted) return this.#ended(name, context);
    if (status === null)
      return upstreamError('UPSTREAM_MALFORMED', name, { cause: 'no message in a reply that is OK' });
    return faultOf(status, name, forwardsIdentity(this.#source));
  }

  #ended(name: CallName, { signal }: CallContext): GatewayError {
    if (signal.reason instanceof GatewayError) return signal.reason;
    return upstreamError('UPSTREAM_TIMEOUT', name, { cause: signal.reason });
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
