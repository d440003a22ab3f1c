import { credentialQuery } from '../../source/credential.ts';
import type { Credential } from '../../source/source.ts';

/** GraphQL over HTTP (September 2025 draft), 6.1: what is sent, and what is understood. */
export const requestHeaders = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
} as const;

/** The endpoint, with the API key that belongs into its query. */
export function withCredentialQuery(endpoint: string, credential: Credential | undefined): string {
  const parameter = credentialQuery(credential);
  if (!parameter) return endpoint;
  const url = new URL(endpoint);
  url.searchParams.append(...parameter);
  return url.href;
}
