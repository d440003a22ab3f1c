import { WireType } from '@bufbuild/protobuf/wire';
import { isRecord } from '../../../base/json.ts';
import { InputFault, within } from './input-fault.ts';
import { maxDepth } from './limits.ts';
import type { WireReader } from './reader.ts';
import type { WireWriter } from './writer.ts';

/* struct.proto: Struct { map<string, Value> fields = 1 }, ListValue { repeated Value values = 1 },
   Value { oneof: null_value = 1, number_value = 2, string_value = 3, bool_value = 4, struct_value = 5, list_value = 6 } */

/** A Struct up to `end`. Its keys are data: the object has no prototype. */
export function readStruct(reader: WireReader, end: number, depth: number): Record<string, unknown> {
  const struct: Record<string, unknown> = Object.create(null);
  forEachField(reader, end, depth, (number, wireType) => {
    if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
    let key = '';
    let value: unknown = null;
    forEachField(reader, endOf(reader), depth, (part, partType) => {
      if (partType !== WireType.LengthDelimited) return false;
      if (part === 1) key = reader.string(true);
      else if (part === 2) value = readValue(reader, endOf(reader), depth + 1);
      else return false;
      return true;
    });
    struct[key] = value;
    return true;
  });
  return struct;
}

export function readList(reader: WireReader, end: number, depth: number): unknown[] {
  const list: unknown[] = [];
  forEachField(reader, end, depth, (number, wireType) => {
    if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
    list.push(readValue(reader, endOf(reader), depth + 1));
    return true;
  });
  return list;
}

export function readValue(reader: WireReader, end: number, depth: number): unknown {
  let value: unknown = null;
  forEachField(reader, end, depth, (number, wireType) => {
    if (number === 1 && wireType === WireType.Varint) {
      reader.int32();
      value = null;
    } else if (number === 2 && wireType === WireType.Bit64) value = jsonNumber(reader.double());
    else if (number === 3 && wireType === WireType.LengthDelimited) value = reader.string(true);
    else if (number === 4 && wireType === WireType.Varint) value = reader.bool();
    else if (number === 5 && wireType === WireType.LengthDelimited)
      value = readStruct(reader, endOf(reader), depth + 1);
    else if (number === 6 && wireType === WireType.LengthDelimited) value = readList(reader, endOf(reader), depth + 1);
    else return false;
    return true;
  });
  return value;
}

/** What JSON has no number for is a text (protobuf.dev/programming-guides/json). */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** The length that stands next, as the place where it ends. */
export function endOf(reader: WireReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.end) throw new RangeError('a length goes beyond the message');
  return end;
}

/** Each field up to `end`; what `take` does not take is skipped. */
export function forEachField(
  reader: WireReader,
  end: number,
  depth: number,
  take: (number: number, wireType: WireType) => boolean,
): void {
  if (depth > maxDepth) throw new RangeError(`messages are nested deeper than ${maxDepth}`);
  while (reader.pos < end) {
    const tag = reader.tag();
    if (!take(tag >>> 3, tag & 7)) reader.skip(tag, maxDepth);
  }
  if (reader.pos !== end) throw new RangeError('a field goes beyond its message');
}

export function writeStruct(writer: WireWriter, value: unknown, depth: number): void {
  if (!isRecord(value)) throw new InputFault('is not an object');
  for (const [key, item] of Object.entries(value)) {
    writer.tag(1, WireType.LengthDelimited);
    const entry = writer.open();
    writer.tag(1, WireType.LengthDelimited);
    writer.string(key);
    writer.tag(2, WireType.LengthDelimited);
    const start = writer.open();
    within(key, () => writeValue(writer, item, depth + 1));
    writer.close(start);
    writer.close(entry);
  }
}

export function writeList(writer: WireWriter, value: unknown, depth: number): void {
  if (!Array.isArray(value)) throw new InputFault('is not a list');
  for (const [index, item] of value.entries()) {
    writer.tag(1, WireType.LengthDelimited);
    const start = writer.open();
    within(index, () => writeValue(writer, item, depth + 1));
    writer.close(start);
  }
}

export function writeValue(writer: WireWriter, value: unknown, depth: number): void {
  if (depth > maxDepth) throw new InputFault(`is nested deeper than ${maxDepth}`);
  if (value === null || value === undefined) {
    writer.tag(1, WireType.Varint);
    writer.int32(0);
  } else if (typeof value === 'number' && Number.isFinite(value)) {
    writer.tag(2, WireType.Bit64);
    writer.double(value);
  } else if (typeof value === 'string') {
    writer.tag(3, WireType.LengthDelimited);
    writer.string(value);
  } else if (typeof value === 'boolean') {
    writer.tag(4, WireType.Varint);
    writer.bool(value);
  } else if (Array.isArray(value)) {
    writer.tag(6, WireType.LengthDelimited);
    const start = writer.open();
    writeList(writer, value, depth + 1);
    writer.close(start);
  } else if (isRecord(value)) {
    writer.tag(5, WireType.LengthDelimited);
    const start = writer.open();
    writeStruct(writer, value, depth + 1);
    writer.close(start);
  } else throw new InputFault('is not a JSON value');
}
