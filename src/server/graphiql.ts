import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { packageUrl } from '../base/package-url.ts';

/** Where `npm run build:graphiql` puts the page. */
export const graphiqlFolder = packageUrl('dist/graphiql/');

/**
 * Nothing but what this server itself sends: no other origin, no inline script, no frame around it. Monaco, the editor, writes its
 * styles into the page and starts its workers from blobs.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'referrer-policy': 'no-referrer',
  vary: 'accept',
};

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Selvage</title>
<h1>GraphiQL is not built</h1>
<p>Run <code>npm run build:graphiql</code> and start the gateway again. GraphQL itself is served here by POST.</p>
</html>
`;

const mediaTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ttf: 'font/ttf',
  woff2: 'font/woff2',
  svg: 'image/svg+xml',
  json: 'application/json',
};

export interface Graphiql {
  /** Answers with the page. */
  page(response: ServerResponse): void;
  /** Answers where the path is one of the page's files; tells whether it did. */
  file(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/**
 * The explorer, from our own files. Only paths of the list that is made here lead to a file, so nothing a client sends reaches the file
 * system.
 */
export async function loadGraphiql(
  options: { readonly folder?: URL; readonly query?: string } = {},
): Promise<Graphiql> {
  const { folder = graphiqlFolder, query } = options;
  const page = await readFile(new URL('index.html', folder), 'utf8').catch(() => undefined);
  const names = page === undefined ? [] : await readdir(new URL('assets/', folder));
  const known = new Set(names);
  const files = new Map(names.map(name => [`/graphql/assets/${name}`, name]));
  const settings = JSON.stringify({ query: query ?? null });
  return {
    page(response) {
      response.writeHead(page === undefined ? 503 : 200, pageHeaders).end(page ?? notBuilt);
    },
    async file(path, request, response) {
      if (path === '/graphql/console.json') {
        response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(settings);
        return true;
      }
      const name = files.get(path);
      if (name === undefined) return false;
      const zipped = known.has(`${name}.gz`) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      const content = await readFile(fileURLToPath(new URL(`assets/${name}${zipped ? '.gz' : ''}`, folder)));
      response
        .writeHead(200, {
          'content-type': mediaTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
          'content-length': content.length,
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
          ...(zipped ? { 'content-encoding': 'gzip' } : {}),
        })
        .end(content);
      return true;
    },
  };
}
