import * as z from 'zod';
import { isAddressRange } from '../../edge/address-ranges.ts';
import { defaultCors } from '../../server/cors.ts';
import { defaultConnections } from '../../server/listener/connections.ts';
import type { ConfigTree } from '../config-tree.ts';
import { lowerHeaderNames } from '../header-leaves.ts';
import { boolean, duration, integer, map, textLeaf } from '../leaves.ts';

/** An origin as browsers write it (RFC 6454, 6.2): what is written otherwise never matches. */
const origin = textLeaf('an origin such as https://shop.example.com (no path, no default port), or *', written => {
  if (written === '*') return written;
  return /^https?:\/\//.test(written) && URL.canParse(written) && new URL(written).origin === written
    ? written
    : undefined;
});

const count = (max: number) => integer(`a whole number from 1 to ${max}`, 1, max);

/** How the listener treats HTTP. */
export const httpShape = {
  trustedProxies: z
    .array(
      textLeaf('an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32', written =>
        isAddressRange(written) ? written : undefined,
      ),
      'a list of IP addresses and networks',
    )
    .default([]),
  connections: map({
    max: count(1_000_000).default(defaultConnections.max),
    headers: duration.default(defaultConnections.headers),
    request: duration.default(defaultConnections.request),
    idle: duration.default(defaultConnections.idle),
    requests: count(1_000_000_000).default(defaultConnections.requests),
  }).prefault({}),
  cors: map({
    origins: z.array(origin, 'a list of origins').min(1, 'a list of one origin at least'),
    credentials: boolean.default(defaultCors.credentials),
    headers: lowerHeaderNames.default([...defaultCors.headers]),
    maxAge: duration.default(defaultCors.maxAge),
  }).exactOptional(),
};

type Written = { readonly [K in keyof typeof httpShape]?: z.output<(typeof httpShape)[K]> };

/** What the shape of a single value cannot tell. */
export function applyHttpRules({ connections, cors }: Written, tree: ConfigTree): void {
  if (connections && connections.headers > connections.request) {
    tree.wrong(
      ['gateway', 'connections', 'headers'],
      'The head of a request cannot have more time than the request.',
      'make "request" at least as long as "headers"',
    );
  }
  if (!cors?.origins.includes('*')) return;
  const at = ['gateway', 'cors', 'origins'];
  if (cors.origins.length > 1)
    tree.wrong(at, '"*" stands for all origins: it stands alone.', 'remove the others, or "*"');
  else if (cors.credentials) {
    const message =
      "All origins must not act with their visitors' credentials: any page could read what a visitor may.";
    tree.wrong(at, message, 'list the origins that may, or remove "credentials"');
  }
}
