import type { WireType } from '@bufbuild/protobuf/wire';

/** Texts of so many characters at most are written byte by byte, if they are ASCII: a call into V8's own writer would take longer. */
const shortText = 40;

/** Bytes that are kept from message to message; a buffer that has grown beyond goes with its message. */
const mostKept = 64 * 1024;

/**
 * Puts primitives on the wire (protobuf.dev/programming-guides/encoding), one message after another, into a buffer that it keeps. It trusts
 * its caller: values are of their types and in their ranges.
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafeSlow(1024);
  #view = new DataView(this.#buffer.buffer);
  #at = 0;

  /** Forgets what was written: a message that could not be written to its end leaves some. */
  begin(): void {
    this.#at = 0;
  }

  /** What was written; nothing is written there any more. */
  finish(): Buffer {
    const written = this.#buffer.subarray(0, this.#at);
    if (this.#buffer.length > mostKept) {
      this.#at = 0;
      this.#grow(0);
      return written;
    }
    const bytes = Buffer.allocUnsafe(written.length);
    this.#buffer.copy(bytes, 0, 0, written.length);
    return bytes;
  }

  tag(number: number, wireType: WireType): void {
    this.uint32(((number << 3) | wireType) >>> 0);
  }

  /** Begins what has its length before it; `close` is told what this gives. */
  open(): number {
    this.#room(1);
    this.#at += 1; // a length under 128, as most are
    return this.#at;
  }

  close(start: number): void {
    const length = this.#at - start;
    if (length < 0x80) {
      this.#buffer[start - 1] = length;
      return;
    }
    const more = sizeOf(length) - 1;
    this.#room(more);
    this.#buffer.copyWithin(start + more, start, this.#at);
    this.#at = start - 1;
    this.uint32(length);
    this.#at += length;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.uint32(bytes.length);
    this.raw(bytes);
  }

  bool(value: boolean): void {
    this.#room(1);
    this.#buffer[this.#at++] = value ? 1 : 0;
  }

  uint32(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  int32(value: number): void {
    if (value >= 0) this.uint32(value);
    else this.int64(value);
  }

  sint32(value: number): void {
    this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Of either sign: a number is a safe integer. */
  int64(value: number | bigint): void {
    this.#varint64(lowOf(value), highOf(value));
  }

  sint64(value: number | bigint): void {
    const [low, high] = [lowOf(value), highOf(value)];
    const sign = high >> 31;
    this.#varint64((low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
  }

  fixed32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  fixed64(value: number | bigint): void {
    this.fixed32(lowOf(value));
    this.fixed32(highOf(value));
  }

  float(value: number): void {
    this.#room(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** Writes a short text of ASCII. False: it is none, and nothing is written. */
  ascii(text: string): boolean {
    const { length } = text;
    if (length > shortText) return false;
    this.#room(length + 1);
    const buffer = this.#buffer;
    const start = this.#at + 1;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      buffer[start + index] = code;
    }
    buffer[start - 1] = length;
    this.#at = start + length;
    return true;
  }

  string(text: string): void {
    if (this.ascii(text)) return;
    const start = this.open();
    this.#room(text.length * 3); // of UTF-8 for each unit of UTF-16, at most
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
    this.close(start);
  }

  /** In two's complement. */
  #varint64(low: number, high: number): void {
    this.#room(10);
    const buffer = this.#buffer;
    let [rest, more] = [low >>> 0, high >>> 0];
    while (more > 0) {
      buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest = ((rest >>> 7) | (more << 25)) >>> 0;
      more >>>= 7;
    }
    this.uint32(rest);
  }

  #room(size: number): void {
    if (this.#at + size > this.#buffer.length) this.#grow(size);
  }

  #grow(size: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(1024, 2 * (this.#at + size)));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Of a varint of 32 bits, in bytes. */
function sizeOf(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

function lowOf(value: number | bigint): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

function highOf(value: number | bigint): number {
  return typeof value === 'number' ? Math.floor(value / 0x1_0000_0000) | 0 : Number(BigInt.asIntN(32, value >> 32n));
}
