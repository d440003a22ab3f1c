import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { Member, Members } from './members.ts';

/** What floats are where texts may stand for what JSON has no number for: in the place of `Float`. */
export const anyDouble = 'Double';

/** The GraphQL scalar of a protobuf scalar: what does not fit 32 bits signed is Int64, so that no digit is lost. */
export function scalarOf(type: ScalarType): string {
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return 'Int';
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 'Int64';
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 'Float';
    case ScalarType.BOOL:
      return 'Boolean';
    case ScalarType.STRING:
      return 'String';
    case ScalarType.BYTES:
      return 'Base64';
  }
}

/** The GraphQL scalar that a message is, where it is one: the well-known types, and messages without fields (present or not). */
export function scalarOfMessage(message: DescMessage, members: Members): string | undefined {
  return wellKnownScalars.get(message.typeName) ?? (members.of(message).length === 0 ? 'Boolean' : undefined);
}

/** May the message stand for null itself? Then a list of it holds nulls. */
export function mayBeNull(message: DescMessage | undefined): boolean {
  return message?.typeName === 'google.protobuf.Value';
}

/** Has the type of the field's values a null of its own? */
export function isNullable(field: Member): boolean {
  return mayBeNull(field.message) || field.enum?.typeName === nullValue;
}

const wellKnownScalars: ReadonlyMap<string, string> = new Map([
  ['google.protobuf.Timestamp', 'DateTime'],
  ['google.protobuf.Duration', 'Duration'],
  ['google.protobuf.Struct', 'JSON'],
  ['google.protobuf.Value', 'JSON'],
  ['google.protobuf.ListValue', 'JSON'],
  ['google.protobuf.Any', 'JSON'],
  ['google.protobuf.FieldMask', 'String'],
  ['google.protobuf.DoubleValue', 'Float'],
  ['google.protobuf.FloatValue', 'Float'],
  ['google.protobuf.Int64Value', 'Int64'],
  ['google.protobuf.UInt64Value', 'Int64'],
  ['google.protobuf.Int32Value', 'Int'],
  ['google.protobuf.UInt32Value', 'Int64'],
  ['google.protobuf.BoolValue', 'Boolean'],
  ['google.protobuf.StringValue', 'String'],
  ['google.protobuf.BytesValue', 'Base64'],
  ['google.protobuf.Empty', 'Boolean'],
]);

/** The enum with one value, which is null. */
export const nullValue = 'google.protobuf.NullValue';

const wrapper = /^google\.protobuf\.(Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value$/;

export function isWrapper(message: DescMessage): boolean {
  return wrapper.test(message.typeName);
}
