import { describe, expect, it } from 'vitest';
import { md4 } from '../../../src/adapter/ntlm/md4.ts';
import { authenticateMessage, negotiateMessage, readChallenge } from '../../../src/adapter/ntlm/ntlm-messages.ts';

describe('MD4', () => {
  // RFC 1320, A.5.
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    ['1234567890'.repeat(8), 'e33b4ddc9c38f2199c3e7b164fcc0536'],
  ])('of %j', (text, digest) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
  });

  it.each([55, 56, 63, 64, 119, 120])('is padded for %d bytes', length => {
    expect(md4(Buffer.alloc(length))).toHaveLength(16);
    expect(md4(Buffer.alloc(length))).not.toEqual(md4(Buffer.alloc(length + 1)));
  });
});

const unicode = (text: string) => Buffer.from(text, 'utf16le');
const attribute = (id: number, value: Buffer) => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
};

/** [MS-NLMP] 4.2.1 and 4.2.4: a server's message. */
function challengeOf(targetInfo: Buffer, flags = 0xe28a8233): Buffer {
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(flags, 20);
  Buffer.from('0123456789abcdef', 'hex').copy(head, 24);
  head.writeUInt16LE(targetInfo.length, 40);
  head.writeUInt16LE(targetInfo.length, 42);
  head.writeUInt32LE(56, 44);
  return Buffer.concat([head, targetInfo]);
}

const names = Buffer.concat([
  attribute(2, unicode('Domain')),
  attribute(1, unicode('Server')),
  attribute(0, Buffer.alloc(0)),
]);
const account = { username: 'User', password: 'Password', domain: 'Domain', workstation: 'COMPUTER' };
const nonce = Buffer.alloc(8, 0xaa);
const epoch = -11_644_473_600_000;

function fieldsOf(message: Buffer): Buffer[] {
  return [0, 1, 2, 3, 4, 5].map(index => {
    const at = 12 + index * 8;
    const offset = message.readUInt32LE(at + 4);
    return message.subarray(offset, offset + message.readUInt16LE(at));
  });
}

describe('the messages of NTLM', () => {
  it('begin with one that says nothing of who asks', () => {
    expect(negotiateMessage().toString('hex')).toBe('4e544c4d5353500001000000058208a00000000000000000'.padEnd(64, '0'));
  });

  it('prove the password as [MS-NLMP] 4.2.4 publishes it', () => {
    const challenge = readChallenge(challengeOf(names));
    expect(challenge?.challenge.toString('hex')).toBe('0123456789abcdef');
    const message = authenticateMessage(account, challenge!, nonce, epoch); // it is one
    const [older, response, domain, username, workstation, key] = fieldsOf(message);
    // 4.2.4.2.1 and 4.2.4.2.2
    expect(older?.toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
    expect(response?.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(response?.subarray(16).toString('hex')).toBe(
      `01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000${names.toString('hex')}00000000`,
    );
    expect([domain, username, workstation].map(field => field?.toString('utf16le'))).toEqual([
      'Domain',
      'User',
      'COMPUTER',
    ]);
    expect(key).toHaveLength(0);
    expect(message.subarray(72, 88)).toEqual(Buffer.alloc(16));
  });

  it('are sealed, with the server’s own time, where it tells it', () => {
    const time = Buffer.from('0102030405060708', 'hex');
    const info = Buffer.concat([attribute(7, time), names]);
    const message = authenticateMessage(account, readChallenge(challengeOf(info))!, nonce, 0); // it is one
    const [older, response] = fieldsOf(message);
    expect(older).toEqual(Buffer.alloc(24));
    expect(response?.subarray(24, 32)).toEqual(time);
    expect(response?.subarray(44, 52).toString('hex')).toBe('0600040002000000');
    expect(message.subarray(72, 88)).not.toEqual(Buffer.alloc(16));
    const flagged = Buffer.concat([attribute(6, Buffer.from([1, 0, 0, 0])), info]);
    const [, again] = fieldsOf(authenticateMessage(account, readChallenge(challengeOf(flagged))!, nonce, 0)); // it is one
    expect(again?.subarray(44, 52).toString('hex')).toBe('0600040003000000');
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['another message', negotiateMessage()],
    ['something else', Buffer.alloc(64, 65)],
    ['without Unicode', challengeOf(names, 0xe28a8232)],
    ['of attributes beyond its end', challengeOf(names).subarray(0, 60)],
  ])('are not answered where a challenge is %s', (_, message) => {
    expect(readChallenge(message)).toBeUndefined();
  });

  it('take attributes that break off for none', () => {
    const broken = Buffer.concat([attribute(9, Buffer.alloc(2)), Buffer.from([7, 0, 255, 0])]);
    const message = authenticateMessage(account, readChallenge(challengeOf(broken))!, nonce, epoch); // it is one
    expect(fieldsOf(message)[0]).not.toEqual(Buffer.alloc(24));
  });
});
