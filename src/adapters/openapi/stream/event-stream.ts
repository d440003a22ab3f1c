import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext, Outcome } from '../../../adapter/adapter.ts';
import type { HttpClient, HttpRequest } from '../../../adapter/http-client.ts';
import { failureOf } from '../../../adapter/http-failure.ts';
import { wholeOf } from '../../../adapter/http-stream.ts';
import { gatewayErrorOf } from '../../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../../adapter/upstream-error.ts';
import type { GatewayError } from '../../../base/error.ts';
import type { CallStream, OpenApiCall } from '../call/call.ts';
import { statusFault, unreadable } from '../fault.ts';
import { type Frame, framingOf } from './framing.ts';

/** Reads the value of an event. */
export type ReadEvent = (frame: Frame) => unknown;

interface Opening {
  readonly call: OpenApiCall;
  readonly stream: CallStream;
  readonly name: CallName;
  /** Bytes. */
  readonly maxEvent: number;
  /** Is the client's own identity passed on? */
  readonly forwardsIdentity: boolean;
  readonly client: HttpClient;
  readonly context: CallContext;
  /** Can the request be sent again? */
  readonly isRepeatable: boolean;
  /** `resume`: headers that ask for what came after the last event. */
  request(resume: Readonly<Record<string, string>>): HttpRequest;
  /** Throws where the event is not what was promised. */
  read: ReadEvent;
}

/** Milliseconds: HTML standard, 9.2.3, leaves the first to us; no backend can make a client of us that asks without a pause, or never. */
const firstRetry = 1_000;
const leastRetry = 100;
const mostRetry = 30_000;
/** Connections made anew in a row, without an event from any. */
const maxRetries = 5;

/** Bytes of what is no stream: as much as the log needs. */
const mostOfFailure = 16 * 1024;

/** The mark by which many APIs tell that their stream of server-sent events is at its end. */
const doneMark = '[DONE]';

/** What a connection's end means, and what is known of where it broke off. */
interface Progress {
  over: boolean;
  lastId: string | undefined;
  retry: number | undefined;
  /** Events since the connection was made. */
  events: number;
}

/**
 * The events of an answer. A stream of server-sent events that tells how to come back to it (`id`, `retry`) is asked for anew where it
 * breaks off, if asking only reads (HTML standard, 9.2.3); any other is over with its connection.
 */
export async function* eventStream(opening: Opening): AsyncGenerator<Outcome, void> {
  const { context, name } = opening;
  const progress: Progress = { over: false, lastId: undefined, retry: undefined, events: 0 };
  for (let retries = 0; ; retries += 1) {
    let broken: GatewayError | undefined;
    progress.events = 0;
    try {
      yield* connection(opening, progress);
    } catch (error) {
      broken = failureOf(error, name);
      progress.over ||= broken.code === 'UPSTREAM_MALFORMED'; // it would come again as it came
    }
    if (context.signal.aborted) return;
    if (progress.over) {
      if (broken) yield { fault: broken };
      return;
    }
    if (progress.events > 0) retries = 0;
    if (!canResume(opening, progress) || retries >= maxRetries) {
      if (broken || retries >= maxRetries) yield { fault: broken ?? upstreamError('UPSTREAM_UNREACHABLE', name) };
      return;
    }
    const pause = Math.min(Math.max(progress.retry ?? firstRetry, leastRetry) * 2 ** retries, mostRetry);
    if (!(await waited(pause, context))) return;
  }
}

/** Events of one connection. Throws where it cannot be had, is no such stream, or breaks. */
async function* connection(opening: Opening, progress: Progress): AsyncGenerator<Outcome, void> {
  const { client, context, name, stream } = opening;
  const resume = progress.lastId === undefined ? {} : { 'last-event-id': progress.lastId };
  const came = await client.open(opening.request(resume), name, context);
  const { status, headers } = came;
  if (status === 204) progress.over = true; // HTML standard, 9.2.3: do not come back
  if (status === 204 || status === 205) return;
  if (status < 200 || status >= 300) {
    const fault = statusFault(await wholeOf(came, mostOfFailure), name, opening.forwardsIdentity);
    progress.over = status < 500 && status !== 429;
    if (!progress.over) throw fault;
    yield { fault };
    return;
  }
  const framing = framingOf(stream, String(headers['content-type'] ?? ''), opening.maxEvent);
  if (!framing) {
    progress.over = true;
    yield {
      fault: unreadable(await wholeOf(came, mostOfFailure), name, 'the answer is no stream of the promised kind'),
    };
    return;
  }
  const outcomes = function* (frames: readonly Frame[]): Generator<Outcome, void> {
    for (const frame of frames) {
      progress.over = stream.format === 'events' && frame.text === doneMark;
      if (progress.over) return;
      progress.events += 1;
      if (frame.event?.id !== undefined) progress.lastId = frame.event.id;
      yield outcomeOf(frame, opening);
    }
  };
  for await (const chunk of came.body) {
    const frames = framing.take(chunk);
    progress.retry = framing.retry;
    yield* outcomes(frames);
    if (progress.over) return;
  }
  yield* outcomes(framing.end());
}

function outcomeOf(frame: Frame, { read }: Opening): Outcome {
  try {
    return { value: read(frame) };
  } catch (error) {
    return { fault: gatewayErrorOf(error) };
  }
}

/** RFC 9110, 9.2.2: what only reads may be asked again; and only where the backend has said what comes next. */
function canResume({ call: { method }, isRepeatable }: Opening, { lastId, retry }: Progress): boolean {
  return isRepeatable && (method === 'GET' || method === 'QUERY') && (lastId !== undefined || retry !== undefined);
}

/** False where the stream was ended meanwhile. */
async function waited(milliseconds: number, { signal }: CallContext): Promise<boolean> {
  const stop = new AbortController();
  const end = () => stop.abort();
  signal.addEventListener('abort', end, { once: true });
  try {
    await wait(milliseconds, undefined, { signal: stop.signal });
    return !signal.aborted;
  } catch {
    return false;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
