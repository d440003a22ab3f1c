import type {
  BridgedCredential,
  ConnectionCredential,
  Credential,
  MessageCredential,
  SchemeCredential,
  StaticCredential,
} from './source.ts';

const bridged: ReadonlySet<string> = new Set([
  'passThrough',
  'oauth2',
  'openIdConnect',
  'tokenExchange',
  'signedPrincipal',
] satisfies KindsOf<BridgedCredential>[]);

/** The kinds that only SOAP sources have. */
export const soapCredentials: ReadonlySet<string> = new Set(['wsse', 'ntlm'] satisfies KindsOf<
  MessageCredential | ConnectionCredential
>[]);

type KindsOf<T> = T extends unknown ? keyof T : never;

/** Is the credential made while the gateway runs? Then it is not among `credentialHeaders`. */
export function isBridged(credential: Credential | SchemeCredential): credential is BridgedCredential {
  return Object.keys(credential).some(kind => bridged.has(kind));
}

/**
 * A credential as headers; neither an API key that belongs into the query (see `credentialQuery`), nor what is made while the gateway runs,
 * nor what stands in the message itself or signs in to its connection is among them.
 */
export function credentialHeaders(credential: Credential): Record<string, string> {
  if (isBridged(credential) || 'wsse' in credential || 'ntlm' in credential) return {};
  if ('bearer' in credential) return { authorization: `Bearer ${credential.bearer}` };
  if ('basic' in credential) {
    const { username, password } = credential.basic;
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }
  const { in: place, name, value } = credential.apiKey;
  if (place === 'header') return { [name.toLowerCase()]: value };
  if (place === 'cookie') return { cookie: `${name}=${value}` };
  return {};
}

/** The headers that a credential may set, in lower case: nobody else does. */
export function credentialHeaderNames(credential: Credential): readonly string[] {
  if ('ntlm' in credential) return ['authorization'];
  if (!isBridged(credential)) return Object.keys(credentialHeaders(credential));
  if ('passThrough' in credential) return [credential.passThrough.header];
  return 'signedPrincipal' in credential ? [credential.signedPrincipal.header] : ['authorization'];
}

/** The query parameter of an API key that belongs there. */
export function credentialQuery(
  credential: Credential | StaticCredential | undefined,
): readonly [string, string] | undefined {
  if (!credential || !('apiKey' in credential) || credential.apiKey.in !== 'query') return undefined;
  return [credential.apiKey.name, credential.apiKey.value];
}
