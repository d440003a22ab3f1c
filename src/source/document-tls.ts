import type { Source } from './source.ts';

/**
 * How a document is fetched from its own origin by TLS: as the backend is spoken to (`tls:`), where it is there, too. Where the configuration
 * does not say where the backend is, the document may be elsewhere: then the system's authorities count beside the source's own.
 */
export async function documentTls(url: URL, { endpoint, options: { tls } }: Source) {
  if (typeof tls !== 'object' || url.protocol !== 'https:') return undefined;
  const isElsewhere = endpoint !== undefined && !(URL.canParse(endpoint) && new URL(endpoint).origin === url.origin);
  if (isElsewhere) return undefined;
  const { ca, cert, key, serverName } = tls;
  return {
    ...(ca === undefined ? {} : { ca: endpoint === undefined ? [...(await systemAuthorities()), ca] : ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

/** Importing the module makes a text of each of them: only where they are needed. */
async function systemAuthorities(): Promise<readonly string[]> {
  return (await import('node:tls')).rootCertificates;
}
