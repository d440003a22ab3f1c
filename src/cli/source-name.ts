import { basename, extname } from 'node:path';
import { camelName, words } from '../base/names.ts';

/** What a title calls every API: it tells nothing. */
const empty: ReadonlySet<string> = new Set([
  'api',
  'rest',
  'http',
  'openapi',
  'swagger',
  'service',
  'services',
  'the',
  'public',
  'graphql',
  'grpc',
  'soap',
  'wsdl',
]);
const longest = 3;

/** Where a document says what it describes, by protocol. Only ever a suggestion: `--name` overrules it. */
const titles: Readonly<Record<string, RegExp>> = {
  openapi: /(?:^|[\s{,])["']?title["']?\s*:\s*["']?([^"'\n,}]+)/,
  soap: /<(?:[\w.-]+:)?service\s[^>]*?\bname\s*=\s*["']([^"']+)/,
  grpc: /^\s*service\s+([A-Za-z]\w*)/m,
};

/** The name of a new source: from the document's own title or service, else from its address. */
export function sourceName(protocol: string, text: string, address: string): string {
  const title = Object.hasOwn(titles, protocol) ? titles[protocol]!.exec(text)?.[1] : undefined;
  return nameFrom(title ?? '') ?? nameFrom(lastPart(address)) ?? protocol;
}

function nameFrom(title: string): string | undefined {
  const apart = title.split(/\s[-–—(]/, 1)[0]!.replace(/([A-Z])([A-Z][a-z])/g, '$1 $2'); // an `SOAPService` is a service
  const telling = words(apart).filter(word => !empty.has(word.toLowerCase()) && !/^v?\d+$/i.test(word));
  const [first = '', ...others] = telling.slice(0, longest);
  const name = camelName([/^[A-Z]+$/.test(first) ? first.toLowerCase() : first, ...others].join(' '));
  return telling.length > 0 && /^[A-Za-z]/.test(name) ? name : undefined;
}

/** Of a URL without a telling path, the host's first label. */
function lastPart(address: string): string {
  if (!URL.canParse(address)) return basename(address, extname(address)).split('.')[0]!;
  const { hostname, pathname } = new URL(address);
  const file = basename(pathname, extname(pathname));
  return nameFrom(file) ?? hostname.replace(/^(www|api|localhost|[\d.]+)\.?/, '').split('.')[0]!;
}
