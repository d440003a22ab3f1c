import type { CallContext, CallItem, Outcome } from '../../../adapter/adapter.ts';
import { gatewayErrorOf } from '../../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import type { GrpcCall } from '../call.ts';
import { ok } from '../status/status.ts';
import { requestsOf } from './asked.ts';
import { connected } from './connected.ts';
import type { Connection } from './connection.ts';
import { openReplies } from './open-replies.ts';
import { outgoingMetadata } from './outgoing-metadata.ts';
import type { Replies } from './replies.ts';

/** The replies of a stream as events, each read from the connection when it is wanted. It has no deadline; connecting has the source's. */
export async function* events(
  connection: Connection,
  call: GrpcCall,
  item: CallItem,
  context: CallContext,
): AsyncGenerator<Outcome, void> {
  const { codec, source } = connection;
  const name = { source: source.name, operation: call.operation };
  let replies: Replies;
  try {
    replies = await opened(connection, call, item, context, name);
  } catch (error) {
    if (!context.signal.aborted) yield { fault: gatewayErrorOf(error) };
    return;
  }
  try {
    for (;;) {
      const came = await replies.next();
      if (context.signal.aborted) return;
      if ('code' in came) {
        if (came.code !== ok) yield { fault: connection.faultOf(came, { call, name, context }) };
        return;
      }
      yield outcomeOf(() => codec.decode(call.output, came, name, item.selection));
    }
  } finally {
    replies.cancel();
  }
}

async function opened(
  connection: Connection,
  call: GrpcCall,
  item: CallItem,
  context: CallContext,
  name: CallName,
): Promise<Replies> {
  const { codec, source } = connection;
  const requests = requestsOf(call, item, codec, name);
  const parts = await connection.open(name, context);
  const metadata = parts.metadataOf(outgoingMetadata(source, context));
  const line = connection.line(parts, name, context);
  try {
    if (!(await connected(line.channel, source.options.timeout, context.signal)))
      throw upstreamError('UPSTREAM_TIMEOUT', name, { cause: 'no connection in time' });
    connection.mustBeOpen(name, context);
    return openReplies(connection, line, { call, item, name, requests, metadata, context }, Number.POSITIVE_INFINITY);
  } catch (error) {
    line.underWay -= 1;
    throw error;
  }
}

function outcomeOf(read: () => unknown): Outcome {
  try {
    return { value: read() };
  } catch (error) {
    return { fault: gatewayErrorOf(error) };
  }
}
