import type { Metadata } from '@grpc/grpc-js';
import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { sendEach } from '../../adapter/send-each.ts';
import type { Source } from '../../source/source.ts';
import type { GrpcCall, GrpcModel } from './call.ts';
import { requestsOf } from './calls/asked.ts';
import { Connection } from './calls/connection.ts';
import { events } from './calls/events.ts';
import { exchange } from './calls/exchange.ts';
import { gather } from './calls/gather.ts';
import { outgoingMetadata } from './calls/outgoing-metadata.ts';

/** One call for each item, over channels that the first of them opens. */
export function connect(blueprint: Blueprint<GrpcCall, GrpcModel>, source: Source): Subschema<GrpcCall, GrpcModel> {
  const connection = new Connection(blueprint, source);
  const turnstile = new Turnstile(source.options.concurrency);
  const hasStreams = Object.keys(blueprint.calls).some(at => at.startsWith('Subscription.'));
  return {
    blueprint,
    selective: false,
    send(call, batch, context) {
      const asking = new Asking(connection, context);
      return sendEach(batch, context, turnstile, item => asking.ask(call, item));
    },
    ...(hasStreams ? { subscribe: (call, item, context) => events(connection, call, item, context) } : {}),
    close: () => connection.close(),
  };
}

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
    const context = this.#context;
    const name = { source: source.name, operation: call.operation };
    const requests = requestsOf(call, item, codec, name);
    const opening = this.#connection.open(name, context);
    const opened = 'channels' in opening ? opening : await opening;
    this.#metadata ??= opened.metadataOf(outgoingMetadata(source, context));
    const asked = { call, item, name, requests, metadata: this.#metadata, context };
    if (call.collects !== undefined) return { value: await gather(this.#connection, opened, asked, call.collects) };
    return { value: codec.decode(call.output, await exchange(this.#connection, opened, asked), name, item.selection) };
  }
}
