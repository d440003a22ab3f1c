import type { Principal } from '../../base/principal.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Upload } from '../../base/upload.ts';
import type { RequestAccess } from '../authorization/request-access.ts';
import type { KnownDocument, KnownRequest, OperationRequest, Peer, Served } from '../handler.ts';
import type { Trace } from '../trace/trace.ts';

type Changes = Pick<Partial<OperationRequest>, 'query' | 'variables' | 'deadline' | 'principal' | 'trace'>;

/**
 * A copy of a request with changes. What the request works out only when asked (its headers, its peer, its signal) stays unasked, where
 * spreading would ask for all of it; and all copies have one shape.
 */
export class DerivedRequest implements OperationRequest {
  readonly id: string;
  readonly method: OperationRequest['method'];
  declare readonly query?: string;
  declare readonly streams?: boolean;
  declare readonly documentId?: string;
  declare readonly operationName?: string;
  declare readonly variables?: Readonly<Record<string, unknown>>;
  declare readonly extensions?: Readonly<Record<string, unknown>>;
  declare readonly principal?: Principal;
  declare readonly deadline?: number;
  declare readonly trace?: Trace;
  protected readonly base: OperationRequest;

  constructor(base: OperationRequest, changes: Changes) {
    this.id = base.id;
    this.method = base.method;
    this.query = (changes.query ?? base.query) as string; // absent and undefined are one to readers of an optional property
    this.streams = base.streams ?? false;
    this.documentId = base.documentId as string; // as above
    this.operationName = base.operationName as string; // as above
    this.variables = (changes.variables ?? base.variables) as Readonly<Record<string, unknown>>; // as above
    this.extensions = base.extensions as Readonly<Record<string, unknown>>; // as above
    this.principal = (changes.principal ?? base.principal) as Principal; // as above
    this.deadline = (changes.deadline ?? base.deadline) as number; // as above
    this.trace = (changes.trace ?? base.trace) as Trace; // as above
    this.base = base;
  }

  get headers(): OperationRequest['headers'] {
    return this.base.headers;
  }

  get peer(): Peer {
    return this.base.peer as Peer; // as above
  }

  get uploads(): readonly Upload[] {
    return this.base.uploads as readonly Upload[]; // as above
  }

  get signal(): StopSignal {
    return this.base.signal;
  }

  get clientGone(): boolean {
    return this.base.clientGone ?? this.base.signal.aborted;
  }
}

class DerivedKnownRequest extends DerivedRequest implements KnownRequest {
  declare readonly deadline: number;
  readonly served: Served;
  readonly document: KnownDocument;
  declare readonly access?: RequestAccess;

  constructor(base: OperationRequest, served: Served, document: KnownDocument, access?: RequestAccess) {
    super(base, { deadline: base.deadline ?? Number.POSITIVE_INFINITY });
    this.served = served;
    this.document = document;
    this.access = access as RequestAccess; // as above
  }
}

export function withVariables(base: OperationRequest, variables: Readonly<Record<string, unknown>>): OperationRequest {
  return new DerivedRequest(base, { variables });
}

/** From here on the text is known of a document that was asked for by its id. */
export function withQuery(base: OperationRequest, query: string): OperationRequest {
  return new DerivedRequest(base, { query });
}

/** From here on it is known who asks. */
export function withPrincipal(base: OperationRequest, principal: Principal): OperationRequest {
  return new DerivedRequest(base, { principal });
}

/** From here on what becomes of the request is kept. */
export function withTrace(base: OperationRequest, trace: Trace): OperationRequest {
  return new DerivedRequest(base, { trace });
}

/** From here on the request's document and revision are known. */
export function withDocument(base: OperationRequest, served: Served, document: KnownDocument): KnownRequest {
  return new DerivedKnownRequest(base, served, document);
}

/** From here on it is known what the caller may. `document`: what is left of it for him. */
export function withAccess(
  base: KnownRequest,
  access: RequestAccess,
  document: KnownDocument = base.document,
): KnownRequest {
  return new DerivedKnownRequest(base, base.served, document, access);
}
