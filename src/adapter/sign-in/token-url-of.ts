import { isRecord, own } from '../../base/json.ts';
import { issuerOf } from '../../source/issuer-of.ts';
import { isConfidential } from '../../source/json-client.ts';
import type { OpenIdClient } from '../../source/source.ts';

/**
 * The token endpoint that an authorization server's metadata name (OpenID Connect Discovery 1.0, 3; RFC 8414, 2). Throws a TypeError with
 * the reason where they are another issuer's, or lead where no secret may be sent.
 */
export function tokenUrlOf(
  metadata: unknown,
  { discoveryUrl, issuer = issuerOf(discoveryUrl) }: Pick<OpenIdClient, 'discoveryUrl' | 'issuer'>,
): string {
  const told = (key: string) => (isRecord(metadata) ? own(metadata, key) : undefined);
  const toldIssuer = told('issuer');
  if (typeof toldIssuer !== 'string' || issuer === undefined || withoutSlash(toldIssuer) !== withoutSlash(issuer))
    throw new TypeError('the metadata are those of another issuer');
  const tokenUrl = told('token_endpoint');
  if (typeof tokenUrl !== 'string' || !isConfidential(tokenUrl))
    throw new TypeError('the metadata name no token endpoint that can be reached by https');
  if (new URL(tokenUrl).protocol === 'http:' && new URL(discoveryUrl).protocol !== 'http:')
    throw new TypeError('the metadata lead from https to http');
  return tokenUrl;
}

function withoutSlash(issuer: string): string {
  if (!/^https?:/i.test(issuer) || !URL.canParse(issuer)) return issuer;
  const { origin, pathname } = new URL(issuer);
  return origin + pathname.replace(/\/$/, '');
}
