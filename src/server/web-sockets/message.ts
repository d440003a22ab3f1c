import { isRecord, own } from '../../base/json.ts';
import { jsonOf } from '../request-params.ts';

/** What a client may say (GraphQL over WebSocket, `graphql-transport-ws`). */
export type ClientMessage =
  | { readonly type: 'connection_init'; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly type: 'ping' | 'pong' }
  | { readonly type: 'subscribe'; readonly id: string; readonly payload: unknown }
  | { readonly type: 'complete'; readonly id: string };

/** Longer ids are nobody's. */
const maxId = 200;

/** Undefined where the text is no message of the protocol. */
export function readMessage(text: string): ClientMessage | undefined {
  const message = jsonOf(text);
  if (!isRecord(message)) return undefined;
  const type = own(message, 'type');
  const id = own(message, 'id');
  const payload = own(message, 'payload') ?? undefined;
  switch (type) {
    case 'connection_init':
      return payload === undefined || isRecord(payload) ? { type, payload: payload ?? {} } : undefined;
    case 'ping':
    case 'pong':
      return payload === undefined || isRecord(payload) ? { type } : undefined;
    case 'subscribe':
      return isId(id) ? { type, id, payload } : undefined;
    case 'complete':
      return isId(id) ? { type, id } : undefined;
    default:
      return undefined;
  }
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= maxId;
}
