import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { OperationProfile } from './operation-profile.ts';

/** An operation as a door hands it over: everything of HTTP that matters behind the door, and nothing else. */
export interface OperationRequest {
  /** The correlation id: in the answer's `x-request-id`, in masked errors, and in every line of the log. See `requestId`. */
  readonly id: string;
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** A GET only reads: it runs no mutation. */
  readonly method: 'GET' | 'POST';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  /** When the request's time is used up, by `performance.now()`; the core never grants more than its own. */
  readonly deadline?: number;
}

/** What the core takes of a revision: one and the same for the whole of a request. */
export type Served = Pick<Supergraph, 'revision' | 'schema'>;

/** A document that was parsed and measured, and is validated once, when first asked. */
export interface KnownDocument {
  readonly node: DocumentNode;
  readonly profile: OperationProfile;
  /** What validation has to say; empty where the document is valid. */
  violations(): readonly GraphQLError[];
}

/** A request whose document is known: what the gates after parsing, and the executor, see. */
export interface KnownRequest extends OperationRequest {
  readonly served: Served;
  readonly document: KnownDocument;
  readonly deadline: number;
}

export interface OperationResult {
  readonly result: ExecutionResult;
  /** Of the HTTP answer under `application/graphql-response+json`; `statusUnder` tells the one under `application/json`. */
  readonly status: number;
  /** Of the HTTP answer, beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many calls to backends the operation caused. */
  readonly backendCalls?: number;
}

export type Handler<R = OperationRequest> = (request: R) => Promise<OperationResult>;

/** Wraps a handler: looks at the request, passes on a copy or refuses, looks at the result. */
export type Gate<R = OperationRequest> = (next: Handler<R>) => Handler<R>;
