import { credentialHeaders } from '../source/credential.ts';
import type { Credential, Source } from '../source/source.ts';
import type { CallContext } from './adapter.ts';
import { addOwnHeaders, readsIdentity } from './own-headers.ts';

/**
 * The headers that every call of a source carries: its own, the client's that its allow-list names, its credential (`signing`),
 * and the correlation id. Names in lower case. Never a header that belongs to the client's connection or speaks in the gateway's name,
 * whatever the allow-list says. `isBinary`: see `addOwnHeaders`.
 */
export function outgoingHeaders(
  source: Source,
  context: CallContext,
  signing = source.options.credential && credentialHeaders(source.options.credential),
  isBinary?: (name: string) => boolean,
): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const name of source.options.forward) {
    const value = Object.hasOwn(context.headers, name) ? context.headers[name] : undefined;
    if (value !== undefined && isForwardable(name) && !isOfConnection(name, context.headers)) headers[name] = value;
  }
  headers['x-request-id'] = context.requestId;
  addOwnHeaders(headers, source.options.headers, context, isBinary);
  if (signing) Object.assign(headers, signing);
  if (context.signIn) Object.assign(headers, context.signIn);
  return headers;
}

/**
 * Is the client's own identity passed on, as it came or exchanged? Then a backend's refusal of it is the client's affair. What the gateway
 * says of the client in its own name is its own credential.
 */
export function forwardsIdentity(
  { options: { forward, headers, credential } }: Source,
  credentials: readonly Credential[] = credential ? [credential] : [],
): boolean {
  if (forward.includes('authorization') || forward.includes('cookie') || readsIdentity(headers)) return true;
  return credentials.some(each => 'passThrough' in each || 'tokenExchange' in each);
}

/**
 * May a client's header of this name be passed on at all? Not what belongs to the connection, not what only the gateway says, and no name
 * with an underscore, which many backends cannot tell from the one with a hyphen (RFC 3875, 4.1.18).
 */
export function isForwardable(name: string): boolean {
  return !hopByHop.has(name) && !name.startsWith('x-selvage-') && !name.includes('_');
}

/** RFC 9110, 7.6.1: what the client's own Connection header names ends here. */
function isOfConnection(name: string, { connection }: CallContext['headers']): boolean {
  return connection?.split(',').some(option => option.trim().toLowerCase() === name) ?? false;
}

/** RFC 9110, 7.6.1: they speak of one connection, either way. */
export const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Those, and what only the client of a connection may say of its own message. */
export const hopByHop: ReadonlySet<string> = new Set([
  ...ofConnection,
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'expect',
]);
