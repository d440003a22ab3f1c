import type { IncomingHttpHeaders } from 'node:http';
import type { HttpResponse } from '../../adapter/http-client.ts';
import { type CallName, codeOfHttpStatus, upstreamError } from '../../adapter/upstream-error.ts';
import { GatewayError } from '../../base/error.ts';
import type { ExposedFailure } from './answer/exposed-failure.ts';

/**
 * A status that is no success, as the client may see it; what the backend says of it is for the log, and for the client where it is
 * `exposed`. `forwardsIdentity`: the backend knows the caller himself.
 */
export function statusFault(
  response: HttpResponse,
  call: CallName,
  forwardsIdentity: boolean,
  { message, ...exposed }: ExposedFailure = {},
): GatewayError {
  const retryAfter = retryAfterOf(response.headers);
  const http = { status: response.status, ...(retryAfter === undefined ? {} : { retryAfter }) };
  const options = { details: { http, ...exposed }, cause: said(response), refusesCredential: response.status === 401 };
  return upstreamError(codeOfHttpStatus(response.status, forwardsIdentity), call, options, message);
}

/** An answer that breaks its contract in one place. */
export function malformed(call: CallName, reason: string): GatewayError {
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: reason });
}

/** An answer that is no JSON at all: often a proxy's or a login's page, whose words are what the operator needs. */
export function unreadable(response: HttpResponse, call: CallName, reason: string): GatewayError {
  return upstreamError('UPSTREAM_MALFORMED', call, { cause: { reason, ...said(response) } });
}

/** An argument that cannot be sent; `argument` is the way to it: its name, then fields and indexes, with dots. */
export function inputFault(argument: string, reason: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `The argument "${argument}" ${reason}.`, { details: { argument } });
}

/** What is wrong with one argument, in words that follow its name. */
export interface InputFault {
  readonly argument: string;
  readonly reason: string;
}

/** All that is wrong with a call's arguments; there is at least one fault. */
export function inputFaults(faults: readonly InputFault[]): GatewayError {
  const [first, ...others] = faults as readonly [InputFault, ...InputFault[]]; // its caller found some
  if (others.length === 0) return inputFault(first.argument, first.reason);
  const told = faults.map(({ argument, reason }) => `"${argument}" ${reason}`);
  return new GatewayError('BAD_USER_INPUT', `${faults.length} arguments are not as they must be: ${told.join('; ')}.`, {
    details: { argument: first.argument, arguments: faults.map(({ argument }) => argument) },
  });
}

const mostOfBody = 2_000;

/** The backend's own words, for the log alone. */
function said({ status, headers, body }: HttpResponse) {
  const text = body.subarray(0, mostOfBody * mostBytesOfCharacter).toString('utf8');
  return { status, contentType: headers['content-type'], body: text.slice(0, mostOfBody) };
}

const mostBytesOfCharacter = 4;

/** RFC 9110, 10.2.3: seconds, or a date from now. */
export function retryAfterOf(headers: IncomingHttpHeaders): number | undefined {
  const written = headers['retry-after'];
  if (written === undefined) return undefined;
  if (/^\d{1,9}$/.test(written.trim())) return Number(written);
  const left = Math.ceil((Date.parse(written) - Date.parse(headers['date'] ?? '')) / 1000);
  return Number.isFinite(left) ? Math.max(0, left) : undefined;
}
