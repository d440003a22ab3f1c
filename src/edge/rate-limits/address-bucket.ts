import { isIPv4, isIPv6 } from 'node:net';

/**
 * What stands for an IP address where callers are told apart by theirs: an IPv4 address itself, also where it is written as IPv6; of IPv6 the
 * network of 64 bits, since one caller commonly has all of it (RFC 4291, 2.5.4; RFC 6177). What is no address is one and the same empty text.
 */
export function addressBucket(address: string): string {
  const [bare = ''] = address.split('%', 1); // RFC 4007, 11: a zone is this machine's own
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return '';
  const groups = groupsOf(bare);
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) {
    return [groups[6]! >> 8, groups[6]! & 0xff, groups[7]! >> 8, groups[7]! & 0xff].join('.');
  }
  const network = groups.slice(0, 4).map(group => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2). */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::');
  const left = groupsIn(head);
  if (tail === undefined) return left;
  const right = groupsIn(tail);
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function groupsIn(part: string): readonly number[] {
  if (part === '') return [];
  return part.split(':').flatMap(group => {
    if (!group.includes('.')) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}
