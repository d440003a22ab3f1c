import { ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { InputFault } from './input-fault.ts';
import type { WireReader } from './reader.ts';
import type { WireWriter } from './writer.ts';

/** A scalar as the gateway has it. */
type Decoded = string | number | boolean;

/** How a scalar stands on the wire (protobuf.dev/programming-guides/encoding#structure). */
export function wireTypeOf(type: ScalarType): WireType {
  switch (type) {
    case ScalarType.BYTES:
    case ScalarType.STRING:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
    case ScalarType.FLOAT:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/** Reads one scalar as the gateway has it: 64 bits and 32 unsigned bits as digits, bytes in base64. Throws on broken bytes. */
export function scalarReader(type: ScalarType, utf8Validation: boolean): (reader: WireReader) => Decoded {
  switch (type) {
    case ScalarType.INT32:
      return reader => reader.int32();
    case ScalarType.SINT32:
      return reader => reader.sint32();
    case ScalarType.SFIXED32:
      return reader => reader.fixed32() | 0;
    case ScalarType.UINT32:
      return reader => String(reader.uint32());
    case ScalarType.FIXED32:
      return reader => String(reader.fixed32());
    case ScalarType.INT64:
      return reader => reader.int64();
    case ScalarType.SINT64:
      return reader => reader.sint64();
    case ScalarType.SFIXED64:
      return reader => reader.sfixed64();
    case ScalarType.UINT64:
      return reader => reader.uint64();
    case ScalarType.FIXED64:
      return reader => reader.fixed64();
    case ScalarType.DOUBLE:
      return reader => reader.double();
    case ScalarType.FLOAT:
      return reader => shortestFloat(reader.float());
    case ScalarType.BOOL:
      return reader => reader.bool();
    case ScalarType.STRING:
      return reader => reader.string(utf8Validation);
    case ScalarType.BYTES:
      return reader => reader.base64();
  }
}

/** What an absent scalar of implicit presence is. */
export function zeroOf(type: ScalarType): Decoded {
  switch (wireTypeOf(type)) {
    case WireType.LengthDelimited:
      return '';
    default:
      if (type === ScalarType.BOOL) return false;
      return readAsDigits.has(type) ? '0' : 0;
  }
}

const readAsDigits: ReadonlySet<ScalarType> = new Set([
  ScalarType.UINT32,
  ScalarType.FIXED32,
  ScalarType.INT64,
  ScalarType.SINT64,
  ScalarType.SFIXED64,
  ScalarType.UINT64,
  ScalarType.FIXED64,
]);

/** Writes one scalar, coerced by GraphQL. Throws InputFault where it does not fit. */
export function writeScalar(writer: WireWriter, type: ScalarType, value: unknown, takesNonFinite: boolean): void {
  switch (type) {
    case ScalarType.INT32:
      writer.int32(signed32Of(value));
      return;
    case ScalarType.SINT32:
      writer.sint32(signed32Of(value));
      return;
    case ScalarType.SFIXED32:
      writer.fixed32(signed32Of(value));
      return;
    case ScalarType.UINT32:
      writer.uint32(Number(integerOf(value, unsigned32)));
      return;
    case ScalarType.FIXED32:
      writer.fixed32(Number(integerOf(value, unsigned32)));
      return;
    case ScalarType.INT64:
      writer.int64(integerOf(value, signed64));
      return;
    case ScalarType.SINT64:
      writer.sint64(integerOf(value, signed64));
      return;
    case ScalarType.SFIXED64:
      writer.fixed64(integerOf(value, signed64));
      return;
    case ScalarType.UINT64:
      writer.int64(integerOf(value, unsigned64));
      return;
    case ScalarType.FIXED64:
      writer.fixed64(integerOf(value, unsigned64));
      return;
    case ScalarType.DOUBLE:
      writer.double(numberOf(value, takesNonFinite));
      return;
    case ScalarType.FLOAT:
      writer.float(floatOf(value, takesNonFinite));
      return;
    case ScalarType.BOOL:
      if (typeof value !== 'boolean') throw new InputFault('is not true or false');
      writer.bool(value);
      return;
    case ScalarType.STRING:
      writeText(writer, value);
      return;
    case ScalarType.BYTES:
      writer.bytes(bytesOf(value));
      return;
  }
}

/** Is a value what an absent scalar of implicit presence is, so that it is not written? Never -0, nor the text "0". */
export function zeroTest(type: ScalarType): (value: unknown) => boolean {
  const zero = zeroOf(type);
  return zero === '0' ? value => value === '0' || Object.is(value, 0) : value => Object.is(value, zero);
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

interface Range {
  readonly min: number | bigint;
  readonly max: number | bigint;
}

const signed32: Range = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const unsigned32: Range = { min: 0, max: 2 ** 32 - 1 };
const signed64: Range = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const unsigned64: Range = { min: 0n, max: 2n ** 64n - 1n };

/** A number where it is one exactly. */
function integerOf(value: unknown, { min, max }: Range): number | bigint {
  const isInteger = typeof value === 'string' ? /^-?\d{1,20}$/.test(value) : Number.isSafeInteger(value);
  if (!isInteger) throw new InputFault('is not an integer');
  const digits = value as string | number; // tested by the line above
  const integer = typeof digits === 'string' && digits.length > 15 ? BigInt(digits) : Number(digits);
  if (integer < min || integer > max) throw new InputFault(`is not between ${min} and ${max}`);
  return integer;
}

/** What is a 32-bit integer already, as GraphQL's Int is, takes no detour. */
function signed32Of(value: unknown): number {
  return typeof value === 'number' && (value | 0) === value ? value : Number(integerOf(value, signed32));
}

function numberOf(value: unknown, takesNonFinite: boolean): number {
  if (typeof value === 'number' && (takesNonFinite || Number.isFinite(value))) return value;
  const special = takesNonFinite && typeof value === 'string' ? nonFinite.get(value) : undefined;
  if (special === undefined) throw new InputFault('is not a number');
  return special;
}

const nonFinite: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function floatOf(value: unknown, takesNonFinite: boolean): number {
  const number = numberOf(value, takesNonFinite);
  if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw new InputFault('does not fit 32 bits');
  return number;
}

/** Protobuf's strings are Unicode: half of a surrogate pair has no encoding, and would be replaced in silence. */
function writeText(writer: WireWriter, value: unknown): void {
  if (typeof value !== 'string') throw new InputFault('is not a string');
  if (writer.ascii(value)) return;
  if (/[\ud800-\udfff]/u.test(value)) throw new InputFault('holds half of a surrogate pair');
  writer.string(value);
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return Buffer.from(value, 'base64');
  throw new InputFault('is not base64');
}

/** The shortest decimal that is the same 32-bit float: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
