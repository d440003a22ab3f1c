import type { Logger } from 'pino';
import { anonymous, type Principal } from '../../base/principal.ts';
import { after } from '../after.ts';
import { errorReport } from '../errors/error-report.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, Handled, OperationRequest, OperationResult } from '../handler.ts';
import { type Authenticator, Rejection, type Verdict } from '../identity/authenticator.ts';
import { withPrincipal } from '../request/derived-request.ts';

interface AuthenticateOptions {
  /** The HTTP status where a provider cannot be reached. */
  readonly unavailable: 401 | 503;
  readonly log: Logger;
}

/**
 * Says who asks. The first provider that finds a credential of its own decides; a credential that nobody believes is refused, and only a
 * request without any is anonymous.
 */
export function authenticate(authenticators: readonly Authenticator[], options: AuthenticateOptions): Gate {
  const challenges = new Set(authenticators.flatMap(({ challenge }) => challenge ?? []));
  const refuse = (rejection: Rejection, request: OperationRequest): OperationResult => {
    const { kind, cause } = rejection;
    const error = cause === undefined ? undefined : errorReport(cause);
    options.log.debug({ requestId: request.id, kind, error }, 'a credential is not believed');
    return refusalOf(rejection, [...challenges], options.unavailable);
  };
  if (authenticators.length === 0) return next => next; // an absent principal is anonymous
  return next => {
    const enter = (request: OperationRequest, principal: Principal): Handled => {
      const handled = next(withPrincipal(request, principal));
      return principal === anonymous ? handled : after(handled, done => ({ ...done, via: principal.via }));
    };
    const go = (request: OperationRequest, verdict: Verdict): Handled => {
      if (verdict instanceof Rejection) return refuse(verdict, request);
      if (verdict) return enter(request, verdict);
      const unbelieved = authenticators.some(each => each.bears(request));
      return unbelieved ? refuse(unknownCredential, request) : enter(request, anonymous);
    };
    return request => {
      if (request.principal) return next(request); // who runs the core without a door may say who asks
      const verdict = firstOf(authenticators, 0, request);
      if (!(verdict instanceof Promise)) return go(request, verdict);
      void request.signal; // from now on its time counts
      return verdict.then(told => go(request, told));
    };
  };
}

function firstOf(
  authenticators: readonly Authenticator[],
  from: number,
  request: OperationRequest,
): Verdict | Promise<Verdict> {
  for (let index = from; index < authenticators.length; index += 1) {
    const verdict = authenticators[index]!.authenticate(request);
    if (verdict instanceof Promise) return verdict.then(told => told ?? firstOf(authenticators, index + 1, request));
    if (verdict) return verdict;
  }
  return undefined;
}

const unknownCredential = new Rejection('invalid', 'The credentials are not valid.');

function refusalOf(
  { kind, message, challenge, retryAfter }: Rejection,
  challenges: readonly string[],
  unavailable: 401 | 503,
): OperationResult {
  if (kind === 'limited') {
    return refusal('RATE_LIMITED', message, { headers: { 'retry-after': String(retryAfter ?? 1) } });
  }
  if (kind === 'unavailable' && unavailable === 503) {
    return refusal('UNAUTHENTICATED', message, { status: 503, headers: { 'retry-after': '5' } });
  }
  // RFC 9110, 15.5.2: a 401 says what would be taken.
  const told =
    challenge === undefined ? challenges : [challenge, ...challenges.filter(each => !sameScheme(each, challenge))];
  return refusal(
    'UNAUTHENTICATED',
    message,
    told.length > 0 ? { headers: { 'www-authenticate': told.join(', ') } } : {},
  );
}

function sameScheme(one: string, other: string): boolean {
  return one.split(' ', 1)[0] === other.split(' ', 1)[0];
}
