import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import type { Principal } from '../base/principal.ts';
import type { StopSignal } from '../base/stop.ts';
import type { Upload } from '../base/upload.ts';
import type { Fault } from '../plan/fault.ts';
import type { Supergraph } from '../supergraph/supergraph.ts';
import type { RequestAccess } from './authorization/request-access.ts';
import type { Cost } from './cost/cost.ts';
import type { Excess } from './limits/limit-report.ts';
import type { OperationProfile } from './limits/operation-profile.ts';
import type { ResponseStream } from './subscriptions/response-stream.ts';
import type { Trace } from './trace/trace.ts';

/** Who is at the other end, by what the connection itself tells: nothing that a client only says. */
export interface Peer {
  /** The client's IP address; behind trusted proxies, what the last of them saw. */
  readonly address: string;
  /** Where the connection is TLS, and the client has shown a certificate that was verified. The same object for the whole connection. */
  readonly certificate?: ClientCertificate;
}

/** The names in a client's certificate. */
export interface ClientCertificate {
  readonly commonName?: string;
  /** Alternative names (RFC 5280, 4.2.1.6). */
  readonly dns: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
  /** SHA-256 of the certificate, in hexadecimal digits of lower case. */
  readonly fingerprint: string;
}

/** An operation as a door hands it over: everything of HTTP that matters behind the door, and nothing else. */
export interface OperationRequest {
  /** The correlation id: in the answer's `x-request-id`, in masked errors, and in every line of the log. See `requestId`. */
  readonly id: string;
  readonly query?: string;
  /** Instead of the query: the id of a document that is registered with the gateway. */
  readonly documentId?: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** The files that stand in the variables. Absent: there are none. */
  readonly uploads?: readonly Upload[];
  /** A GET only reads: it runs no mutation. */
  readonly method: 'GET' | 'POST';
  /** Can its door send several answers? Otherwise it runs no subscription. Default: no. */
  readonly streams?: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the client is gone. */
  readonly signal: StopSignal;
  /** The same, where it is known without a signal. */
  readonly clientGone?: boolean;
  /** Absent where there is no connection: the operation is run without a server. */
  readonly peer?: Peer;
  /** Who asks; absent until authentication has told, and where nobody is authenticated: that is `anonymous`. */
  readonly principal?: Principal;
  /** When the request's time is used up, by `performance.now()`; the core never grants more than its own. */
  readonly deadline?: number;
  /** Where what becomes of the request is kept; absent unless the configuration asks for it. */
  readonly trace?: Trace;
}

/** What the core takes of a revision: one and the same for the whole of a request. */
export type Served = Pick<
  Supergraph,
  'revision' | 'schema' | 'executable' | 'origins' | 'annotations' | 'canned' | 'access'
>;

/** A document that was parsed and measured, and is validated once, when first asked. */
export interface KnownDocument {
  readonly node: DocumentNode;
  readonly profile: OperationProfile;
  /** The limits that it is beyond, whichever of its operations is chosen. */
  readonly excess: readonly Excess[];
  /** What validation has to say; empty where the document is valid. */
  violations(schema?: GraphQLSchema): readonly GraphQLError[];
  /** Of a valid document: the greater of field cost and type cost, of the operation that costs most. */
  greatestCost(variables: OperationRequest['variables']): number;
  /** Of a valid document: what one operation may cost. */
  cost(operationName: string | undefined, variables: OperationRequest['variables']): Cost | undefined;
}

/** A request whose document is known: what the gates after parsing, and the executor, see. */
export interface KnownRequest extends OperationRequest {
  readonly served: Served;
  readonly document: KnownDocument;
  readonly deadline: number;
  /** What the caller may; absent until it was asked, and where the operation asks for nothing that not everyone may have. */
  readonly access?: RequestAccess;
}

/** An error as it goes out (GraphQL October 2021, 7.1.2); graphql-js's own class is one too. */
export interface AnswerError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[] | undefined;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What an operation came to (GraphQL October 2021, 7.1). Where the plan lane wrote it, `data` is read from its text when asked. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly AnswerError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Which way an operation was executed. Absent where none was. */
export type Lane = 'plan' | 'reference';

export interface OperationResult {
  readonly result: Answer;
  /** Of a subscription that was opened: its answers, where `result` says nothing. */
  readonly stream?: ResponseStream;
  /** Errors of the plan lane that `shapeErrors` has yet to put into the answer. */
  readonly faults?: readonly Fault[];
  readonly lane?: Lane;
  /** It shared the execution of an identical operation (`SingleFlightOptions`): the calls are told of that one. */
  readonly coalesced?: boolean;
  /** Of the HTTP answer under `application/graphql-response+json`; `statusUnder` tells the one under `application/json`. */
  readonly status: number;
  /** Of the HTTP answer, beside those that every answer has. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Who vouched for the caller, where anybody did: the principal's `via`. */
  readonly via?: string;
  /** What the operation might have cost, and what it did cost: where that is reported (`CostOptions`). */
  readonly cost?: { readonly static: Cost | undefined; readonly actual: Cost };
  /** Is it the configuration's own answer, in its own words? */
  readonly direct?: boolean;
  /** What is sent instead of `result`. */
  readonly body?: { readonly type: string; readonly text: string };
  /** How many calls to backends the operation caused. */
  readonly backendCalls?: number;
}

/** What needs no backend is there at once: promises are only made where something is waited for. */
export type Handled = OperationResult | Promise<OperationResult>;

export type Handler<R = OperationRequest> = (request: R) => Handled;

/** Wraps a handler: looks at the request, passes on a copy or refuses, looks at the result. */
export type Gate<R = OperationRequest> = (next: Handler<R>) => Handler<R>;
