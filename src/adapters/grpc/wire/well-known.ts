import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { isWrapper } from '../describe/scalar-of.ts';
import { readAny, writeAny } from './any.ts';
import { InputFault } from './input-fault.ts';
import { forEachField, readList, readStruct, readValue, writeList, writeStruct, writeValue } from './json-value.ts';
import type { WireReader } from './reader.ts';
import { scalarReader, wireTypeOf, writeScalar, zeroOf } from './scalars.ts';
import { formatDuration, formatTimestamp, type Instant, parseDuration, parseTimestamp } from './time.ts';
import type { WireModel } from './wire-model.ts';
import type { WireWriter } from './writer.ts';

/** How a message that is a scalar in GraphQL is read and written; what stands between its length and its end. */
export interface WellKnownCodec {
  /** Undefined: the bytes are sound but the value is none that the type allows. */
  read(reader: WireReader, end: number, depth: number): unknown;
  write(writer: WireWriter, value: unknown, depth: number): void;
}

/** The codec of a well-known type that is a scalar; undefined for every other message. Each is made once. */
export function wellKnownCodecs(model: WireModel): (message: DescMessage) => WellKnownCodec | undefined {
  const known = new Map<DescMessage, WellKnownCodec | undefined>();
  return message => {
    const before = known.get(message);
    if (before || known.has(message)) return before;
    const codec = wellKnownCodec(message, model);
    known.set(message, codec);
    return codec;
  };
}

function wellKnownCodec(message: DescMessage, model: WireModel): WellKnownCodec | undefined {
  if (isWrapper(message)) return wrapperCodec(message, model.keepsNonFinite);
  switch (message.typeName) {
    case 'google.protobuf.Timestamp':
      return instantCodec(formatTimestamp, parseTimestamp);
    case 'google.protobuf.Duration':
      return instantCodec(formatDuration, parseDuration);
    case 'google.protobuf.Struct':
      return { read: readStruct, write: writeStruct };
    case 'google.protobuf.ListValue':
      return { read: readList, write: writeList };
    case 'google.protobuf.Value':
      return { read: readValue, write: writeValue };
    case 'google.protobuf.FieldMask':
      return fieldMaskCodec;
    case 'google.protobuf.Any':
      return {
        read(reader, end, depth) {
          const start = reader.pos;
          forEachField(reader, end, depth, () => false); // what reads an Any takes what is no message for its end
          return readAny(reader.since(start), model.known());
        },
        write: (writer, value) => {
          writer.raw(writeAny(value, model.known()));
        },
      };
    default:
      return model.members.of(message).length === 0 ? presenceCodec : undefined;
  }
}

/** A message without fields is there or not. */
const presenceCodec: WellKnownCodec = {
  read(reader, end, depth) {
    forEachField(reader, end, depth, () => false);
    return true;
  },
  write(_writer, value) {
    if (value !== true) throw new InputFault('can only be true where it is an item');
  },
};

function instantCodec(
  format: (instant: Instant) => string | undefined,
  parse: (text: string) => Instant,
): WellKnownCodec {
  return {
    read(reader, end, depth) {
      let seconds = 0n;
      let nanos = 0;
      forEachField(reader, end, depth, (number, wireType) => {
        if (wireType !== WireType.Varint) return false;
        if (number === 1) seconds = BigInt(reader.int64());
        else if (number === 2) nanos = reader.int32();
        else return false;
        return true;
      });
      return format({ seconds, nanos });
    },
    write(writer, value) {
      if (typeof value !== 'string') throw new InputFault('is not a text');
      const { seconds, nanos } = parse(value);
      if (seconds !== 0n) {
        writer.tag(1, WireType.Varint);
        writer.int64(seconds);
      }
      if (nanos !== 0) {
        writer.tag(2, WireType.Varint);
        writer.int32(nanos);
      }
    },
  };
}

/** wrappers.proto: a message around one scalar, number 1. */
function wrapperCodec(message: DescMessage, keepsNonFinite: boolean): WellKnownCodec {
  const type = message.fields[0]?.scalar ?? ScalarType.STRING;
  const read = scalarReader(type, true);
  return {
    read(reader, end, depth) {
      let value: unknown = zeroOf(type);
      forEachField(reader, end, depth, (number, wireType) => {
        if (number !== 1 || wireType !== wireTypeOf(type)) return false;
        value = read(reader);
        return true;
      });
      if (typeof value !== 'number' || Number.isFinite(value)) return value;
      return keepsNonFinite ? String(value) : undefined;
    },
    write(writer, value) {
      writer.tag(1, wireTypeOf(type));
      writeScalar(writer, type, value, keepsNonFinite);
    },
  };
}

/** `a.b,fooBar` (protobuf.dev/programming-guides/json#field-masks); on the way in the proto's own names do as well. */
const fieldMaskCodec: WellKnownCodec = {
  read(reader, end, depth) {
    const paths: string[] = [];
    forEachField(reader, end, depth, (number, wireType) => {
      if (number !== 1 || wireType !== WireType.LengthDelimited) return false;
      paths.push(reader.string(true).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
      return true;
    });
    return paths.join(',');
  },
  write(writer, value) {
    if (isPaths(value)) {
      for (const path of value) writePath(writer, path);
      return;
    }
    if (typeof value !== 'string') throw new InputFault('is not a text');
    for (const path of value.split(',').map(part => part.trim())) {
      if (path === '') continue;
      writePath(
        writer,
        path.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      );
    }
  },
};

function writePath(writer: WireWriter, path: string): void {
  writer.tag(1, WireType.LengthDelimited);
  writer.string(path);
}

/** The gateway's own mask, in the proto's names: no client can give a list here. */
function isPaths(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
