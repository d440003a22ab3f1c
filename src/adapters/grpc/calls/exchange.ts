import { upstreamError } from '../../../adapter/upstream-error.ts';
import { cancelled, ok } from '../status/status.ts';
import { type Asked, deadlineOf } from './asked.ts';
import type { Connection, Opened } from './connection.ts';
import { sendInTurn } from './send-in-turn.ts';

/** The one reply to a call. Rejects with the fault. */
export function exchange(connection: Connection, opened: Opened, asked: Asked): Promise<Buffer> {
  const { call: method, requests, metadata, name, context } = asked;
  const { underWay, source } = connection;
  const { signal } = context;
  return new Promise((resolve, reject) => {
    const line = connection.line(opened, name, context);
    const call = line.channel.createCall(method.path, deadlineOf(context, source.options.timeout), null, null, null);
    const cancel = () => call.cancelWithStatus(cancelled, 'the request was ended');
    let reply: Buffer | undefined;
    let isOver = false;
    underWay.add(cancel);
    signal.addEventListener('abort', cancel, { once: true });
    call.start(metadata, {
      onReceiveMetadata() {},
      onReceiveMessage(message: Buffer) {
        if (reply) {
          reject(upstreamError('UPSTREAM_MALFORMED', name, { cause: 'more than one reply' }));
          cancel();
          return;
        }
        reply = message;
        call.startRead();
      },
      onReceiveStatus(status) {
        isOver = true;
        underWay.delete(cancel);
        signal.removeEventListener('abort', cancel);
        line.underWay -= 1;
        if (status.code === ok && reply) resolve(reply);
        else reject(connection.faultOf(status, asked));
      },
    });
    call.startRead();
    sendInTurn(call, requests, () => isOver);
  });
}
