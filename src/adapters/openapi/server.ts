/** The document's server as an absolute URL, relative ones against the document's own address (OpenAPI 3.2, 4.5). */
export function absoluteServer(written: string | undefined, address: string): string | undefined {
  const base = /^https?:\/\//i.test(address) ? address : undefined;
  const url = tryParse(written ?? '/', base);
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
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
