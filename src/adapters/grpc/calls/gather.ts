import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import { GatewayError } from '../../../base/error.ts';
import { ok } from '../status/status.ts';
import { type Asked, deadlineOf } from './asked.ts';
import type { Connection, Opened } from './connection.ts';
import { openReplies } from './open-replies.ts';

/**
 * The replies of a stream as a list, which is no longer than is allowed and no larger than an answer may be: of what is longer nothing is
 * given, and the rest is left at the server. Rejects with the fault.
 */
export async function gather(connection: Connection, opened: Opened, asked: Asked, most: number): Promise<unknown[]> {
  const { call, item, name, context } = asked;
  const { codec, source } = connection;
  const { timeout, maxResponse } = source.options;
  const line = connection.line(opened, name, context);
  const replies = openReplies(connection, line, asked, deadlineOf(context, timeout));
  const values: unknown[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const came = await replies.next();
      if ('code' in came) {
        if (came.code === ok) return values;
        throw connection.faultOf(came, asked);
      }
      bytes += came.length;
      if (values.length === most) throw tooMany(most, name);
      if (bytes > maxResponse)
        throw upstreamError('UPSTREAM_MALFORMED', name, { cause: `more than ${maxResponse} bytes of replies` });
      values.push(codec.decode(call.output, came, name, item.selection));
    }
  } finally {
    replies.cancel();
  }
}

function tooMany(most: number, { source, operation }: CallName): GatewayError {
  const message = `The source "${source}" has more than the ${most} items that are gathered to a list: ask for less, or subscribe to "${operation}".`;
  return new GatewayError('COST_EXCEEDED', message, { details: { source, operation } });
}
