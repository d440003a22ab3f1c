import { credentialHeaders } from '../source/credential.ts';
import type { Source } from '../source/source.ts';
import type { CallContext } from './adapter.ts';

/**
 * The headers that every call of a source carries: its static ones, the client's that its allow-list names, its credential, and the
 * correlation id. Names in lower case. Never a hop-by-hop header, whatever the allow-list says.
 */
export function outgoingHeaders(source: Source, context: CallContext): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  for (const name of source.options.forward) {
    const value = Object.hasOwn(context.headers, name) ? context.headers[name] : undefined;
    if (value !== undefined && !hopByHop.has(name)) headers[name] = value;
  }
  headers['x-request-id'] = context.requestId;
  for (const [name, value] of Object.entries(source.options.headers)) headers[name.toLowerCase()] = value;
  if (source.options.credential) Object.assign(headers, credentialHeaders(source.options.credential));
  return headers;
}

/** Is the client's own identity passed on? Then a backend's refusal of it is the client's affair. */
export function forwardsIdentity(source: Source): boolean {
  return source.options.forward.includes('authorization') || source.options.forward.includes('cookie');
}

/** RFC 9110, 7.6.1, and what only the client of a connection may say of its own message. */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'accept-encoding',
  'expect',
]);
