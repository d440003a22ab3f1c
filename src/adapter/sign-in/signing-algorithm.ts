import type { KeyObject } from 'node:crypto';

const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const leastRsaBits = 2048;

/** The JWS algorithm that a private key signs by (RFC 7518, 3.1; RFC 8037, 3.1). Undefined: none. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  switch (asymmetricKeyType) {
    case 'ec':
      return curves[asymmetricKeyDetails?.namedCurve ?? ''];
    case 'ed25519':
      return 'EdDSA';
    case 'rsa':
      return (asymmetricKeyDetails?.modulusLength ?? 0) >= leastRsaBits ? 'RS256' : undefined;
    default:
      return undefined;
  }
}
