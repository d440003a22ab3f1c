import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { BodyReader } from './http-body.ts';

/** What a backend answered. */
export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Decoded. */
  readonly body: Buffer;
}

/**
 * One request and its answer, on undici's lowest floor: no stream and no signal is made for it. Informational answers are passed over
 * (RFC 9110, 15.2), trailers too.
 */
export abstract class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #method: string;
  readonly #maxBytes: number;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #body: BodyReader | undefined;
  #failure: Error | undefined;
  #over = false;

  constructor(method: string, maxBytes: number) {
    this.#method = method;
    this.#maxBytes = maxBytes;
  }

  /** Ends it wherever it is. A request that still waits for a connection is not sent. */
  abort(reason: Error): void {
    if (this.#over) return;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure) controller.abort(this.#failure);
  }

  /** Nobody asked for another protocol (RFC 9110, 7.8). */
  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    const error = new TypeError('the backend changed the protocol');
    this.#fail(error);
    controller.abort(error);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const isEmpty = this.#method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0';
    this.#body = new BodyReader(isEmpty ? undefined : headers['content-encoding'], this.#maxBytes, {
      done: body => this.#succeed(body),
      failed: error => this.abort(error),
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) this.#body?.take(chunk);
  }

  onResponseEnd(): void {
    if (!this.#over) this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  /** Either of the two is called, once. */
  protected abstract succeeded(response: HttpResponse): void;
  protected abstract failed(error: unknown): void;

  #succeed(body: Buffer): void {
    if (this.#over) return;
    this.#over = true;
    this.succeeded({ status: this.#status, headers: this.#headers, body });
  }

  #fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#failure = error;
    this.#body?.drop();
    this.failed(error);
  }
}
