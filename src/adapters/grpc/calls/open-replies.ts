import type { Asked } from './asked.ts';
import type { Line } from './channels.ts';
import type { Connection } from './connection.ts';
import { Replies } from './replies.ts';

/** The replies to a call that has a place on a channel, which it gives back; they end with the request. */
export function openReplies(connection: Connection, line: Line, asked: Asked, deadline: number): Replies {
  const { call, requests, metadata, context } = asked;
  const { underWay } = connection;
  const cancel = () => replies.cancel();
  const replies = new Replies(line.channel, {
    path: call.path,
    metadata,
    requests,
    deadline,
    ended() {
      underWay.delete(cancel);
      context.signal.removeEventListener('abort', cancel);
      line.underWay -= 1;
    },
  });
  underWay.add(cancel);
  context.signal.addEventListener('abort', cancel, { once: true });
  return replies;
}
