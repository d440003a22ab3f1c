import { GatewayError } from '../../base/error.ts';

/**
 * A token as the header that carries it: a bearer token in `authorization` (RFC 6750, 2.1), bare in any other. What is no b68token would be
 * sent by one protocol, left out by another and break a third: it is sent by none.
 */
export function tokenHeader(source: string, token: string, header = 'authorization'): Readonly<Record<string, string>> {
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    throw new GatewayError('UPSTREAM_MALFORMED', `The gateway cannot sign in to the source "${source}".`, {
      details: { source },
      cause: { reason: 'the token is none that a header can carry (RFC 6750, 2.1)' },
    });
  }
  return { [header]: header === 'authorization' ? `Bearer ${token}` : token };
}
