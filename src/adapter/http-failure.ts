import { GatewayError } from '../base/error.ts';
import type { StopSignal } from '../base/stop.ts';
import { type CallName, upstreamError } from './upstream-error.ts';

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT',
]);
const timedOut: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** The error that the client gets where the request was ended from above. */
export function stoppedBy({ reason }: StopSignal, call: CallName): GatewayError {
  return reason instanceof GatewayError ? reason : upstreamError('UPSTREAM_TIMEOUT', call, { cause: reason });
}

/** What became of a request, or of the body of an answer that is read as it comes. */
export function failureOf(error: unknown, call: CallName): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (timedOut.has(code)) return upstreamError('UPSTREAM_TIMEOUT', call, { cause: error });
  if (unreachable.has(code) || isTlsFailure(code)) return upstreamError('UPSTREAM_UNREACHABLE', call, { cause: error });
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: error });
}

function isTlsFailure(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code);
}
