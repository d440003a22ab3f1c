import type { Credential } from './source.ts';

/** A credential as headers; an API key that belongs into the query is not among them (see `credentialQuery`). */
export function credentialHeaders(credential: Credential): Record<string, string> {
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

/** The query parameter of an API key that belongs there. */
export function credentialQuery(credential: Credential | undefined): readonly [string, string] | undefined {
  if (!credential || !('apiKey' in credential) || credential.apiKey.in !== 'query') return undefined;
  return [credential.apiKey.name, credential.apiKey.value];
}
