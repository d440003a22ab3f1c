import type { HttpResponse } from '../../adapter/http-client.ts';
import { type CallName, codeOfHttpStatus, upstreamError } from '../../adapter/upstream-error.ts';
import type { ErrorCode, GatewayError } from '../../base/error.ts';
import type { GraphqlReply, ReplyError } from './reply.ts';

/**
 * An error of the upstream's `errors`: its code where it is one of ours and speaks of the client, else that of the HTTP status; its words
 * for the log alone.
 */
export function faultOfError(
  error: ReplyError | undefined,
  { status }: GraphqlReply,
  call: CallName,
  forwardsIdentity: boolean,
  below: readonly (string | number)[] = [],
): GatewayError {
  const isRefusal = status > 400;
  const code =
    codeOfError(error?.code, forwardsIdentity) ?? (isRefusal ? codeOfHttpStatus(status, forwardsIdentity) : undefined);
  const refusesCredential = status === 401 || error?.code === 'UNAUTHENTICATED';
  return upstreamError(code ?? 'UPSTREAM_ERROR', call, { cause: error?.said, below, refusesCredential });
}

function codeOfError(code: string | undefined, forwardsIdentity: boolean): ErrorCode | undefined {
  switch (code) {
    case 'BAD_USER_INPUT':
    case 'NOT_FOUND':
    case 'CONFLICT':
    case 'PRECONDITION_FAILED':
    case 'RATE_LIMITED':
      return code;
    case 'UNAUTHENTICATED':
    case 'FORBIDDEN':
      return forwardsIdentity ? code : 'UPSTREAM_ERROR';
    default:
      return undefined;
  }
}

/** An answer that is no GraphQL response: by its status, or malformed where the status claims success. */
export function faultOfResponse(response: HttpResponse, call: CallName, forwardsIdentity: boolean): GatewayError {
  const { status, headers } = response;
  const cause = { status, headers, body: response.body.subarray(0, 4096).toString('utf8') };
  if (status >= 200 && status < 300) return upstreamError('UPSTREAM_MALFORMED', call, { cause });
  const retryAfter = Number(headers['retry-after'] ?? Number.NaN);
  const http = { status, ...(Number.isInteger(retryAfter) ? { retryAfter } : {}) };
  const refusesCredential = status === 401;
  return upstreamError(codeOfHttpStatus(status, forwardsIdentity), call, {
    cause,
    details: { http },
    refusesCredential,
  });
}

/**
 * Puts a fault where the path leads, or at the null on the way there that the error made (October 2021, 6.4.4): then `fault` is told the
 * rest of the path. The first fault of a place stays. The data is changed: it was parsed for this answer alone.
 */
export function placeFault(
  data: Record<string, unknown>,
  path: readonly (string | number)[],
  fault: (below: readonly (string | number)[]) => GatewayError,
): void {
  let parent: Record<string | number, unknown> = data;
  for (const [index, key] of path.entries()) {
    const child = parent[key];
    if (child instanceof Error) return;
    const next = path[index + 1];
    if (next === undefined || !isContainer(child) || !Object.hasOwn(child, next)) {
      parent[key] = fault(isContainer(child) ? [] : path.slice(index + 1));
      return;
    }
    parent = child;
  }
}

/** An object or a list: both are read and written by key. */
function isContainer(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}
