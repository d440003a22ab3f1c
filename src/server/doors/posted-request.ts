import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StopSignal } from '../../base/stop.ts';
import type { OperationRequest, Peer } from '../../edge/handler.ts';
import type { ClientAddress } from '../client/client-address.ts';
import { goneSignal, isGone } from '../client/gone.ts';
import { peerOf } from '../client/peer.ts';
import { headersOf } from '../operation-of.ts';
import type { RequestParams } from '../request-params.ts';

/** A posted operation. Its headers and its signal are made when somebody asks: most operations need neither. */
export class PostedRequest implements OperationRequest {
  readonly id: string;
  readonly method = 'POST';
  declare readonly query?: string;
  declare readonly documentId?: string;
  declare readonly operationName?: string;
  declare readonly variables?: Readonly<Record<string, unknown>>;
  declare readonly extensions?: Readonly<Record<string, unknown>>;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #clientAddress: ClientAddress;
  #headers: OperationRequest['headers'] | undefined;
  #peer: Peer | undefined;
  #signal: StopSignal | undefined;

  constructor(
    id: string,
    params: RequestParams,
    incoming: IncomingMessage,
    response: ServerResponse,
    clientAddress: ClientAddress,
  ) {
    this.id = id;
    this.query = params.query as string; // absent and undefined are one to readers of an optional property
    this.documentId = params.documentId as string; // as above
    this.operationName = params.operationName as string; // as above
    this.variables = params.variables as Readonly<Record<string, unknown>>; // as above
    this.extensions = params.extensions as Readonly<Record<string, unknown>>; // as above
    this.#incoming = incoming;
    this.#response = response;
    this.#clientAddress = clientAddress;
  }

  get headers(): OperationRequest['headers'] {
    this.#headers ??= headersOf(this.#incoming);
    return this.#headers;
  }

  get peer(): Peer {
    this.#peer ??= peerOf(this.#incoming, this.#clientAddress);
    return this.#peer;
  }

  get clientGone(): boolean {
    return isGone(this.#response);
  }

  get signal(): StopSignal {
    this.#signal ??= goneSignal(this.#response);
    return this.#signal;
  }
}
