/** Every `extensions.code` a client can be answered: the one closed list. */
export const errorCodes = [
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'DOCUMENT_TOO_LARGE',
  'OPERATION_TOO_COMPLEX',
  'COST_EXCEEDED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'NOT_FOUND',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_ERROR',
  'UPSTREAM_MALFORMED',
  'OVERLOADED',
  'INTERNAL_SERVER_ERROR',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What of a failure a client may see beside its code. Never a host, a header or a stack; a body only where its source exposes it. */
export interface ErrorDetails {
  /** The source's name. */
  readonly source?: string;
  /** The root field that was asked, under the source's own name: before prefix and rename. */
  readonly operation?: string;
  readonly http?: { readonly status: number; readonly retryAfter?: number };
  readonly grpc?: {
    readonly code: number;
    readonly status: string;
    /** Whole seconds. */
    readonly retryAfter?: number;
    /** The backend's own account (google.rpc.Status), where its source exposes it. At most 4 KB of JSON. */
    readonly details?: readonly unknown[];
  };
  /** `codes`: the backend's own code and its subcodes, where its source exposes them. */
  readonly soap?: { readonly faultCode: string; readonly role?: string; readonly codes?: readonly string[] };
  /** The backend's own account of the problem, where its source exposes it (RFC 9457, 3.1). */
  readonly problem?: Problem;
  /** The backend's body, as its description has it, where its source exposes it. At most 4 KB of JSON. */
  readonly body?: unknown;
  /** Whole seconds after which the gateway, which refused by itself, may be asked again. */
  readonly retryAfter?: number;
  /** Where in the arguments the fault lies, for BAD_USER_INPUT. */
  readonly argument?: string;
  /** All of those places, where there are several. */
  readonly arguments?: readonly string[];
}

/** The members of a problem that RFC 9457, 3.1 defines. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly instance?: string;
}

export interface GatewayErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
  readonly below?: readonly (string | number)[];
  readonly refusesCredential?: boolean;
}

/**
 * The one error class. `message` and `details` are for the client; `cause` holds everything else and only reaches the log.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** Where the error made a null above it: the steps from that null, at which it is reported, down to where it arose. */
  readonly below: readonly (string | number)[];
  /** Did a backend not accept what the call was signed in with (RFC 9110, 15.5.2, and its like)? */
  readonly refusesCredential: boolean;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.below = options.below ?? [];
    this.refusesCredential = options.refusesCredential ?? false;
  }

  /** What graphql-js copies to a located error. */
  get extensions(): Readonly<Record<string, unknown>> {
    return { code: this.code, ...this.details };
  }
}
