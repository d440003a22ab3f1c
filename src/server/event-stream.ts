import type { ServerResponse } from 'node:http';
import type { OperationResult } from '../edge/handler.ts';
import type { ResponseStream } from '../edge/subscriptions/response-stream.ts';
import { bodyOf } from './answer.ts';
import { isGone } from './client/gone.ts';

/** Milliseconds that a client may take to read what was sent, before its subscription is ended. */
const mostStalled = 30_000;

/** What a line that begins with a colon is: nothing, to whoever reads it (HTML standard, 9.2.6). */
const signOfLife = ':\n\n';

/**
 * Writes a subscription as server-sent events (HTML standard, 9.2), as GraphQL over SSE has them in its distinct connections mode: a `next`
 * for each answer, and `complete`. The stream is asked for the next answer when the client has taken the one before.
 * `heartbeat`: milliseconds. Never rejects.
 */
export async function writeEvents(
  response: ServerResponse,
  stream: ResponseStream,
  headers: OperationResult['headers'],
  heartbeat: number,
): Promise<void> {
  const left = () => stream.end('client');
  if (isGone(response)) return left();
  response.once('close', left);
  response.on('error', left); // the connection broke under a write
  begin(response, headers);
  const beat = setInterval(() => isGone(response) || response.write(signOfLife), heartbeat);
  try {
    for (let done = await stream.next(); done; done = await stream.next()) {
      if (isGone(response)) return;
      beat.refresh();
      if (!response.write(nextEvent(done)) && !(await drained(response))) return;
    }
    if (!isGone(response)) response.end(completeEvent);
  } catch {
    response.destroy(); // our own mistake, and logged where it arose
  } finally {
    clearInterval(beat);
    left();
  }
}

/** One answer as a stream: for clients that take nothing else. */
export function writeOneEvent(response: ServerResponse, done: OperationResult): void {
  begin(response, done.headers);
  response.end(nextEvent(done) + completeEvent);
}

/** `no` keeps nginx, and who else knows the header, from holding events back. */
function begin(response: ServerResponse, headers: OperationResult['headers']): void {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
}

const completeEvent = 'event: complete\ndata:\n\n';

/** JSON may have line breaks between its tokens: each line is a `data` of its own, and the reader joins them. */
function nextEvent({ result }: OperationResult): string {
  const text = bodyOf(result).toString();
  return `event: next\ndata: ${/[\r\n]/.test(text) ? text.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : text}\n\n`;
}

/** False where the client is gone, or has read nothing for too long: then its connection is ended. */
function drained(response: ServerResponse): Promise<boolean> {
  return new Promise(resolve => {
    const settle = (isDrained: boolean) => {
      clearTimeout(timer);
      response.off('drain', go);
      response.off('close', stop);
      if (!isDrained) response.destroy();
      resolve(isDrained);
    };
    const go = () => settle(true);
    const stop = () => settle(false);
    const timer = setTimeout(stop, mostStalled);
    response.once('drain', go);
    response.once('close', stop);
  });
}
