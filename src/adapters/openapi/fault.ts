import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../../adapter/http-client.ts';
import { forwardsIdentity } from '../../adapter/outgoing-headers.ts';
import { type CallName, codeOfHttpStatus, upstreamError } from '../../adapter/upstream-error.ts';
import type { GatewayError } from '../../base/error.ts';
import type { Source } from '../../source/source.ts';

/** A status that is no success, as the client may see it; what the backend says of it is for the log. */
export function statusFault(response: HttpResponse, call: CallName, source: Source): GatewayError {
  const retryAfter = secondsOf(response.headers);
  return upstreamError(codeOfHttpStatus(response.status, forwardsIdentity(source)), call, {
    details: { http: { status: response.status, ...(retryAfter === undefined ? {} : { retryAfter }) } },
    cause: { status: response.status, contentType: response.headers['content-type'], body: excerpt(response.body) },
  });
}

/** An answer that breaks its contract. */
export function malformed(call: CallName, reason: string): GatewayError {
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: reason });
}

const mostOfBody = 4_096;

function excerpt(body: Buffer): string {
  return body.subarray(0, mostOfBody).toString('utf8');
}

/** RFC 9110, 10.2.3: seconds, or a date from now. */
function secondsOf(headers: IncomingHttpHeaders): number | undefined {
  const written = headers['retry-after'];
  if (written === undefined) return undefined;
  if (/^\d{1,9}$/.test(written.trim())) return Number(written);
  const left = Math.ceil((Date.parse(written) - Date.parse(headers['date'] ?? '')) / 1000);
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}
