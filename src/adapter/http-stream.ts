import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { AnswerTooLarge, codingsOf, decodersOf, maxRatio, ratioFreeBytes } from './content-coding.ts';
import type { HttpResponse } from './http-exchange.ts';

/** An answer whose body is read as it comes. */
export interface HttpStream {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Decoded. What is not read is not taken from the connection. Throws where the connection breaks; ends the connection when it is left. */
  readonly body: AsyncIterable<Buffer>;
}

/** The answer as a whole, where it turns out to be no stream; what is beyond `maxBytes` is left. */
export async function wholeOf({ status, headers, body }: HttpStream, maxBytes: number): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return { status, headers, body: Buffer.concat(chunks) };
}

/** Bytes that came and are not read yet, after which the connection is not read any more. */
const highWaterMark = 64 * 1024;

/** One request, and its answer as a stream, on undici's lowest floor. */
export class StreamExchange implements Dispatcher.DispatchHandler {
  readonly opened: Promise<HttpStream>;
  readonly #ended: () => void;
  readonly #resolve: (stream: HttpStream) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #raw: Readable | undefined;
  #failure: Error | undefined;

  /** `ended`: is told once, when nothing more is wanted of the connection. */
  constructor(ended: () => void) {
    let resolve: (stream: HttpStream) => void = () => undefined;
    let reject: (error: Error) => void = () => undefined;
    this.opened = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.#resolve = resolve;
    this.#reject = reject;
    this.#ended = once(ended);
  }

  /** Ends it wherever it is, within the tick. */
  abort(reason: Error): void {
    if (this.#failure) return;
    this.#failure = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
    this.#raw?.destroy(reason);
    this.#ended();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure) controller.abort(this.#failure);
  }

  /** Nobody asked for another protocol (RFC 9110, 7.8). */
  onRequestUpgrade(): void {
    this.abort(new TypeError('the backend changed the protocol'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const raw = new Readable({ highWaterMark, read: () => controller.resume() });
    raw.on('close', () => {
      if (!this.#failure && !raw.readableEnded) this.abort(new TypeError('nobody reads it any more'));
      this.#ended();
    });
    raw.on('error', () => undefined); // told to whoever reads
    this.#raw = raw;
    try {
      this.#resolve({ status, headers, body: decoded(raw, headers['content-encoding']) });
    } catch (error) {
      this.abort(error instanceof Error ? error : new TypeError(String(error)));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#raw?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#raw?.push(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.abort(error);
  }
}

/** Throws where a coding is unknown. */
function decoded(raw: Readable, encoding: string | string[] | undefined): AsyncIterable<Buffer> {
  const decoders = decodersOf(codingsOf(String(encoding ?? '')));
  const last = decoders.at(-1);
  if (!last) return raw;
  let received = 0;
  raw.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  pipeline([raw, ...decoders]).catch(() => undefined); // told to whoever reads the last of them
  return counted(last, () => received);
}

/** What little decodes to much is no answer: the same rule as for whole bodies. */
async function* counted(body: AsyncIterable<Buffer>, received: () => number): AsyncGenerator<Buffer, void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > ratioFreeBytes && size > received() * maxRatio)
      throw new AnswerTooLarge(`decodes to more than ${maxRatio} times its size`);
    yield chunk;
  }
}

function once(tell: () => void): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    tell();
  };
}
