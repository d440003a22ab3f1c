import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import type { ErrorCode, GatewayError } from '../../base/error.ts';

/** A call's end that is not OK (grpc.github.io/grpc/core/md_doc_statuscodes.html), as grpc-js gives it. */
export interface GrpcStatus {
  readonly code: number;
  /** The status message: the backend's words, or grpc-js's own. */
  readonly details: string;
  /** Trailers. */
  readonly metadata: unknown;
}

const names = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/**
 * A status as the client may see it: code and name. The status message and the trailers are the cause, for the log alone. A refused
 * credential is the client's affair only where it was the client's own.
 */
export function faultOf(status: GrpcStatus, call: CallName, forwardsIdentity: boolean): GatewayError {
  const { code, details, metadata } = status;
  const cause = { code, status: names[code] ?? 'UNKNOWN', details, metadata };
  if (isMalformed(status)) return upstreamError('UPSTREAM_MALFORMED', call, { cause });
  return upstreamError(codeOf(code, forwardsIdentity), call, {
    details: { grpc: { code, status: cause.status } },
    cause,
    refusesCredential: code === 16,
  });
}

/** A reply whose bytes are no message of its type. How they begin is for the log, with printable ASCII as it is. */
export function undecodable(error: unknown, bytes: Uint8Array, call: CallName): GatewayError {
  const first = Buffer.from(bytes.subarray(0, mostOfReply)).toString('latin1');
  const readable = first.replace(/[^ -~]|\\/g, byte => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: { bytes: bytes.length, first: readable, error } });
}

/** Bytes of a reply that go to the log. */
const mostOfReply = 500;

function codeOf(code: number, forwardsIdentity: boolean): ErrorCode {
  switch (code) {
    case 3:
      return 'BAD_USER_INPUT';
    case 4:
      return 'UPSTREAM_TIMEOUT';
    case 5:
      return 'NOT_FOUND';
    case 6:
      return 'CONFLICT';
    case 7:
      return forwardsIdentity ? 'FORBIDDEN' : 'UPSTREAM_ERROR';
    case 8:
      return 'RATE_LIMITED';
    case 9:
      return 'PRECONDITION_FAILED';
    case 14:
      return 'UPSTREAM_UNREACHABLE';
    case 16:
      return forwardsIdentity ? 'UNAUTHENTICATED' : 'UPSTREAM_ERROR';
    default:
      return 'UPSTREAM_ERROR';
  }
}

/** Did grpc-js refuse the answer itself? Its words are the only mark of it, or a code that is none. */
function isMalformed({ code, details }: GrpcStatus): boolean {
  return !Number.isInteger(code) || ownRefusals.get(code)?.test(details) === true;
}

const ownRefusals: ReadonlyMap<number, RegExp> = new Map([
  [8, /^Received message (larger than max|that decompresses to a size larger)/],
  [13, /^Failed to decompress |\(Call ended without gRPC status\)$/],
]);
