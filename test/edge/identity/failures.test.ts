import { describe, expect, it } from 'vitest';
import { addressKey, Failures } from '../../../src/edge/identity/failures.ts';

describe('failures', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('J6: of %s count for %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('J6: wear off with time, and never to more than the burst', () => {
    let now = 0;
    const failures = new Failures({ burst: 2, perMinute: 6 }, () => now);
    const peer = { address: '192.0.2.1' };
    const waits = () => failures.limited(peer)?.retryAfter ?? 0;
    failures.count(peer);
    expect(waits()).toBe(0);
    failures.count(peer);
    expect(waits()).toBe(10);
    now = 9_000;
    expect(waits()).toBe(1);
    now = 10_000;
    expect(waits()).toBe(0);
    now = 10_000_000;
    failures.count(peer);
    failures.count(peer);
    expect(waits()).toBe(10);
    failures.takeBack(peer);
    expect(waits()).toBe(0);
  });

  it('J6: keep 10,000 addresses and forget the longest silent first', () => {
    const failures = new Failures({ burst: 1, perMinute: 1 }, () => 0);
    for (let index = 0; index <= 10_000; index += 1) failures.count({ address: `a-${index}` });
    expect(failures.limited({ address: 'a-0' })).toBe(undefined);
    expect(failures.limited({ address: 'a-1' })?.retryAfter).toBe(60);
  });
});
