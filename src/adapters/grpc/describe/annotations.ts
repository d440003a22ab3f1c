import type { DescMethod } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { MethodOptions_IdempotencyLevel as Idempotency } from '@bufbuild/protobuf/wkt';
import type { Member } from './members.ts';
import { isLegacyRequired } from './presence.ts';

/* Options of extensions stand in the options' unknown fields, whether or not the set holds the extension's file. */

/** google/api/annotations.proto: MethodOptions.http; google/api/http.proto: HttpRule.get */
const http = 72295728;
const httpGet = 2;
/** google/api/field_behavior.proto: FieldOptions.field_behavior, FieldBehavior.REQUIRED */
const fieldBehavior = 1052;
const required = 2;

/** Does the document say that the method only reads? */
export function saysItReads(method: DescMethod): boolean {
  if (method.idempotency === Idempotency.NO_SIDE_EFFECTS) return true;
  return (method.proto.options?.$unknown ?? []).some(({ no, wireType, data }) => {
    if (no !== http || wireType !== WireType.LengthDelimited) return false;
    const reader = new BinaryReader(new BinaryReader(data).bytes());
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (number === httpGet && type === WireType.LengthDelimited) return true;
      reader.skip(type, number);
    }
    return false;
  });
}

/** Does the document say that calling it twice does no more than calling it once? */
export function isIdempotent(method: DescMethod): boolean {
  return method.idempotency === Idempotency.IDEMPOTENT;
}

/** Must a client give the field: by its behaviour (google.aip.dev/203), or as proto2's `required`? */
export function isRequiredInput(field: Member): boolean {
  return isLegacyRequired(field) || (field.proto.options?.$unknown ?? []).some(behavesAsRequired);
}

function behavesAsRequired({
  no,
  wireType,
  data,
}: {
  readonly no: number;
  readonly wireType: WireType;
  readonly data: Uint8Array;
}): boolean {
  if (no !== fieldBehavior) return false;
  const reader = new BinaryReader(data);
  if (wireType === WireType.Varint) return reader.int32() === required;
  if (wireType !== WireType.LengthDelimited) return false;
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) if (reader.int32() === required) return true;
  return false;
}

/** Method names that begin with one of these words, and go on with another or end, are taken for reads where the document says nothing. */
const readingWords = /^(Get|List|Search|BatchGet|Find|Count|Check|Lookup)(?![a-z])/;

export function soundsLikeReading(method: DescMethod): boolean {
  return readingWords.test(method.name);
}
