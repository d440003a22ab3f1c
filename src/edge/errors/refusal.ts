import { GraphQLError } from 'graphql';
import { type ErrorCode, type ErrorDetails, GatewayError } from '../../base/error.ts';
import type { OperationResult } from '../handler.ts';

interface RefusalOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told in the error's `extensions`. */
  readonly details?: ErrorDetails;
}

/** The answer to a request that is not executed. The status is the code's own where none is given. */
export function refusal(code: ErrorCode, message: string, options: RefusalOptions = {}): OperationResult {
  return refusals(code, [new GraphQLError(message)], options);
}

/** The same, with several errors that have locations. */
export function refusals(
  code: ErrorCode,
  errors: readonly GraphQLError[],
  options: RefusalOptions = {},
): OperationResult {
  return {
    status: options.status ?? statusOf(code),
    result: { errors: errors.map(error => withCode(error, code, options.details)) },
    ...(options.headers ? { headers: options.headers } : {}),
  };
}

/** The HTTP status of a request that fails as a whole, under `application/graphql-response+json`. */
export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
      return 403;
    case 'RATE_LIMITED':
      return 429;
    case 'OVERLOADED':
      return 503;
    case 'INTERNAL_SERVER_ERROR':
      return 500;
    case 'UPSTREAM_UNREACHABLE':
    case 'UPSTREAM_TIMEOUT':
    case 'UPSTREAM_ERROR':
    case 'UPSTREAM_MALFORMED':
    case 'NOT_FOUND':
    case 'CONFLICT':
    case 'PRECONDITION_FAILED':
    case 'UNAUTHORIZED_FIELD_OR_TYPE':
      return 200;
    default:
      return 400;
  }
}

/** GraphQL over HTTP, 6.4.1: under `application/json` a well-formed request gets 200, however wrong its document or variables are. */
const documentErrors: ReadonlySet<unknown> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** The HTTP status under the media type that the client gets. */
export function statusUnder(mediaType: string, { status, result }: OperationResult): number {
  const ours = result.errors?.[0]?.extensions['code'];
  return mediaType === 'application/json' && documentErrors.has(ours) ? 200 : status;
}

function withCode(error: GraphQLError, code: ErrorCode, details: ErrorDetails = {}): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    originalError: new GatewayError(code, error.message, { cause: error, details }),
  });
}
