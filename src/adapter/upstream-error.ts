import { type ErrorCode, GatewayError, type GatewayErrorOptions } from '../base/error.ts';

/** Whose call failed: the source's name and the source's own name of the operation. */
export interface CallName {
  readonly source: string;
  readonly operation: string;
}

const sentence: Partial<Record<ErrorCode, string>> = {
  BAD_USER_INPUT: 'did not accept the input',
  UNAUTHENTICATED: 'did not accept the credentials',
  FORBIDDEN: 'does not allow this',
  NOT_FOUND: 'does not know what was asked for',
  CONFLICT: 'found a conflict',
  PRECONDITION_FAILED: 'found a precondition that does not hold',
  RATE_LIMITED: 'limits the rate of calls',
  UPSTREAM_UNREACHABLE: 'cannot be reached',
  UPSTREAM_TIMEOUT: 'did not answer in time',
  UPSTREAM_ERROR: 'failed',
  UPSTREAM_MALFORMED: 'answered with something that its description does not allow',
};

/**
 * A backend's failure, as a client may see it: the code, the source and the operation, in our own words. What the backend said is the
 * `cause`, and for the log alone. `message`: in the backend's words, where its source exposes them.
 */
export function upstreamError(
  code: ErrorCode,
  call: CallName,
  options: GatewayErrorOptions = {},
  message = `The source "${call.source}" ${sentence[code] ?? 'failed'}.`,
): GatewayError {
  const details = { source: call.source, operation: call.operation, ...options.details };
  return new GatewayError(code, message, { ...options, details });
}

/**
 * The code of an HTTP status that is no success. A backend's 401 and 403 speak of the client only where the client's own credential was
 * forwarded; otherwise they speak of ours.
 */
export function codeOfHttpStatus(status: number, forwardsIdentity: boolean): ErrorCode {
  switch (status) {
    case 304: // RFC 9110, 13.1.2: to a condition that the client set
      return 'PRECONDITION_FAILED';
    case 400:
    case 422:
      return 'BAD_USER_INPUT';
    case 401:
      return forwardsIdentity ? 'UNAUTHENTICATED' : 'UPSTREAM_ERROR';
    case 403:
      return forwardsIdentity ? 'FORBIDDEN' : 'UPSTREAM_ERROR';
    case 404:
      return 'NOT_FOUND';
    case 409:
      return 'CONFLICT';
    case 412:
      return 'PRECONDITION_FAILED';
    case 429:
      return 'RATE_LIMITED';
    default:
      return 'UPSTREAM_ERROR';
  }
}
