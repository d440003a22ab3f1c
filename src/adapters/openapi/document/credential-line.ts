import { issuerOf } from '../../../source/issuer-of.ts';
import { isConfidential } from '../../../source/json-client.ts';
import type { SecurityScheme } from './security-schemes.ts';

/** What a scheme asks for, in a few words. */
export function askedBy({ type, key, flaw, authentication, flows = [] }: SecurityScheme): string {
  switch (type) {
    case 'apiKey':
      return key ? `an API key in the ${key.in} "${key.name}"` : `an API key, which ${flaw}`;
    case 'http':
      return `HTTP ${authentication}`;
    case 'oauth2':
      return `OAuth 2: ${flows.join(', ')}`;
    case 'openIdConnect':
      return 'OpenID Connect';
    case 'mutualTLS':
      return 'a client certificate';
    case 'unknown':
      return 'of a kind that is not known';
  }
}

/** HTTP's authentication schemes that are a conversation, or a proof made for each request: no credential of the configuration is one. */
const conversations: ReadonlySet<string> = new Set(
  'digest negotiate ntlm hoba mutual scram-sha-1 scram-sha-256 vapid dpop gnap oauth concealed'.split(' '),
);

/** Is it a scheme of HTTP's that the gateway does not speak? */
export function isUnspoken({ type, authentication = '' }: SecurityScheme): boolean {
  return type === 'http' && conversations.has(authentication);
}

/** How far the gateway gets by itself: 0 where it can present a credential of its own, 1 where only the caller has one, 2 where nobody can. */
export function reachOf(scheme: SecurityScheme): 0 | 1 | 2 {
  const { type, flows = [] } = scheme;
  if (type === 'unknown' || isUnspoken(scheme)) return 2;
  return type === 'oauth2' && !flows.includes('clientCredentials') ? 1 : 0;
}

/** The line of the source's configuration that a scheme's credential is given in. */
export function credentialLine(scheme: SecurityScheme, scopes: readonly string[]): string {
  if (scheme.type === 'mutualTLS') return 'tls: { cert: client.pem, key: client.key }';
  const name = /^[A-Za-z_][\w-]*$/.test(scheme.name) ? scheme.name : JSON.stringify(scheme.name);
  return `credentials: { ${name}: { ${kindOf(scheme, scopes)} } }`;
}

function kindOf(scheme: SecurityScheme, scopes: readonly string[]): string {
  const from = (suffix: string) => `"\${${variableName(scheme.name, suffix)}}"`;
  const client = `clientId: ${from('CLIENT_ID')}, clientSecret: ${from('CLIENT_SECRET')}`;
  const asked = scopes.length > 0 ? `, scopes: ${JSON.stringify(scopes).replaceAll('","', '", "')}` : '';
  const url = (written: string | undefined, suffix: string) =>
    written !== undefined && isConfidential(written) ? JSON.stringify(written) : from(suffix);
  const issuer = issuerOf(scheme.openIdConnectUrl ?? '') === undefined ? `, issuer: ${from('ISSUER')}` : '';
  switch (scheme.type) {
    case 'apiKey':
      return `apiKey: { ${scheme.key ? '' : 'in: …, name: …, '}value: ${from('KEY')} }`;
    case 'http':
      if (scheme.authentication === 'basic')
        return `basic: { username: ${from('USERNAME')}, password: ${from('PASSWORD')} }`;
      if (scheme.authentication === 'bearer') return `bearer: ${from('TOKEN')}`;
      return `apiKey: { in: header, name: authorization, value: ${from('KEY')} }`; // a word of the backend's own stands before its value
    case 'openIdConnect':
      return `openIdConnect: { discoveryUrl: ${url(scheme.openIdConnectUrl, 'DISCOVERY_URL')}${issuer}, ${client}${asked} }`;
    default:
      return reachOf(scheme) === 1
        ? 'passThrough: {}'
        : `oauth2: { tokenUrl: ${url(scheme.tokenUrl, 'TOKEN_URL')}, ${client}${asked} }`;
  }
}

/** `petstore-auth` and CLIENT_ID is `PETSTORE_AUTH_CLIENT_ID`; a name that ends so already keeps to itself. */
function variableName(scheme: string, suffix: string): string {
  const words = scheme
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  const name = words === suffix || words.endsWith(`_${suffix}`) ? words : `${words}_${suffix}`;
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
