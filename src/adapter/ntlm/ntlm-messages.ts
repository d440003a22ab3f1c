import { createHmac } from 'node:crypto';
import type { NtlmAccount } from '../../source/source.ts';
import { md4 } from './md4.ts';

/** What a server challenges with ([MS-NLMP] 2.2.1.2). */
interface NtlmChallenge {
  /** The message itself. */
  readonly message: Buffer;
  readonly flags: number;
  /** Eight bytes. */
  readonly challenge: Buffer;
  /** Pairs of attributes and values (2.2.2.1); empty: it sent none. */
  readonly targetInfo: Buffer;
}

/** [MS-NLMP] 2.2.2.5. */
const flag = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  extendedSessionSecurity: 0x00080000,
  targetInfo: 0x00800000,
  version: 0x02000000,
  '128': 0x20000000,
  '56': 0x80000000,
} as const;

/** What is asked for: texts in Unicode and NTLM version 2. Nothing is signed or sealed with what is agreed: HTTP has no place for it. */
const wanted =
  (flag.unicode |
    flag.requestTarget |
    flag.ntlm |
    flag.alwaysSign |
    flag.extendedSessionSecurity |
    flag['128'] |
    flag['56']) >>>
  0;

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** The first message ([MS-NLMP] 2.2.1.1), which says nothing of who asks. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(32);
  signature.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(wanted, 12);
  return message;
}

/** The server's message; undefined where it is none, or speaks no Unicode. */
export function readChallenge(message: Buffer): NtlmChallenge | undefined {
  if (message.length < 32 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2)
    return undefined;
  const flags = message.readUInt32LE(20);
  if ((flags & flag.unicode) === 0) return undefined;
  const targetInfo = (flags & flag.targetInfo) !== 0 && message.length >= 48 ? fieldAt(message, 40) : Buffer.alloc(0);
  return targetInfo && { message, flags, challenge: message.subarray(24, 32), targetInfo };
}

/** What a header of eight bytes points to; undefined where that is beyond the message. */
function fieldAt(message: Buffer, at: number): Buffer | undefined {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  return offset + length <= message.length ? message.subarray(offset, offset + length) : undefined;
}

/**
 * The third message ([MS-NLMP] 2.2.1.3), by NTLM version 2 alone: version 1 could be broken by who listens. It proves that the password is
 * known, for this challenge and this name. `nonce`: eight random bytes. `now`: milliseconds since 1970.
 */
export function authenticateMessage(
  account: NtlmAccount,
  challenge: NtlmChallenge,
  nonce: Buffer,
  now: number,
): Buffer {
  const { username, domain, workstation } = account;
  const stamp = pairIn(challenge.targetInfo, pair.timestamp);
  const proof = proofOf(account, challenge, nonce, stamp ?? fileTime(now), stamp !== undefined);
  // Where the server tells the time, the older proof is left out, and the three messages are sealed (3.1.5.1.2).
  const older = stamp ? Buffer.alloc(24) : proof.older;
  const fields = [older, proof.response, unicode(domain), unicode(username), unicode(workstation), Buffer.alloc(0)];
  const head = Buffer.alloc(headLength);
  signature.copy(head);
  head.writeUInt32LE(3, 8);
  let offset = headLength;
  for (const [index, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + index * 8);
    head.writeUInt16LE(field.length, 14 + index * 8);
    head.writeUInt32LE(offset, 16 + index * 8);
    offset += field.length;
  }
  head.writeUInt32LE((challenge.flags & (wanted | flag.targetInfo)) >>> 0, 60);
  const message = Buffer.concat([head, ...fields]);
  if (stamp) {
    const sealed = Buffer.concat([negotiateMessage(), challenge.message, message]);
    hmac(proof.sessionKey, sealed).copy(message, sealAt);
  }
  return message;
}

/** Before the seal there is room for a version, which is not said. */
const sealAt = 72;
const headLength = sealAt + 16;

/** [MS-NLMP] 2.2.2.1. */
const pair = { end: 0, flags: 6, timestamp: 7 } as const;

/** [MS-NLMP] 3.3.2. */
function proofOf(
  { username, password, domain }: NtlmAccount,
  { challenge, targetInfo }: NtlmChallenge,
  nonce: Buffer,
  time: Buffer,
  isSealed: boolean,
) {
  const key = hmac(md4(unicode(password)), unicode(username.toUpperCase() + domain));
  const target = isSealed ? withFlags(targetInfo) : targetInfo;
  const said = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    time,
    nonce,
    Buffer.alloc(4),
    target,
    Buffer.alloc(4),
  ]);
  const proof = hmac(key, Buffer.concat([challenge, said]));
  return {
    response: Buffer.concat([proof, said]),
    older: Buffer.concat([hmac(key, Buffer.concat([challenge, nonce])), nonce]),
    sessionKey: hmac(key, proof),
  };
}

/** The value of an attribute; undefined where it is not among them. */
function pairIn(targetInfo: Buffer, wantedId: number): Buffer | undefined {
  for (let at = 0; at + 4 <= targetInfo.length; ) {
    const id = targetInfo.readUInt16LE(at);
    const end = at + 4 + targetInfo.readUInt16LE(at + 2);
    if (id === pair.end || end > targetInfo.length) return undefined;
    if (id === wantedId) return targetInfo.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

/** Says that the messages are sealed: bit 1 of the flags (2.2.2.1). */
function withFlags(targetInfo: Buffer): Buffer {
  const given = pairIn(targetInfo, pair.flags);
  if (given?.length === 4) {
    const copy = Buffer.from(targetInfo);
    const at = given.byteOffset - targetInfo.byteOffset;
    copy.writeUInt32LE((given.readUInt32LE() | 2) >>> 0, at);
    return copy;
  }
  return Buffer.concat([Buffer.from([pair.flags, 0, 4, 0, 2, 0, 0, 0]), targetInfo]);
}

/** Tenths of microseconds since 1601 ([MS-DTYP] 2.3.3). */
function fileTime(now: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Math.trunc(now)) + 11_644_473_600_000n) * 10_000n);
  return time;
}

function unicode(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmac(key: Buffer, message: Buffer): Buffer {
  return createHmac('md5', key).update(message).digest();
}
