import { create, fromBinary, fromJson, type JsonValue, type Registry, toBinary, toJson } from '@bufbuild/protobuf';
import { type Any, AnySchema } from '@bufbuild/protobuf/wkt';
import { isRecord, own } from '../../../base/json.ts';
import { InputFault } from './input-fault.ts';
import { maxDepth } from './limits.ts';
import { base64Of } from './scalars.ts';

/**
 * `{"@type": …}` with the fields of what is inside (protobuf.dev/programming-guides/json#any), or `{"@type", "value": base64}` where the
 * type is not in the registry or the bytes are not of it.
 */
export function readAny(bytes: Uint8Array, registry: Registry): unknown {
  const any = fromBinary(AnySchema, bytes, { recursionLimit: maxDepth });
  if (any.typeUrl === '' && any.value.length === 0) return Object.create(null);
  try {
    return toJson(AnySchema, any, { registry });
  } catch {
    return Object.assign(Object.create(null), { '@type': any.typeUrl, value: base64Of(any.value) });
  }
}

export function writeAny(value: unknown, registry: Registry): Uint8Array {
  return toBinary(AnySchema, anyOf(value, registry));
}

function anyOf(value: unknown, registry: Registry): Any {
  if (!isRecord(value)) throw new InputFault('is not an object');
  if (Object.keys(value).length === 0) return create(AnySchema);
  const typeUrl = own(value, '@type');
  if (typeof typeUrl !== 'string' || typeUrl === '') throw new InputFault('has no "@type"');
  if (registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf('/') + 1))) {
    try {
      const any = fromJson(AnySchema, value as JsonValue, { registry }); // a JSON scalar's value: refused below if it is not
      return Object.assign(any, { typeUrl });
    } catch {
      throw new InputFault(`is not a ${JSON.stringify(typeUrl.slice(0, 100))}`);
    }
  }
  const encoded = own(value, 'value');
  if (typeof encoded !== 'string') throw new InputFault('is of a type that is not known, and has no "value" in base64');
  return create(AnySchema, { typeUrl, value: Buffer.from(encoded, 'base64') });
}
