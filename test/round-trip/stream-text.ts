import type { CallStream } from '../../src/adapters/openapi/call/call.ts';
import type { Random } from '../fuzz/random.ts';

/** One event as a backend sends it; `type`, `id` and `retry` are of server-sent events alone. */
export interface SentEvent {
  readonly text: string;
  readonly type?: string;
  readonly id?: string;
  readonly retry?: number;
}

const boundary = 'round trip';

/** The Content-Type and the body of a stream (HTML standard, 9.2; JSON Lines; RFC 7464; RFC 2046, 5.1), with the freedoms that writers have. */
export function streamText(
  format: CallStream['format'],
  mediaType: string,
  events: readonly SentEvent[],
  random: Random,
): { readonly contentType: string; readonly body: string } {
  switch (format) {
    case 'events':
      return {
        contentType: mediaType,
        body: events.map(event => serverSent(event, random)).join('') + doneMark(random),
      };
    case 'lines':
      return {
        contentType: mediaType,
        body: events.map(({ text }) => text + random.pick(['\n', '\r\n', '\n\n'])).join(''),
      };
    case 'records':
      return { contentType: mediaType, body: events.map(({ text }) => `\u001e${text}\n`).join('') };
    case 'parts': {
      const parts = events.map(({ text }) => `--${boundary}\r\ncontent-type: application/json\r\n\r\n${text}\r\n`);
      return {
        contentType: `${mediaType}; boundary="${boundary}"`,
        body: `${random.pick(['', 'before\r\n'])}${parts.join('')}--${boundary}--\r\n`,
      };
    }
  }
}

/** A mark that many APIs end their streams with. */
function doneMark(random: Random): string {
  return random.chance(30) ? 'data: [DONE]\n\n' : '';
}

function serverSent({ text, type, id, retry }: SentEvent, random: Random): string {
  const end = random.pick(['\n', '\r\n']);
  const colon = random.pick([':', ': ']);
  const lines = text.replace(/^\{(?=.)/, random.chance(30) ? '{\n' : '{').split('\n');
  const fields = [
    ...(random.chance(20) ? [': a comment'] : []),
    ...(type === undefined ? [] : [`event: ${type}`]),
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(retry === undefined ? [] : [`retry: ${retry}`]),
    ...lines.map(line => `data${line.startsWith(' ') ? ': ' : colon}${line}`),
  ];
  return fields.map(field => field + end).join('') + end;
}
