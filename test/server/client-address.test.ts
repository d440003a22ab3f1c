import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { isAddressRange } from '../../src/edge/address-ranges.ts';
import type { OperationRequest } from '../../src/edge/handler.ts';
import { defaultLimits } from '../../src/edge/limits/limits.ts';
import { clientAddressBehind } from '../../src/server/client/client-address.ts';
import { createServer, type RunningServer } from '../../src/server/server.ts';

const told = (networks: readonly string[], connected: string, forwarded?: string | readonly string[]) =>
  clientAddressBehind(networks)({
    socket: { remoteAddress: connected },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  } as Parameters<ReturnType<typeof clientAddressBehind>>[0]); // a request has more, of which nothing is asked

describe("the client's address", () => {
  const ours = ['10.0.0.0/8', '192.168.1.7', '2001:db8:ff::/48'];
  it.each<
    [name: string, networks: readonly string[], connected: string, forwarded: string | undefined, address: string]
  >([
    ['nobody is trusted by default', [], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['no proxy in front', ours, '203.0.113.9', undefined, '203.0.113.9'],
    ['who is no proxy of ours is not believed', ours, '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['one proxy', ours, '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    [
      'the last that is no proxy of ours',
      ours,
      '10.1.2.3',
      '1.1.1.1, 198.51.100.1, 10.9.9.9, 192.168.1.7',
      '198.51.100.1',
    ],
    ['what a client put before is not looked at', ours, '10.1.2.3', '10.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['only proxies', ours, '10.1.2.3', '10.4.4.4, 10.5.5.5', '10.4.4.4'],
    ['an IPv4 address as IPv6', ours, '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['IPv6', ours, '2001:db8:ff::1', '2001:db8:1::5', '2001:db8:1::5'],
    ['with ports', ours, '10.1.2.3', '198.51.100.1:4711, [2001:db8:ff::1]:80', '198.51.100.1'],
    ['with brackets', ours, '10.1.2.3', '[2001:db8:1::5]', '2001:db8:1::5'],
    ['what is no address ends it', ours, '10.1.2.3', '198.51.100.1, unknown, 10.5.5.5', '10.5.5.5'],
    ['an empty place ends it', ours, '10.1.2.3', '198.51.100.1,', '10.1.2.3'],
    ['an injected name', ours, '10.1.2.3', "198.51.100.1, ' OR 1=1", '10.1.2.3'],
    ['a zone is left out', ours, 'fe80::1%eth0', undefined, 'fe80::1'],
    ['a connection that ended', ours, '', '198.51.100.1', ''],
    ['10,000 proxies', ['10.0.0.0/8'], '10.1.2.3', `198.51.100.1${', 10.0.0.1'.repeat(10_000)}`, '198.51.100.1'],
  ])('H7: %s', (_name, networks, connected, forwarded, address) => {
    expect(told(networks, connected, forwarded)).toBe(address);
  });

  it('H7: 1,000 forged headers are one address', () => {
    const forged = Array.from(
      { length: 1_000 },
      (_, n) => `2001:db8:${n.toString(16)}::1, 198.51.100.${n % 256}, 203.0.113.9`,
    );
    expect(new Set(forged.map(each => told(ours, '10.1.2.3', each)))).toEqual(new Set(['203.0.113.9']));
    expect(new Set(forged.map(each => told(ours, '203.0.113.8', each)))).toEqual(new Set(['203.0.113.8']));
  });

  it.each([
    ['10.0.0.0/8', true],
    ['10.0.0.1', true],
    ['::1', true],
    ['2001:db8::/32', true],
    ['0.0.0.0/0', true],
    ['10.0.0.0/33', false],
    ['2001:db8::/129', false],
    ['10.0.0/8', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.0/-1', false],
    ['proxy.internal', false],
    ['', false],
  ])('H7: is %j a network: %s', (text, expected) => {
    expect(isAddressRange(text)).toBe(expected);
  });
});

describe.each(['both', 'yoga'] as const)("the peer's address, door %s", door => {
  let server: RunningServer | undefined;
  afterEach(() => server?.close());

  async function addressesOf(trustedProxies: readonly string[], forwarded: readonly string[]) {
    const seen = new Set<string | undefined>();
    const handler = ({ peer }: OperationRequest) => {
      seen.add(peer?.address);
      return { status: 200, result: { data: {} } };
    };
    const log = pino({ level: 'silent' });
    const options = { handler, ready: () => true, limits: defaultLimits, log, port: 0, host: '127.0.0.1' };
    server = await createServer({ ...options, door, trustedProxies });
    const { url } = server;
    const send = (each: string) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': each };
      return fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{a}"}' });
    };
    await Promise.all(forwarded.map(send));
    return [...seen];
  }
  const forged = Array.from({ length: 50 }, (_, n) => `198.51.100.${n}, 10.0.0.1`);

  it('H7: however a client forges the header, its address is one', async () => {
    expect(await addressesOf([], forged)).toEqual(['127.0.0.1']);
    await server?.close();
    expect(await addressesOf(['10.0.0.0/8'], forged)).toEqual(['127.0.0.1']);
  });

  it('H7: behind a trusted proxy it is the one that the proxy heard', async () => {
    const heard = forged.map(each => `${each}, 203.0.113.9`);
    expect(await addressesOf(['127.0.0.0/8'], heard)).toEqual(['203.0.113.9']);
  });
});
