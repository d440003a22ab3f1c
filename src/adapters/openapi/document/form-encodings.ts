import { isRecord } from '../../../base/json.ts';
import type { FormEncoding, Serialisation } from '../call/call.ts';
import type { Located } from './document.ts';
import { isJson } from './media-types.ts';
import { serialisationOf } from './openapi3.ts';
import type { Content } from './operation.ts';
import { flag, text } from './operation-parts.ts';
import { child, children } from './resolver.ts';

/** OpenAPI 3.2, 4.15.1.2: how the properties of a form are written that are not written as usual. */
export function formEncodings({ encoding, fields }: Content): readonly FormEncoding[] {
  if (fields) return fields;
  return children(encoding).flatMap((entry): FormEncoding[] => {
    if (isSerialised(entry)) return [{ property: entry.key, serialisation: serialisation(entry) }];
    const contentType = text(entry.value, 'contentType');
    return contentType !== undefined && isJson(contentType) ? [{ property: entry.key, json: true }] : [];
  });
}

/** Is the property written as a query would write it, whatever its content type? */
export function isSerialised(entry: Located): boolean {
  return isRecord(entry.value) && ['style', 'explode', 'allowReserved'].some(key => child(entry, key));
}

export function serialisation(entry: Located): Serialisation {
  const { style, explode } = serialisationOf(entry.value, 'query');
  return { style, explode, ...(flag(entry.value, 'allowReserved') ? { allowReserved: true as const } : {}) };
}
