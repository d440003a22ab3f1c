import { isRecord, own } from '../../base/json.ts';
import type { JwtOptions } from './identity-options.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** The parts of a compact JWS (RFC 7515, 3.1), of which nothing is verified yet. Undefined: it is none. */
export function unverified(token: string): { readonly header: Claims; readonly claims: Claims } | undefined {
  const parts = token.split('.', 4);
  if (parts.length !== 3) return undefined;
  const [header, claims] = parts.map(objectOf);
  return header && claims ? { header, claims } : undefined;
}

function objectOf(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What is wrong with a token's claims at a time (seconds since 1970), in words for the client; undefined: nothing. Issuer, audience and
 * expiry must be there (edge.md, J3); RFC 7519, 4.1.
 */
export function claimFault(
  claims: Claims,
  { issuer, audience, clockTolerance, subjectClaim }: JwtOptions,
  now: number,
): string | undefined {
  const tolerance = clockTolerance / 1_000;
  if (own(claims, 'iss') !== issuer) return 'The token is of another issuer.';
  const told = [own(claims, 'aud')].flat();
  if (!told.some(each => typeof each === 'string' && audience.includes(each)))
    return 'The token is not meant for here.';
  const expiry = own(claims, 'exp');
  if (!isDate(expiry)) return 'The token does not say when it expires.';
  if (expiry <= now - tolerance) return 'The token has expired.';
  const start = own(claims, 'nbf');
  if (start !== undefined && !(isDate(start) && start <= now + tolerance)) return 'The token is not valid yet.';
  const issued = own(claims, 'iat');
  if (issued !== undefined && !(isDate(issued) && issued <= now + tolerance)) return 'The token was not issued yet.';
  const subject = claimAt(claims, subjectClaim);
  if (typeof subject !== 'string' || subject === '') return 'The token does not say whose it is.';
  return undefined;
}

function isDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The claim of that very name, else the one at the end of the way that the dots tell. */
export function claimAt(claims: Claims, name: string): unknown {
  const named = own(claims, name);
  if (named !== undefined || !name.includes('.')) return named;
  return name.split('.').reduce<unknown>((value, key) => (isRecord(value) ? own(value, key) : undefined), claims);
}

/** RFC 8693, 4.2, and the lists of strings that some issuers have in its place. */
export function scopesOf(value: unknown): ReadonlySet<string> {
  const scopes = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return new Set(scopes.filter((scope): scope is string => typeof scope === 'string' && scope !== ''));
}
