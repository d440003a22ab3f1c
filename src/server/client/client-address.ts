import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import { inRanges } from '../../edge/address-ranges.ts';

/** Tells the address of a request's client, as far as what stands between is trusted. */
export type ClientAddress = (request: Pick<IncomingMessage, 'socket' | 'headers'>) => string;

/**
 * The client's address behind the trusted proxies, whose addresses lie in these networks (RFC 4632, 3.1; RFC 4291, 2.3): each of them has
 * written whom it heard at the end of `X-Forwarded-For`, so the last that is none of them is whom the outermost heard. What stands before it
 * was written by anyone. Without trusted proxies, whoever is connected is the client.
 */
export function clientAddressBehind(networks: readonly string[]): ClientAddress {
  if (networks.length === 0) return ({ socket }) => plain(socket.remoteAddress);
  const isProxy = inRanges(networks);
  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress);
    const forwarded = headers['x-forwarded-for'];
    const heard = forwarded === undefined ? [] : [forwarded].flat().join(',').split(',');
    while (heard.length > 0 && isProxy(address)) {
      const next = plain(withoutPort((heard.pop() ?? '').trim()));
      if (isIP(next) === 0) break; // a name, `unknown` or an empty place: nobody further out is known
      address = next;
    }
    return address;
  };
}

/**
 * An IPv4 address that is written as an IPv6 one (RFC 4291, 2.5.5.2) is told as itself, one without the zone that only its own machine knows
 * (RFC 4007, 11), and an address that ended as empty.
 */
function plain(address = ''): string {
  const [bare = ''] = address.split('%', 1);
  const mapped = bare.replace(/^::ffff:/i, '');
  return isIPv4(mapped) ? mapped : bare;
}

/** Some proxies write the port, too: `192.0.2.1:443`, `[2001:db8::1]:443` (RFC 7239, 6). */
function withoutPort(node: string): string {
  const [, bracketed, dotted] = /^(?:\[([^\]]*)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(node) ?? [];
  return bracketed ?? dotted ?? node;
}
