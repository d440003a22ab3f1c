import { assert, ipV4, ipV6, property } from 'fast-check';
import { expect, test } from 'vitest';
import { addressBucket } from '../../src/edge/rate-limits/address-bucket.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::ffff:192.0.2.7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['', ''],
  ['localhost', ''],
  ['1.2.3.4, 5.6.7.8', ''],
])('H7: %j is counted as %j', (address, bucket) => {
  expect(addressBucket(address)).toBe(bucket);
});

test('H7: every way to write one IPv6 address is counted alike, and so is all of its network', () => {
  assert(
    property(ipV6(), ipV4(), (address, tail) => {
      const { hostname } = new URL(`http://[${address}]/`); // as the URL standard writes it
      expect(addressBucket(hostname.slice(1, -1))).toBe(addressBucket(address));
      if (!addressBucket(address).endsWith('/64')) return;
      const network = addressBucket(address).replace('::/64', '');
      expect(addressBucket(`${network}:1:2:${tail}`)).toBe(addressBucket(address));
    }),
  );
});
