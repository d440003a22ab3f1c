import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationRequest } from '../edge/handler.ts';
import { headersOf } from './operation-of.ts';
import type { RequestParams } from './request-params.ts';

/** What is made of a request when it is first asked for. */
interface Made {
  headers?: OperationRequest['headers'];
  gone?: AbortController;
}

/** A posted operation. Its headers and its signal are made when somebody asks: most operations need neither. */
export class PostedRequest implements OperationRequest {
  readonly id: string;
  readonly method = 'POST';
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly #made: Made = {};
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(id: string, params: RequestParams, incoming: IncomingMessage, response: ServerResponse) {
    this.id = id;
    if (params.query !== undefined) this.query = params.query;
    if (params.operationName !== undefined) this.operationName = params.operationName;
    if (params.variables !== undefined) this.variables = params.variables;
    if (params.extensions !== undefined) this.extensions = params.extensions;
    this.#incoming = incoming;
    this.#response = response;
  }

  get headers(): OperationRequest['headers'] {
    this.#made.headers ??= headersOf(this.#incoming);
    return this.#made.headers;
  }

  get clientGone(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  get signal(): AbortSignal {
    const made = this.#made;
    const response = this.#response;
    if (made.gone) return made.gone.signal;
    const gone = new AbortController();
    made.gone = gone;
    if (this.clientGone) gone.abort();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    return gone.signal;
  }
}
