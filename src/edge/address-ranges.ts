import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Is the text an IP address or a CIDR range (RFC 4632, 3.1; RFC 4291, 2.3)? */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || !(isIPv4(address) || isIPv6(address))) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128));
}

/** Whether an address lies in one of the ranges. An IPv4 address that came over IPv6 is one of IPv4 (RFC 4291, 2.5.5.2). */
export function inRanges(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return address => {
    const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address;
    if (isIPv4(mapped)) return list.check(mapped, 'ipv4');
    return isIPv6(mapped) && list.check(mapped, 'ipv6');
  };
}
