import { WireType } from '@bufbuild/protobuf/wire';

/** Texts of so many bytes at most are looked at for whether they are ASCII, which V8 copies as it is. */
const shortText = 256;

const [strict, lenient] = [true, false].map(fatal => new TextDecoder('utf-8', { fatal, ignoreBOM: true })) as [
  TextDecoder,
  TextDecoder,
]; // two, as above

/** Node.js has it since there are buffers, but does not declare it; `toString` looks at its arguments for as long as this takes. */
type Latin1 = Buffer & { latin1Slice(start: number, end: number): string };

/**
 * Takes primitives from the wire (protobuf.dev/programming-guides/encoding). What is no encoding of a primitive, or ends too soon, throws.
 */
export class WireReader {
  readonly end: number;
  pos = 0;
  readonly #bytes: Buffer;
  readonly #view: DataView;
  /** The last varint, in two's complement. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length } = bytes;
    this.#bytes = Buffer.from(buffer, byteOffset, length);
    this.#view = new DataView(buffer, byteOffset, length);
    this.end = length;
  }

  /** A field's number, shifted, and its wire type in the three lowest bits. */
  tag(): number {
    const start = this.pos;
    const tag = this.uint32();
    const size = this.pos - start;
    if (size > 5 || (size === 5 && this.#bytes[this.pos - 1]! > 0x0f)) throw new RangeError('a tag is beyond 32 bits');
    if (tag < 8 || (tag & 7) > WireType.Bit32) throw new RangeError(`a tag is ${tag}`);
    return tag;
  }

  /** Passes over what follows a tag. `depth`: groups within groups that are passed over. */
  skip(tag: number, depth: number): void {
    switch (tag & 7) {
      case WireType.Varint:
        while ((this.#bytes[this.pos] ?? 0) > 0x7f) this.pos += 1;
        this.pos += 1;
        break;
      case WireType.Bit64:
        this.pos += 8;
        break;
      case WireType.Bit32:
        this.pos += 4;
        break;
      case WireType.LengthDelimited:
        this.#enter();
        break;
      case WireType.StartGroup:
        this.#skipGroup(tag, depth);
        break;
      default:
        throw new RangeError('a group ends that did not begin');
    }
    if (this.pos > this.end) throw tooShort();
  }

  /** What was passed over since, as it is. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.pos);
  }

  uint32(): number {
    const byte = this.#bytes[this.pos];
    if (byte === undefined || byte > 0x7f) return this.#varint() >>> 0;
    this.pos += 1;
    return byte;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  bool(): boolean {
    return this.#varint() !== 0 || this.#high !== 0;
  }

  /** Digits, as those of all 64 bits are given. */
  int64(): string {
    this.#varint();
    return signed(this.#low, this.#high);
  }

  uint64(): string {
    this.#varint();
    return unsigned(this.#low, this.#high);
  }

  sint64(): string {
    this.#varint();
    const sign = -(this.#low & 1);
    return signed(((this.#low >>> 1) | (this.#high << 31)) ^ sign, (this.#high >>> 1) ^ sign);
  }

  fixed32(): number {
    this.pos += 4;
    return this.#view.getUint32(this.pos - 4, true);
  }

  fixed64(): string {
    return unsigned(this.fixed32(), this.fixed32());
  }

  sfixed64(): string {
    return signed(this.fixed32(), this.fixed32());
  }

  float(): number {
    this.pos += 4;
    return this.#view.getFloat32(this.pos - 4, true);
  }

  double(): number {
    this.pos += 8;
    return this.#view.getFloat64(this.pos - 8, true);
  }

  base64(): string {
    const start = this.#enter();
    return this.#bytes.toString('base64', start, this.pos);
  }

  /** `isStrict`: what is no UTF-8 throws; otherwise it is replaced. */
  string(isStrict: boolean): string {
    const start = this.#enter();
    const { pos } = this;
    const bytes = this.#bytes;
    if (pos - start <= shortText) {
      let at = start;
      while (at < pos && bytes[at]! < 0x80) at += 1;
      if (at === pos) return (bytes as Latin1).latin1Slice(start, pos);
    }
    return (isStrict ? strict : lenient).decode(bytes.subarray(start, pos));
  }

  /** Passes over a length and what it speaks of. Where that begins. */
  #enter(): number {
    const length = this.uint32();
    const start = this.pos;
    this.pos += length;
    if (this.pos > this.end) throw tooShort();
    return start;
  }

  #skipGroup(begin: number, depth: number): void {
    if (depth <= 0) throw new RangeError('groups are nested too deep');
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) === WireType.EndGroup) {
        if (tag >>> 3 !== begin >>> 3) throw new RangeError('a group ends that did not begin');
        return;
      }
      this.skip(tag, depth - 1);
    }
  }

  /** The lower half of it. */
  #varint(): number {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.pos];
      if (byte === undefined) throw tooShort();
      this.pos += 1;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift > 28) high |= bits << (shift - 32);
      else {
        low |= bits << 28;
        high = bits >>> 4;
      }
      if (byte > 0x7f) continue;
      this.#low = low;
      this.#high = high;
      return low;
    }
    throw new RangeError('a varint is longer than 64 bits');
  }
}

function tooShort(): RangeError {
  return new RangeError('the message ends within a field');
}

const high = 0x1_0000_0000;

function unsigned(lower: number, upper: number): string {
  const whole = (upper >>> 0) * high + (lower >>> 0);
  if (Number.isSafeInteger(whole)) return String(whole);
  return String((BigInt(upper >>> 0) << 32n) | BigInt(lower >>> 0));
}

function signed(lower: number, upper: number): string {
  const whole = (upper | 0) * high + (lower >>> 0);
  if (Number.isSafeInteger(whole)) return String(whole);
  return String((BigInt(upper | 0) << 32n) | BigInt(lower >>> 0));
}
