import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Receiver } from '../../../src/adapter/inbound/receiver.ts';
import type { InboundRequest } from '../../../src/base/inbound.ts';
import type { WebhookHmac, WebhookProof } from '../../../src/source/webhooks.ts';

const now = 1_700_000_000_000;
const seconds = String(now / 1000);
const body = Buffer.from('{"type":"invoice.paid","data":{"id":"I-1"}}');

const receiver = (proof: WebhookProof, at: () => number = () => now) => new Receiver({ proof, tolerance: 300_000 }, at);
const request = (headers: InboundRequest['headers'], sent = body): InboundRequest => ({
  method: 'POST',
  headers,
  body: sent,
});
const sign = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(text).digest(encoding);

/** Each kind of proof with a request that it proves. */
const hmac: WebhookHmac = {
  secret: 'a secret of the test',
  header: 'x-sign',
  prefix: '',
  algorithm: 'sha256',
  encoding: 'hex',
  signed: 'body',
};
const kinds: readonly (readonly [name: string, proof: WebhookProof, headers: Readonly<Record<string, string>>])[] = [
  [
    'Standard Webhooks',
    { standard: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } },
    {
      'webhook-id': 'msg_1',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${sign(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'), `msg_1.${seconds}.${body}`, 'base64')}`,
    },
  ],
  [
    'Stripe',
    { stripe: { secret: 'whsec_of_the_test_0' } },
    { 'stripe-signature': `t=${seconds},v0=00,v1=${sign('whsec_of_the_test_0', `${seconds}.${body}`)}` },
  ],
  [
    'GitHub',
    { hmac: { ...hmac, header: 'x-hub-signature-256', prefix: 'sha256=' } },
    { 'x-hub-signature-256': `sha256=${sign(hmac.secret, String(body))}` },
  ],
  [
    'Slack',
    {
      hmac: {
        ...hmac,
        header: 'x-slack-signature',
        prefix: 'v0=',
        timestampHeader: 'x-slack-request-timestamp',
        signed: 'v0:timestamp:body',
      },
    },
    { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${sign(hmac.secret, `v0:${seconds}:${body}`)}` },
  ],
  [
    'base64 of SHA-512 with the time before',
    { hmac: { ...hmac, encoding: 'base64', algorithm: 'sha512', timestampHeader: 'x-time', signed: 'timestamp.body' } },
    { 'x-time': seconds, 'x-sign': sign(hmac.secret, `${seconds}.${body}`, 'base64', 'sha512') },
  ],
  [
    'a shared secret',
    { sharedSecret: { header: 'x-token', value: 'the same every time' } },
    { 'x-token': 'the same every time' },
  ],
];

describe.each(kinds)('%s', (_name, proof, headers) => {
  it('takes a proved request once', () => {
    const it = receiver(proof);
    let taken = 0;
    const take = () => ++taken > 0;
    expect(it.receive('place', request(headers), take)).toBe('taken');
    expect(it.receive('place', request(headers), take)).toBe('repeated');
    expect(taken).toBe(1);
    expect(it.receive('another place', request(headers), take)).toBe('taken');
  });

  it('may come again after it could not be read', () => {
    const it = receiver(proof);
    expect(it.receive('place', request(headers), () => false)).toBe('malformed');
    expect(it.receive('place', request(headers), () => true)).toBe('taken');
  });

  it.each(Object.keys(headers))('takes none whose %s is missing or another, and reads nothing of it', name => {
    const { [name]: written = '', ...others } = headers;
    expect(receiver(proof).receive('place', request(others), mustNotRead)).toBe('unverified');
    for (const another of ['', written.slice(0, -4), [...written].reverse().join('')])
      expect(receiver(proof).receive('place', request({ ...headers, [name]: another }), mustNotRead)).toBe(
        'unverified',
      );
  });

  it.skipIf('sharedSecret' in proof)('takes none whose body has another byte anywhere', () => {
    const anywhere = fc.nat({ max: body.length - 1 });
    fc.assert(
      fc.property(anywhere, fc.integer({ min: 1, max: 255 }), (index, by) => {
        const damaged = Buffer.from(body);
        damaged[index] = (damaged[index]! + by) % 256;
        expect(receiver(proof).receive('place', request(headers, damaged), mustNotRead)).toBe('unverified');
      }),
    );
  });
});

const mustNotRead = () => {
  throw new Error('what is not proved is not read');
};

describe('the time of signing', () => {
  const timed = kinds.filter(([, , headers]) => Object.values(headers).some(value => value.includes(seconds)));

  it('is looked at by all that have one', () => {
    expect(timed.map(([name]) => name)).toEqual([
      'Standard Webhooks',
      'Stripe',
      'Slack',
      'base64 of SHA-512 with the time before',
    ]);
  });

  it.each(timed)('%s: not older nor younger than the tolerance', (_name, proof, headers) => {
    for (const [away, received] of [
      [300_000, 'taken'],
      [-300_000, 'taken'],
      [301_000, 'unverified'],
      [-301_000, 'unverified'],
    ] as const)
      expect(receiver(proof, () => now + away).receive('place', request(headers), () => true)).toBe(received);
  });
});

it('the example of Standard Webhooks is proved', () => {
  const example = request(
    {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    Buffer.from('{"test": 2432232314}'),
  );
  const proof = { standard: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } };
  expect(receiver(proof, () => 1_614_265_330_000).receive('place', example, () => true)).toBe('taken');
});

it('a secret that is rotated proves by either signature', () => {
  const [, proof, headers] = kinds[0]!;
  const both = { ...headers, 'webhook-signature': `v1,${'A'.repeat(43)}= v1a,x ${headers['webhook-signature']}` };
  expect(receiver(proof).receive('place', request(both), () => true)).toBe('taken');
});
