import { isRecord, own } from '../../../base/json.ts';
import type { Located } from './document.ts';
import { text } from './operation-parts.ts';

/**
 * The document's server as an absolute URL, relative ones against the document's own address (OpenAPI 3.2, 4.5). What leaves out the scheme
 * alone, in a document that is a file, is reached by https.
 */
export function absoluteServer(written: string | undefined, address: string): string | undefined {
  const base = /^https?:\/\//i.test(address) ? address : undefined;
  const url = tryParse(!base && written?.startsWith('//') ? `https:${written}` : (written ?? '/'), base);
  return url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname : undefined;
}

/** What a server's URL has that no request of it would: it is left out. */
export function leftOutOf(server: string): string[] {
  const url = tryParse(server, 'http://relative');
  if (!url) return [];
  return [
    ...(url.username === '' && url.password === '' ? [] : ['a user or a password']),
    ...(url.search === '' ? [] : ['a query']),
    ...(url.hash === '' ? [] : ['a fragment']),
  ];
}

function tryParse(url: string, base: string | undefined): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

/** Origin and path of a server or an endpoint, ready to have a path put behind it; undefined where it is no http URL. */
export function baseUrl(server: string): string | undefined {
  const url = tryParse(server, undefined);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Swagger 2.0: `schemes`, `host` and `basePath` as one URL; what is missing is the document's own (a relative URL). */
export function serverOf2(operation: Located, root: Located): string | undefined {
  const host = text(root.value, 'host');
  const basePath = text(root.value, 'basePath') ?? '/';
  const path = basePath.startsWith('/') ? basePath : `/${basePath}`;
  if (!host) return path === '/' ? undefined : path;
  const written =
    (isRecord(operation.value) ? own(operation.value, 'schemes') : undefined) ?? own(rootOf(root), 'schemes');
  const schemes: readonly unknown[] = Array.isArray(written) ? written : [];
  const scheme =
    schemes.length === 0 || schemes.includes('https') ? 'https' : schemes.includes('http') ? 'http' : undefined;
  return scheme === undefined ? undefined : `${scheme}://${host}${path}`;
}

function rootOf(root: Located): Readonly<Record<string, unknown>> {
  return isRecord(root.value) ? root.value : {};
}
